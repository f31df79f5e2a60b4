//! Owns what one call carries: the services, the moment, the caller.
//! Hands off nothing. Must not know HTTP frameworks or wire formats.

use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::domain::access::Caller;
use crate::fault::Fault;
use crate::keys::Keys;
use crate::keys::cpu::{self, Lane};
use crate::store::Store;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::IpAddr;
use std::sync::Arc;

/// What the server is made of, built once by `app.rs`.
pub struct Services {
    /// Settings.
    pub config: Config,
    /// Time; shared with the worker of `delivery`.
    pub clock: Arc<Clock>,
    /// When the server started.
    pub started: Timestamp,
    /// Records.
    pub store: Store,
    /// Master key, sealing, signing keys, password hashing.
    pub keys: Keys,
    /// Mail and SMS.
    pub delivery: crate::delivery::Delivery,
    /// The way to other identity providers.
    pub fetcher: crate::federation::MetadataFetcher,
    /// Logs that pools export.
    pub logs: Arc<crate::delivery::Logs>,
    /// Lockout and rates.
    pub risk: crate::risk::Risk,
    /// The functions of pools, plugins among them.
    pub triggers: crate::triggers::Triggers,
    /// Access keys, opened.
    pub access: crate::domain::access::OpenKeys,
}

/// One call.
#[derive(Clone)]
pub struct Context {
    /// The services.
    pub services: Arc<Services>,
    /// The request id (a UUID), also in the response and the log.
    pub request_id: String,
    /// The moment of the call; read once.
    pub now: Timestamp,
    /// Where the call comes from.
    pub source_ip: IpAddr,
    /// The `User-Agent` header.
    pub user_agent: Option<String>,
    /// The region of the signing scope; `None` for an unsigned call.
    pub region: Option<String>,
    /// Who signed the call; `None` for an unsigned call.
    pub caller: Option<Caller>,
    /// `ClientMetadata`, where the operation passes it on to the pool's functions.
    pub metadata: Arc<BTreeMap<String, String>>,
}

impl Context {
    /// Runs the call's work so that its cryptography waits among that of its address.
    pub async fn in_lane<T>(&self, call: impl Future<Output = T>) -> T {
        cpu::in_lane(Lane::of_address(self.source_ip), call).await
    }

    /// The call with the `ClientMetadata` that it passes on to the pool's functions.
    pub fn passing_on(&self, metadata: Option<BTreeMap<String, String>>) -> Self {
        Self { metadata: metadata.map(Arc::new).unwrap_or_default(), ..self.clone() }
    }

    /// `TooManyRequestsException` where too much failed from the caller's address. A signed call comes from a back end
    /// that speaks for many users: what fails there is no one address's doing.
    pub fn check_address(&self) -> Result<(), Fault> {
        if self.caller.is_some() { Ok(()) } else { self.services.risk.rates.address(self.source_ip, self.now) }
    }

    /// Counts a failure against the caller's address.
    pub fn count_failure(&self) {
        if self.caller.is_none() {
            self.services.risk.rates.failed(self.source_ip, self.now);
        }
    }

    /// Takes one of the messages that the caller's address may cause.
    pub fn take_message(&self) -> Result<(), Fault> {
        if self.caller.is_some() { Ok(()) } else { self.services.risk.rates.message(self.source_ip, self.now) }
    }
}
