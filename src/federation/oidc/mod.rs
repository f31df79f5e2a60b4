//! OpenID Connect and OAuth 2.0 as a client of other providers: the code flow, ID tokens, and the presets of social
//! providers. Hands off calls to the fetcher. Must not know users or pools' rules.

mod connector;
mod document;
mod exchange;
mod id_token;
mod preset;
mod settings;
mod user_info;

pub use connector::OidcConnector;
pub use document::Discovery;
pub use id_token::Expected;
pub use preset::Preset;
pub use settings::{ClientAuthentication, Settings};

use super::MetadataFetcher;
use crate::keys::signed_by_holder::JsonWebKey;
use document::Kept;
use quick_cache::sync::Cache;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Documents of providers that are kept, of each kind.
const MAX_KEPT: usize = 1000;

/// What all providers share: how they are called, and what they publish. Cheap to clone.
#[derive(Clone)]
pub struct Oidc {
    fetcher: MetadataFetcher,
    /// Discovery documents by address.
    documents: Arc<Cache<String, Kept<Discovery>>>,
    /// Key sets by address.
    keys: Arc<Cache<String, Kept<Vec<JsonWebKey>>>>,
    /// Servers that stand in for those of social providers, by type (`federation.social_servers`).
    stand_ins: Arc<BTreeMap<String, String>>,
}

impl Oidc {
    pub fn new(fetcher: MetadataFetcher, stand_ins: BTreeMap<String, String>) -> Self {
        Self {
            fetcher,
            documents: Arc::new(Cache::new(MAX_KEPT)),
            keys: Arc::new(Cache::new(MAX_KEPT)),
            stand_ins: Arc::new(stand_ins),
        }
    }
}
