//! Domains: the hosts of a pool's own pages.

use crate::clock::Timestamp;
use crate::shapes::idp::CustomDomainConfigType;
use serde::{Deserialize, Serialize};

/// A domain of a user pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Domain {
    /// A single label, or a whole host name.
    pub name: String,
    /// Its pool.
    pub pool_id: String,
    /// Set for a whole host name: certificate and TLS floor.
    pub custom: Option<CustomDomainConfigType>,
    /// 1: classic pages; 2: managed login.
    pub managed_login_version: i32,
    /// When it was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
}
