//! The password of a sign-in that is known from leaks: recorded, or refused until it is reset.

use super::scope::SignInScope;
use crate::domain::events::{self, ChallengeName, ChallengeResponse, Event, Kind, Response};
use crate::domain::protection::{self, PasswordRisk};
use crate::fault::{Cause, Fault};
use crate::model::User;
use crate::secret::Secret;
use crate::shapes::idp::{EventFilterType, UserStatusType};
use crate::store::users;

/// Checks the password that a user has just proven. A blocked one must be reset, and the sign-in ends; the user can set
/// another by a code. Passwords of SRP are not checked, since they never come here.
pub async fn check(scope: SignInScope<'_>, user: &User, password: &Secret) -> Result<(), Fault> {
    let risk = protection::judge_password(scope.scope(), EventFilterType::SignIn, password.reveal()).await?;
    if risk == PasswordRisk::Known {
        let event = Event::new(Kind::SignIn, Response::InProgress)
            .challenged(ChallengeName::Password, ChallengeResponse::Success);
        events::record(scope.scope(), user, event.password(risk)).await;
    }
    // The driver says later whether the account may sign in at all.
    if risk != PasswordRisk::Blocked || user.status != UserStatusType::Confirmed || !user.enabled {
        return Ok(());
    }
    scope
        .cx
        .services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, scope.pool, &user.username).await?.ok_or_else(Fault::user_not_found)?;
            if before.credential == user.credential && before.status == UserStatusType::Confirmed {
                let after = User { status: UserStatusType::ResetRequired, modified: scope.cx.now, ..before.clone() };
                users::update(tx, scope.pool, &before, &after)?;
            }
            Ok(())
        })
        .await?;
    let message = "Password reset required for user due to security reasons";
    Err(Fault::modelled("PasswordResetRequiredException", message).because(Cause::KnownPassword))
}
