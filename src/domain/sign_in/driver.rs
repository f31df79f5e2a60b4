//! The driver: it alone decides what comes after a step, in Cognito's order, makes the challenge and seals its state.

use super::scope::SignInScope;
use super::state::{Decider, SignInState};
use super::subject::{Subject, check_account};
use super::turn::{Ask, CustomAuth, Next, Question, Turn};
use super::{Challenge, FinishedSignIn, Name, Outcome};
use super::{code, custom, device, mfa, mfa_setup, new_password, passkey, srp, user_auth};
use crate::domain::tokens::SignIn;
use crate::domain::users::devices;
use crate::fault::Fault;
use crate::model::User;
use crate::shapes::idp::UserStatusType as Status;
use crate::store::custom_sign_ins::{CustomAuthState, Round};
use crate::triggers::{EventSubject, TokenSource};

/// What comes next.
struct Decision {
    state: SignInState,
    next: Next,
    /// Rounds to remember with the challenge, where the pool's functions decide.
    rounds: Option<Vec<Round>>,
    /// `triggerSource` of the tokens, if this is the end.
    source: TokenSource,
    spend_after: bool,
}

impl Decision {
    fn new(state: SignInState, next: Next) -> Self {
        Self { state, next, rounds: None, source: TokenSource::Authentication, spend_after: false }
    }
}

/// Goes from what a step came to, to the next challenge or the end of the sign-in.
pub async fn drive(scope: SignInScope<'_>, subject: &mut Subject, turn: Turn) -> Result<Outcome, Fault> {
    let Decision { state, next, rounds, source, spend_after } = decide(scope, subject, turn).await?;
    let Next::Ask(question) = next else {
        let user = subject.user.take().ok_or_else(Fault::wrong_credentials)?;
        let finished = finish(scope, &user, state, source).await;
        subject.user = Some(user);
        return finished.map(|finished| Outcome::SignedIn(Box::new(finished)));
    };
    let mut ask = ask(scope, subject, &state, question).await?;
    if spend_after {
        state.spend_without_sync(scope.cx).await?;
    }
    if let Some(rounds) = rounds {
        let asked = CustomAuthState { rounds, ..ask.custom.take().unwrap_or_default() };
        custom::keep(scope, &ask.state, &asked).await?;
    }
    let session = Some(ask.state.seal(scope.cx)?);
    let Ask { name, parameters, available, .. } = ask;
    Ok(Outcome::Challenge(Box::new(Challenge { name, parameters, session, available })))
}

async fn decide(scope: SignInScope<'_>, subject: &mut Subject, turn: Turn) -> Result<Decision, Fault> {
    match turn {
        Turn::Ask { state, question, spend_after } => {
            Ok(Decision { spend_after, ..Decision::new(state, Next::Ask(question)) })
        }
        Turn::Rounds { state, custom } => by_functions(scope, subject, state, custom).await,
        Turn::Disproved { state, challenge } => {
            let rounds = custom::rounds_with(scope, &state, challenge, false).await?;
            by_functions(scope, subject, state, CustomAuth { rounds, srp_a: None }).await
        }
        Turn::Proved(proved) => {
            if proved.user.is_some() {
                subject.user = proved.user;
            }
            let user = subject.user.as_ref().ok_or_else(Fault::wrong_credentials)?;
            check_account(user)?;
            let (state, challenge) = (proved.state, proved.challenge);
            match state.decider {
                Decider::Settings => by_settings(scope, user, state, challenge).await,
                Decider::Functions => {
                    let rounds = custom::rounds_with(scope, &state, challenge, true).await?;
                    by_functions(scope, subject, state, CustomAuth { rounds, srp_a: None }).await
                }
            }
        }
    }
}

