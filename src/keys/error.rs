//! Why the keys of the server cannot be used.

use std::path::PathBuf;

/// The messages are for the operator.
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
    #[error("the thread that prepares keys could not be started: {0}")]
    Thread(#[source] std::io::Error),
}
