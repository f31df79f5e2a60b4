//! A sign-in on the pages: whatever a step of the machine comes to, here is the page that follows.

use super::page_data::{Destination, Notice, PageData, SignedUp, Stage, Waiting};
use super::visit::{Visit, without_data};
use crate::domain::sign_in::{self, Answer, Challenge, ChallengeReply, FinishedSignIn, Outcome, UserAuthChoice};
use crate::fault::{Cause, Fault};
use crate::oauth::authorization_response;
use crate::shapes::idp::ChallengeNameType as Name;
use crate::web::Response;
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;

/// The longest parameters of a challenge that a page keeps, in bytes.
const MAX_PARAMETERS: usize = 1400;
/// What a page can do of the first factors that a user may choose from. SRP is for programs.
const FIRST_FACTORS: [Name; 4] = [Name::Password, Name::WebAuthn, Name::EmailOtp, Name::SmsOtp];

/// The step that was taken.
#[derive(Clone, Copy)]
pub struct Step<'a> {
    /// The name as typed.
    pub username: &'a str,
    /// The page that it was taken on.
    pub from: &'a str,
}

/// Goes on after a step.
pub async fn go_on(
    mut visit: Visit<'_>,
    step: Step<'_>,
    mut outcome: Result<Outcome, Fault>,
) -> Result<Response, Fault> {
    loop {
        let challenge = match outcome {
            Ok(Outcome::SignedIn(finished)) => return signed_in(visit, *finished).await,
            Ok(Outcome::Challenge(challenge)) => *challenge,
            Err(fault) => return refused(visit, step, fault),
        };
        match prepare(&visit, step.username, challenge).await {
            Ok(Prepared::Waits(waiting)) => {
                visit.data.stage = Stage::Challenge(Box::new(waiting));
                return visit.go_to("/challenge");
            }
            Ok(Prepared::Answered(next)) => outcome = Ok(next),
            Err(fault) => outcome = Err(fault),
        }
    }
}

/// A challenge, made ready for its page.
enum Prepared {
    Waits(Waiting),
    /// There was nothing to ask: what came next.
    Answered(Outcome),
}

async fn prepare(visit: &Visit<'_>, username: &str, challenge: Challenge) -> Result<Prepared, Fault> {
    let Challenge { name, parameters, session, available } = challenge;
    let session = session.unwrap_or_default();
    let mut waiting = Waiting {
        name,
        session,
        username: username.to_owned(),
        parameters: kept(parameters),
        choices: Vec::new(),
        seed: None,
    };
    match name {
        Name::SelectChallenge => {
            let choices = FIRST_FACTORS.into_iter().filter(|name| available.iter().flatten().any(|a| a == name));
            waiting.choices = choices.map(|name| name.as_str().to_owned()).collect();
            if let [only] = waiting.choices.as_slice() {
                let choice = UserAuthChoice { name: Some(only.clone()), ..UserAuthChoice::default() };
                return answer(visit, &waiting, Answer::Select(choice)).await.map(Prepared::Answered);
            }
        }
        Name::SelectMfaType => waiting.choices = listed(&waiting, "MFAS_CAN_CHOOSE"),
        Name::MfaSetup => {
            waiting.choices = listed(&waiting, "MFAS_CAN_SETUP");
            if waiting.choices.iter().all(|method| method == Name::SoftwareTokenMfa.as_str()) {
                make_seed(visit, &mut waiting).await?;
            }
        }
        _ => {}
    }
    Ok(Prepared::Waits(waiting))
}

/// What a page keeps of a challenge's parameters: short ones. Who may use a passkey is left out where it is long: the
/// browser then offers every passkey that it has for this place.
fn kept(mut parameters: BTreeMap<String, String>) -> BTreeMap<String, String> {
    parameters.remove("USER_ID_FOR_SRP");
    parameters.remove("userAttributes");
    if let Some(options) = parameters.get_mut("CREDENTIAL_REQUEST_OPTIONS").filter(|text| text.len() > MAX_PARAMETERS)
        && let Ok(serde_json::Value::Object(mut members)) = serde_json::from_str(options)
    {
        members.insert("allowCredentials".into(), serde_json::Value::Array(Vec::new()));
        *options = serde_json::Value::Object(members).to_string();
    }
    let mut room = MAX_PARAMETERS;
    parameters.retain(|key, value| {
        let needed = key.len() + value.len();
        let fits = needed <= room;
        room = if fits { room - needed } else { room };
        fits
    });
    parameters
}

fn listed(waiting: &Waiting, parameter: &str) -> Vec<String> {
    waiting.parameters.get(parameter).and_then(|list| serde_json::from_str(list).ok()).unwrap_or_default()
}

/// Makes the seed of an authenticator that is being set up.
pub async fn make_seed(visit: &Visit<'_>, waiting: &mut Waiting) -> Result<(), Fault> {
    let (seed, session) = sign_in::associate(visit.at.cx, &visit.client, &waiting.session).await?;
    waiting.session = session;
    waiting.seed = Some(ByteBuf::from(seed));
    Ok(())
}

/// Answers a challenge.
pub async fn answer(visit: &Visit<'_>, waiting: &Waiting, answer: Answer) -> Result<Outcome, Fault> {
    let reply = ChallengeReply { username: &waiting.username, session: Some(&waiting.session), device: None, answer };
    sign_in::answer(visit.at.cx, &visit.client, reply).await
}

/// Everything is proven: back to the app, or by way of the page for passkeys.
async fn signed_in(mut visit: Visit<'_>, finished: FinishedSignIn) -> Result<Response, Fault> {
    let response = authorization_response::finish(visit.at, &visit.request, finished, None).await?;
    let destination = std::mem::take(&mut visit.data.destination);
    if destination == Destination::App {
        return Ok(without_data(visit.at, response));
    }
    // The code of the answer is left unused; the session that came with it leads on from the page for passkeys.
    let mut response = response;
    response.headers.retain(|(name, _)| *name != "Location");
    let response = response.with("Location", visit.at.url_with_query("/passkeys/add"));
    visit.data = PageData::going_to(destination);
    visit.with_data(response)
}

/// A step was refused: the page comes again with the reason, or another one that mends it.
fn refused(mut visit: Visit<'_>, step: Step<'_>, fault: Fault) -> Result<Response, Fault> {
    let failing = fault.name().to_owned();
    let response = match fault.cause() {
        Cause::UserNotConfirmed => {
            let waits = SignedUp {
                username: step.username.to_owned(),
                sub: String::new(),
                sent: None,
                has_code: true,
                session: None,
                next_code: None,
            };
            visit.data.stage = Stage::Confirm(Box::new(waits));
            visit.go_to("/confirm")
        }
        Cause::PasswordResetRequired => {
            visit.data.stage = Stage::Start;
            visit.data.username = step.username.to_owned();
            let text = visit.text("reset_required");
            visit.data.notice = Some(Notice { is_error: false, text });
            visit.go_to("/forgotPassword")
        }
        Cause::InvalidSession => visit.start_again(),
        _ => {
            let text = visit.explain(fault)?;
            visit.go_with_error(step.from, text)
        }
    };
    response.map(|response| response.failing(failing))
}
