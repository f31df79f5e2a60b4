//! Identities of users at other providers.

use crate::clock::Timestamp;
use crate::shapes::idp::IdentityProviderTypeType;
use serde::{Deserialize, Serialize};

/// The name of the attribute by which a provider itself names its users.
pub const SUBJECT: &str = "Cognito_Subject";

/// Somebody at a provider, who signs in as a user of the pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkedIdentity {
    /// The provider's name.
    pub provider: String,
    /// What the provider speaks.
    pub kind: IdentityProviderTypeType,
    /// [`SUBJECT`], or the attribute of the pool that the provider's claim is mapped to.
    pub attribute: String,
    /// The subject, or the attribute's value.
    pub value: String,
    /// Whether the user came into the pool by it.
    pub primary: bool,
    /// When it was joined to the user.
    pub joined: Timestamp,
    /// A SAML provider's entity id, once it has vouched for the user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer: Option<String>,
}
