//! Changing and verifying one's own attributes.

use super::accounts::{self, TakenAlias, UserChange};
use super::attributes::{self, Writer};
use super::messages::Draft;
use super::{Attributes, Delivered, codes, messages};
use crate::context::Context;
use crate::delivery::Kind;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::{CodePurpose, Contact, Pool, User};
use crate::risk::UserAction;
use crate::shapes::idp::VerifiedAttributeType;
use crate::store::{Tx, users};

fn kind_of(contact: Contact) -> VerifiedAttributeType {
    match contact {
        Contact::Email => VerifiedAttributeType::Email,
        Contact::Phone => VerifiedAttributeType::PhoneNumber,
    }
}

fn auto_verified(pool: &Pool, contact: Contact) -> bool {
    pool.settings.auto_verified_attributes.iter().flatten().any(|a| *a == kind_of(contact))
}

/// Whether a new value must be verified before it replaces the old one.
pub fn is_verified_first(pool: &Pool, contact: Contact) -> bool {
    let setting = pool.settings.user_attribute_update_settings.as_ref();
    setting
        .and_then(|s| s.attributes_require_verification_before_update.as_ref())
        .is_some_and(|l| l.contains(&kind_of(contact)))
}

/// Splits changes into those that take effect now and those that wait for their code.
fn split(pool: &Pool, user: &User, changes: &Attributes) -> (Attributes, Attributes) {
    let mut now = changes.clone();
    let mut pending = Attributes::new();
    for contact in [Contact::Email, Contact::Phone] {
        let name = contact.attribute();
        let verified_now = changes.get(contact.verified()).is_some_and(|v| v.eq_ignore_ascii_case("true"));
        let Some(value) = changes.get(name) else { continue };
        let changed = user.attributes.get(name) != Some(value);
        if changed && !value.is_empty() && !verified_now && is_verified_first(pool, contact) {
            now.remove(name);
            pending.insert(name.to_owned(), value.clone());
        }
    }
    (now, pending)
}

/// A user after changes, and the contacts that get a code for them.
fn changed(cx: &Context, pool: &Pool, before: &User, changes: &Attributes) -> (User, Vec<(Contact, String)>) {
    let (now, pending) = split(pool, before, changes);
    let mut after = before.clone();
    attributes::apply(&mut after, &now);
    after.pending.extend(pending.clone());
    after.modified = cx.now;
    let mut sent = Vec::new();
    for contact in [Contact::Email, Contact::Phone] {
        let name = contact.attribute();
        let Some(value) = changes.get(name).filter(|v| !v.is_empty()) else { continue };
        let waits = pending.contains_key(name);
        let changed = waits || before.attributes.get(name) != Some(value);
        if changed && auto_verified(pool, contact) && (waits || !after.verified(contact)) {
            sent.push((contact, value.clone()));
        }
    }
    (after, sent)
}

/// The messages that changes lead to, before they are made.
pub async fn drafts<'a>(
    scope: Scope<'a>,
    before: &User,
    writer: Writer<'_>,
    changes: &Attributes,
) -> Result<Vec<Draft<'a>>, Fault> {
    attributes::check_change(scope.pool, writer, before, changes)?;
    let (after, sent) = changed(scope.cx, scope.pool, before, changes);
    let mut drafts = Vec::new();
    for (contact, value) in &sent {
        drafts.push(Draft::make(scope, &after, Kind::UpdateAttribute, (*contact, value)).await?);
    }
    Ok(drafts)
}

