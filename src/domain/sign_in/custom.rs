//! CUSTOM_AUTH: the pool's functions decide. DefineAuthChallenge says what comes next, CreateAuthChallenge asks,
//! VerifyAuthChallengeResponse judges; what was asked so far stands in the store, since functions may say much.

use super::person::Person;
use super::session::{Course, Progress, Step, invalid};
use super::{At, Challenge, Name, Outcome, check_account, device, finish, mfa, new_password, srp};
use crate::domain::users::factors;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Factor, Mfa, User};
use crate::store::custom_sign_ins::{self as store, CustomAuthState, Round};
use crate::triggers::{CustomAuthStep, TokenSource, Trigger, unrecognizable_output};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Most rounds of one sign-in.
const MAX_ROUNDS: usize = 20;
/// Most bytes of what a function wants remembered or told.
const MAX_TEXT: usize = 20_000;

/// Begins a sign-in that the pool's functions lead; with SRP's `A` where the password comes first.
pub async fn begin(at: At<'_>, person: &Person, srp_a: Option<&str>, device: Option<String>) -> Result<Outcome, Fault> {
    if !Trigger::DefineAuthChallenge.is_configured(at.pool) {
        return Err(Fault::invalid("Custom auth lambda trigger is not configured for the user pool."));
    }
    person.told(at)?;
    check_told(at, person)?;
    person.pre_authenticate(at).await?;
    let progress = Progress::new(at, person, Course::Custom, device)?;
    let rounds =
        srp_a.map(|_| Round { challenge_name: "SRP_A".to_owned(), challenge_result: true, challenge_metadata: None });
    define(at, person, progress, rounds.into_iter().collect(), srp_a).await
}

/// Whether the account lets anybody in, where that may be said before anything is proven. It is asked again at the end.
fn check_told(at: At<'_>, person: &Person) -> Result<(), Fault> {
    match &person.user {
        Some(user) if !at.client.hides_users() => check_account(user),
        _ => Ok(()),
    }
}

/// Goes on after a step that Poolhouse itself judged.
pub async fn resume(
    at: At<'_>,
    user: &User,
    progress: Progress,
    (done, right): (Name, bool),
) -> Result<Outcome, Fault> {
    let person = Person::of(user.clone(), &user.username);
    let mut asked = take(at, &progress).await?;
    asked.rounds.push(Round {
        challenge_name: done.as_str().to_owned(),
        challenge_result: right,
        challenge_metadata: None,
    });
    define(at, &person, progress, asked.rounds, None).await
}

/// CUSTOM_CHALLENGE was answered: the pool's function judges. A wrong answer is no error; DefineAuthChallenge decides
/// what follows.
pub async fn answer(at: At<'_>, progress: Progress, person: &Person, answer: &str) -> Result<Outcome, Fault> {
    if progress.step != Step::Custom {
        return Err(invalid());
    }
    check_told(at, person)?;
    // Before the functions run: an answer sent twice at once is judged once.
    progress.spend_alone(at.cx).await?;
    let mut asked = take(at, &progress).await?;
    let sealer = &at.cx.services.keys.sealer;
    let private: BTreeMap<String, String> =
        sealer.open_value(Purpose::CustomChallenge, progress.id.as_bytes(), &asked.private).map_err(|_| invalid())?;
    let response = call(at, person, CustomAuthStep::Verify(&private, answer)).await?;
    let right = response.get("answerCorrect").and_then(Value::as_bool).ok_or_else(unrecognizable_output)?;
    asked.rounds.push(Round {
        challenge_name: Name::CustomChallenge.as_str().to_owned(),
        challenge_result: right,
        challenge_metadata: asked.metadata,
    });
    let progress =
        if right && !progress.proven.contains(&Factor::Custom) { progress.proving(Factor::Custom) } else { progress };
    define(at, person, progress, asked.rounds, None).await
}

