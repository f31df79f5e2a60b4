//! Clients that are known by their metadata documents (draft-ietf-oauth-client-id-metadata-document), and the policies
//! that let them in.

use super::ClientProfile;
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// Which documents a pool takes clients from, and as what (a CIMD policy).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MetadataPolicy {
    /// Lower-case letters and digits.
    pub id: String,
    /// The app client that stands for every client of these documents.
    pub client_id: String,
    pub name: String,
    /// Seconds that a document is kept.
    pub cache_seconds: i32,
    /// `https://` URLs with `*`.
    pub patterns: Vec<String>,
    pub created: Timestamp,
    /// When it last changed. Documents from before are fetched again.
    pub modified: Timestamp,
}

/// What a client's metadata document says, checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientMetadata {
    /// The address of the document, which is the client's id.
    pub url: String,
    /// The policy that let it in.
    pub policy_id: String,
    pub name: Option<String>,
    pub profile: ClientProfile,
    pub redirect_uris: Vec<String>,
    pub logout_uris: Vec<String>,
    /// Grant types; `authorization_code` alone where the document names none.
    pub grant_types: Vec<String>,
    /// Set where the client authenticates by `private_key_jwt`; a client without keys is a public one.
    pub keys: Option<ClientKeys>,
    /// When it was fetched.
    pub fetched: Timestamp,
    /// Until when it is kept.
    pub until: Timestamp,
}

/// The public keys of a client that authenticates by `private_key_jwt`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ClientKeys {
    /// A JSON Web Key Set (RFC 7517), as text. It holds no private and no symmetric keys.
    Set(String),
    /// Where the set is.
    At(String),
}
