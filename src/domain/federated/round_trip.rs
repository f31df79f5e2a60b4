//! A browser's way to a provider and back. What the sign-in is for stays here, under a short random handle that travels
//! as `state` or `RelayState`; it is good once, for five minutes, and in the browser that began.

use super::{Place, connector};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::federation::{Begun, FederationError, Round, Start};
use crate::keys::seal::{Purpose, bound};
use crate::model::IdentityProvider;
use crate::rng;
use crate::secret::same;
use crate::store::federation_rounds::{self as store, FederationRound};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a browser may be away.
const VALIDITY: Duration = Duration::from_secs(300);
/// How long it is remembered, so that who comes too late is told so.
const REMEMBERED: Duration = Duration::from_secs(900);
/// The length of a handle: 190 random bits.
const HANDLE: usize = 32;
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const HEXADECIMAL: &[u8] = b"0123456789abcdef";
/// The length of [`Round::nonce`] and [`Round::verifier`].
const NONCE: usize = 32;
const VERIFIER: usize = 43;
/// The longest handle that is looked for.
const MAX_HANDLE: usize = 128;

/// A round trip that begins.
pub struct Beginning<'a> {
    pub provider: &'a IdentityProvider,
    /// The app's authorization request, as a query: it is checked again when the browser is back.
    pub query: &'a str,
    /// The value of the browser's cookie.
    pub browser: &'a str,
    pub login_hint: Option<&'a str>,
    pub prompt: &'a [String],
    /// The authentication level that the app asks for.
    pub level: Option<u8>,
}

/// A round trip that ended: what was kept of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RoundTrip {
    /// The provider's name.
    pub provider: String,
    /// Tells the provider from a later one of its name.
    pub provider_created: Timestamp,
    /// The app's authorization request, as a query; of a sign-out, where it leads.
    pub query: String,
    pub is_logout: bool,
    nonce: String,
    verifier: String,
    begun: Timestamp,
    #[serde(with = "serde_bytes")]
    browser: Vec<u8>,
}

impl RoundTrip {
    fn new(provider: &IdentityProvider, query: &str, browser: &str, begun: Timestamp) -> Result<Self, Fault> {
        Ok(Self {
            provider: provider.name.clone(),
            provider_created: provider.created,
            query: query.to_owned(),
            is_logout: false,
            nonce: rng::text(HEXADECIMAL, NONCE)?,
            verifier: rng::text(ALPHANUMERIC, VERIFIER)?,
            begun,
            browser: digest(&SHA256, browser.as_bytes()).as_ref().to_vec(),
        })
    }

    /// What connectors see of it.
    pub fn round(&self) -> Round {
        Round { nonce: self.nonce.clone(), verifier: self.verifier.clone(), begun: self.begun }
    }

    /// Whether the browser was away for too long.
    pub fn is_late(&self, now: Timestamp) -> bool {
        now.since(self.begun) > VALIDITY
    }
}

/// Begins a sign-in at a provider.
pub async fn begin(at: Place<'_>, beginning: Beginning<'_>) -> Result<Begun, FederationError> {
    let trip = RoundTrip::new(beginning.provider, beginning.query, beginning.browser, at.cx.now)?;
    let handle = rng::text(ALPHANUMERIC, HANDLE).map_err(Fault::from)?;
    let start = Start {
        state: &handle,
        round: &trip.round(),
        login_hint: beginning.login_hint,
        prompt: beginning.prompt,
        level: beginning.level,
    };
    let begun = connector(at, beginning.provider).await?.begin(start).await?;
    if begun != Begun::AskPassword {
        keep(at, &handle, &trip).await?;
    }
    Ok(begun)
}

/// Begins a sign-out at the provider that a browser's session came from; `None` where the provider is not asked.
/// `session` is that of [`crate::federation::ExternalIdentity`]. The browser comes back to go on to `target`.
pub async fn begin_logout(
    at: Place<'_>,
    provider: &IdentityProvider,
    session: &str,
    (browser, target): (&str, &str),
) -> Result<Option<Begun>, FederationError> {
    let trip = RoundTrip { is_logout: true, ..RoundTrip::new(provider, target, browser, at.cx.now)? };
    let handle = rng::text(ALPHANUMERIC, HANDLE).map_err(Fault::from)?;
    let begun = connector(at, provider).await?.logout(session, &handle).await?;
    if begun.is_some() {
        keep(at, &handle, &trip).await?;
    }
    Ok(begun)
}

/// What a handle is stored under. The handle itself is not in the store.
fn key(handle: &str) -> ring::digest::Digest {
    digest(&SHA256, handle.as_bytes())
}

fn bound_to(at: Place<'_>, handle: &str) -> Vec<u8> {
    bound(&[&at.pool.id, &URL_SAFE_NO_PAD.encode(key(handle))])
}

/// Written without waiting for the disk: a round that a power cut takes away is begun again.
async fn keep(at: Place<'_>, handle: &str, trip: &RoundTrip) -> Result<(), Fault> {
    at.cx.services.risk.rates.round_trip(at.cx.source_ip, at.cx.now)?;
    let plain = rmp_serde::to_vec_named(trip).map_err(Fault::internal)?;
    let sealed = at.cx.services.keys.sealer.seal(Purpose::FederationRound, &bound_to(at, handle), &plain)?;
    let record = FederationRound { sealed };
    let work = async |tx: &crate::store::Tx| {
        store::put(tx, &at.pool.id, key(handle).as_ref(), &record, at.cx.now.plus(REMEMBERED))?;
        tx.skip_sync();
        Ok(())
    };
    at.cx.services.store.transact(work).await
}

/// Takes a round trip out of the store by its handle. It must be this browser's, by the value of its cookie; one that
/// was begun in another browser stays, so that nobody can end a stranger's sign-in.
pub async fn take(at: Place<'_>, handle: &str, browser: Option<&str>) -> Result<RoundTrip, FederationError> {
    if handle.is_empty() || handle.len() > MAX_HANDLE {
        return Err(FederationError::InvalidState);
    }
    let browser = browser.map(|value| digest(&SHA256, value.as_bytes()));
    let work = async |tx: &crate::store::Tx| {
        let Some(found) = store::get(tx, &at.pool.id, key(handle).as_ref(), at.cx.now).await? else { return Ok(None) };
        let sealer = &at.cx.services.keys.sealer;
        let plain = sealer.open(Purpose::FederationRound, &bound_to(at, handle), &found.sealed);
        let trip: RoundTrip = rmp_serde::from_slice(&plain.map_err(Fault::internal)?).map_err(Fault::internal)?;
        if !browser.is_some_and(|browser| same(browser.as_ref(), &trip.browser)) {
            return Ok(None);
        }
        store::delete(tx, &at.pool.id, key(handle).as_ref());
        Ok(Some(trip))
    };
    at.cx.services.store.transact(work).await?.ok_or(FederationError::InvalidState)
}
