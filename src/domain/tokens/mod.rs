//! Owns tokens: what they say, how they are made, checked, renewed and ended.
//! Hands off signatures to `keys`, marks of ended sessions to `store`. Must not know requests.

mod access;
mod authentication_level;
mod claims;
pub mod client_credentials;
pub mod exchange;
pub mod forwarded;
pub mod id_token;
pub mod introspection;
mod issue;
pub mod key_rotation;
pub mod logout_notices;
mod overrides;
mod presented_token;
mod refresh_token;
pub mod registration;
mod renewal;
mod revocation;
pub mod sessions;

pub use access::{client_of_id_token, verify, verify_access_token};
pub use authentication_level::level;
pub use issue::{Issued, TokenRequest, issue};
pub use renewal::{Renewer, ValidRefreshToken, open_refresh_token, renew};
pub use revocation::revoke;

pub use crate::triggers::TokenSource;

use crate::clock::Timestamp;
use crate::context::{Context, Services};
use crate::fault::Fault;
use crate::keys::signing::PoolKeys;
use crate::model::Factor;
use crate::store::pools;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// The scope of tokens from the API's own flows: it opens the operations that take an access token.
pub const SELF_SERVICE: &str = "aws.cognito.signin.user.admin";

/// What tokens are for. It stays the same over renewals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// `scope` of the access token.
    pub scopes: Vec<String>,
    /// The resource server that the access token is bound to (RFC 8707): its `aud`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    /// Whether the authorization server grants it, and not a flow of the API: scopes then say which claims there are.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub oauth: bool,
    /// Whether an authentication level was asked for (`acr_values`): tokens name the one that was reached.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub names_level: bool,
    /// The thumbprint of the key that the tokens are bound to (RFC 9449).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
}

impl Grant {
    /// What sign-in by the API gives.
    pub fn self_service() -> Self {
        Self { scopes: vec![SELF_SERVICE.to_owned()], resource: None, oauth: false, names_level: false, key: None }
    }

    fn is_self_service(&self) -> bool {
        *self == Self::self_service()
    }

    fn has(&self, scope: &str) -> bool {
        self.scopes.iter().any(|other| other == scope)
    }

    /// Whether there is an ID token: sign-in by the API gives one always, the authorization server for `openid`.
    pub fn gives_id_token(&self) -> bool {
        !self.oauth || self.has("openid")
    }

    /// Whether the scopes let the client see an attribute (OIDC Core 5.4). `openid` alone, and sign-in by the API, let
    /// it see all that the client may read.
    pub fn shows(&self, attribute: &str) -> bool {
        let narrower = ["email", "phone", "profile"];
        if !self.oauth || !narrower.iter().any(|scope| self.has(scope)) {
            return true;
        }
        match attribute {
            "sub" | "identities" => true,
            "email" | "email_verified" => self.has("email"),
            "phone_number" | "phone_number_verified" => self.has("phone"),
            _ => self.has("profile"),
        }
    }
}

impl Default for Grant {
    fn default() -> Self {
        Self::self_service()
    }
}

/// One sign-in, which all its tokens share.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct SignIn {
    /// `origin_jti`: what a revocation names. Begins with the moment of the sign-in.
    pub origin: String,
    /// When the user proved who they are.
    pub at: Timestamp,
    /// What proved it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub factors: Vec<Factor>,
    /// The device that signed in, where the pool tracks devices (`device_key`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// The id of its token session, where the pool tracks sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    /// The id of the SSO session that it came through, where the pool tracks sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sso_session: Option<String>,
}

impl SignIn {
    /// A sign-in that succeeds now.
    pub fn now(cx: &Context, factors: Vec<Factor>, device: Option<String>) -> Result<Self, Fault> {
        Ok(Self { origin: crate::rng::uuid_at(cx.now)?, at: cx.now, factors, device, session: None, sso_session: None })
    }
}

/// A pool's issuer, `iss` of its tokens.
pub fn issuer(cx: &Context, pool_id: &str) -> String {
    issuer_at(&cx.services, pool_id)
}

fn issuer_at(services: &Services, pool_id: &str) -> String {
    let identity = &services.config.identity;
    let region = pool_id.split_once('_').map_or(identity.default_region.as_str(), |(region, _)| region);
    format!("{}/{pool_id}", identity.issuer_base_in(region))
}

/// A pool's signing keys, opened: those that sign at the moment of the call.
pub async fn keys_of(cx: &Context, pool_id: &str) -> Result<Arc<PoolKeys>, Fault> {
    keys_at(&cx.services, pool_id, cx.now).await
}

async fn keys_at(services: &Services, pool_id: &str, now: Timestamp) -> Result<Arc<PoolKeys>, Fault> {
    let load = async || {
        let record = pools::pool_keys(&services.store, pool_id).await?;
        record.map(|r| r.sealed).ok_or_else(|| Fault::not_found(format!("User pool {pool_id} does not exist.")))
    };
    let keys = services.keys.signing.pool(pool_id, load).await?;
    Ok(PoolKeys::at(keys, now))
}
