//! Owns clients that are known by their metadata documents (draft-ietf-oauth-client-id-metadata-document): policies,
//! documents, and what a client of a document is. Hands off fetching to `federation`, records to `store`. Must not know
//! requests.
//!
//! A `client_id` that is an https URL stands for a client if a policy of the pool has a pattern for it. Two ways lead
//! to that client:
//!
//! - [`resolve`], for the endpoints at which clients appear (authorize, token): it needs the document, from the cache
//!   or fetched, and gives its redirect addresses.
//! - [`known`], for tokens that were issued already: the policy alone decides. It never fetches, so that no call of the
//!   API waits for somebody else's server, and a client whose document is gone for an hour keeps its sign-ins. The end
//!   of the policy, or of its app client, ends them.
//!
//! Settings are those of the policy's app client (flows, scopes, lifetimes, providers), and name, logo, redirect
//! addresses and keys those of the document. How Cognito merges the two is not documented.

mod address;
mod cache;
mod document;
mod policies;

pub use address::is_document_url;
pub use cache::{DocumentClient, invalidate, key_set, list_documents, refresh, resolve, resolve_document};
pub use document::check_keys;
pub use policies::{PolicySettings, PolicyView, create, delete, describe, list, update};

use crate::fault::Fault;
use crate::model::{Client, ClientMetadata, ClientOAuthSettings, ClientOrigin, ClientSettings, Pool};
use crate::shapes::idp::{OAuthFlowType as Grant, UserPoolTierType as Tier};
use crate::store::{self, Read};
use std::sync::Arc;

/// Whether a pool is on a plan that has metadata documents.
fn is_in_tier(pool: &Pool) -> bool {
    pool.settings.user_pool_tier != Some(Tier::Lite)
}

/// `FeatureUnavailableInTierException` for a pool on the Lite plan.
fn require_tier(pool: &Pool) -> Result<(), Fault> {
    if is_in_tier(pool) {
        return Ok(());
    }
    let words = "Client ID metadata documents are not available in the LITE feature plan of a user pool.";
    Err(Fault::modelled("FeatureUnavailableInTierException", words))
}

/// Whether a pool lets in clients by their documents.
pub async fn is_enabled(read: &impl Read, pool: &Pool) -> Result<bool, Fault> {
    Ok(is_in_tier(pool) && !store::client_metadata::policies(read, &pool.id, None, 1).await?.0.is_empty())
}

/// The client that a token names by the URL of its document, while a policy lets it in; without its redirect addresses,
/// which only the document has.
pub async fn known(read: &impl Read, pool: &Pool, url: &str) -> Result<Option<Arc<Client>>, Fault> {
    let found = policies::matching(read, pool, url).await?;
    Ok(found.map(|found| Arc::new(client(&found.template, url, None))))
}

/// A client with the settings of a template, as its document says.
fn client(template: &Client, url: &str, document: Option<&ClientMetadata>) -> Client {
    let settings = template.settings.clone();
    let listed = |grant: &str| document.is_none_or(|document| document.grant_types.iter().any(|own| own == grant));
    let grants = settings.allowed_o_auth_flows.map(|mut grants| {
        grants.retain(|grant| match grant {
            Grant::Code => listed("authorization_code"),
            Grant::Implicit => listed("implicit"),
            // It stands for a client that has proven itself by a secret, and this one has none.
            Grant::ClientCredentials => false,
        });
        grants
    });
    Client {
        id: url.to_owned(),
        pool_id: template.pool_id.clone(),
        created: template.created,
        modified: document.map_or(template.modified, |document| document.fetched),
        settings: ClientSettings {
            client_name: document.and_then(|document| document.name.clone()).or_else(|| address::host(url)),
            callback_urls: Some(document.map(|document| document.redirect_uris.clone()).unwrap_or_default()),
            logout_urls: Some(document.map(|document| document.logout_uris.clone()).unwrap_or_default()),
            default_redirect_uri: None,
            allowed_o_auth_flows: grants,
            ..settings
        },
        secrets: Vec::new(),
        sso_minutes: template.sso_minutes,
        origin: ClientOrigin::Document {
            template: template.id.clone(),
            asserts: document.is_none_or(|document| document.keys.is_some()),
        },
        profile: document.map(|document| document.profile.clone()).unwrap_or_default(),
        published: None,
        oauth: ClientOAuthSettings::default(),
    }
}
