//! CUSTOM_AUTH: the pool's functions decide. DefineAuthChallenge says what comes next, CreateAuthChallenge asks,
//! VerifyAuthChallengeResponse judges; what was asked so far stands in the store, since functions may say much.

use super::scope::SignInScope;
use super::session::invalid_session;
use super::state::{Decider, SignInState, Step};
use super::subject::{Subject, check_account};
use super::turn::{Ask, CustomAuth, Next, Question, Turn};
use super::{Name, device};
use crate::domain::users::factors;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Factor, Mfa};
use crate::store::custom_sign_ins::{self as store, CustomAuthState, Round};
use crate::triggers::{CustomAuthStep, Trigger, invalid_lambda_response, unrecognizable_output};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Most rounds of one sign-in.
const MAX_ROUNDS: usize = 20;
/// Most bytes of what a function wants remembered or told.
const MAX_TEXT: usize = 20_000;

/// Begins a sign-in that the pool's functions lead; with SRP's `A` where the password comes first.
pub async fn begin(
    scope: SignInScope<'_>,
    subject: &Subject,
    srp_a: Option<String>,
    device: Option<String>,
) -> Result<Turn, Fault> {
    if !Trigger::DefineAuthChallenge.is_configured(scope.pool) {
        return Err(not_configured());
    }
    subject.require_known(scope)?;
    check_account_if_shown(scope, subject)?;
    subject.pre_authenticate(scope).await?;
    let state = SignInState::new(scope, subject, Decider::Functions, device)?;
    let rounds = srp_a.as_ref().map(|_| round("SRP_A", true, None)).into_iter().collect();
    Ok(Turn::Rounds { state, custom: CustomAuth { rounds, srp_a } })
}

fn not_configured() -> Fault {
    Fault::invalid("Custom auth lambda trigger is not configured for the user pool.")
}

fn round(challenge: &str, right: bool, metadata: Option<String>) -> Round {
    Round { challenge_name: challenge.to_owned(), challenge_result: right, challenge_metadata: metadata }
}

/// Checks whether the account lets anybody in, where that may be said before anything is proven. It is checked again
/// at the end.
fn check_account_if_shown(scope: SignInScope<'_>, subject: &Subject) -> Result<(), Fault> {
    match &subject.user {
        Some(user) if !scope.client.hides_users() => check_account(user),
        _ => Ok(()),
    }
}

/// The rounds so far, after a challenge that Poolhouse itself judged. They are taken from the store, so that they lead
/// on once.
pub async fn rounds_with(
    scope: SignInScope<'_>,
    state: &SignInState,
    challenge: Name,
    right: bool,
) -> Result<Vec<Round>, Fault> {
    let mut asked = take(scope, state).await?;
    asked.rounds.push(round(challenge.as_str(), right, None));
    Ok(asked.rounds)
}

/// Takes the answer to CUSTOM_CHALLENGE: the pool's function judges. A wrong answer is no error; DefineAuthChallenge
/// decides what follows.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    answer: &str,
) -> Result<Turn, Fault> {
    if state.step != Step::Custom {
        return Err(invalid_session());
    }
    check_account_if_shown(scope, subject)?;
    // Before the functions run: an answer sent twice at once is judged once.
    state.spend_alone(scope.cx).await?;
    let mut asked = take(scope, &state).await?;
    let sealer = &scope.cx.services.keys.sealer;
    let private: BTreeMap<String, String> = sealer
        .open_value(Purpose::CustomChallenge, state.id.as_bytes(), &asked.private)
        .map_err(|_| invalid_session())?;
    let response = call(scope, subject, CustomAuthStep::Verify(&private, answer)).await?;
    let right = response.get("answerCorrect").and_then(Value::as_bool).ok_or_else(unrecognizable_output)?;
    asked.rounds.push(round(Name::CustomChallenge.as_str(), right, asked.metadata));
    let first = right && !state.proven.contains(&Factor::Custom);
    let state = if first { state.proving(Factor::Custom) } else { state };
    Ok(Turn::Rounds { state, custom: CustomAuth { rounds: asked.rounds, srp_a: None } })
}

