//! Identity pools and their identities.

use crate::clock::Timestamp;
use crate::shapes::identity as api;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An identity pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct IdentityPool {
    /// Id, name and settings, as the API shows them.
    pub settings: api::IdentityPool,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// `authenticated` and `unauthenticated` -> ARN.
    #[serde(default)]
    pub roles: BTreeMap<String, String>,
    /// As given.
    #[serde(default)]
    pub role_mappings: Option<BTreeMap<String, api::RoleMapping>>,
}

impl IdentityPool {
    /// `<region>:<UUID>`.
    pub fn id(&self) -> &str {
        &self.settings.identity_pool_id
    }

    pub fn region(&self) -> &str {
        self.id().split_once(':').map_or("", |(region, _)| region)
    }
}

/// How claims of a provider's tokens become principal tags.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PrincipalTagMap {
    pub use_defaults: bool,
    /// Tag -> claim.
    pub tags: BTreeMap<String, String>,
}

/// Somebody at a provider: what leads to an identity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Login {
    /// The provider's name, e.g. `cognito-idp.<region>.amazonaws.com/<poolId>`, or the developer's.
    pub provider: String,
    /// Who it is there.
    pub subject: String,
}

/// An identity of a pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// `<region>:<UUID>`.
    pub id: String,
    /// The pool's id.
    pub pool: String,
    /// Sorted. None: a guest, or disabled.
    pub logins: Vec<Login>,
    pub created: Timestamp,
    pub modified: Timestamp,
    /// Merged away, or without its last login: it is nobody's any more.
    #[serde(default)]
    pub disabled: bool,
    /// The identity that it was merged into.
    #[serde(default)]
    pub merged_into: Option<String>,
}

impl Identity {
    /// Whether it is a guest's.
    pub fn is_guest(&self) -> bool {
        self.logins.is_empty() && !self.disabled
    }
}
