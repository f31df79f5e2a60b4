//! Sign-in with the password itself (USER_PASSWORD_AUTH, ADMIN_USER_PASSWORD_AUTH, PASSWORD, the hosted form).

use super::Name;
use super::leaked_password;
use super::scope::SignInScope;
use super::state::{Decider, SignInState};
use super::subject::Subject;
use super::turn::{Proved, Turn};
use crate::domain::users::{migration, passwords};
use crate::fault::Fault;
use crate::model::{Factor, User};
use crate::secret::Secret;
use crate::shapes::idp::UserStatusType;
use crate::triggers::Trigger;

/// Checks name and password. An unknown name costs what a known one does.
pub async fn begin(
    scope: SignInScope<'_>,
    subject: &mut Subject,
    password: &Secret,
    device: Option<String>,
) -> Result<Turn, Fault> {
    if subject.user.is_none() && Trigger::UserMigration.is_configured(scope.pool) {
        migrate(scope, subject, password).await?;
    }
    subject.pre_authenticate(scope).await?;
    if let Some(renewed) = check(scope, subject, password).await? {
        subject.user = Some(renewed);
    }
    let state = SignInState::new(scope, subject, Decider::Settings, device)?;
    Ok(Proved::turn(state.proving(Factor::Password), Name::Password))
}

/// Whether a user has no password and must set one by a code before anything else.
fn must_reset(user: &User) -> bool {
    user.credential.is_none() && user.status == UserStatusType::ResetRequired
}

/// Creates the user if the pool's UserMigration function knows them. A wrong guess at a password there counts as one
/// here, from before the function is asked, so that guesses made at the same time count each.
async fn migrate(scope: SignInScope<'_>, subject: &mut Subject, password: &Secret) -> Result<(), Fault> {
    let services = &scope.cx.services;
    let attempt =
        services.risk.lockout.begin(&services.store, &scope.pool.id, subject.attempt_key(), scope.cx.now).await?;
    let given = migration::Given { password: Some(password), validation: scope.validation };
    let migrated = migration::migrate(scope.cx, scope.pool, scope.client, &subject.typed, given);
    let refused = match migrated.await {
        Ok(Some(user)) => {
            *subject = Subject::of(user, &subject.typed);
            return attempt.succeeded().await;
        }
        // The answer for an unknown user where that is hidden, at the same cost.
        Ok(None) => {
            let refused = subject.pre_authenticate(scope).await;
            passwords::is_right(scope.cx, scope.pool, &subject.username, None, password.reveal()).await?;
            refused.err().unwrap_or_else(Fault::wrong_credentials)
        }
        Err(fault) => fault,
    };
    attempt.failed().await?;
    scope.cx.count_failure();
    Err(refused)
}

/// Fails unless the password is the subject's; a wrong one counts towards the lock. A right one is kept in the form
/// that the pool uses now: the user, if that wrote them anew.
pub async fn check(scope: SignInScope<'_>, subject: &Subject, password: &Secret) -> Result<Option<User>, Fault> {
    let services = &scope.cx.services;
    let attempt =
        services.risk.lockout.begin(&services.store, &scope.pool.id, subject.attempt_key(), scope.cx.now).await?;
    let right =
        passwords::is_right(scope.cx, scope.pool, &subject.username, subject.user.as_ref(), password.reveal()).await?;
    match &subject.user {
        Some(user) if right => {
            attempt.succeeded().await?;
            leaked_password::check(scope, user, password).await?;
            passwords::renew_form(scope.cx, scope.pool, user, password.reveal()).await
        }
        found => {
            attempt.failed().await?;
            scope.cx.count_failure();
            Err(match found {
                None if !scope.client.hides_users() => Fault::user_not_found(),
                // Brought in without a password: there is none that would be right.
                Some(user) if must_reset(user) && !scope.client.hides_users() => Fault::password_reset_required(),
                _ => Fault::wrong_credentials(),
            })
        }
    }
}
