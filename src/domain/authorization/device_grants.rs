//! Sign-in of devices without a browser (RFC 8628): the device shows a user code, and its user types that on a page of
//! another device. The store knows the user code by its MAC alone. The device code is sealed state, so a wrong one
//! costs no read, and an old one is told from a wrong one.

use super::granted::GrantedSignIn;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools;
use crate::domain::tokens::Issued;
use crate::domain::users::codes::WrongCode;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::Pool;
use crate::store::device_grants::{self as store, Decision, DeviceGrant};
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;
use std::time::Duration;

/// How long a device may wait for its user.
pub const VALIDITY: Duration = Duration::from_secs(600);
/// Seconds between two questions of a device, and what is added for one that comes too early (RFC 8628 section 3.5).
pub const INTERVAL: u64 = 5;
/// The longest wait that is asked of a device.
const LONGEST_INTERVAL: u64 = 60;
/// Letters of a user code: no vowels, so that no words come out (RFC 8628 section 6.1).
const LETTERS: &[u8] = b"BCDFGHJKLMNPQRSTVWXZ";
/// How many there are: 34 bits, of which an address can try 100 in an hour.
const LENGTH: usize = 8;
/// The longest text that is read as a user code, in characters.
const LONGEST_TYPED: usize = 32;
/// The longest device code that is opened.
const LONGEST_CODE: usize = 512;
/// How often a user code is drawn until it is a new one.
const DRAWS: usize = 5;

/// What a device is told.
pub struct DeviceAuthorization {
    pub device_code: String,
    /// `BCDF-GHJK`.
    pub user_code: String,
}

/// What a device code says.
#[derive(Serialize, Deserialize)]
struct DeviceCode {
    id: String,
    client_id: String,
    user_code: String,
    until: Timestamp,
}

/// Begins for a client that has proven itself.
pub async fn begin(
    cx: &Context,
    pool: &Pool,
    client: &AuthenticatedClient,
    (scopes, resource): (Vec<String>, Option<String>),
) -> Result<DeviceAuthorization, Fault> {
    if cx.caller.is_none() {
        cx.services.risk.rates.device_request(cx.source_ip, cx.now)?;
    }
    let until = cx.now.plus(VALIDITY);
    let grant = DeviceGrant {
        id: crate::rng::uuid()?,
        client_id: client.id.clone(),
        scopes,
        resource,
        decision: Decision::Pending,
        interval: INTERVAL,
        next_poll: cx.now,
        until,
    };
    for _ in 0..DRAWS {
        let user_code = crate::rng::text(LETTERS, LENGTH)?;
        let mac = mac(cx, pool, &user_code);
        let is_new = cx
            .services
            .store
            .transact(async |tx| {
                if store::get(tx, &pool.id, &mac, cx.now).await?.is_some() {
                    return Ok(false);
                }
                store::put(tx, &pool.id, &mac, &grant)?;
                // A device whose code a power cut takes away asks for another.
                tx.skip_sync();
                Ok(true)
            })
            .await?;
        if is_new {
            let (head, tail) = user_code.split_at(LENGTH / 2);
            let shown = format!("{head}-{tail}");
            let code = DeviceCode { id: grant.id, client_id: client.id.clone(), user_code, until };
            let sealer = &cx.services.keys.sealer;
            let device_code = sealer.seal_text(Purpose::DeviceGrant, pool.id.as_bytes(), &code)?;
            return Ok(DeviceAuthorization { device_code, user_code: shown });
        }
    }
    Err(Fault::too_many_requests())
}

fn mac(cx: &Context, pool: &Pool, user_code: &str) -> [u8; 32] {
    cx.services.keys.sealer.mac(Purpose::DeviceGrant, &[pool.id.as_bytes(), user_code.as_bytes()])
}

/// A user code as it was drawn, of what somebody typed: case, spaces and hyphens do not count.
fn normalized(typed: &str) -> Option<String> {
    if typed.chars().count() > LONGEST_TYPED {
        return None;
    }
    let typed = typed.chars().filter(|c| !c.is_whitespace() && !matches!(c, '-' | '_' | '.'));
    let code: String = typed.map(|c| c.to_ascii_uppercase()).collect();
    (code.len() == LENGTH && code.bytes().all(|byte| LETTERS.contains(&byte))).then_some(code)
}

/// The device that waits with a user code as typed; `None` if there is none. Wrong ones count against the caller's
/// address and the pool.
pub async fn waiting(cx: &Context, pool: &Pool, typed: &str) -> Result<Option<DeviceGrant>, Fault> {
    let attempt = WrongCode::begin(cx, pool)?;
    let Some(code) = normalized(typed) else { return Ok(None) };
    let found = store::get(&cx.services.store, &pool.id, &mac(cx, pool, &code), cx.now).await?;
    let found = found.filter(|grant| grant.decision == Decision::Pending);
    if found.is_some() {
        attempt.was_right();
    }
    Ok(found)
}

