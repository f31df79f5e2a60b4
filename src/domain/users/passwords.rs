//! Password policy, temporary passwords, expiry, and the one place where a password is made or checked. Setting one:
//! `new_password.rs`.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::keys::cpu;
use crate::keys::password::{OtherForms, Owner};
use crate::model::{Credential, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::UserStatusType;
use crate::store::users;
use std::time::Duration;

/// What counts as a symbol (Cognito's list).
const SYMBOLS: &str = "^$*.[]{}()?\"!@#%&/\\,><':;|_~`=+- ";
/// Longest password.
const MAX_LENGTH: usize = 256;

/// Checks a password against the pool's policy; the first failure is told.
pub fn check_policy(pool: &Pool, text: &str) -> Result<(), Fault> {
    failure(pool, text).map_or(Ok(()), |why| Err(refused(format!("Password did not conform with policy: {why}"))))
}

/// [`check_policy`] in AdminCreateUser's wording.
pub fn check_policy_as_admin(pool: &Pool, text: &str) -> Result<(), Fault> {
    failure(pool, text)
        .map_or(Ok(()), |why| Err(refused(format!("Password did not conform with password policy: {why}"))))
}

fn refused(why: String) -> Fault {
    Fault::modelled("InvalidPasswordException", why).because(Cause::PasswordPolicy)
}

fn failure(pool: &Pool, text: &str) -> Option<&'static str> {
    let policy = pool.password_policy();
    let length = text.chars().count();
    let on = |flag: Option<bool>| flag.unwrap_or(false);
    if length < usize::try_from(policy.minimum_length.unwrap_or(8)).unwrap_or(8) {
        Some("Password not long enough")
    } else if length > MAX_LENGTH {
        Some("Password too long")
    } else if text.starts_with(' ') || text.ends_with(' ') {
        Some("Password must not start or end with a space")
    } else if on(policy.require_uppercase) && !text.chars().any(char::is_uppercase) {
        Some("Password must have uppercase characters")
    } else if on(policy.require_lowercase) && !text.chars().any(char::is_lowercase) {
        Some("Password must have lowercase characters")
    } else if on(policy.require_numbers) && !text.chars().any(|c| c.is_ascii_digit()) {
        Some("Password must have numeric characters")
    } else if on(policy.require_symbols) && !text.chars().any(|c| SYMBOLS.contains(c)) {
        Some("Password must have symbol characters")
    } else {
        None
    }
}

/// A temporary password that fits any policy: every character class, and at least 12 characters.
pub fn temporary(pool: &Pool) -> Result<String, Fault> {
    let length = usize::try_from(pool.password_policy().minimum_length.unwrap_or(8)).unwrap_or(8).max(12);
    // Characters that are easily mixed up are left out, since people type these.
    let classes: [&[u8]; 4] = [b"ABCDEFGHJKLMNPQRSTUVWXYZ", b"abcdefghijkmnpqrstuvwxyz", b"23456789", b"!#%+-=?@"];
    let all = classes.concat();
    loop {
        let text = crate::rng::text(&all, length)?;
        if classes.iter().all(|class| text.bytes().any(|b| class.contains(&b))) {
            return Ok(text);
        }
    }
}

/// How long a temporary password lives.
pub fn temporary_validity(pool: &Pool) -> Duration {
    let days = pool.password_policy().temporary_password_validity_days.unwrap_or(7);
    Duration::from_secs(86_400 * u64::try_from(days).unwrap_or(7))
}

/// Whether a password that was right is too old, and must be replaced as a temporary one must (the pool's tag says how
/// old it may be).
pub fn is_expired(pool: &Pool, user: &User, now: Timestamp) -> bool {
    let set = user.password_set.unwrap_or(user.created);
    user.status == UserStatusType::Confirmed
        && user.credential.is_some()
        && pool.password_max_age().is_some_and(|age| now >= set.plus(age))
}

/// Makes the credential that proves `text` for a user, off the event loop.
pub async fn make(cx: &Context, pool: &Pool, username: &str, text: &str) -> Result<Credential, Fault> {
    let (passwords, scheme) = (cx.services.keys.passwords.clone(), pool.password_scheme());
    let (pool_id, user, text) = (pool.id.clone(), username.to_owned(), Secret::new(text));
    cpu::run(move || passwords.make(scheme, &Owner { pool_id: &pool_id, user: &user }, text.reveal())).await?
}

fn other_forms(pool: &Pool) -> OtherForms {
    OtherForms { argon2id: pool.may_have_argon2id(), imported: pool.imported_hashes.clone() }
}

/// Whether `text` is the user's password. A missing user or password costs the same work and is never right.
pub async fn is_right(
    cx: &Context,
    pool: &Pool,
    username: &str,
    user: Option<&User>,
    text: &str,
) -> Result<bool, Fault> {
    let (passwords, others) = (cx.services.keys.passwords.clone(), other_forms(pool));
    let (pool_id, text) = (pool.id.clone(), Secret::new(text));
    let owner = user.map_or(username, |u| u.username.as_str()).to_owned();
    let credential = user.and_then(|u| u.credential.clone());
    cpu::run(move || {
        passwords.check(credential.as_ref(), &others, &Owner { pool_id: &pool_id, user: &owner }, text.reveal())
    })
    .await?
}

/// Keeps a password that was just proven in the form that the pool uses now; the user as written, or nothing where it
/// has that form already. So users from before a change of the scheme become like all others as they sign in.
pub async fn renew_form(cx: &Context, pool: &Pool, user: &User, text: &str) -> Result<Option<User>, Fault> {
    let Some(credential) = &user.credential else { return Ok(None) };
    let owner = Owner { pool_id: &pool.id, user: &user.username };
    if cx.services.keys.passwords.is_current(credential, pool.password_scheme(), &owner)? {
        return Ok(None);
    }
    let renewed = make(cx, pool, &user.username, text).await?;
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            if before.credential != user.credential || before.sub != user.sub {
                // Another sign-in did it, or the password changed meanwhile.
                return Ok(None);
            }
            let after = User { credential: Some(renewed.clone()), ..before.clone() };
            users::update(tx, pool, &before, &after)?;
            Ok(Some(after))
        })
        .await
}
