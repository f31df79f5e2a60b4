//! Remembered devices (Cognito: ConfirmDevice and its kin). There is no record of a device before the client confirms
//! it, and it can confirm only the one that its own access token names.

use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::seal::{Purpose, bound};
use crate::keys::srp::Verifier;
use crate::model::{Device, Pool, User};
use crate::store::{Read, Tx, devices, tokens, users};
use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use std::time::Duration;

/// The longest that the refresh tokens of a sign-in can live.
const LONGEST_SIGN_IN: Duration = Duration::from_secs(3650 * 86_400);
/// Devices that one user can have; who confirms another loses the one that matters least.
const MAX_PER_USER: usize = 100;
/// The longest base64 of a verifier or a salt that is read.
const MAX_BASE64: usize = 1024;
/// Base64 as clients write it: with padding, mostly.
const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

fn unknown() -> Fault {
    // Clients forget their device key on this very text.
    Fault::not_found("Device does not exist.")
}

/// Refuses pools that do not track devices.
pub fn require_tracking(pool: &Pool) -> Result<(), Fault> {
    if pool.tracks_devices() {
        return Ok(());
    }
    Err(Fault::modelled("InvalidUserPoolConfigurationException", "User pool does not have device tracking enabled."))
}

/// The device group key of a user: `-` and eight letters or digits, always the same.
pub fn group_key(cx: &Context, pool: &Pool, user: &User) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mac = cx.services.keys.sealer.mac(Purpose::DeviceGroup, &[pool.id.as_bytes(), user.sub.as_bytes()]);
    let letter = |byte: &u8| LETTERS.get(usize::from(*byte) % LETTERS.len()).map(|letter| char::from(*letter));
    std::iter::once('-').chain(mac.iter().take(8).filter_map(letter)).collect()
}

/// `NewDeviceMetadata` of a sign-in that named no known device: a new device key, and the user's group key. The key
/// goes into the access token (`device_key`); nothing is stored until the client confirms it.
pub fn new_metadata(cx: &Context, pool: &Pool, user: &User) -> Result<(String, String), Fault> {
    Ok((format!("{}_{}", pool.region(), crate::rng::uuid()?), group_key(cx, pool, user)))
}

/// A device of a user, as it stands at `cx.now`: one that went unused for longer than the pool allows is no longer
/// remembered.
pub async fn find(
    cx: &Context,
    read: &impl Read,
    pool: &Pool,
    user: &User,
    key: &str,
) -> Result<Option<Device>, Fault> {
    Ok(devices::get(read, &pool.id, &user.sub, key).await?.map(|device| current(cx, pool, device)))
}

/// [`find`], or `ResourceNotFoundException`.
pub async fn known(cx: &Context, read: &impl Read, pool: &Pool, user: &User, key: &str) -> Result<Device, Fault> {
    find(cx, read, pool, user, key).await?.ok_or_else(unknown)
}

fn current(cx: &Context, pool: &Pool, mut device: Device) -> Device {
    let lapsed = pool.device_expiry().is_some_and(|expiry| cx.now.since(device.last_used()) >= expiry);
    device.lapsed = device.remembered && lapsed;
    device.remembered &= !lapsed;
    device
}

/// A page of a user's devices by key, and whether more follow.
pub async fn list(
    cx: &Context,
    pool: &Pool,
    user: &User,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Device>, bool), Fault> {
    let (found, more) = devices::list(&cx.services.store, &pool.id, &user.sub, after, limit).await?;
    Ok((found.into_iter().map(|device| current(cx, pool, device)).collect(), more))
}

fn forgotten(pool: &Pool, user: &User, key: &str) -> String {
    format!("forgotten device {} {} {key}", pool.id, user.sub)
}

/// Whether a device was forgotten: its sign-ins end with it, and it does not come back by confirming itself again.
pub async fn is_forgotten(cx: &Context, read: &impl Read, pool: &Pool, user: &User, key: &str) -> Result<bool, Fault> {
    Ok(tokens::is_used(read, &forgotten(pool, user, key), cx.now).await?)
}

fn owner(pool: &Pool, user: &User, key: &str) -> Vec<u8> {
    bound(&[&pool.id, &user.sub, key])
}

/// The verifier of a device, for the exchange of DEVICE_SRP_AUTH: group = [`group_key`], user = the device key.
pub fn opened_verifier(cx: &Context, pool: &Pool, user: &User, device: &Device) -> Result<Verifier, Fault> {
    let bound_to = owner(pool, user, &device.key);
    cx.services.keys.sealer.open_value(Purpose::DeviceVerifier, &bound_to, &device.verifier).map_err(Fault::internal)
}

/// Notes that a sign-in with the device succeeded. A device forgotten meanwhile is `ResourceNotFoundException`.
pub async fn signed_in(cx: &Context, tx: &Tx, pool: &Pool, user: &User, key: &str) -> Result<(), Fault> {
    // Read as it is now, so that one that lapsed does not come back by being used.
    let mut device = known(cx, tx, pool, user, key).await?;
    device.authenticated = cx.now;
    device.last_ip = cx.source_ip.to_string();
    devices::put(tx, &pool.id, &user.sub, &device)?;
    Ok(())
}

