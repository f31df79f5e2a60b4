//! What administrators do with users.

use super::accounts::{self, TakenAlias};
use super::attributes::{self, Writer};
use super::messages::Draft;
use super::new_password::NewPassword;
use super::{Attributes, lookup, messages, passwords, verification};
use crate::context::Context;
use crate::delivery::Kind;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::{CodePurpose, Contact, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::{DeliveryMediumType, MessageActionType, UserStatusType as Status};
use crate::store::{devices, passkeys, users};
use crate::triggers::{EventSubject, SignUpOrigin};

/// What an administrator makes a user from.
pub struct NewUser {
    /// The name as given.
    pub username: String,
    /// Attribute values; verified flags may be set.
    pub attributes: Attributes,
    /// The temporary password; generated if none is given.
    pub temporary_password: Option<Secret>,
    /// Whether a verified alias is taken from another user.
    pub force_alias: bool,
    /// RESEND or SUPPRESS.
    pub action: Option<MessageActionType>,
    /// By which ways the invitation goes; SMS if none is named.
    pub mediums: Vec<DeliveryMediumType>,
    /// `ValidationData`, for the pool's function.
    pub validation: Option<Attributes>,
}

/// Makes a user with a temporary password and invites them (Cognito: AdminCreateUser), or invites them again.
pub async fn create(cx: &Context, pool: &Pool, input: NewUser) -> Result<User, Fault> {
    if input.action == Some(MessageActionType::Resend) {
        return invite_again(cx, pool, &input).await;
    }
    let name = accounts::new_name(pool, &input.username)?;
    let mut attributes = name.complete(&input.username, input.attributes)?;
    attributes::check_new(pool, Writer::Admin, &attributes)?;
    let password = match input.temporary_password {
        Some(given) => {
            passwords::check_policy_as_admin(pool, given.reveal())?;
            Some(given)
        }
        // Whoever can sign in by codes or passkeys needs none.
        None if pool.is_passwordless() => None,
        None => Some(Secret::new(passwords::temporary(pool)?)),
    };
    let scope = Scope::of_admin(cx, pool);
    let event = scope.event_context(EventSubject::New(&name.username, &attributes));
    let verdict = scope.triggers().pre_sign_up(event, SignUpOrigin::AdminCreateUser, input.validation.as_ref()).await?;
    for contact in [Contact::Email, Contact::Phone] {
        if attributes.contains_key(contact.attribute()) {
            // As at AWS, the flag is there only where the call or the function gives it.
            if verdict.verifies(contact) {
                attributes.insert(contact.verified().to_owned(), "true".to_owned());
            } else if let Some(given) = attributes.get_mut(contact.verified()) {
                *given = given.to_ascii_lowercase();
            }
        }
    }
    let user = match &password {
        Some(password) => User {
            credential: Some(passwords::make(cx, pool, &name.username, password.reveal()).await?),
            password_set: Some(cx.now),
            temporary_until: Some(cx.now.plus(passwords::temporary_validity(pool))),
            ..accounts::new_user(cx, name.sub, name.username, Status::ForceChangePassword, attributes)
        },
        None => accounts::new_user(cx, name.sub, name.username, Status::Confirmed, attributes),
    };
    let taken_alias = if input.force_alias { TakenAlias::Move } else { TakenAlias::Refuse };
    let invite = input.action != Some(MessageActionType::Suppress);
    let contacts = invitation_contacts(&user, &input.mediums);
    if users::by_username(&cx.services.store, pool, &user.username).await?.is_some() {
        return Err(accounts::already_exists(scope));
    }
    let drafts = if invite && password.is_some() { invitations(cx, pool, &user, &contacts).await? } else { Vec::new() };
    cx.services
        .store
        .transact(async |tx| {
            accounts::insert(scope, tx, &user, taken_alias).await?;
            if let Some(password) = password.as_ref().filter(|_| invite) {
                for (contact, value) in &contacts {
                    let draft = messages::draft(&drafts, *contact)?;
                    draft.send_invitation(cx, tx, (&user, value), (&input.username, password.reveal()))?;
                }
            }
            Ok(())
        })
        .await?;
    drafts.iter().for_each(|draft| draft.go(cx));
    Ok(user)
}

fn invitation_contacts(user: &User, mediums: &[DeliveryMediumType]) -> Vec<(Contact, String)> {
    let wanted = if mediums.is_empty() { &[DeliveryMediumType::Sms][..] } else { mediums };
    [Contact::Phone, Contact::Email]
        .into_iter()
        .filter(|contact| wanted.contains(&contact.medium()))
        .filter_map(|contact| user.attributes.get(contact.attribute()).map(|value| (contact, value.clone())))
        .collect()
}

/// The invitations of a user, before they are made.
async fn invitations<'a>(
    cx: &'a Context,
    pool: &'a Pool,
    user: &User,
    contacts: &[(Contact, String)],
) -> Result<Vec<Draft<'a>>, Fault> {
    let mut drafts = Vec::new();
    for (contact, value) in contacts {
        drafts.push(Draft::make(Scope::of_admin(cx, pool), user, Kind::Invitation, (*contact, value)).await?);
    }
    Ok(drafts)
}

