//! NEW_PASSWORD_REQUIRED: the temporary password was right and must be replaced.

use super::Name;
use super::mfa::user_id;
use super::scope::SignInScope;
use super::session::invalid_session;
use super::state::{SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, Proved, Turn};
use crate::domain::users::accounts::{self, TakenAlias, UserChange};
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::new_password::{NewPassword, take_try};
use crate::domain::users::{Attributes, factors, passwords, verification};
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
fn is_due(scope: SignInScope<'_>, user: &User) -> bool {
    user.status == Status::ForceChangePassword || passwords::is_expired(scope.pool, user, scope.cx.now)
}

/// Whether a new password is wanted: the one that was proven is good no longer. Fails where a temporary one is too old
/// even for that.
pub fn is_wanted(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<bool, Fault> {
    if !is_due(scope, user) || !state.proven.contains(&Factor::Password) {
        return Ok(false);
    }
    if user.temporary_until.is_some_and(|until| scope.cx.now >= until) {
        return Err(Fault::not_authorized("Temporary password has expired and must be reset by an administrator."));
    }
    Ok(true)
}

/// Makes NEW_PASSWORD_REQUIRED.
pub fn ask(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<Ask, Fault> {
    let required: Vec<String> =
        missing(scope.pool, user).into_iter().map(|name| format!("userAttributes.{name}")).collect();
    let parameters = [
        user_id(state),
        ("requiredAttributes", json!(required).to_string()),
        ("userAttributes", json!(user.attributes).to_string()),
    ];
    Ok(Ask::new(Name::NewPasswordRequired, state.at_step(scope, Step::NewPassword)?, parameters))
}

/// The answer to NEW_PASSWORD_REQUIRED.
pub struct Given<'a> {
    pub password: &'a Secret,
    /// `userAttributes.*`.
    pub attributes: &'a Attributes,
}

/// Sets the password and the attributes sent with it.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    given: Given<'_>,
) -> Result<Turn, Fault> {
    let user = subject.user.as_ref().filter(|_| state.step == Step::NewPassword).ok_or_else(invalid_session)?;
    passwords::check_policy(scope.pool, given.password.reveal())?;
    take_try(scope.cx, scope.pool, user)?;
    let password = NewPassword::prepare(scope.scope(), user, given.password.reveal()).await?;
    let user = scope
        .cx
        .services
        .store
        .transact(async |tx| {
            // One whose password an administrator set anew meanwhile has another fingerprint.
            let before = state.user(scope, tx).await?;
            if !is_due(scope, &before) || !before.enabled {
                return Err(invalid_session());
            }
            state.spend(scope.cx, tx).await?;
            check_given(scope.pool, scope.client, &before, given.attributes)?;
            let mut after = before.clone();
            attributes::apply(&mut after, given.attributes);
            password.set(scope.cx, tx, scope.pool, &mut after).await?;
            after.status = Status::Confirmed;
            let change = UserChange { before: &before, after: &after };
            accounts::update(scope.scope(), tx, change, TakenAlias::Refuse).await?;
            Ok(after)
        })
        .await?;
    let state = state.renewed(&user);
    Ok(Proved::turn_of(user, state, Name::NewPasswordRequired))
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
