//! The `[keys]` section.

use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// The `[keys]` section. The master key itself is never written here: it comes from `POOLHOUSE_MASTER_KEY`, from
/// `master_key_file`, or from `master.key` in the data directory, which the first start makes.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct KeysConfig {
    /// A file with the master key (32 bytes as base64 or hex), readable by the server's user alone. Unset:
    /// `<data_dir>/master.key`.
    pub master_key_file: Option<PathBuf>,
    /// How many calls may wait for a core to do cryptography; further ones are told to come back later.
    pub cpu_waiting: usize,
    /// How many new user pools find their pairs of signing keys ready made.
    pub signing_pool: usize,
    /// How many pools' signing keys stay opened in memory (about 15 kB each); the others are opened again when they
    /// sign.
    pub open_pools: usize,
    /// How many SRP sign-ins find the server's half ready made (0.5 kB each).
    pub srp_ready: usize,
    /// The work of Argon2id, for pools that keep passwords by it.
    pub argon2: Argon2Config,
}

/// The work of one Argon2id hash; the defaults are OWASP's first choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Argon2Config {
    /// Memory in KiB. Once used it is kept: as many times this as hashes ran at once, at most one per core.
    pub memory_kib: u32,
    /// Passes over the memory.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for KeysConfig {
    fn default() -> Self {
        Self {
            master_key_file: None,
            cpu_waiting: 1000,
            signing_pool: 4,
            open_pools: 1000,
            srp_ready: 64,
            argon2: Argon2Config::default(),
        }
    }
}

impl Default for Argon2Config {
    fn default() -> Self {
        Self { memory_kib: 19_456, passes: 2, lanes: 1 }
    }
}

impl KeysConfig {
    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        let mut range = |key: &str, value: usize, from: usize, to: usize| {
            if !(from..=to).contains(&value) {
                faults.push(format!("keys.{key}: {value} is out of range; give {from} to {to}"));
            }
        };
        range("cpu_waiting", self.cpu_waiting, 1, 1_000_000);
        range("signing_pool", self.signing_pool, 0, 1000);
        range("open_pools", self.open_pools, 1, 1_000_000);
        range("srp_ready", self.srp_ready, 0, 100_000);
        let Argon2Config { memory_kib, passes, lanes } = self.argon2;
        if let Err(error) = argon2::Params::new(memory_kib, passes, lanes, None) {
            faults.push(format!("keys.argon2: {error}; memory_kib = 19456, passes = 2 and lanes = 1 are the defaults"));
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_valid_and_faults_are_all_told() {
        assert!(KeysConfig::default().validate().is_empty());
        let argon2 = Argon2Config { memory_kib: 1, passes: 0, lanes: 0 };
        let faults = KeysConfig { cpu_waiting: 0, open_pools: 0, argon2, ..KeysConfig::default() }.validate();
        assert_eq!(faults.len(), 3);
        assert!(faults.iter().all(|fault| fault.starts_with("keys.")));
    }
}