async fn invite_again(cx: &Context, pool: &Pool, input: &NewUser) -> Result<User, Fault> {
    let found = lookup::known(&cx.services.store, pool, &input.username).await?;
    let password = match &input.temporary_password {
        Some(given) => {
            passwords::check_policy_as_admin(pool, given.reveal())?;
            given.clone()
        }
        None => Secret::new(passwords::temporary(pool)?),
    };
    let check = |user: &User| match user.status {
        Status::ForceChangePassword => Ok(()),
        _ => Err(Fault::modelled(
            "UnsupportedUserStateException",
            format!("Resend not possible. {} status is not FORCE_CHANGE_PASSWORD", input.username),
        )),
    };
    check(&found)?;
    let credential = passwords::make(cx, pool, &found.username, password.reveal()).await?;
    let drafts = invitations(cx, pool, &found, &invitation_contacts(&found, &input.mediums)).await?;
    let user = cx
        .services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &found.username).await?.ok_or_else(Fault::user_not_found)?;
            check(&before)?;
            let mut after = before.clone();
            after.credential = Some(credential.clone());
            after.password_set = Some(cx.now);
            after.temporary_until = Some(cx.now.plus(passwords::temporary_validity(pool)));
            after.modified = cx.now;
            users::update(tx, pool, &before, &after)?;
            for (contact, value) in invitation_contacts(&after, &input.mediums) {
                let draft = messages::draft(&drafts, contact)?;
                draft.send_invitation(cx, tx, (&after, &value), (&input.username, password.reveal()))?;
            }
            Ok(after)
        })
        .await?;
    drafts.iter().for_each(|draft| draft.go(cx));
    Ok(user)
}

/// Changes a user by a pure closure.
async fn change(cx: &Context, pool: &Pool, name: &str, work: impl Fn(&mut User)) -> Result<User, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let before = lookup::known(tx, pool, name).await?;
            let mut after = before.clone();
            work(&mut after);
            after.modified = cx.now;
            users::update(tx, pool, &before, &after)?;
            Ok(after)
        })
        .await
}

/// Removes a user.
pub async fn delete(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let user = lookup::known(tx, pool, name).await?;
            users::delete(tx, pool, &user);
            passkeys::delete_all(tx, &pool.id, &user.sub).await?;
            devices::delete_all(tx, &pool.id, &user.sub);
            Ok(())
        })
        .await
}

/// Lets a user in, or shuts them out and ends their sessions.
pub async fn enable(cx: &Context, pool: &Pool, name: &str, enabled: bool) -> Result<(), Fault> {
    change(cx, pool, name, |user| {
        user.enabled = enabled;
        if !enabled {
            user.signed_out = Some(cx.services.clock.now());
        }
    })
    .await?;
    Ok(())
}

/// Ends all of a user's sessions (Cognito: AdminUserGlobalSignOut, GlobalSignOut).
pub async fn sign_out(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    change(cx, pool, name, |user| user.signed_out = Some(cx.services.clock.now())).await?;
    Ok(())
}

/// Sets a password (Cognito: AdminSetUserPassword); a temporary one must be changed at the next sign-in.
pub async fn set_password(cx: &Context, pool: &Pool, name: &str, text: &str, permanent: bool) -> Result<(), Fault> {
    let user = lookup::known(&cx.services.store, pool, name).await?;
    let password = NewPassword::prepare(Scope::of_admin(cx, pool), &user, text).await?;
    let until = (!permanent).then(|| cx.now.plus(passwords::temporary_validity(pool)));
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            let status = if permanent { Status::Confirmed } else { Status::ForceChangePassword };
            let mut after = before.clone();
            password.reset(cx, tx, pool, &mut after).await?;
            after.temporary_until = until;
            after.status = status;
            users::update(tx, pool, &before, &after)?;
            // A code that was sent before must not undo this.
            crate::store::codes::delete(tx, pool, &user.username, CodePurpose::ForgotPassword);
            Ok(())
        })
        .await?;
    cx.services.risk.lockout.clear(&cx.services.store, &pool.id, &user.sub).await
}

/// Changes attributes; verified flags included.
pub async fn update_attributes(cx: &Context, pool: &Pool, name: &str, changes: &Attributes) -> Result<(), Fault> {
    let known = lookup::known(&cx.services.store, pool, name).await?;
    let drafts = verification::drafts(Scope::of_admin(cx, pool), &known, Writer::Admin, changes).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before = lookup::known(tx, pool, name).await?;
            verification::update(Scope::of_admin(cx, pool), tx, &before, changes, &drafts).await
        })
        .await?;
    drafts.iter().for_each(|draft| draft.go(cx));
    Ok(())
}

/// Deletes attributes.
pub async fn delete_attributes(cx: &Context, pool: &Pool, name: &str, names: &[String]) -> Result<(), Fault> {
    let user = lookup::known(&cx.services.store, pool, name).await?;
    verification::delete(cx, pool, &user.username, names, Writer::Admin).await
}
