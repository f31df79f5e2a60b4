//! `/challenge`: everything that a sign-in asks after the first step.

use super::journey::{self, Step, go_on};
use super::login::{MAX_NAME, MAX_PASSWORD};
use super::page_data::{Stage, Waiting};
use super::visit::Visit;
use super::{attributes, challenge_view, forgery};
use crate::domain::sign_in::{self, Answer, SeedProof, UserAuthChoice};
use crate::fault::{Cause, Fault};
use crate::secret::Secret;
use crate::shapes::idp::ChallengeNameType as Name;
use crate::web::{Method, Response};

const PATH: &str = "/challenge";
/// The longest code, of those with blanks between the digits.
const MAX_CODE: usize = 32;
/// The longest answer to a challenge of the pool's functions.
const MAX_ANSWER: usize = 2048;
/// The longest credential of a passkey.
const MAX_CREDENTIAL: usize = 16 * 1024;
/// The longest name of an authenticator.
const MAX_DEVICE_NAME: usize = 64;
/// Names under which programs send a code.
const CODE_FIELDS: [&str; 3] = ["code", "totpCode", "SOFTWARE_TOKEN_MFA_CODE"];

pub async fn answer(visit: Visit<'_>) -> Result<Response, Fault> {
    if visit.at.request.method == Method::Post && !forgery::is_genuine(visit.at) {
        return visit.unproven(PATH);
    }
    let Stage::Challenge(waiting) = &visit.data.stage else {
        // A step that is done already, or one that waited for too long.
        return visit.start_again();
    };
    let waiting = Waiting::clone(waiting);
    match visit.at.request.method {
        Method::Post => post(visit, waiting).await,
        _ => {
            let context = challenge_view::context(&visit, &waiting)?;
            visit.page(200, "challenge", context)
        }
    }
}

/// What a form means.
enum Given {
    Answer(Answer),
    /// The user chose to set an authenticator app up.
    ChooseSoftwareToken,
    /// The first code of the authenticator that is being set up, and its name.
    FirstCode(String, String),
    /// The form is not filled in as it must be: the key of what to say.
    Mistake(&'static str),
}

async fn post(mut visit: Visit<'_>, mut waiting: Waiting) -> Result<Response, Fault> {
    let username = waiting.username.clone();
    let step = Step { username: &username, from: PATH };
    let answer = match given(&visit, &waiting) {
        Given::Mistake(key) => {
            let text = visit.text(key);
            return visit.go_with_error(PATH, text);
        }
        Given::ChooseSoftwareToken => {
            if let Err(fault) = journey::make_seed(&visit, &mut waiting).await {
                return go_on(visit, step, Err(fault)).await;
            }
            visit.data.stage = Stage::Challenge(Box::new(waiting));
            return visit.go_to(PATH);
        }
        Given::FirstCode(code, name) => {
            let proof = SeedProof { code: &code, name: Some(name).filter(|name| !name.is_empty()) };
            match sign_in::verify_seed(visit.at.cx, &visit.client, &waiting.session, proof).await {
                Ok(session) => waiting.session = session,
                Err(fault) => return go_on(visit, step, Err(fault)).await,
            }
            Answer::MfaSetup(None)
        }
        Given::Answer(answer) => answer,
    };
    let outcome = journey::answer(&visit, &waiting, answer).await;
    match outcome {
        // The pool's functions end the sign-in by this; there is nothing to try again.
        Err(fault) if waiting.name == Name::CustomChallenge && fault.cause() == Cause::WrongCredentials => {
            visit.data.stage = Stage::Start;
            go_on(visit, Step { from: "/login", ..step }, Err(fault)).await
        }
        outcome => go_on(visit, step, outcome).await,
    }
}

fn given(visit: &Visit<'_>, waiting: &Waiting) -> Given {
    let text = |name: &str, max: usize| visit.field(name, max).trim().to_owned();
    let needed = |value: String, answer: fn(String) -> Answer| match value.is_empty() {
        true => Given::Mistake("missing_answer"),
        false => Given::Answer(answer(value)),
    };
    match waiting.name {
        Name::NewPasswordRequired => {
            let password = visit.field("password", MAX_PASSWORD);
            let repeated = visit.at.request.form.raw("confirmPassword");
            match repeated {
                _ if password.is_empty() => Given::Mistake("missing_answer"),
                Some(repeated) if repeated != password => Given::Mistake("passwords_differ"),
                _ => Given::Answer(Answer::NewPassword {
                    password: Secret::new(password),
                    attributes: attributes::given(visit),
                }),
            }
        }
        Name::SmsMfa | Name::SoftwareTokenMfa | Name::EmailOtp | Name::SmsOtp => match code(visit) {
            code if code.is_empty() => Given::Mistake("missing_code"),
            code => Given::Answer(Answer::Code { name: waiting.name, code }),
        },
        Name::SelectMfaType => needed(text("method", MAX_NAME), Answer::SelectMfa),
        Name::SelectChallenge => needed(text("method", MAX_NAME), |name| {
            Answer::Select(UserAuthChoice { name: Some(name), ..UserAuthChoice::default() })
        }),
        Name::Password => match visit.field("password", MAX_PASSWORD) {
            "" => Given::Mistake("wrong_credentials"),
            password => Given::Answer(Answer::Password(Secret::new(password))),
        },
        Name::MfaSetup if waiting.seed.is_some() => match code(visit) {
            code if code.is_empty() => Given::Mistake("missing_code"),
            code => Given::FirstCode(code, text("deviceName", MAX_DEVICE_NAME)),
        },
        Name::MfaSetup => match (text("email", MAX_ANSWER), text("method", MAX_NAME)) {
            (email, _) if !email.is_empty() => Given::Answer(Answer::MfaSetup(Some(email))),
            (_, method) if method == Name::SoftwareTokenMfa.as_str() => Given::ChooseSoftwareToken,
            _ => Given::Mistake("missing_answer"),
        },
        Name::WebAuthn => match visit.field("credential", MAX_CREDENTIAL) {
            "" => Given::Mistake("passkey_failed"),
            credential => Given::Answer(Answer::Passkey(credential.to_owned())),
        },
        Name::CustomChallenge => needed(text("answer", MAX_ANSWER), Answer::Custom),
        _ => Given::Mistake("missing_answer"),
    }
}

fn code(visit: &Visit<'_>) -> String {
    let sent = CODE_FIELDS.into_iter().map(|name| visit.field(name, MAX_CODE)).find(|code| !code.is_empty());
    sent.unwrap_or_default().chars().filter(|c| !c.is_whitespace()).collect()
}
