//! Owns the settings: one small file per section; defaults < file < environment < flags; unknown keys are refused.
//! Hands off typed sections. Must not know what is done with them.

pub mod delivery;
pub mod identity;
pub mod keys;
pub mod limits;
pub mod server;
pub mod store;

use serde::{Deserialize, Serialize};

/// All settings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    /// Where and how the server listens.
    pub server: server::ServerConfig,
    /// Account, regions, issuer.
    pub identity: identity::IdentityConfig,
    /// The data directory and the engine.
    pub store: store::StoreConfig,
    /// The master key, signing keys, password work.
    pub keys: keys::KeysConfig,
    /// Mail and SMS.
    pub delivery: delivery::DeliveryConfig,
    /// Lockout, rates, bounds.
    pub limits: limits::LimitsConfig,
}
