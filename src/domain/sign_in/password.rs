//! Sign-in with the password itself (USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, PASSWORD, the hosted form).

use super::person::Person;
use super::session::{Course, Progress};
use super::{At, Name, Outcome, advance};
use crate::domain::protection;
use crate::domain::users::{migration, passwords};
use crate::fault::Fault;
use crate::model::{Factor, User};
use crate::secret::Secret;
use crate::triggers::Trigger;

/// Checks name and password. An unknown name costs what a known one does.
pub async fn begin(
    at: At<'_>,
    person: &mut Person,
    password: &Secret,
    device: Option<String>,
) -> Result<Outcome, Fault> {
    if person.user.is_none() && Trigger::UserMigration.is_configured(at.pool) {
        migrate(at, person, password).await?;
    }
    person.pre_authenticate(at).await?;
    let user = check(at, person, password).await?;
    let progress = Progress::new(at, person, Course::Plain, device)?;
    advance(at, user, progress.proving(Factor::Password), Name::Password).await
}

/// Somebody whom the pool's function knows becomes a user. A wrong guess at a password there counts as one here, from
/// before the function is asked, so that guesses made at the same time count each.
async fn migrate(at: At<'_>, person: &mut Person, password: &Secret) -> Result<(), Fault> {
    let services = &at.cx.services;
    let attempt = services.risk.lockout.begin(&services.store, &at.pool.id, &person.subject(at), at.cx.now).await?;
    let refused =
        match migration::migrate(at.cx, (at.pool, at.client), &person.typed, (Some(password), at.validation)).await {
            Ok(Some(user)) => {
                *person = Person::of(user, &person.typed);
                return attempt.succeeded().await;
            }
            // What comes of a stranger where that is hidden.
            Ok(None) => {
                let told = person.pre_authenticate(at).await;
                passwords::is_right(at.cx, at.pool, &person.typed, None, password.reveal()).await?;
                told.err().unwrap_or_else(Fault::wrong_credentials)
            }
            Err(fault) => fault,
        };
    attempt.failed().await?;
    at.cx.count_failure();
    Err(refused)
}

/// The user, if the password is theirs; counted against the lock if it is not.
pub async fn check<'p>(at: At<'_>, person: &'p Person, password: &Secret) -> Result<&'p User, Fault> {
    let services = &at.cx.services;
    let attempt = services.risk.lockout.begin(&services.store, &at.pool.id, &person.subject(at), at.cx.now).await?;
    let right = passwords::is_right(at.cx, at.pool, &person.typed, person.user.as_ref(), password.reveal()).await?;
    match &person.user {
        Some(user) if right => {
            attempt.succeeded().await?;
            protection::check_sign_in(at.cx, (at.pool, at.client), user, password).await?;
            Ok(user)
        }
        found => {
            attempt.failed().await?;
            at.cx.count_failure();
            let told = found.is_none() && !at.client.hides_users();
            Err(if told { Fault::user_not_found() } else { Fault::wrong_credentials() })
        }
    }
}
