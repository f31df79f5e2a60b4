//! Resource servers: the APIs that custom scopes open.

use crate::shapes::idp::ResourceServerScopeType;
use serde::{Deserialize, Serialize};

/// A resource server of a user pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ResourceServer {
    /// Its name in scopes; often a URL.
    pub identifier: String,
    /// Its name for people.
    pub name: String,
    /// What it allows. A scope in a token is `<identifier>/<scope name>`.
    pub scopes: Vec<ResourceServerScopeType>,
}

impl ResourceServer {
    /// Its scopes as tokens and clients name them.
    pub fn scope_names(&self) -> impl Iterator<Item = String> + '_ {
        self.scopes.iter().map(|scope| format!("{}/{}", self.identifier, scope.scope_name))
    }
}