/// Writes attribute changes, and queues codes for new contacts where the pool verifies them.
///
/// `drafts` are those that [`drafts`] made for the same changes.
pub async fn update(
    scope: Scope<'_>,
    tx: &Tx,
    before: &User,
    changes: &Attributes,
    drafts: &[Draft<'_>],
) -> Result<Vec<Delivered>, Fault> {
    let Scope { cx, pool, client } = scope;
    let writer = client.map_or(Writer::Admin, Writer::User);
    attributes::check_change(pool, writer, before, changes)?;
    let (after, sent) = changed(cx, pool, before, changes);
    let change = UserChange { before, after: &after };
    accounts::update(Scope::of_admin(cx, pool), tx, change, TakenAlias::Refuse).await?;
    let mut delivered = Vec::new();
    for (contact, value) in &sent {
        let draft = messages::draft(drafts, *contact)?;
        let code = codes::issue(cx, tx, pool, &after, CodePurpose::verify(*contact), (*contact, value))?;
        delivered.push(draft.send_code(cx, tx, (&after, value), &code)?);
    }
    Ok(delivered)
}

/// A user changes their own attributes (Cognito: UpdateUserAttributes).
pub async fn update_own(
    cx: &Context,
    session: &VerifiedAccessToken,
    changes: &Attributes,
) -> Result<Vec<Delivered>, Fault> {
    let scope = session.scope(cx);
    let (pool, client) = (scope.pool, &*session.client);
    let new = |c: Contact| {
        changes
            .get(c.attribute())
            .is_some_and(|v| !v.is_empty() && session.user.attributes.get(c.attribute()) != Some(v))
    };
    if [Contact::Email, Contact::Phone].into_iter().any(|c| auto_verified(pool, c) && new(c)) {
        // UpdateUserAttributes has no LimitExceededException.
        messages::allowed(cx, pool, &session.user.sub, UserAction::AttributeCode)
            .map_err(|_| Fault::too_many_requests())?;
    }
    let drafts = drafts(scope, &session.user, Writer::User(client), changes).await?;
    let delivered = cx
        .services
        .store
        .transact(async |tx| {
            let before =
                users::by_username(tx, pool, &session.user.username).await?.ok_or_else(Fault::user_not_found)?;
            update(scope, tx, &before, changes, &drafts).await
        })
        .await?;
    drafts.iter().for_each(|draft| draft.go(cx));
    Ok(delivered)
}

/// Deletes attributes of a user.
pub async fn delete(
    cx: &Context,
    pool: &Pool,
    username: &str,
    names: &[String],
    writer: Writer<'_>,
) -> Result<(), Fault> {
    attributes::check_deletion(pool, writer, names)?;
    let changes: Attributes = names.iter().map(|name| (name.clone(), String::new())).collect();
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, username).await?.ok_or_else(Fault::user_not_found)?;
            let mut after = before.clone();
            attributes::apply(&mut after, &changes);
            after.modified = cx.now;
            users::update(tx, pool, &before, &after)?;
            Ok(())
        })
        .await
}

fn contact_named(name: &str) -> Result<Contact, Fault> {
    Contact::named(name)
        .ok_or_else(|| Fault::invalid("Invalid attribute name. Only phone_number and email can be verified."))
}

/// Sends a code to the user's contact, or to the value that waits to replace it (Cognito:
/// GetUserAttributeVerificationCode).
pub async fn send(cx: &Context, session: &VerifiedAccessToken, attribute: &str) -> Result<Delivered, Fault> {
    let contact = contact_named(attribute)?;
    let pool = &session.pool;
    messages::allowed(cx, pool, &session.user.sub, UserAction::AttributeCode)?;
    let to = unproven(&session.user, contact)?;
    let draft = Draft::make(session.scope(cx), &session.user, Kind::VerifyAttribute, (contact, to)).await?;
    let delivered = cx
        .services
        .store
        .transact(async |tx| {
            let user = users::by_username(tx, pool, &session.user.username).await?.ok_or_else(Fault::user_not_found)?;
            let value = unproven(&user, contact)?;
            let code = codes::issue(cx, tx, pool, &user, CodePurpose::verify(contact), (contact, value))?;
            draft.send_code(cx, tx, (&user, value), &code)
        })
        .await?;
    draft.go(cx);
    Ok(delivered)
}

/// The address that a code is to prove: the one that waits, else the one in use.
fn unproven(user: &User, contact: Contact) -> Result<&str, Fault> {
    let name = contact.attribute();
    let value = user.pending.get(name).or_else(|| user.attributes.get(name));
    value.map(String::as_str).ok_or_else(|| {
        let address = match contact {
            Contact::Email => "email address",
            Contact::Phone => "phone number",
        };
        Fault::invalid(format!("User does not have a valid registered {address}"))
    })
}

/// Verifies a contact by its code (Cognito: VerifyUserAttribute). A waiting value replaces the old one now.
pub async fn verify(cx: &Context, session: &VerifiedAccessToken, attribute: &str, code: &str) -> Result<(), Fault> {
    let contact = contact_named(attribute)?;
    let (pool, purpose) = (&session.pool, CodePurpose::verify(contact));
    let judged = codes::answer(cx, pool, &session.user, purpose, code).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before =
                users::by_username(tx, pool, &session.user.username).await?.ok_or_else(Fault::user_not_found)?;
            codes::spend(cx, tx, pool, &before, purpose, &judged).await?;
            let mut after = before.clone();
            if after.pending.get(attribute) == Some(&judged.value) {
                after.pending.remove(attribute);
                after.attributes.insert(attribute.to_owned(), judged.value.clone());
            } else if after.attributes.get(attribute) != Some(&judged.value) {
                // The code was for a value that has been replaced since.
                return Err(codes::expired());
            }
            after.attributes.insert(contact.verified().to_owned(), "true".to_owned());
            after.modified = cx.now;
            let change = UserChange { before: &before, after: &after };
            accounts::update(Scope::of_admin(cx, pool), tx, change, TakenAlias::Refuse).await
        })
        .await
}