/// Asks DefineAuthChallenge what comes next.
pub async fn decide(
    scope: SignInScope<'_>,
    subject: &Subject,
    state: &SignInState,
    custom: &CustomAuth,
) -> Result<Next, Fault> {
    let rounds = &custom.rounds;
    if rounds.len() > MAX_ROUNDS {
        return Err(Fault::wrong_credentials());
    }
    let response = call(scope, subject, CustomAuthStep::Define(json!(rounds))).await?;
    let flag = |name: &str| match response.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(unrecognizable_output()),
    };
    let (fails, issues) = (flag("failAuthentication")?, flag("issueTokens")?);
    if fails && issues {
        return Err(contradiction());
    }
    if fails {
        scope.cx.count_failure();
        return Err(Fault::wrong_credentials());
    }
    if issues {
        return Ok(Next::Finish);
    }
    let name = response
        .get("challengeName")
        .and_then(Value::as_str)
        .and_then(Name::parse)
        .ok_or_else(unrecognizable_output)?;
    let question = match (name, &subject.user) {
        (Name::CustomChallenge, _) => Question::Custom(rounds.clone()),
        (Name::PasswordVerifier, _) => {
            Question::PasswordVerifier(custom.srp_a.clone().ok_or_else(unrecognizable_output)?)
        }
        (_, None) => return Err(Fault::wrong_credentials()),
        (Name::DeviceSrpAuth, Some(user)) => {
            let device = device::named(scope, user, state).await?.filter(|device| device.remembered);
            device.ok_or_else(unrecognizable_output)?;
            Question::Device
        }
        (_, Some(user)) => {
            let mfa = Mfa::named(name.as_str()).filter(|mfa| factors::usable(scope.pool, user).contains(mfa));
            Question::Mfa(mfa.ok_or_else(unrecognizable_output)?)
        }
    };
    Ok(Next::Ask(question))
}

/// Makes CUSTOM_CHALLENGE: CreateAuthChallenge says what it is.
pub async fn ask(
    scope: SignInScope<'_>,
    subject: &Subject,
    state: &SignInState,
    rounds: Vec<Round>,
) -> Result<Ask, Fault> {
    if !Trigger::CreateAuthChallenge.is_configured(scope.pool) {
        return Err(not_configured());
    }
    let create = CustomAuthStep::Create(Name::CustomChallenge.as_str(), json!(rounds));
    let response = call(scope, subject, create).await?;
    let mut parameters = texts(&response, "publicChallengeParameters")?;
    parameters.insert("USERNAME".to_owned(), Value::String(subject.username.clone()));
    let private = texts(&response, "privateChallengeParameters")?;
    let metadata = match response.get("challengeMetadata") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.len() <= MAX_TEXT => Some(text.clone()),
        Some(_) => return Err(unrecognizable_output()),
    };
    let next = state.at_step(scope, Step::Custom)?;
    let private: BTreeMap<String, String> = private.into_iter().map(|(key, value)| (key, text(value))).collect();
    let private = scope.cx.services.keys.sealer.seal_value(Purpose::CustomChallenge, next.id.as_bytes(), &private)?;
    let parameters = parameters.into_iter().map(|(key, value)| (key, text(value))).collect();
    let custom = Some(CustomAuthState { rounds, private, metadata });
    Ok(Ask { name: Name::CustomChallenge, state: next, parameters, available: None, custom })
}

/// The error for an answer that both lets in and refuses.
fn contradiction() -> Fault {
    invalid_lambda_response("DefineAuthChallenge answered both issueTokens and failAuthentication.")
}

fn text(value: Value) -> String {
    match value {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// A map of texts in a function's answer.
fn texts(response: &Map<String, Value>, name: &str) -> Result<Map<String, Value>, Fault> {
    let map = match response.get(name) {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(map)) if map.values().all(|value| !value.is_object() && !value.is_array()) => map.clone(),
        Some(_) => return Err(unrecognizable_output()),
    };
    let length: usize = map.iter().map(|(key, value)| key.len() + value.as_str().map_or(8, str::len)).sum();
    if length > MAX_TEXT { Err(unrecognizable_output()) } else { Ok(map) }
}

/// Calls one of the three functions.
async fn call(
    scope: SignInScope<'_>,
    subject: &Subject,
    step: CustomAuthStep<'_>,
) -> Result<Map<String, Value>, Fault> {
    let answered = scope.cx.services.triggers.custom_auth(subject.event_context(scope), step).await?;
    answered.ok_or_else(not_configured)
}

/// Remembers the rounds until the challenge of this state is answered.
pub async fn keep(scope: SignInScope<'_>, state: &SignInState, asked: &CustomAuthState) -> Result<(), Fault> {
    let store = &scope.cx.services.store;
    store.transact(async |tx| Ok(store::put(tx, &scope.pool.id, &state.id, asked, state.until)?)).await
}

/// What was remembered; taken, so that it leads on once.
async fn take(scope: SignInScope<'_>, state: &SignInState) -> Result<CustomAuthState, Fault> {
    let taken = scope
        .cx
        .services
        .store
        .transact(async |tx| {
            let asked = store::get(tx, &scope.pool.id, &state.id, scope.cx.now).await?;
            store::delete(tx, &scope.pool.id, &state.id);
            Ok(asked)
        })
        .await?;
    taken.ok_or_else(invalid_session)
}
