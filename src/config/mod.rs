//! Owns the settings: one small file per section; defaults < file < environment < flags; unknown keys are refused.
//! Hands off typed sections. Must not know what is done with them.

pub mod acme;
pub mod certificates;
mod cidr;
pub mod delivery;
mod example;
pub mod federation;
pub mod identity;
pub mod imports;
pub mod keys;
pub mod limits;
mod load;
pub mod logs;
pub mod pages;
pub mod plugins;
pub mod protection;
pub mod quotas;
pub mod server;
pub mod store;
#[cfg(test)]
mod tests;
pub mod triggers;

pub use cidr::Cidr;
pub use example::example;
pub use load::{FILE_NAME, Sources, load};

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::net::SocketAddr;

/// All settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and how the server listens.
    pub server: server::ServerConfig,
    /// Certificates from an authority such as Let's Encrypt.
    pub acme: acme::AcmeConfig,
    /// Account, regions, issuer.
    pub identity: identity::IdentityConfig,
    /// The engine under the records.
    pub store: store::StoreConfig,
    /// The master key, signing keys, password work.
    pub keys: keys::KeysConfig,
    /// Mail and SMS.
    pub delivery: delivery::DeliveryConfig,
    /// Calls to other identity providers.
    pub federation: federation::FederationConfig,
    /// Import jobs of user pools.
    pub imports: imports::ImportsConfig,
    /// Lockout, rates, bounds.
    pub limits: limits::LimitsConfig,
    /// Where exported logs of pools go.
    pub logs: logs::LogsConfig,
    /// The pools' sign-in pages.
    pub pages: pages::PagesConfig,
    /// How much plugins may take.
    pub plugins: plugins::PluginsConfig,
    /// What threat protection looks things up in.
    pub protection: protection::ProtectionConfig,
    /// How much of everything there may be.
    pub quotas: quotas::QuotasConfig,
    /// Where the functions of pools are.
    pub triggers: triggers::TriggersConfig,
}

/// Everything that is wrong with the settings, one sentence each: `section.key: what is wrong; what to do`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the settings have {} fault{}:\n  {}", .0.len(), if .0.len() == 1 { "" } else { "s" }, .0.join("\n  "))]
pub struct ConfigErrors(pub Vec<String>);

impl Config {
    /// What is wrong with the settings as a whole, one sentence each.
    pub fn validate(&self) -> Vec<String> {
        [
            self.server.validate(),
            self.acme.validate(),
            self.together(),
            self.identity.validate(),
            self.store.validate(),
            self.keys.validate(),
            self.delivery.validate(),
            self.federation.validate(),
            self.imports.validate(),
            self.limits.validate(),
            self.logs.validate(),
            self.pages.validate(),
            self.plugins.validate(),
            self.quotas.validate(),
            self.triggers.validate(),
        ]
        .concat()
    }

    /// Faults that no section sees alone.
    fn together(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let server = &self.server;
        let bare =
            server.all_listeners().iter().any(|listener| listener.tls && listener.tls_cert.as_os_str().is_empty());
        if bare && !server.dev && server.certificates.is_empty() && !self.acme.enabled {
            faults.push(
                "server.tls: there is no certificate to use; set tls_cert and tls_key, list [[server.certificates]], or set up [acme]".into(),
            );
        }
        if self.acme.enabled && server.dev {
            faults.push("acme.enabled: development mode has a certificate of its own; leave one of the two out".into());
        }
        let listeners = server.all_listeners();
        if self.acme.enabled && !listeners.iter().any(server::ListenerConfig::tls) {
            faults.push(
                "acme.enabled: no listener would use the certificates; set server.tls, or tls of a listener".into(),
            );
        }
        let plain = server.redirect_http.is_some() || listeners.iter().any(|listener| !listener.tls());
        if self.acme.enabled && self.acme.challenge == acme::AcmeChallenge::Http01 && !plain {
            faults
                .push("acme.challenge: http-01 needs plain HTTP; set server.redirect_http, or take tls-alpn-01".into());
        }
        faults
    }

    /// Calls per second by category: those of the quota profile, where `limits.categories` says nothing else.
    pub fn category_rates(&self) -> BTreeMap<limits::Category, u32> {
        let profile = |category| Some((category, self.quotas.profile.rate(category)?));
        let mut rates: BTreeMap<_, _> = limits::Category::ALL.into_iter().filter_map(profile).collect();
        rates.extend(&self.limits.categories);
        rates
    }

    /// Fills in what depends on the address that was bound: after this, `server.listen` has its real port, and
    /// `server.public_url` and the issuers are never empty.
    pub fn settle(&mut self, bound: SocketAddr) {
        self.server.listen = bound;
        if self.server.public_url.is_empty() {
            self.server.public_url = self.server.url_of(bound);
        }
        if self.identity.issuer_base.is_empty() {
            self.identity.issuer_base = self.server.public_url.clone();
        }
        let issuer = &mut self.identity.identity_pool_issuer;
        if issuer.is_empty() {
            *issuer = format!("{}/cognito-identity", self.server.public_url.trim_end_matches('/'));
        }
    }
}
