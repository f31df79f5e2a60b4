//! The `[identity]` section: what the server calls itself in ARNs, ids and tokens.

use super::server::base_url_fault;
use serde::{Deserialize, Serialize};

/// What stands for the pool's region in `issuer_base`.
const REGION: &str = "{region}";

/// The `[identity]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct IdentityConfig {
    /// The twelve digits in ARNs.
    pub account_id: String,
    /// The region of pools made by calls that name none (a signed call names its region in its scope).
    pub default_region: String,
    /// The base of the issuer: tokens say `iss = <issuer_base>/<poolId>`. `{region}` in it stands for the region of the
    /// pool, as in "https://cognito-idp.{region}.amazonaws.com". Empty: `server.public_url`, or else
    /// `http(s)://<listen address>`.
    pub issuer_base: String,
    /// The issuer of the tokens of identity pools (GetOpenIdToken). Its discovery document and keys are at
    /// `<issuer>/.well-known/openid-configuration` and `jwks_uri`. This server answers there where the issuer is its
    /// own name with or without the path `/cognito-identity`. Empty: `<server.public_url>/cognito-identity`.
    pub identity_pool_issuer: String,
    /// The host under which prefix domains of pools are, e.g. "auth.example.com": the pool with the prefix "shop" is at
    /// shop.auth.example.com. DNS (a wildcard entry) and the certificate must cover these names. Empty: such pools are
    /// at `<server.public_url>/<poolId>`.
    pub domain_base: String,
}

impl Default for IdentityConfig {
    fn default() -> Self {
        Self {
            account_id: "123456789012".into(),
            default_region: "us-east-1".into(),
            issuer_base: String::new(),
            identity_pool_issuer: String::new(),
            domain_base: String::new(),
        }
    }
}

impl IdentityConfig {
    /// `issuer_base` for pools of a region, without closing slash.
    pub fn issuer_base_in(&self, region: &str) -> String {
        self.issuer_base.trim_end_matches('/').replace(REGION, region)
    }

    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.account_id.len() != 12 || !self.account_id.bytes().all(|b| b.is_ascii_digit()) {
            faults.push("identity.account_id: must be twelve digits, e.g. \"123456789012\" (in quotes)".into());
        }
        let region = &self.default_region;
        let plain = region.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !plain || !(2..=32).contains(&region.len()) || region.starts_with('-') || region.ends_with('-') {
            faults.push("identity.default_region: must be a region's name, e.g. \"us-east-1\"".into());
        }
        let issuer_base = self.issuer_base.replace(REGION, &self.default_region);
        faults.extend(base_url_fault("identity.issuer_base", &issuer_base));
        faults.extend(base_url_fault("identity.identity_pool_issuer", &self.identity_pool_issuer));
        let label = |label: &str| {
            (1..=63).contains(&label.len())
                && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !self.domain_base.is_empty() && !self.domain_base.split('.').all(label) {
            faults.push("identity.domain_base: must be a host name in lower case, e.g. \"auth.example.com\"".into());
        }
        faults
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_issuer_may_name_the_region_and_nothing_else_in_braces() {
        let config = |base: &str| IdentityConfig { issuer_base: base.into(), ..IdentityConfig::default() };
        let aws = config("https://cognito-idp.{region}.amazonaws.com");
        assert!(aws.validate().is_empty());
        assert_eq!(aws.issuer_base_in("eu-west-1"), "https://cognito-idp.eu-west-1.amazonaws.com");
        for bad in ["https://x.{pool}.example", "https://x.{region.example", "https://{}", "https://{{region}}.example"]
        {
            assert_eq!(config(bad).validate().len(), 1, "{bad}");
        }
    }
}
