//! Remembered devices (DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER): the device's own secret, proven by SRP, in place of
//! a second factor.

use super::scope::SignInScope;
use super::session::invalid_session;
use super::srp::{self, Block};
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, Proved, Question, Turn};
use super::{ChallengeReply, Name, Opened, SrpProof, mfa};
use crate::domain::users::devices;
use crate::domain::users::factors;
use crate::fault::Fault;
use crate::model::{Device, Factor, User};
use crate::risk::Guessed;
use crate::store::users::by_username;

/// The device that the client named, where the pool tracks devices. A key that means none is an error by which clients
/// forget it.
pub async fn named(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<Option<Device>, Fault> {
    match &state.device {
        Some(key) if scope.pool.tracks_devices() => {
            devices::known(scope.cx, &scope.cx.services.store, scope.pool, user, key).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// Whether the device's proof is wanted: in place of the second factor where the pool lets it be that, or beside the
/// password alone.
pub async fn is_wanted(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<bool, Fault> {
    let Some(device) = named(scope, user, state).await? else { return Ok(false) };
    if !device.remembered || state.proven.contains(&Factor::Device) {
        return Ok(false);
    }
    let configuration = scope.pool.settings.device_configuration.as_ref();
    let replaces_mfa = configuration.and_then(|config| config.challenge_required_on_new_device) == Some(true);
    Ok(replaces_mfa || !mfa::is_wanted(scope, user, state))
}

/// Makes DEVICE_SRP_AUTH.
pub fn ask(scope: SignInScope<'_>, state: &SignInState) -> Result<Ask, Fault> {
    Ok(Ask::new(Name::DeviceSrpAuth, state.at_step(scope, Step::DeviceSrp)?, []))
}

/// The device that a step is for: the one named at first, still remembered.
async fn remembered(scope: SignInScope<'_>, user: &User, state: &SignInState) -> Result<Device, Fault> {
    let device = named(scope, user, state).await?.ok_or_else(invalid_session)?;
    if device.remembered { Ok(device) } else { Err(Fault::wrong_credentials()) }
}

/// The answer to DEVICE_SRP_AUTH.
pub struct Given {
    /// SRP's `A` (hex).
    pub a: String,
    /// `DEVICE_KEY`.
    pub key: Option<String>,
}

/// Takes the answer to DEVICE_SRP_AUTH.
pub fn answer(state: SignInState, subject: &Subject, given: Given) -> Result<Turn, Fault> {
    if subject.user.is_none() || state.step != Step::DeviceSrp {
        return Err(invalid_session());
    }
    if given.key.is_some() && given.key != state.device {
        return Err(invalid_session());
    }
    Ok(Turn::ask(state, Question::DeviceVerifier(given.a)))
}

/// Makes DEVICE_PASSWORD_VERIFIER.
pub async fn ask_verifier(scope: SignInScope<'_>, user: &User, state: &SignInState, a: &str) -> Result<Ask, Fault> {
    let device = remembered(scope, user, state).await?;
    let verifier = devices::opened_verifier(scope.cx, scope.pool, user, &device)?;
    // The state keeps its id: of all the proofs begun with this session, one leads on.
    let next = state.clone().with_step(Step::DeviceVerifier);
    let mut ask = srp::exchange(scope, &verifier, next, srp::Begun { name: Name::DevicePasswordVerifier, a }).await?;
    ask.parameters.insert("USERNAME".to_owned(), user.username.clone());
    ask.parameters.insert("DEVICE_KEY".to_owned(), device.key);
    Ok(ask)
}

/// Opens the block that comes back with DEVICE_PASSWORD_VERIFIER.
pub async fn open(scope: SignInScope<'_>, reply: &ChallengeReply<'_>, proof: &SrpProof) -> Result<Opened, Fault> {
    let block = srp::unseal(scope, proof)?;
    let state = block.state().clone();
    if state.step != Step::DeviceVerifier || (reply.device.is_some() && reply.device != state.device) {
        return Err(Fault::wrong_credentials());
    }
    let subject = state.subject(scope, reply.username).await?;
    Ok(Opened { state, subject, block: Some(block) })
}

/// Judges the answer to DEVICE_PASSWORD_VERIFIER.
pub async fn answer_verifier(
    scope: SignInScope<'_>,
    subject: &Subject,
    block: Block,
    proof: SrpProof,
) -> Result<Turn, Fault> {
    let (cx, services) = (scope.cx, &scope.cx.services);
    let state = block.state().clone();
    let user = subject.user.as_ref().ok_or_else(Fault::wrong_credentials)?;
    let device = remembered(scope, user, &state).await?;
    let attempt = factors::attempt(cx, scope.pool, Guessed::SecondFactor, &user.sub).await?;
    let verifier = devices::opened_verifier(cx, scope.pool, user, &device)?;
    let names = srp::HashedNames { group: devices::group_key(cx, scope.pool, user), user: device.key.clone() };
    if !block.verify(verifier, names, proof).await? {
        attempt.failed().await?;
        cx.count_failure();
        return Err(Fault::wrong_credentials());
    }
    let user = services
        .store
        .transact(async |tx| {
            state.spend(cx, tx).await?;
            state.user(scope, tx).await?;
            devices::signed_in(cx, tx, scope.pool, user, &device.key).await?;
            by_username(tx, scope.pool, &state.username).await?.ok_or_else(invalid_session)
        })
        .await?;
    attempt.succeeded().await?;
    // The pool's functions know the two steps by the name of the first.
    let by_functions = state.decider == Decider::Functions;
    let challenge = if by_functions { Name::DeviceSrpAuth } else { Name::DevicePasswordVerifier };
    Ok(Proved::turn_of(user, state.proving(Factor::Device), challenge))
}