/// What the settings of pool and user say after a challenge was answered.
async fn by_settings(scope: SignInScope<'_>, user: &User, state: SignInState, done: Name) -> Result<Decision, Fault> {
    let source = match done {
        Name::NewPasswordRequired => TokenSource::NewPasswordChallenge,
        Name::DevicePasswordVerifier => TokenSource::AuthenticateDevice,
        _ => TokenSource::Authentication,
    };
    let new_password = new_password::is_wanted(scope, user, &state)?;
    // A temporary password is the account's first and is replaced before anything else. One that is merely too old is
    // replaced by who has shown the second factor too.
    let next = if new_password && user.status == Status::ForceChangePassword {
        Next::Ask(Question::NewPassword)
    } else if device::is_wanted(scope, user, &state).await? {
        Next::Ask(Question::Device)
    } else if let Some(question) = mfa::wanted(scope, user, &state)? {
        Next::Ask(question)
    } else if new_password {
        Next::Ask(Question::NewPassword)
    } else {
        Next::Finish
    };
    Ok(Decision { source, ..Decision::new(state, next) })
}

/// What the pool's functions say after these rounds. A temporary password that was proven must still be replaced.
async fn by_functions(
    scope: SignInScope<'_>,
    subject: &Subject,
    state: SignInState,
    custom: CustomAuth,
) -> Result<Decision, Fault> {
    match custom::decide(scope, subject, &state, &custom).await? {
        Next::Ask(question) => {
            Ok(Decision { rounds: Some(custom.rounds), ..Decision::new(state, Next::Ask(question)) })
        }
        Next::Finish => {
            // What the functions say of an unknown user never ends in tokens.
            let user = subject.user.as_ref().ok_or_else(Fault::wrong_credentials)?;
            check_account(user)?;
            let state = state.decided_by(Decider::Settings);
            let new_password = new_password::is_wanted(scope, user, &state)?;
            let next = if new_password { Next::Ask(Question::NewPassword) } else { Next::Finish };
            Ok(Decision::new(state, next))
        }
    }
}

/// Makes a challenge.
async fn ask(scope: SignInScope<'_>, subject: &Subject, state: &SignInState, question: Question) -> Result<Ask, Fault> {
    let user = || subject.user.as_ref().ok_or_else(Fault::wrong_credentials);
    match question {
        Question::NewPassword => new_password::ask(scope, user()?, state),
        Question::Device => device::ask(scope, state),
        Question::DeviceVerifier(a) => device::ask_verifier(scope, user()?, state, &a).await,
        Question::Mfa(mfa) => match mfa::code_question(mfa) {
            Some(question) => code::send(scope, subject, state, question).await,
            None => mfa::ask_software_token(scope, user()?, state),
        },
        Question::SelectMfa(methods) => mfa::ask_selection(scope, state, &methods),
        Question::SetUpMfa => mfa_setup::ask(scope, state),
        Question::SelectChallenge(available) => user_auth::ask_selection(scope, state, available),
        Question::Password => user_auth::ask_password(scope, state),
        Question::PasswordSrp => user_auth::ask_password_srp(scope, state),
        Question::PasswordVerifier(a) => srp::ask(scope, subject, state, &a).await,
        Question::Passkey => passkey::ask(scope, subject, state).await,
        Question::Code(question) => code::send(scope, subject, state, question).await,
        Question::Custom(rounds) => custom::ask(scope, subject, state, rounds).await,
    }
}

/// Everything is proven: the end of the sign-in, before there are tokens.
async fn finish(
    scope: SignInScope<'_>,
    user: &User,
    state: SignInState,
    source: TokenSource,
) -> Result<FinishedSignIn, Fault> {
    let (device, new_device) = match device::named(scope, user, &state).await? {
        // One that went unused for too long is made anew where devices are remembered without a question.
        Some(device) if !(device.lapsed && scope.pool.remembers_all_devices()) => (Some(device.key), None),
        _ if scope.pool.tracks_devices() => {
            let (key, group) = devices::new_metadata(scope.cx, scope.pool, user)?;
            (Some(key.clone()), Some((key, group)))
        }
        _ => (None, None),
    };
    let context = scope.event_context(EventSubject::User(user));
    scope.cx.services.triggers.post_authentication(context, new_device.is_some()).await?;
    let sign_in = SignIn::now(scope.cx, state.proven, device)?;
    Ok(FinishedSignIn { user: user.clone(), sign_in, source, new_device })
}
