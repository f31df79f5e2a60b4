//! What a sign-in leaves in the user's auth events: a step that judged something, and how the sign-in stood after it.

use super::{Answer, At, First, Outcome};
use crate::domain::events::{self, ChallengeName, ChallengeResponse, Event, Kind, Response};
use crate::domain::users::lookup;
use crate::fault::{Cause, Fault};
use crate::model::User;

/// What the beginning of a sign-in is judged by; `None` where nothing is judged yet.
pub fn of_first(first: &First) -> Option<ChallengeName> {
    match first {
        First::Password(_) => Some(ChallengeName::Password),
        First::Choice(choice) => choice.password.as_ref().map(|_| ChallengeName::Password),
        First::Srp(_) | First::Custom(_) => None,
    }
}

/// What an answer is judged by.
pub fn of_answer(answer: &Answer) -> Option<ChallengeName> {
    match answer {
        Answer::PasswordVerifier(_) | Answer::Password(_) | Answer::NewPassword { .. } => Some(ChallengeName::Password),
        Answer::Select(choice) => choice.password.as_ref().map(|_| ChallengeName::Password),
        Answer::SelectMfa(_) | Answer::PasswordSrp(_) | Answer::DeviceSrp(_) => None,
        // Codes, devices, passkeys, and whatever the pool's functions ask.
        _ => Some(ChallengeName::Mfa),
    }
}

/// Records a step of the sign-in of a user, or of a name that means nobody. A step that judged nothing and leads on
/// leaves nothing.
pub async fn write(
    at: At<'_>,
    (user, typed): (Option<&User>, &str),
    judged: Option<ChallengeName>,
    outcome: &Result<Outcome, Fault>,
) {
    if !events::are_on(at.pool) {
        return;
    }
    let nobody = user.is_none().then(|| lookup::nobody(at.cx, at.pool, typed));
    let Some(user) = user.or(nobody.as_ref()) else { return };
    let event = match (outcome, judged) {
        (Ok(Outcome::Challenge(_)), None) => None,
        (Ok(Outcome::Challenge(_)), Some(_)) => Some(Event::new(Kind::SignIn, Response::InProgress)),
        (Ok(Outcome::Tokens(_)), _) => Some(Event::new(Kind::SignIn, Response::Pass)),
        // Whoever sends made-up sessions says nothing of the user.
        (Err(fault), _) if fault.cause() == Cause::InvalidSession => None,
        (Err(fault), _) => Event::failed(Kind::SignIn, fault),
    };
    let response = if is_wrong(outcome) { ChallengeResponse::Failure } else { ChallengeResponse::Success };
    // What was refused for its address was not judged otherwise.
    let judged = judged.filter(|_| !event.as_ref().is_some_and(Event::is_blocked_address));
    if let Some(event) = event.map(|event| judged.map_or(event.clone(), |name| event.challenged(name, response))) {
        events::record(at.cx, (at.pool, Some(at.client)), user, event).await;
    }
}
fn is_wrong(outcome: &Result<Outcome, Fault>) -> bool {
    let Err(fault) = outcome else { return false };
    matches!(fault.cause(), Cause::WrongCode | Cause::ExpiredCode | Cause::WrongCredentials)
}
