//! Devices that users confirmed.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A device of a user.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Device {
    /// `<region>_<uuid>`.
    pub key: String,
    /// What the client calls it.
    pub name: Option<String>,
    /// Whether it stands in for a second factor.
    pub remembered: bool,
    /// The SRP verifier that the device made of its own secret, sealed.
    #[serde(with = "serde_bytes")]
    pub verifier: Vec<u8>,
    /// When it was confirmed.
    pub created: Timestamp,
    /// When its status last changed.
    pub modified: Timestamp,
    /// When a sign-in with it last succeeded.
    pub authenticated: Timestamp,
    /// Where it was last seen.
    pub last_ip: String,
    /// Whether it is remembered no longer because it went unused for too long.
    #[serde(skip)]
    pub lapsed: bool,
    /// The library it was confirmed with.
    pub sdk: String,
}

impl Device {
    /// When it was last used, or remembered anew.
    pub fn last_used(&self) -> Timestamp {
        self.authenticated.max(self.modified)
    }
}
