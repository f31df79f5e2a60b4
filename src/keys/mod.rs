//! Owns keys: the master key, sealing, signing keys and token signatures, password verifiers and SRP, and the
//! scheduling of CPU-heavy work. Hands off storage of sealed bytes. Must not know users, pools or HTTP.
//!
//! What operations cost, in RSA-2048 signatures (`cargo bench --bench crypto`; one signature takes 0.2 to 0.5 ms of
//! CPU):
//!
//! | work | signatures |
//! |---|---|
//! | exponentiation of SRP (3072 bits, secret exponent of 256) | 2.2 |
//! | plain-password check against an SRP verifier, user there or not | 2.2 |
//! | SRP, server: first answer, with `g^b` made ahead | 0.025 |
//! | SRP, server: check of the proof | 4.2 |
//! | SRP, client | 8.5 |
//! | Argon2id (19 MiB, 2 passes; memory is what it waits for) | 80 to 280 |
//! | token: sign, verify | 1.02, 0.09 |
//! | RSA pair: make, open | 200, 0.56 |
//! | seal or open a record, seal or open a refresh token, keyed hash | 0.005, 0.008, 0.001 |
//!
//! So the cryptography of a password sign-in costs 4.2 signatures, of an SRP sign-in 8.6 (6.4 if `g^b` was ready), of a
//! refresh 2. Memory: 2.5 MB for all prepared values, and 14 kB for each pool whose keys are open.

mod access_keys;
mod argon;
pub mod certificate;
pub mod cpu;
mod error;
mod hex;
mod imported_hash;
pub mod jwt;
mod key_pool;
pub mod local_authority;
pub mod master;
pub mod password;
mod qr;
pub mod seal;
pub mod secret_hash;
pub mod signed_by_holder;
pub mod signing;
pub mod srp;
pub mod totp;

pub use access_keys::AccessKeyCache;
pub use error::KeysError;
pub use imported_hash::{HashError, ImportedHash};

use crate::config::keys::KeysConfig;
use crate::fault::Fault;
use crate::secret::same;
use std::path::Path;

/// The keys of the server. Cheap to clone, because all parts are shared.
#[derive(Clone)]
pub struct Keys {
    /// Sealing and keyed hashing.
    pub sealer: seal::Sealer,
    /// The pools' signing keys.
    pub signing: signing::SigningKeys,
    /// Stored passwords.
    pub passwords: password::Passwords,
    key_pool: key_pool::KeyPool,
}

impl Keys {
    /// Finds or creates the master key (see [`master::MasterKey::find`]) and starts preparing keys in the background.
    /// Returns within milliseconds.
    pub fn open(data_dir: &Path, config: &KeysConfig) -> Result<Self, KeysError> {
        // Text that is not Unicode is not a key either, and is refused later.
        let from_env =
            std::env::var_os(master::ENV).map(|text| zeroize::Zeroizing::new(text.to_string_lossy().into_owned()));
        let from_env = from_env.as_ref().map(|text| text.as_str());
        let master = master::MasterKey::find(data_dir, from_env, config.master_key_file.as_deref())?;
        Self::with_master(&master, config)
    }

    fn with_master(master: &master::MasterKey, config: &KeysConfig) -> Result<Self, KeysError> {
        cpu::set_max_waiting(config.cpu_waiting);
        let sealer = seal::Sealer::new(master.root()).map_err(|_| KeysError::Derivation)?;
        let passwords = password::Passwords::new(sealer.clone(), config.argon2)?;
        let targets =
            key_pool::Targets { signing_keys: config.signing_pool.saturating_mul(2), ephemerals: config.srp_ready };
        let key_pool = key_pool::KeyPool::start(targets)?;
        let signing = signing::SigningKeys::new(config.open_pools, sealer.clone(), key_pool.clone());
        Ok(Self { sealer, signing, passwords, key_pool })
    }

    /// A hash that identifies the master key without revealing it. The store keeps it, and [`Keys::verify_fingerprint`]
    /// checks it at every start.
    pub fn fingerprint(&self) -> [u8; 32] {
        self.sealer.mac(seal::Purpose::MasterCheck, &[])
    }

    /// Refuses a master key that does not match the store's fingerprint.
    pub fn verify_fingerprint(&self, kept: &[u8]) -> Result<(), KeysError> {
        if same(&self.fingerprint(), kept) { Ok(()) } else { Err(KeysError::WrongMasterKey) }
    }

    /// An SRP ephemeral value: a prepared one, or one that is computed now on a core.
    pub async fn ephemeral(&self) -> Result<srp::Ephemeral, Fault> {
        match self.key_pool.ephemeral() {
            Some(ready) => Ok(ready),
            None => cpu::run(srp::Ephemeral::make).await?.map_err(Fault::internal),
        }
    }

    /// The number of RSA key pairs and SRP values that are ready.
    pub fn ready(&self) -> (usize, usize) {
        self.key_pool.ready()
    }
}

#[cfg(test)]
mod tests;