/// What ConfirmDevice brings.
pub struct NewDevice {
    /// The key that the sign-in gave.
    pub key: String,
    /// What the client calls it.
    pub name: Option<String>,
    /// `PasswordVerifier`, base64.
    pub verifier: String,
    /// `Salt`, base64.
    pub salt: String,
}

/// Confirms the device that the session's token names. Answers whether the user must still say that it may be
/// remembered.
pub async fn confirm(cx: &Context, session: &VerifiedAccessToken, new: NewDevice) -> Result<bool, Fault> {
    let (pool, user) = (&session.pool, &session.user);
    require_tracking(pool)?;
    if session.device.as_deref() != Some(new.key.as_str()) {
        return Err(unknown());
    }
    let verifier = read_verifier(&new.salt, &new.verifier).await?;
    let asks = pool
        .settings
        .device_configuration
        .as_ref()
        .and_then(|c| c.device_only_remembered_on_user_prompt)
        .unwrap_or(false);
    let device = Device {
        verifier: cx.services.keys.sealer.seal_value(
            Purpose::DeviceVerifier,
            &owner(pool, user, &new.key),
            &verifier,
        )?,
        key: new.key,
        name: new.name,
        remembered: !asks,
        lapsed: false,
        created: cx.now,
        modified: cx.now,
        authenticated: cx.now,
        last_ip: cx.source_ip.to_string(),
        sdk: sdk(cx.user_agent.as_deref()),
    };
    cx.services
        .store
        .transact(async |tx| {
            // A user who is deleted meanwhile leaves no device behind.
            users::by_username(tx, pool, &user.username)
                .await?
                .filter(|now| now.sub == user.sub)
                .ok_or_else(Fault::user_not_found)?;
            if is_forgotten(cx, tx, pool, user, &device.key).await? {
                return Err(unknown());
            }
            if devices::get(tx, &pool.id, &user.sub, &device.key).await?.is_some() {
                return Err(Fault::modelled("DeviceKeyExistsException", "Device already exists with the given key."));
            }
            make_room(cx, tx, pool, user).await?;
            devices::put(tx, &pool.id, &user.sub, &device)?;
            Ok(asks)
        })
        .await
}

async fn read_verifier(salt: &str, verifier: &str) -> Result<Verifier, Fault> {
    let bytes = |text: &str| (text.len() <= MAX_BASE64).then(|| LENIENT.decode(text).ok()).flatten();
    let invalid = || Fault::invalid("Invalid device secret verifier config.");
    let (salt, verifier) = bytes(salt).zip(bytes(verifier)).ok_or_else(invalid)?;
    cpu::run(move || Verifier::from_device(&salt, &verifier)).await?.ok_or_else(invalid)
}

/// Takes out what matters least where a user has too many: devices that are not remembered first, then those longest
/// unused. Clients have no way to go on from an error here, and users no reason to see one.
async fn make_room(cx: &Context, tx: &Tx, pool: &Pool, user: &User) -> Result<(), Fault> {
    let (mut all, _) = devices::list(tx, &pool.id, &user.sub, None, 2 * MAX_PER_USER).await?;
    all = all.into_iter().map(|device| current(cx, pool, device)).collect();
    all.sort_by_key(|device| (device.remembered, device.last_used()));
    for device in all.iter().take((all.len() + 1).saturating_sub(MAX_PER_USER)) {
        devices::delete(tx, &pool.id, &user.sub, &device.key);
    }
    Ok(())
}

/// The library in a `User-Agent`, as `dev:device_sdk` has it.
fn sdk(user_agent: Option<&str>) -> String {
    let product = user_agent.unwrap_or_default().split(['/', ' ']).next().unwrap_or_default();
    let is_name = product.len() <= 64 && product.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if is_name && product.starts_with("aws-") { product.to_owned() } else { "aws-sdk-unknown-unknown".to_owned() }
}

/// Sets whether a device is remembered.
pub async fn set_remembered(cx: &Context, pool: &Pool, user: &User, key: &str, remembered: bool) -> Result<(), Fault> {
    require_tracking(pool)?;
    cx.services
        .store
        .transact(async |tx| {
            let mut device = known(cx, tx, pool, user, key).await?;
            device.remembered = remembered;
            device.modified = cx.now;
            devices::put(tx, &pool.id, &user.sub, &device)?;
            Ok(())
        })
        .await
}

/// Removes a device.
pub async fn forget(cx: &Context, pool: &Pool, user: &User, key: &str) -> Result<(), Fault> {
    require_tracking(pool)?;
    cx.services
        .store
        .transact(async |tx| {
            known(cx, tx, pool, user, key).await?;
            devices::delete(tx, &pool.id, &user.sub, key);
            tokens::mark_used(tx, &forgotten(pool, user, key), cx.now.plus(LONGEST_SIGN_IN))?;
            Ok(())
        })
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_is_a_plain_name_or_unknown() {
        assert_eq!(sdk(Some("aws-sdk-js/3.9 os/linux")), "aws-sdk-js");
        assert_eq!(sdk(Some("aws-amplify/6.0 auth/1")), "aws-amplify");
        for other in [None, Some(""), Some("Mozilla/5.0 (X11)"), Some("aws-<script>/1")] {
            assert_eq!(sdk(other), "aws-sdk-unknown-unknown");
        }
    }
}
