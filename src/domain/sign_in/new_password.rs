//! NEW_PASSWORD_REQUIRED: the temporary password was right and must be replaced.

use super::session::{Progress, Step};
use super::{Challenge, Name, Outcome, after_first_factor, seal};
use crate::context::Context;
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::new_password::NewPassword;
use crate::domain::users::{Attributes, lookup, passwords, registration};
use crate::fault::Fault;
use crate::model::{Client, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::UserStatusType as Status;
use crate::store::users::{self, fold};
use serde_json::json;
use std::collections::BTreeMap;

/// Required attributes that the user lacks.
fn missing<'p>(pool: &'p Pool, user: &User) -> Vec<&'p str> {
    pool.schema
        .iter()
        .filter(|a| a.required == Some(true))
        .filter_map(|a| a.name.as_deref())
        .filter(|name| user.attribute(name).is_none_or(str::is_empty))
        .collect()
}

/// Asks for the new password and what is missing.
pub fn ask(cx: &Context, pool: &Pool, client: &Client, user: &User) -> Result<Outcome, Fault> {
    let required: Vec<String> = missing(pool, user).into_iter().map(|name| format!("userAttributes.{name}")).collect();
    let parameters = BTreeMap::from([
        ("USER_ID_FOR_SRP".to_owned(), user.username.clone()),
        ("requiredAttributes".to_owned(), json!(required).to_string()),
        ("userAttributes".to_owned(), json!(user.attributes).to_string()),
    ]);
    let session = Some(seal(cx, client, user, Step::NewPassword)?);
    Ok(Outcome::Challenge(Challenge { name: Name::NewPasswordRequired, parameters, session }))
}

/// Sets the password and the attributes sent with it, and goes on.
pub async fn finish(
    cx: &Context,
    (pool, client, username): (&Pool, &Client, &str),
    progress: Progress,
    password: &Secret,
    given: &Attributes,
) -> Result<Outcome, Fault> {
    let store = &cx.services.store;
    let invalid = || Fault::not_authorized("Invalid session for the user.");
    let user = users::by_username(store, pool, &progress.username).await?.filter(|u| u.sub == progress.sub).ok_or_else(invalid)?;
    if fold(pool, username) != fold(pool, &user.username) {
        let named = lookup::find(store, pool, username).await?;
        if named.is_none_or(|named| named.sub != user.sub) {
            return Err(invalid());
        }
    }
    let password = NewPassword::prepare(cx, (pool, Some(client)), &user, password.reveal()).await?;
    let user = store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &progress.username).await?.filter(|u| u.sub == progress.sub).ok_or_else(invalid)?;
            // Set anew since the old password was shown to be known.
            let due = before.status == Status::ForceChangePassword || passwords::is_expired(pool, &before, cx.now);
            if !due || before.credential != user.credential || !before.enabled {
                return Err(invalid());
            }
            progress.spend(cx, tx).await?;
            check_given(pool, client, &before, given)?;
            let mut after = before.clone();
            attributes::apply(&mut after, given);
            password.set(cx, tx, pool, &mut after).await?;
            after.status = Status::Confirmed;
            registration::write_with_alias(cx, tx, pool, (&before, &after), false).await?;
            Ok(after)
        })
        .await?;
    after_first_factor(cx, pool, client, &user).await
}

fn check_given(pool: &Pool, client: &Client, user: &User, given: &Attributes) -> Result<(), Fault> {
    for name in given.keys() {
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
