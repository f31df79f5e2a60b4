//! What providers publish: the discovery document (OpenID Connect Discovery 1.0) and their keys, kept for a while.

use super::Oidc;
use crate::clock::Timestamp;
use crate::federation::{FederationError, FetchError, Unreachable};
use crate::keys::signed_by_holder::{JsonWebKey, issuer_keys};
use serde::Deserialize;
use std::sync::Arc;
use std::time::Duration;

/// The largest document, in bytes.
const LARGEST: usize = 256 * 1024;
/// How long a discovery document is kept.
const DISCOVERED: Duration = Duration::from_secs(3600);
/// How long keys are kept: a key that its issuer has dropped is believed for no longer.
const KEYS: Duration = Duration::from_secs(300);
/// How often keys are fetched for tokens that name one which is not among them, within [`WINDOW`].
const RENEWALS: u32 = 5;
const WINDOW: Duration = Duration::from_secs(60);

/// A discovery document, as far as it matters. Providers leave out much that the specification requires.
#[derive(Debug, Clone, Deserialize)]
pub struct Discovery {
    pub issuer: String,
    #[serde(default)]
    pub authorization_endpoint: Option<String>,
    #[serde(default)]
    pub token_endpoint: Option<String>,
    #[serde(default)]
    pub userinfo_endpoint: Option<String>,
    pub jwks_uri: String,
    #[serde(default)]
    pub code_challenge_methods_supported: Vec<String>,
    /// Whether every answer says who gives it (RFC 9207).
    #[serde(default)]
    pub authorization_response_iss_parameter_supported: bool,
}

/// What is kept, and since when.
#[derive(Clone)]
pub struct Kept<T> {
    pub value: Arc<T>,
    fetched: Timestamp,
    /// When the window of renewals began, and how many there were in it.
    window: Timestamp,
    renewals: u32,
}

impl Oidc {
    /// The discovery document of an issuer. It must be that issuer's, or say that it is for all tenants.
    pub async fn discover(&self, issuer: &str, now: Timestamp) -> Result<Arc<Discovery>, FederationError> {
        let url = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        if let Some(kept) = self.documents.get(&url).filter(|kept| now.since(kept.fetched) < DISCOVERED) {
            return Ok(kept.value);
        }
        let unusable = |why: String| FederationError::Unusable { what: "the discovery document", why };
        let body = self.fetcher.fetch_json(&url, LARGEST).await.map_err(|error| unusable(error.to_string()))?;
        let found: Discovery = serde_json::from_slice(&body)
            .map_err(|error| unusable(format!("it is not a discovery document: {error}")))?;
        let value = Arc::new(found);
        self.documents.insert(url, Kept { value: value.clone(), fetched: now, window: now, renewals: 0 });
        Ok(value)
    }

    /// The keys at an address.
    pub async fn keys(&self, url: &str, now: Timestamp) -> Result<Arc<Vec<JsonWebKey>>, FederationError> {
        match self.keys.get(url).filter(|kept| now.since(kept.fetched) < KEYS) {
            Some(kept) => Ok(kept.value),
            None => self.fetch_keys(url, now).await,
        }
    }

    /// The keys at an address, fetched anew because a token names one that is not among them; `None` where that
    /// happened too often lately.
    pub async fn renewed_keys(
        &self,
        url: &str,
        now: Timestamp,
    ) -> Result<Option<Arc<Vec<JsonWebKey>>>, FederationError> {
        let spent = |kept: &Kept<_>| now.since(kept.window) < WINDOW && kept.renewals >= RENEWALS;
        if self.keys.get(url).is_some_and(|kept| spent(&kept)) {
            return Ok(None);
        }
        self.fetch_keys(url, now).await.map(Some)
    }

    async fn fetch_keys(&self, url: &str, now: Timestamp) -> Result<Arc<Vec<JsonWebKey>>, FederationError> {
        let unreachable = FederationError::KeysUnreachable;
        let body = self.fetcher.fetch_json(url, LARGEST).await.map_err(|error| match error {
            FetchError::TimedOut => unreachable(Unreachable::Connecting),
            error => unreachable(Unreachable::Other(error.to_string())),
        })?;
        let keys = issuer_keys(&body).ok_or_else(|| unreachable(Unreachable::Other("it is no key set".into())))?;
        let value = Arc::new(keys);
        let before = self.keys.get(url).filter(|kept| now.since(kept.window) < WINDOW);
        let (window, renewals) = before.map_or((now, 0), |kept| (kept.window, kept.renewals.saturating_add(1)));
        self.keys.insert(url.to_owned(), Kept { value: value.clone(), fetched: now, window, renewals });
        Ok(value)
    }
}