/// Asks DefineAuthChallenge what comes next.
async fn define(
    at: At<'_>,
    person: &Person,
    progress: Progress,
    rounds: Vec<Round>,
    srp_a: Option<&str>,
) -> Result<Outcome, Fault> {
    if rounds.len() > MAX_ROUNDS {
        return Err(Fault::wrong_credentials());
    }
    let response = call(at, person, CustomAuthStep::Define(json!(rounds))).await?;
    let flag = |name: &str| match response.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(unrecognizable_output()),
    };
    if flag("failAuthentication")? {
        at.cx.count_failure();
        return Err(Fault::wrong_credentials());
    }
    if flag("issueTokens")? {
        // What the functions say of nobody is never tokens.
        let user = person.user.as_ref().ok_or_else(Fault::wrong_credentials)?;
        return complete(at, user, progress).await;
    }
    let name = response
        .get("challengeName")
        .and_then(Value::as_str)
        .and_then(Name::parse)
        .ok_or_else(unrecognizable_output)?;
    match (name, &person.user) {
        (Name::CustomChallenge, _) => create(at, person, progress, rounds).await,
        (Name::PasswordVerifier, _) => {
            let a = srp_a.ok_or_else(unrecognizable_output)?;
            keep_with(at, srp::ask(at, person, progress, a).await?, rounds).await
        }
        (Name::DeviceSrpAuth, Some(user)) => {
            let device = device::named(at, user, &progress).await?.filter(|device| device.remembered);
            device.ok_or_else(unrecognizable_output)?;
            keep_with(at, device::ask(at, &progress)?, rounds).await
        }
        (_, Some(user)) => {
            let mfa = Mfa::named(name.as_str()).filter(|mfa| factors::usable(at.pool, user).contains(mfa));
            let mfa = mfa.ok_or_else(unrecognizable_output)?;
            keep_with(at, mfa::ask(at, user, &progress, mfa).await?, rounds).await
        }
        (_, None) => Err(Fault::wrong_credentials()),
    }
}

/// The functions let the user in. A temporary password that was proven must still be replaced.
async fn complete(at: At<'_>, user: &User, progress: Progress) -> Result<Outcome, Fault> {
    check_account(user)?;
    let progress = progress.on(Course::Plain);
    match new_password::needed(at, user, &progress)? {
        Some(asked) => Ok(asked),
        None => finish(at, user, (progress, TokenSource::Authentication)).await,
    }
}

/// Lets CreateAuthChallenge make the question.
async fn create(at: At<'_>, person: &Person, progress: Progress, rounds: Vec<Round>) -> Result<Outcome, Fault> {
    if !Trigger::CreateAuthChallenge.is_configured(at.pool) {
        return Err(Fault::invalid("Custom auth lambda trigger is not configured for the user pool."));
    }
    let response = call(at, person, CustomAuthStep::Create(Name::CustomChallenge.as_str(), json!(rounds))).await?;
    let mut parameters = texts(&response, "publicChallengeParameters")?;
    parameters.insert("USERNAME".to_owned(), Value::String(person.username.clone()));
    let private = texts(&response, "privateChallengeParameters")?;
    let metadata = match response.get("challengeMetadata") {
        None | Some(Value::Null) => None,
        Some(Value::String(text)) if text.len() <= MAX_TEXT => Some(text.clone()),
        Some(_) => return Err(unrecognizable_output()),
    };
    let next = progress.at_step(at, Step::Custom)?;
    let private: BTreeMap<String, String> = private.into_iter().map(|(key, value)| (key, text(value))).collect();
    let private = at.cx.services.keys.sealer.seal_value(Purpose::CustomChallenge, next.id.as_bytes(), &private)?;
    keep(at, &next, CustomAuthState { rounds, private, metadata }).await?;
    let parameters = parameters.into_iter().map(|(key, value)| (key, text(value))).collect();
    let challenge =
        Challenge { name: Name::CustomChallenge, parameters, session: Some(next.seal(at)?), available: None };
    Ok(Outcome::Challenge(Box::new(challenge)))
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
async fn call(at: At<'_>, person: &Person, asked: CustomAuthStep<'_>) -> Result<Map<String, Value>, Fault> {
    let answered = at.cx.services.triggers.custom_auth(person.about(at), asked).await?;
    answered.ok_or_else(|| Fault::invalid("Custom auth lambda trigger is not configured for the user pool."))
}

/// Keeps what was asked so far, for the step that a challenge of Poolhouse's own leads to.
async fn keep_with(at: At<'_>, outcome: Outcome, rounds: Vec<Round>) -> Result<Outcome, Fault> {
    if let Outcome::Challenge(challenge) = &outcome
        && let Some(session) = &challenge.session
    {
        let next = super::session::open(at, session).await?;
        keep(at, &next, CustomAuthState { rounds, ..Default::default() }).await?;
    }
    Ok(outcome)
}

async fn keep(at: At<'_>, progress: &Progress, asked: CustomAuthState) -> Result<(), Fault> {
    at.cx
        .services
        .store
        .transact(async |tx| Ok(store::put(tx, &at.pool.id, &progress.id, &asked, progress.until)?))
        .await
}

/// What was asked before this step; taken, so that it leads on once.
async fn take(at: At<'_>, progress: &Progress) -> Result<CustomAuthState, Fault> {
    let taken = at
        .cx
        .services
        .store
        .transact(async |tx| {
            let asked = store::get(tx, &at.pool.id, &progress.id, at.cx.now).await?;
            store::delete(tx, &at.pool.id, &progress.id);
            Ok(asked)
        })
        .await?;
    taken.ok_or_else(invalid)
}
