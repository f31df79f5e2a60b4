//! Users who are known to the pool's function alone, and become users here when they first come.

use super::accounts::{self, TakenAlias};
use super::attributes::{self, Writer};
use super::{lookup, passwords};
use crate::context::Context;
use crate::domain::scope::Scope;
use crate::fault::{Cause, Fault};
use crate::model::{Client, Contact, Mfa, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::UserStatusType as Status;
use crate::store::users::fold;
use crate::triggers::{EventSubject, MigratedUser, Texts, Trigger};

/// Longest username (the model's).
const MAX_NAME: usize = 128;

/// What came with the name.
#[derive(Clone, Copy, Default)]
pub struct Given<'a> {
    /// At sign-in; a forgotten password has none.
    pub password: Option<&'a Secret>,
    pub validation: Option<&'a Texts>,
}

/// The user behind a name that means nobody here, if the pool's function knows one; at sign-in by the `password` that
/// was typed. Nothing where the pool has no such function or, for clients that hide who exists, where it knows nobody.
pub async fn migrate(
    cx: &Context,
    pool: &Pool,
    client: &Client,
    typed: &str,
    given: Given<'_>,
) -> Result<Option<User>, Fault> {
    let scope = Scope::of_client(cx, pool, client);
    if !Trigger::UserMigration.is_configured(pool) {
        return Ok(None);
    }
    let event = scope.event_context(EventSubject::Unknown(typed));
    let made = async {
        match cx.services.triggers.user_migration(event, given.password, given.validation).await? {
            Some(migrated) => make(scope, typed, migrated, given.password).await.map(Some),
            None => Ok(None),
        }
    };
    match made.await {
        Ok(user) => Ok(user),
        Err(fault) if fault.cause() == Cause::UsernameExists => {
            // Somebody else brought the same user here a moment ago.
            lookup::find(&cx.services.store, pool, typed).await
        }
        Err(fault) if fault.is_modelled() => {
            tracing::info!(pool = %pool.id, %fault, "a user was not migrated");
            if client.hides_users() {
                Ok(None)
            } else if fault.cause() == Cause::TriggerUnavailable {
                Err(fault)
            } else {
                let why = format!("Exception migrating user in app client {}", client.id);
                Err(Fault::modelled("UserNotFoundException", why).because(Cause::UserNotFound))
            }
        }
        Err(fault) => Err(fault),
    }
}

/// Writes the user as the function described them.
async fn make(scope: Scope<'_>, typed: &str, migrated: MigratedUser, password: Option<&Secret>) -> Result<User, Fault> {
    let Scope { cx, pool, .. } = scope;
    let mut attributes = migrated.attributes;
    attributes.retain(|_, value| !value.is_empty());
    let given = attributes.remove("username");
    let typed_or_given =
        if pool.has_username_attributes() { typed.to_owned() } else { given.unwrap_or_else(|| typed.to_owned()) };
    let odd = |c: char| c.is_whitespace() || c.is_control();
    if typed_or_given.chars().count() > MAX_NAME || typed_or_given.contains(odd) {
        return Err(Fault::invalid("The function named a username that is none."));
    }
    let name = accounts::new_name(pool, &typed_or_given)?;
    if let Some(login) = name.attribute
        && attributes.get(login).is_none_or(|value| fold(pool, value) != fold(pool, typed))
    {
        return Err(Fault::invalid(format!("The function gave a user whose {login} is not what was typed.")));
    }
    for flag in [Contact::Email.verified(), Contact::Phone.verified()] {
        if let Some(value) = attributes.get_mut(flag) {
            *value = value.eq_ignore_ascii_case("true").to_string();
        }
    }
    for contact in [Contact::Email, Contact::Phone] {
        let verified = attributes.get(contact.verified()).is_some_and(|value| value == "true");
        if verified && !attributes.contains_key(contact.attribute()) {
            let (flag, attribute) = (contact.verified(), contact.attribute());
            return Err(Fault::invalid(format!("The function answered {flag} for a user without {attribute}.")));
        }
    }
    attributes::check_new(pool, Writer::Admin, &attributes)?;
    if migrated.sms_mfa && !attributes.contains_key(Contact::Phone.attribute()) {
        return Err(Fault::invalid("The function wants codes by SMS for a user without a phone number."));
    }
    // The pool's policy is for new passwords; this one is as it was.
    let credential = match password {
        Some(password) => Some(passwords::make(cx, pool, &name.username, password.reveal()).await?),
        None => None,
    };
    let status = if migrated.confirmed { Status::Confirmed } else { Status::ResetRequired };
    let mut user = User {
        password_set: credential.is_some().then_some(cx.now),
        credential,
        ..accounts::new_user(cx, name.sub, name.username, status, attributes)
    };
    if migrated.sms_mfa {
        user.factors.switch(Mfa::Sms, true);
    }
    let taken_alias = if migrated.force_alias { TakenAlias::Move } else { TakenAlias::Refuse };
    cx.services
        .store
        .transact(async |tx| {
            // The function decides over aliases as an administrator would.
            accounts::insert(Scope::of_admin(cx, pool), tx, &user, taken_alias).await
        })
        .await?;
    Ok(user)
}
