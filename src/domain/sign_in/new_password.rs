//! NEW_PASSWORD_REQUIRED: the temporary password was right and must be replaced.

use super::person::Person;
use super::session::{Progress, Step, invalid, names};
use super::{At, Challenge, Name, Outcome, advance};
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::new_password::{NewPassword, take_try};
use crate::domain::users::{Attributes, factors, passwords, registration, verification};
use crate::fault::Fault;
use crate::model::{Client, Contact, Factor, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::UserStatusType as Status;
use serde_json::json;

/// Required attributes that the user lacks.
fn missing<'p>(pool: &'p Pool, user: &User) -> Vec<&'p str> {
    pool.schema
        .iter()
        .filter(|a| a.required == Some(true))
        .filter_map(|a| a.name.as_deref())
        .filter(|name| user.attribute(name).is_none_or(str::is_empty))
        .collect()
}

/// Whether the password is temporary, or too old.
pub fn is_due(at: At<'_>, user: &User) -> bool {
    user.status == Status::ForceChangePassword || passwords::is_expired(at.pool, user, at.cx.now)
}

/// Asks for a new password where the one that was proven is good no longer.
pub fn needed(at: At<'_>, user: &User, progress: &Progress) -> Result<Option<Outcome>, Fault> {
    if !is_due(at, user) || !progress.proven.contains(&Factor::Password) {
        return Ok(None);
    }
    if user.temporary_until.is_some_and(|until| at.cx.now >= until) {
        return Err(Fault::not_authorized("Temporary password has expired and must be reset by an administrator."));
    }
    let required: Vec<String> =
        missing(at.pool, user).into_iter().map(|name| format!("userAttributes.{name}")).collect();
    let parameters = [
        names(progress),
        ("requiredAttributes", json!(required).to_string()),
        ("userAttributes", json!(user.attributes).to_string()),
    ];
    Challenge::sealed(at, Name::NewPasswordRequired, &progress.at_step(at, Step::NewPassword)?, parameters).map(Some)
}

/// Sets the password and the attributes sent with it, and goes on.
pub async fn finish(
    at: At<'_>,
    progress: Progress,
    person: &Person,
    (password, given): (&Secret, &Attributes),
) -> Result<Outcome, Fault> {
    let user = person.user.as_ref().filter(|_| progress.step == Step::NewPassword).ok_or_else(invalid)?;
    passwords::check_policy(at.pool, password.reveal())?;
    take_try(at.cx, at.pool, user)?;
    let password = NewPassword::prepare(at.cx, (at.pool, Some(at.client)), user, password.reveal()).await?;
    let user = at
        .cx
        .services
        .store
        .transact(async |tx| {
            // One whose password an administrator set anew meanwhile has another stamp.
            let before = progress.user(at, tx).await?;
            if !is_due(at, &before) || !before.enabled {
                return Err(invalid());
            }
            progress.spend(at.cx, tx).await?;
            check_given(at.pool, at.client, &before, given)?;
            let mut after = before.clone();
            attributes::apply(&mut after, given);
            password.set(at.cx, tx, at.pool, &mut after).await?;
            after.status = Status::Confirmed;
            registration::write_with_alias(at.cx, tx, at.pool, (&before, &after), false).await?;
            Ok(after)
        })
        .await?;
    advance(at, &user, progress.renewed(&user), Name::NewPasswordRequired).await
}

/// Whether an address may not be changed here: codes of the second factor go to it, or a new one must be verified
/// before it is used. Whoever has the password alone would have them sent elsewhere.
fn is_kept(pool: &Pool, user: &User, name: &str) -> bool {
    let Some(contact) = Contact::named(name) else { return false };
    let factor = factors::is_on(pool)
        && factors::usable(pool, user).into_iter().any(|mfa| factors::contact(mfa) == Some(contact));
    factor || (user.verified(contact) && verification::is_verified_first(pool, contact))
}

fn check_given(pool: &Pool, client: &Client, user: &User, given: &Attributes) -> Result<(), Fault> {
    for name in given.keys() {
        if is_kept(pool, user, name) && user.attribute(name).is_some_and(|value| !value.is_empty()) {
            return Err(Fault::not_authorized(format!("Cannot modify an already provided {name}")));
        }
        let required = pool.attribute(name).is_some_and(|a| a.required == Some(true));
        if required && user.attribute(name).is_some_and(|value| !value.is_empty()) {
            return Err(Fault::not_authorized(format!("Cannot modify an already provided {name}")));
        }
        if pool.attribute(name).is_some_and(|a| a.mutable == Some(false)) && user.attribute(name).is_some() {
            return Err(Fault::invalid(format!("Cannot modify the non-mutable attribute {name}")));
        }
    }
    // A required attribute may be given here though the client cannot write it otherwise.
    let (needed, other): (Attributes, Attributes) =
        given.clone().into_iter().partition(|(name, _)| missing(pool, user).contains(&name.as_str()));
    attributes::check_change(pool, Writer::Admin, user, &needed)?;
    attributes::check_change(pool, Writer::User(client), user, &other)?;
    match missing(pool, user).into_iter().find(|name| given.get(*name).is_none_or(String::is_empty)) {
        Some(name) => Err(Fault::invalid(format!("Invalid attributes given, {name} is missing"))),
        None => Ok(()),
    }
}
