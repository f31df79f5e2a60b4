//! Sessions that a pool tracks.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A pool's word on sessions (SetUserPoolSessionConfiguration).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTracking {
    /// Whether sign-ins are written down.
    pub on: bool,
    /// Token sessions that a user can have at once, 1 to 100.
    pub max_per_user: u8,
}

impl Default for SessionTracking {
    fn default() -> Self {
        Self { on: false, max_per_user: 20 }
    }
}

/// What a session stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionKind {
    /// A sign-in with the tokens that came of it.
    Token,
    /// A browser that is signed in to the hosted pages.
    Sso,
}

impl SessionKind {
    /// What its ids begin with.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Token => "tkn",
            Self::Sso => "sso",
        }
    }
}

/// A session of a user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UserSession {
    /// `tkn` or `sso` and 25 lower-case letters and digits.
    pub id: String,
    /// Token or SSO.
    pub kind: SessionKind,
    /// The client that signed in.
    pub client_id: String,
    /// The sign-in of a token session, where its tokens are revoked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origin: Option<String>,
    /// The SSO session that a token session came through.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// When the user signed in.
    pub created: Timestamp,
    /// When it was last used, to the minute.
    pub active: Timestamp,
    /// The address of that use.
    pub address: String,
    /// The program of that use.
    pub agent: String,
    /// When it ends by itself.
    pub until: Timestamp,
}
