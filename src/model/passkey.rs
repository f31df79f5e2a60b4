//! Passkeys: credentials of WebAuthn.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A user's passkey. Nothing in it is secret.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Passkey {
    /// The credential's id.
    #[serde(with = "serde_bytes")]
    pub id: Vec<u8>,
    /// Public key, counter and flags, in the verifying library's own lasting form (JSON).
    pub credential: String,
    /// What the user can tell it by.
    pub name: String,
    /// The relying party that it was made for.
    pub rp_id: String,
    /// `platform` or `cross-platform`, where the browser said so.
    pub attachment: Option<String>,
    /// Ways to reach the authenticator, as the browser told them.
    pub transports: Vec<String>,
    /// When it was registered.
    pub created: Timestamp,
    /// When its counter last moved.
    pub used: Option<Timestamp>,
}

/// A registration that waits for its credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyChallenge {
    /// The verifying library's state (JSON).
    pub asked: String,
    /// The client whose token asked.
    pub client_id: String,
    /// The relying party asked for.
    pub rp_id: String,
    /// When it ends.
    pub until: Timestamp,
}
