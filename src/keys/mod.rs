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
mod hex;
pub mod jwt;
mod key_pool;
pub mod local_authority;
pub mod master;
pub mod password;
mod qr;
pub mod seal;
pub mod secret_hash;
pub mod signing;
pub mod srp;
pub mod totp;

pub use access_keys::AccessKeyCache;

use crate::config::keys::KeysConfig;
use crate::fault::Fault;
use crate::secret::same;
use std::path::{Path, PathBuf};

/// Why the keys cannot be used. The messages are for the operator.
#[derive(Debug, thiserror::Error)]
pub enum KeysError {
    #[error("the master key file {} (keys.master_key_file) does not exist", path.display())]
    Missing { path: PathBuf },
    /// Other users can read or write the file.
    #[error("the master key file {} can be read or written by others (mode {mode:o}); run: chmod 600 {}", path.display(), path.display())]
    OpenToOthers {
        path: PathBuf,
        /// The permission bits.
        mode: u32,
    },
    /// The text is not a master key.
    #[error(
        "{place} does not hold a master key: it must be 32 bytes as base64 or hex (make one with: openssl rand -base64 32)"
    )]
    Malformed {
        /// Where the text came from.
        place: String,
    },
    #[error("cannot {doing} the master key file {}: {source}", path.display())]
    File {
        /// What failed: "read", "write" and the like.
        doing: &'static str,
        path: PathBuf,
        source: std::io::Error,
    },
    /// The store was created with another master key.
    #[error(
        "this data directory was made with another master key: give the right one by POOLHOUSE_MASTER_KEY, keys.master_key_file or master.key in the data directory"
    )]
    WrongMasterKey,
    #[error("keys cannot be derived from the master key")]
    Derivation,
    #[error(transparent)]
    Rng(#[from] crate::rng::RngError),
    #[error("an RSA key pair could not be generated")]
    Generator,
    #[error("a signing key is unusable: {0}")]
    BadSigningKey(String),
    /// The configured parameters are invalid.
    #[error("keys.argon2 is not possible: {0}")]
    Argon2(String),
    #[error("the thread that makes keys ahead could not be started: {0}")]
    Thread(#[source] std::io::Error),
}

/// The keys of the server. Cheap to clone, because all parts are shared.
#[derive(Clone)]
pub struct Keys {
    /// Sealing and keyed hashing.
    pub sealer: seal::Sealer,
    /// The pools' signing keys.
    pub signing: signing::SigningKeys,
    /// Stored passwords.
    pub passwords: password::Passwords,
    ahead: key_pool::KeyPool,
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
        let ahead = key_pool::KeyPool::start(targets)?;
        let signing = signing::SigningKeys::new(config.open_pools, sealer.clone(), ahead.clone());
        Ok(Self { sealer, signing, passwords, ahead })
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
        match self.ahead.ephemeral() {
            Some(ready) => Ok(ready),
            None => cpu::run(srp::Ephemeral::make).await?.map_err(Fault::internal),
        }
    }

    /// The number of RSA key pairs and SRP values that are ready.
    pub fn ready(&self) -> (usize, usize) {
        self.ahead.ready()
    }
}

#[cfg(test)]
mod tests;
