//! The `[identity]` section: what the server calls itself in ARNs, ids and tokens.

use serde::{Deserialize, Serialize};

/// The `[identity]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityConfig {
    /// The twelve digits in ARNs.
    pub account_id: String,
    /// The region of pools made by calls that name none (a signed call names its region in its scope).
    pub default_region: String,
    /// The base of the issuer: tokens say `iss = <issuer_base>/<poolId>`. Empty: `http(s)://<listen address>`.
    pub issuer_base: String,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self { account_id: "123456789012".into(), default_region: "us-east-1".into(), issuer_base: String::new() }
    }
}
