//! Stored passwords, as bytes that only `keys` can read.

use serde::{Deserialize, Serialize};

/// How a pool keeps passwords.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum PasswordScheme {
    /// Sealed SRP verifiers: Cognito's way.
    #[default]
    Srp,
    /// Argon2id hashes; SRP sign-in is refused.
    Argon2id,
}

/// A stored password; nothing in it can be read without the master key, and it is good for one user of one pool only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Credential {
    /// A sealed SRP verifier.
    Srp {
        /// Salt and `v`, sealed.
        #[serde(with = "serde_bytes")]
        sealed: Vec<u8>,
    },
    /// A sealed PHC string of Argon2id.
    Argon2id {
        /// The PHC string, sealed.
        #[serde(with = "serde_bytes")]
        sealed: Vec<u8>,
    },
    /// A sealed hash that another system made. The first good sign-in replaces it.
    Imported {
        /// The hash in its usual encoded form, sealed.
        #[serde(with = "serde_bytes")]
        sealed: Vec<u8>,
    },
}

impl Credential {
    /// What is sealed, whatever its kind.
    pub fn sealed(&self) -> &[u8] {
        match self {
            Self::Srp { sealed } | Self::Argon2id { sealed } | Self::Imported { sealed } => sealed,
        }
    }
}
