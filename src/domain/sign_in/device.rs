//! Remembered devices (DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER): the device's own secret, proven by SRP, in place of
//! a second factor.

use super::person::Person;
use super::session::{Course, Progress, Step, invalid, none};
use super::srp::{self, Exchanged};
use super::{At, Challenge, Name, Outcome, Proof, Whose, advance, mfa};
use crate::domain::users::devices;
use crate::domain::users::factors;
use crate::fault::Fault;
use crate::model::{Device, Factor, User};
use crate::store::users::by_username;

/// The device that the client named, where the pool tracks devices. A key that means none is an error by which clients
/// forget it.
pub async fn named(at: At<'_>, user: &User, progress: &Progress) -> Result<Option<Device>, Fault> {
    match &progress.device {
        Some(key) if at.pool.tracks_devices() => {
            devices::known(at.cx, &at.cx.services.store, at.pool, user, key).await.map(Some)
        }
        _ => Ok(None),
    }
}

/// Asks for the device's proof: in place of the second factor where the pool lets it be that, or beside the password
/// alone.
pub async fn next(at: At<'_>, user: &User, progress: &Progress) -> Result<Option<Outcome>, Fault> {
    let Some(device) = named(at, user, progress).await? else { return Ok(None) };
    if !device.remembered || progress.proven.contains(&Factor::Device) {
        return Ok(None);
    }
    let instead =
        at.pool.settings.device_configuration.as_ref().and_then(|config| config.challenge_required_on_new_device)
            == Some(true);
    if instead || !mfa::is_wanting(at, user, progress) { ask(at, progress).map(Some) } else { Ok(None) }
}

/// DEVICE_SRP_AUTH.
pub fn ask(at: At<'_>, progress: &Progress) -> Result<Outcome, Fault> {
    Challenge::sealed(at, Name::DeviceSrpAuth, &progress.at_step(at, Step::DeviceSrp)?, none())
}

/// The device that a step is for: the one named at first, still remembered.
async fn remembered(at: At<'_>, user: &User, progress: &Progress) -> Result<Device, Fault> {
    let device = named(at, user, progress).await?.ok_or_else(invalid)?;
    if device.remembered { Ok(device) } else { Err(Fault::wrong_credentials()) }
}

/// DEVICE_SRP_AUTH was answered with `A`.
pub async fn begin(
    at: At<'_>,
    progress: Progress,
    person: &Person,
    (a, key): (&str, Option<&str>),
) -> Result<Outcome, Fault> {
    let user = person.user.as_ref().filter(|_| progress.step == Step::DeviceSrp).ok_or_else(invalid)?;
    if key.is_some() && key != progress.device.as_deref() {
        return Err(invalid());
    }
    let device = remembered(at, user, &progress).await?;
    let verifier = devices::opened_verifier(at.cx, at.pool, user, &device)?;
    // The state keeps its id: of all the proofs begun with this session, one leads on.
    let progress = progress.turned(Step::DeviceVerifier);
    let Exchanged { mut parameters, session } = srp::exchange(at, &verifier, progress, a).await?;
    parameters.insert("USERNAME".to_owned(), user.username.clone());
    parameters.insert("DEVICE_KEY".to_owned(), device.key);
    Ok(Outcome::Challenge(Box::new(Challenge {
        name: Name::DevicePasswordVerifier,
        parameters,
        session: Some(session),
        available: None,
    })))
}

/// DEVICE_PASSWORD_VERIFIER was answered.
pub async fn prove(
    at: At<'_>,
    (username, key): (&str, Option<&str>),
    proof: Proof,
    whose: &Whose,
) -> Result<Outcome, Fault> {
    let (cx, services) = (at.cx, &at.cx.services);
    let opened = srp::open(at, &proof)?;
    let progress = opened.progress().clone();
    if progress.step != Step::DeviceVerifier || (key.is_some() && key != progress.device.as_deref()) {
        return Err(Fault::wrong_credentials());
    }
    let person = progress.person(at, username).await?;
    whose.replace(Some((person.user.clone(), person.typed.clone())));
    let user = person.user.as_ref().ok_or_else(Fault::wrong_credentials)?;
    let device = remembered(at, user, &progress).await?;
    let attempt = factors::attempt(cx, at.pool, &user.sub).await?;
    let verifier = devices::opened_verifier(cx, at.pool, user, &device)?;
    let group = devices::group_key(cx, at.pool, user);
    if !opened.verify(verifier, (group, device.key.clone()), proof).await? {
        attempt.failed().await?;
        cx.count_failure();
        return Err(Fault::wrong_credentials());
    }
    let user = services
        .store
        .transact(async |tx| {
            progress.spend(cx, tx).await?;
            progress.user(at, tx).await?;
            devices::signed_in(cx, tx, at.pool, user, &device.key).await?;
            by_username(tx, at.pool, &progress.username).await?.ok_or_else(invalid)
        })
        .await?;
    attempt.succeeded().await?;
    let done = if progress.course == Course::Custom { Name::DeviceSrpAuth } else { Name::DevicePasswordVerifier };
    advance(at, &user, progress.proving(Factor::Device), done).await
}
