//! USER_AUTH: the user chooses the first factor, of those that the pool allows and the user has.

use super::available_factors::available;
use super::scope::SignInScope;
use super::session::{self, invalid_session};
use super::srp::check_lock;
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, CodeQuestion, Proved, Question, Turn, UserAuthChoice};
use super::{Name, password as passwords};
use crate::fault::Fault;
use crate::model::{Contact, Factor, User};
use crate::secret::Secret;

/// Begins: with the preferred factor where the user has it, else with the question what to choose.
pub async fn begin(
    scope: SignInScope<'_>,
    subject: &Subject,
    choice: UserAuthChoice,
    device: Option<String>,
) -> Result<Turn, Fault> {
    if let Some(session) = &choice.session {
        return begin_confirmed(scope, subject, session, device).await;
    }
    subject.require_known(scope)?;
    subject.pre_authenticate(scope).await?;
    let state = SignInState::new(scope, subject, Decider::Settings, device)?;
    let available = available(scope, subject).await?;
    if available.is_empty() {
        return Err(Fault::wrong_credentials());
    }
    let preferred = choice.name.as_deref().and_then(|name| available.iter().find(|other| other.as_str() == name));
    match preferred.copied() {
        Some(Name::Password) if choice.password.is_some() => {
            let password = choice.password.as_ref().ok_or_else(invalid_session)?;
            let renewed = passwords::check(scope, subject, password).await?;
            Ok(proved_password(state, renewed))
        }
        Some(name) => {
            if name == Name::PasswordSrp && choice.srp_a.is_some() {
                check_lock(scope, subject).await?;
            }
            Ok(Turn::ask(state, question(name, choice.srp_a)?))
        }
        None => Ok(Turn::ask(state, Question::SelectChallenge(available))),
    }
}

/// Goes on after a sign-up that was just confirmed: its code was the first factor.
async fn begin_confirmed(
    scope: SignInScope<'_>,
    subject: &Subject,
    session: &str,
    device: Option<String>,
) -> Result<Turn, Fault> {
    let mut state = session::open(scope, session).await?;
    let Step::Confirmed(contact) = state.step else { return Err(invalid_session()) };
    let confirmed = state.subject(scope, &subject.typed).await?;
    if confirmed.user.is_none() {
        return Err(invalid_session());
    }
    confirmed.pre_authenticate(scope).await?;
    state.spend_alone(scope.cx).await?;
    state.device = device;
    let (factor, name) = match contact {
        Contact::Email => (Factor::EmailOtp, Name::EmailOtp),
        Contact::Phone => (Factor::SmsOtp, Name::SmsOtp),
    };
    let state = state.proving(factor);
    Ok(match confirmed.user {
        Some(user) => Proved::turn_of(user, state, name),
        None => return Err(invalid_session()),
    })
}

/// The password was right; the user, if checking it wrote them anew.
fn proved_password(state: SignInState, renewed: Option<User>) -> Turn {
    match renewed {
        Some(user) => {
            let state = state.renewed(&user);
            Proved::turn_of(user, state.proving(Factor::Password), Name::Password)
        }
        None => Proved::turn(state.proving(Factor::Password), Name::Password),
    }
}

/// The challenge that a chosen factor leads to.
fn question(name: Name, srp_a: Option<String>) -> Result<Question, Fault> {
    let code = |contact| Question::Code(CodeQuestion { name, contact, to: None, set_up: false });
    Ok(match (name, srp_a) {
        (Name::Password, _) => Question::Password,
        (Name::PasswordSrp, Some(a)) => Question::PasswordVerifier(a),
        (Name::PasswordSrp, None) => Question::PasswordSrp,
        (Name::WebAuthn, _) => Question::Passkey,
        (Name::EmailOtp, _) => code(Contact::Email),
        (Name::SmsOtp, _) => code(Contact::Phone),
        _ => return Err(invalid_session()),
    })
}

/// Makes SELECT_CHALLENGE.
pub fn ask_selection(scope: SignInScope<'_>, state: &SignInState, available: Vec<Name>) -> Result<Ask, Fault> {
    let ask = Ask::new(Name::SelectChallenge, state.at_step(scope, Step::Select)?, []);
    Ok(Ask { available: Some(available), ..ask })
}

/// Makes PASSWORD.
pub fn ask_password(scope: SignInScope<'_>, state: &SignInState) -> Result<Ask, Fault> {
    Ok(Ask::new(Name::Password, state.at_step(scope, Step::Password)?, []))
}

/// Makes PASSWORD_SRP.
pub fn ask_password_srp(scope: SignInScope<'_>, state: &SignInState) -> Result<Ask, Fault> {
    Ok(Ask::new(Name::PasswordSrp, state.at_step(scope, Step::PasswordSrp)?, []))
}

/// Takes the answer to SELECT_CHALLENGE.
pub async fn answer_selection(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    choice: UserAuthChoice,
) -> Result<Turn, Fault> {
    if state.step != Step::Select {
        return Err(invalid_session());
    }
    let name = available(scope, subject).await?.into_iter().find(|name| Some(name.as_str()) == choice.name.as_deref());
    let name = name.ok_or_else(|| Fault::invalid("The selected challenge is not available for the user."))?;
    match (name, &choice.password, choice.srp_a) {
        // A wrong password leaves the session as it is: people try again.
        (Name::Password, Some(password), _) => prove(scope, state, subject, password).await,
        (Name::PasswordSrp, _, Some(a)) => begin_srp(scope, state, subject, a).await,
        (name, _, srp_a) => {
            state.spend_without_sync(scope.cx).await?;
            Ok(Turn::ask(state, question(name, srp_a)?))
        }
    }
}

/// Checks the password, and uses the session up only then: a wrong one may be tried again within the lock.
async fn prove(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    password: &Secret,
) -> Result<Turn, Fault> {
    let renewed = passwords::check(scope, subject, password).await?;
    state.spend_alone(scope.cx).await?;
    Ok(proved_password(state, renewed))
}

/// Begins SRP; an `A` that is none leaves the session as it is.
async fn begin_srp(scope: SignInScope<'_>, state: SignInState, subject: &Subject, a: String) -> Result<Turn, Fault> {
    check_lock(scope, subject).await?;
    Ok(Turn::Ask { state, question: Question::PasswordVerifier(a), spend_after: true })
}

/// Takes the answer to PASSWORD.
pub async fn answer_password(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    password: &Secret,
) -> Result<Turn, Fault> {
    if state.step != Step::Password {
        return Err(invalid_session());
    }
    prove(scope, state, subject, password).await
}

/// Takes the answer to PASSWORD_SRP.
pub async fn answer_password_srp(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    a: String,
) -> Result<Turn, Fault> {
    if state.step != Step::PasswordSrp {
        return Err(invalid_session());
    }
    begin_srp(scope, state, subject, a).await
}
