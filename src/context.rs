//! Owns what one call carries: the services, the moment, the caller.
//! Hands off nothing. Must not know HTTP frameworks, wire formats or rules: `domain` and what is above it use it.

use crate::certificates::Certificates;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::delivery::{Delivery, Logs};
use crate::fault::Fault;
use crate::federation::{MetadataFetcher, Oidc};
use crate::keys::cpu::{self, Lane};
use crate::keys::{AccessKeyCache, Keys};
use crate::language::Catalogue;
use crate::model::Caller;
use crate::risk::Risk;
use crate::store::Store;
use crate::triggers::Triggers;
use crate::web::Templates;
use std::collections::BTreeMap;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use tokio::sync::Notify;

/// What the server is made of, built once by [`crate::app::App::build`].
pub struct Services {
    /// The settings, settled on the bound address.
    pub config: Config,
    /// Shared with the workers in the background. Rules read [`Context::now`] instead.
    pub clock: Arc<Clock>,
    /// When the server started.
    pub started: Timestamp,
    /// All records.
    pub store: Store,
    /// The master key, sealing, signing keys, and the cores for password work.
    pub keys: Keys,
    /// Mail and SMS: the outbox and what sends it.
    pub delivery: Delivery,
    /// Fetches the documents of other identity providers.
    pub fetcher: MetadataFetcher,
    /// What providers that speak OpenID Connect publish, and calls to them.
    pub oidc: Oidc,
    /// The certificates of TLS, and the custom domains that they are for.
    pub certificates: Arc<Certificates>,
    /// Where the logs of pools are exported to (`SetLogDeliveryConfiguration`).
    pub logs: Arc<Logs>,
    /// Lockout, rates, quotas, and what may be used once only.
    pub risk: Risk,
    /// The hooks of pools (`LambdaConfig`), one typed function each, and the plugins that they call.
    pub triggers: Triggers,
    /// Templates and style sheets of the pools' pages.
    pub templates: Templates,
    /// Wakes what sends logout tokens (`tokens::logout_notices`).
    pub logout_notices: tokio::sync::Notify,
    /// What people read, in all languages.
    pub catalogue: Arc<Catalogue>,
    /// Access keys with their secrets opened.
    pub access_keys: AccessKeyCache,
    /// Told when an import job was started or stopped.
    pub imports_due: Notify,
}

/// One call.
#[derive(Clone)]
pub struct Context {
    pub services: Arc<Services>,
    /// A UUID, also in the response and on every log line of the call.
    pub request_id: String,
    /// The moment of the call. Read once, so that one call sees one time.
    pub now: Timestamp,
    /// The client's address: the peer, or what a trusted proxy says of it.
    pub source_ip: IpAddr,
    /// The `User-Agent` header, cut to 1,024 characters.
    pub user_agent: Option<String>,
    /// The region of the signature's scope; `None` for an unsigned call.
    pub region: Option<String>,
    /// Who signed the call; `None` for an unsigned call.
    pub caller: Option<Caller>,
    /// The language of the page that the call came from; `None` for a call of the API.
    pub language: Option<String>,
    /// `ClientMetadata`, where the operation passes it on to the pool's functions.
    pub metadata: Arc<BTreeMap<String, String>>,
}

impl Context {
    /// A context outside any call: for work in the background, and for tests.
    pub fn in_background(services: Arc<Services>) -> Result<Self, Fault> {
        Ok(Self {
            request_id: crate::rng::uuid()?,
            now: services.clock.now(),
            source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
            user_agent: None,
            region: None,
            caller: None,
            language: None,
            metadata: Default::default(),
            services,
        })
    }

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

    /// Takes one of the sign-ups without a message that the caller's address may make.
    pub fn take_sign_up(&self) -> Result<(), Fault> {
        if self.caller.is_some() { Ok(()) } else { self.services.risk.rates.sign_up(self.source_ip, self.now) }
    }

    /// Takes one of the new guests that the caller's address may be.
    pub fn take_guest(&self) -> Result<(), Fault> {
        if self.caller.is_some() { Ok(()) } else { self.services.risk.rates.guest(self.source_ip, self.now) }
    }
}