/// Keeps what the user said of the device with this code: `granted`, or that they refuse. `false` if it waits no
/// longer.
pub async fn decide(cx: &Context, pool: &Pool, typed: &str, granted: Option<&GrantedSignIn>) -> Result<bool, Fault> {
    let Some(code) = normalized(typed) else { return Ok(false) };
    let mac = mac(cx, pool, &code);
    let decision = match granted {
        None => Decision::Denied,
        Some(granted) => {
            let plain = rmp_serde::to_vec_named(granted).map_err(Fault::internal)?;
            let sealed = cx.services.keys.sealer.seal(Purpose::DeviceGrant, &bound_to(pool, &code), &plain)?;
            Decision::Approved(ByteBuf::from(sealed))
        }
    };
    cx.services
        .store
        .transact(async |tx| {
            let found = store::get(tx, &pool.id, &mac, cx.now).await?;
            let Some(found) = found.filter(|grant| grant.decision == Decision::Pending) else { return Ok(false) };
            store::put(tx, &pool.id, &mac, &DeviceGrant { decision: decision.clone(), ..found })?;
            Ok(true)
        })
        .await
}

fn bound_to(pool: &Pool, code: &str) -> Vec<u8> {
    crate::keys::seal::bound(&[&pool.id, code])
}

/// Why a device gets no tokens.
#[derive(Debug)]
pub enum PollError {
    /// The user has not decided yet.
    Pending,
    /// As [`PollError::Pending`], and the device asks too often.
    SlowDown,
    Denied,
    Expired,
    /// Not this server's, another client's, or used.
    Invalid,
    Fault(Fault),
}

impl From<Fault> for PollError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The tokens of a device code, once its user has granted them. `key` is the thumbprint that they are to be bound to.
pub async fn redeem(
    cx: &Context,
    client: &AuthenticatedClient,
    device_code: &str,
    key: Option<String>,
) -> Result<Issued, PollError> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    if device_code.len() > LONGEST_CODE {
        return Err(PollError::Invalid);
    }
    let sealer = &cx.services.keys.sealer;
    let opened = sealer.open_text(Purpose::DeviceGrant, pool.id.as_bytes(), device_code);
    let code = opened.ok().filter(|code: &DeviceCode| code.client_id == client.id).ok_or(PollError::Invalid)?;
    if code.until <= cx.now {
        return Err(PollError::Expired);
    }
    let sealed = take(cx, &pool, &code).await?;
    let plain = sealer.open(Purpose::DeviceGrant, &bound_to(&pool, &code.user_code), &sealed);
    let granted: GrantedSignIn = rmp_serde::from_slice(&plain.map_err(Fault::internal)?).map_err(Fault::internal)?;
    let granted = GrantedSignIn { grant: crate::domain::tokens::Grant { key, ..granted.grant }, ..granted };
    granted.tokens(cx, &pool, client, None).await?.ok_or(PollError::Invalid)
}

/// Takes the decision of the user out of the store; what was granted is there once.
async fn take(cx: &Context, pool: &Pool, code: &DeviceCode) -> Result<ByteBuf, PollError> {
    let mac = mac(cx, pool, &code.user_code);
    cx.services
        .store
        .transact(async |tx| {
            let found = store::get(tx, &pool.id, &mac, cx.now).await?.filter(|grant| grant.id == code.id);
            let Some(found) = found else { return Ok(Err(PollError::Invalid)) };
            match found.decision {
                Decision::Approved(sealed) => {
                    store::delete(tx, &pool.id, &mac);
                    Ok(Ok(sealed))
                }
                Decision::Denied => {
                    store::delete(tx, &pool.id, &mac);
                    Ok(Err(PollError::Denied))
                }
                Decision::Pending => {
                    let early = cx.now < found.next_poll;
                    let interval =
                        if early { (found.interval + INTERVAL).min(LONGEST_INTERVAL) } else { found.interval };
                    let next_poll = cx.now.plus(Duration::from_secs(interval));
                    store::put(tx, &pool.id, &mac, &DeviceGrant { interval, next_poll, ..found })?;
                    tx.skip_sync();
                    Ok(Err(if early { PollError::SlowDown } else { PollError::Pending }))
                }
            }
        })
        .await?
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_read_as_people_type_them() {
        for typed in ["BCDF-GHJK", "bcdf ghjk", " BCDFGHJK ", "b-c-d-f.g_hjk"] {
            assert_eq!(normalized(typed).as_deref(), Some("BCDFGHJK"), "{typed}");
        }
        for typed in ["", "BCDF-GHJ", "BCDF-GHJKL", "ACDF-GHJK", "BCDF-GHJ0", "ВCDF-GHJK"] {
            assert_eq!(normalized(typed), None, "{typed}");
        }
        assert_eq!(normalized(&format!("BCDFGHJK{}", " ".repeat(40))), None);
    }

    proptest! {
        #[test]
        fn anything_can_be_typed(text in ".{0,60}") {
            let _ = normalized(&text);
        }
    }
}
