//! The second factor: whether one is wanted, and which.

use super::Name;
use super::scope::SignInScope;
use super::session::invalid_session;
use super::state::{SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, CodeQuestion, Question, Turn};
use crate::domain::tokens::level;
use crate::domain::users::factors::{self, preferences};
use crate::fault::Fault;
use crate::model::{Factor, Mfa, User};

/// The challenge parameter that names the user.
pub fn user_id(state: &SignInState) -> (&'static str, String) {
    ("USER_ID_FOR_SRP", state.username.clone())
}

/// Methods of MFA as a challenge parameter lists them: a JSON array.
pub fn list_methods(methods: &[Mfa]) -> String {
    serde_json::json!(methods.iter().map(|mfa| mfa.name()).collect::<Vec<_>>()).to_string()
}

/// Whether what is proven is two factors.
fn is_proven(scope: SignInScope<'_>, user: &User, proven: &[Factor]) -> bool {
    proven.iter().any(|factor| match factor {
        Factor::Sms | Factor::SoftwareToken | Factor::Email | Factor::BackupCode | Factor::Device => true,
        // The passkey, and the PIN or finger that opened it.
        Factor::VerifiedPasskey => factors::passkeys_are_both(scope.pool, user),
        _ => false,
    })
}

/// Whether a second factor must still be proven.
pub fn is_wanted(scope: SignInScope<'_>, user: &User, state: &SignInState) -> bool {
    preferences::is_asked(scope.pool, user) && !is_proven(scope, user, &state.proven)
}

/// The challenge for the second factor, where one is wanted and the user has one or must set one up.
pub fn wanted(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<Option<Question>, Fault> {
    if !is_wanted(scope, user, state) {
        return Ok(step_up(scope, user, state));
    }
    Ok(match preferences::first(scope.pool, user).as_slice() {
        [] if factors::is_required(scope.pool) => Some(Question::SetUpMfa),
        [] => None,
        [only] => Some(Question::Mfa(*only)),
        several => Some(Question::SelectMfa(several.to_vec())),
    })
}

/// The second factor that brings the sign-in to the level that was asked for, or nearest to it, where the user has one.
fn step_up(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Option<Question> {
    let (target, reached) = (state.level?, level(&state.proven));
    if reached >= target {
        return None;
    }
    let with = |mfa: &Mfa| level(&[state.proven.as_slice(), &[mfa.factor()]].concat());
    let helpful = factors::usable(scope.pool, user).into_iter().filter(|mfa| with(mfa) > reached);
    // The least that is enough, or else the most that there is.
    let best = helpful.min_by_key(|mfa| {
        let level = with(mfa);
        if level >= target { (0, level) } else { (1, u8::MAX - level) }
    });
    best.map(Question::Mfa)
}

/// The code to send for a method that works by SMS or mail.
pub fn code_question(mfa: Mfa) -> Option<CodeQuestion> {
    factors::contact(mfa).map(|contact| CodeQuestion { name: mfa.challenge(), contact, to: None, set_up: false })
}

/// Makes SOFTWARE_TOKEN_MFA.
pub fn ask_software_token(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<Ask, Fault> {
    let name = user.factors.software_token.as_ref().and_then(|token| token.name.clone());
    let parameters = [Some(user_id(state)), name.map(|name| ("FRIENDLY_DEVICE_NAME", name))];
    let next = state.at_step(scope, Step::SoftwareToken)?;
    Ok(Ask::new(Mfa::SoftwareToken.challenge(), next, parameters.into_iter().flatten()))
}

/// Makes SELECT_MFA_TYPE.
pub fn ask_selection(scope: SignInScope<'_>, state: &SignInState, methods: &[Mfa]) -> Result<Ask, Fault> {
    let parameters = [user_id(state), ("MFAS_CAN_CHOOSE", list_methods(methods))];
    Ok(Ask::new(Name::SelectMfaType, state.at_step(scope, Step::SelectMfa)?, parameters))
}

/// Takes the answer to SELECT_MFA_TYPE.
pub async fn answer_selection(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    choice: &str,
) -> Result<Turn, Fault> {
    let user = subject.user.as_ref().filter(|_| state.step == Step::SelectMfa).ok_or_else(invalid_session)?;
    let chosen = Mfa::named(choice).filter(|mfa| factors::usable(scope.pool, user).contains(mfa));
    let chosen = chosen.ok_or_else(|| Fault::invalid(format!("{choice} is not one of the user's MFA methods.")))?;
    state.spend_without_sync(scope.cx).await?;
    Ok(Turn::ask(state, Question::Mfa(chosen)))
}
