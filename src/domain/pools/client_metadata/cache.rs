//! From the URL of a document to its client: the cache, and fetching what it does not have.

use super::{address, client, document, is_document_url, policies, require_tier};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::{Cause, Fault};
use crate::model::{Client, ClientKeys, ClientMetadata, MetadataPolicy, Pool};
use crate::store::client_metadata::{self as store, DocumentsOf};
use std::sync::Arc;
use std::time::Duration;

/// Documents that are kept of one policy. What is above it is fetched for every use.
pub const MAX_KEPT: usize = 1_000;

/// A client of a metadata document, with what the document says.
pub struct DocumentClient {
    pub client: Arc<Client>,
    pub metadata: ClientMetadata,
}

/// The client of the document at the URL `client_id`, from the cache or fetched. `None` if the id is no URL or no
/// policy of the pool lets it in. A document that cannot be fetched or taken is a fault with [`Cause::ClientMetadata`].
pub async fn resolve(cx: &Context, pool: &Pool, client_id: &str) -> Result<Option<Arc<Client>>, Fault> {
    Ok(resolve_document(cx, pool, client_id).await?.map(|found| found.client))
}

/// [`resolve`], with the document's other members: the keys for `private_key_jwt`, say.
pub async fn resolve_document(cx: &Context, pool: &Pool, url: &str) -> Result<Option<DocumentClient>, Fault> {
    if !is_document_url(url) {
        return Ok(None);
    }
    let Some(found) = policies::matching(&cx.services.store, pool, url).await? else { return Ok(None) };
    let metadata = match cached(cx, pool, &found.policy, url).await? {
        Some(metadata) => metadata,
        None => {
            // Whoever names many documents that fail makes this server call others.
            cx.check_address()?;
            let fetched = fetch(cx, &found.policy, url).await;
            let metadata = fetched.inspect_err(|_| cx.count_failure())?;
            keep(cx, pool, &found.policy, &metadata).await?;
            metadata
        }
    };
    let client = Arc::new(client(&found.template, url, Some(&metadata)));
    Ok(Some(DocumentClient { client, metadata }))
}

/// The key set (RFC 7517, JSON) by which a client proves itself, fetched where its document or its setting says that
/// it is elsewhere.
pub async fn key_set(cx: &Context, pool: &Pool, client: &Client) -> Result<Option<String>, Fault> {
    let keys = if client.is_of_document() {
        resolve_document(cx, pool, &client.id).await?.and_then(|found| found.metadata.keys)
    } else {
        client.oauth.keys.clone()
    };
    match keys {
        None => Ok(None),
        Some(ClientKeys::Set(keys)) => Ok(Some(keys)),
        Some(ClientKeys::At(address)) => {
            let Ok(body) = cx.services.fetcher.fetch_json(&address, document::LARGEST).await else {
                cx.count_failure();
                return Ok(None);
            };
            Ok(std::str::from_utf8(&body).ok().map(str::to_owned))
        }
    }
}

fn of<'a>(pool: &'a Pool, policy: &'a MetadataPolicy) -> DocumentsOf<'a> {
    DocumentsOf { pool: &pool.id, policy: &policy.id }
}

/// A document that is kept, unless the policy has changed since.
async fn cached(
    cx: &Context,
    pool: &Pool,
    policy: &MetadataPolicy,
    url: &str,
) -> Result<Option<ClientMetadata>, Fault> {
    let found = store::document(&cx.services.store, of(pool, policy), url, cx.now).await?;
    Ok(found.filter(|found| is_current(policy, found)))
}

fn is_current(policy: &MetadataPolicy, document: &ClientMetadata) -> bool {
    document.fetched >= policy.modified
}

async fn fetch(cx: &Context, policy: &MetadataPolicy, url: &str) -> Result<ClientMetadata, Fault> {
    let refused = |why: String| {
        Fault::invalid(format!("The client metadata document {url} cannot be used: {why}."))
            .because(Cause::ClientMetadata)
    };
    address::check(url).map_err(|why| refused(why.to_owned()))?;
    let body = cx.services.fetcher.fetch_json(url, document::LARGEST).await.map_err(|why| refused(why.to_string()))?;
    let said = document::read(url, &body).map_err(refused)?;
    if let Some(ClientKeys::At(keys)) = &said.keys {
        cx.services.fetcher.check_url(keys).map_err(|why| refused(format!("jwks_uri: {why}")))?;
    }
    let kept = Duration::from_secs(u64::try_from(policy.cache_seconds).unwrap_or_default());
    Ok(ClientMetadata { policy_id: policy.id.clone(), fetched: cx.now, until: cx.now.plus(kept), ..said })
}

/// Keeps a document, if its policy is still the same and has not too many.
async fn keep(cx: &Context, pool: &Pool, policy: &MetadataPolicy, document: &ClientMetadata) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            // The pool is read so that nothing is left behind one that is being deleted.
            let pool = pools::pool(tx, &pool.id).await?;
            let now = store::policy(tx, &pool.id, &policy.id).await?;
            if now.as_deref() != Some(policy)
                || store::count_documents(tx, of(&pool, policy), MAX_KEPT).await? >= MAX_KEPT
            {
                return Ok(());
            }
            store::put_document(tx, &pool.id, document)?;
            // What a power cut takes away is fetched again.
            tx.skip_sync();
            Ok(())
        })
        .await
}

/// Documents of a policy by URL that are kept, and where the next page starts.
pub async fn list_documents(
    cx: &Context,
    pool_id: &str,
    policy_id: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ClientMetadata>, Option<String>), Fault> {
    let read = &cx.services.store;
    let pool = pools::pool(read, pool_id).await?;
    let policy = policies::find(read, &pool, policy_id).await?;
    let (mut found, last) = store::documents(read, of(&pool, &policy), after, limit, cx.now).await?;
    found.retain(|document| is_current(&policy, document));
    Ok((found, last))
}

/// A pool, a policy of it, and that a document of it is kept.
async fn kept(cx: &Context, pool_id: &str, policy_id: &str, url: &str) -> Result<(Arc<Pool>, MetadataPolicy), Fault> {
    let read = &cx.services.store;
    let pool = pools::pool(read, pool_id).await?;
    require_tier(&pool)?;
    let policy = MetadataPolicy::clone(&*policies::find(read, &pool, policy_id).await?);
    if cached(cx, &pool, &policy, url).await?.is_none() {
        let words = format!("The metadata document of {url} is not cached.");
        return Err(Fault::modelled("CachedCIMDURLDoesNotExistException", words));
    }
    Ok((pool, policy))
}

/// Fetches a document anew that is kept. What was kept stays if that fails.
pub async fn refresh(cx: &Context, pool_id: &str, policy_id: &str, url: &str) -> Result<(), Fault> {
    let (pool, policy) = kept(cx, pool_id, policy_id, url).await?;
    let document = fetch(cx, &policy, url).await?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, &pool.id).await?;
            if store::policy(tx, &pool.id, &policy.id).await?.as_deref() == Some(&policy) {
                store::put_document(tx, &pool.id, &document)?;
            }
            Ok(())
        })
        .await
}

/// Forgets a document; its next use fetches it.
pub async fn invalidate(cx: &Context, pool_id: &str, policy_id: &str, url: &str) -> Result<(), Fault> {
    let (pool, policy) = kept(cx, pool_id, policy_id, url).await?;
    cx.services
        .store
        .transact(async |tx| {
            store::delete_document(tx, of(&pool, &policy), url);
            Ok(())
        })
        .await
}
