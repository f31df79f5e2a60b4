//! The auth events of a sign-in: one for each step that judged something, and one for its end.

use super::scope::SignInScope;
use super::subject::Subject;
use super::{Answer, FirstFactor, Outcome};
use crate::domain::events::{self, ChallengeName, ChallengeResponse, Event, Kind, Response};
use crate::domain::users::decoy;
use crate::fault::{Cause, Fault};

/// The challenge that the beginning of a sign-in judges; `None` where nothing is judged yet.
pub fn judged_by_start(first: &FirstFactor) -> Option<ChallengeName> {
    match first {
        FirstFactor::Password(_) => Some(ChallengeName::Password),
        FirstFactor::UserAuth(choice) => choice.password.as_ref().map(|_| ChallengeName::Password),
        FirstFactor::Passkey(_) => Some(ChallengeName::Mfa),
        FirstFactor::Srp(_) | FirstFactor::Custom(_) => None,
    }
}

/// The challenge that an answer is judged for.
pub fn judged_by_answer(answer: &Answer) -> Option<ChallengeName> {
    match answer {
        Answer::PasswordVerifier(_) | Answer::Password(_) | Answer::NewPassword { .. } => Some(ChallengeName::Password),
        Answer::Select(choice) => choice.password.as_ref().map(|_| ChallengeName::Password),
        Answer::SelectMfa(_) | Answer::PasswordSrp(_) | Answer::DeviceSrp(_) => None,
        // Codes, devices, passkeys, and whatever the pool's functions ask.
        _ => Some(ChallengeName::Mfa),
    }
}

/// Records a step, also one of an unknown username. A step that judged nothing and leads on leaves nothing.
pub async fn write(
    scope: SignInScope<'_>,
    subject: &Subject,
    judged: Option<ChallengeName>,
    outcome: &Result<Outcome, Fault>,
) {
    if !events::are_on(scope.pool) {
        return;
    }
    let decoy = subject.user.is_none().then(|| decoy::decoy_user(scope.cx, scope.pool, &subject.username));
    let Some(user) = subject.user.as_ref().or(decoy.as_ref()) else { return };
    let event = match (outcome, judged) {
        (Ok(Outcome::Challenge(_)), None) => None,
        (Ok(Outcome::Challenge(_)), Some(_)) => Some(Event::new(Kind::SignIn, Response::InProgress)),
        (Ok(Outcome::SignedIn(_)), _) => Some(Event::new(Kind::SignIn, Response::Pass)),
        // Whoever sends made-up sessions says nothing of the user.
        (Err(fault), _) if fault.cause() == Cause::InvalidSession => None,
        (Err(fault), _) => Event::failed(Kind::SignIn, fault),
    };
    let response = if is_wrong_answer(outcome) { ChallengeResponse::Failure } else { ChallengeResponse::Success };
    // What was refused for its address, or for an account that is not confirmed, was not judged otherwise.
    let unconfirmed = matches!(outcome, Err(fault) if fault.cause() == Cause::UserNotConfirmed);
    let refused_first =
        event.as_ref().is_some_and(Event::is_blocked_address) || (unconfirmed && !scope.client.hides_users());
    let judged = judged.filter(|_| !refused_first);
    if let Some(event) = event.map(|event| judged.map_or(event.clone(), |name| event.challenged(name, response))) {
        events::record(scope.scope(), user, event).await;
    }
}

fn is_wrong_answer(outcome: &Result<Outcome, Fault>) -> bool {
    let Err(fault) = outcome else { return false };
    matches!(fault.cause(), Cause::WrongCode | Cause::ExpiredCode | Cause::WrongCredentials)
}
