//! The `[federation]` section: how the server reaches other identity providers, and the metadata documents of clients.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// The `[federation]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct FederationConfig {
    /// Whether providers and metadata documents of clients may be at private and loopback addresses, providers on
    /// loopback also by plain http. Off, an administrator of a pool cannot make the server call into the network it
    /// stands in.
    pub allow_private: bool,
    /// How long one call to a provider, or for a document, may take, in seconds.
    pub timeout_seconds: u64,
    /// A PEM file of certificate authorities that are trusted besides the system's.
    pub ca_file: Option<PathBuf>,
    /// Servers that stand in for those of providers known by name (`Google`, `GitHub`), for tests: the paths stay,
    /// scheme and host are these.
    pub social_servers: BTreeMap<String, String>,
}

impl Default for FederationConfig {
    fn default() -> Self {
        Self { allow_private: false, timeout_seconds: 10, ca_file: None, social_servers: BTreeMap::new() }
    }
}

impl FederationConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        if (1..=120).contains(&self.timeout_seconds) {
            return Vec::new();
        }
        vec![format!("federation.timeout_seconds: {} is out of range; give 1 to 120", self.timeout_seconds)]
    }
}
