//! Policies: which documents a pool takes clients from, and as what.

use super::{address, is_in_tier, require_tier};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::{Client, MetadataPolicy, Pool};
use crate::store::{Read, client_metadata as store, pools as records, tags};
use std::sync::Arc;

/// Policies of one pool. Every token of such a client is held against all of them.
pub const MAX_PER_POOL: usize = 20;
/// Seconds that a document is kept where the policy does not say: the least that the API takes.
const CACHE_SECONDS: i32 = 86_400;

/// What a call asks of a policy. What is left out of an update stays.
pub struct PolicySettings {
    pub client_id: String,
    pub name: Option<String>,
    pub cache_seconds: Option<i32>,
    pub patterns: Vec<String>,
}

/// A policy as the API shows it.
pub struct PolicyView {
    pub policy: MetadataPolicy,
    /// Its app client, while there is one.
    pub client_id: Option<String>,
}

async fn view(read: &impl Read, policy: MetadataPolicy) -> Result<PolicyView, Fault> {
    let client = records::client(read, &policy.client_id).await?;
    Ok(PolicyView { client_id: client.map(|client| client.id.clone()), policy })
}

fn check(wanted: &PolicySettings) -> Result<(), Fault> {
    for pattern in &wanted.patterns {
        address::check_pattern(pattern)
            .map_err(|why| Fault::invalid(format!("The URL pattern {pattern} is not valid: {why}.")))?;
    }
    Ok(())
}

/// The policy `id` of this pool, or `ResourceNotFoundException`.
pub(super) async fn find(read: &impl Read, pool: &Pool, id: &str) -> Result<Arc<MetadataPolicy>, Fault> {
    let found = store::policy(read, &pool.id, id).await?;
    found.ok_or_else(|| Fault::not_found(format!("CIMD policy {id} does not exist.")))
}

/// Makes a policy.
pub async fn create(cx: &Context, pool_id: &str, wanted: PolicySettings) -> Result<PolicyView, Fault> {
    let policy = MetadataPolicy {
        id: crate::rng::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 26)?,
        client_id: wanted.client_id.clone(),
        name: wanted.name.clone().unwrap_or_default(),
        cache_seconds: wanted.cache_seconds.unwrap_or(CACHE_SECONDS),
        patterns: wanted.patterns.clone(),
        created: cx.now,
        modified: cx.now,
    };
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            require_tier(&pool)?;
            check(&wanted)?;
            pools::client_of(tx, &pool, &policy.client_id).await?;
            records::insert_serialised(tx, &pool.id, tags::METADATA_POLICY).await?;
            let (found, more) = store::policies(tx, &pool.id, None, MAX_PER_POOL).await?;
            if more || found.len() >= MAX_PER_POOL {
                let words = format!("A user pool can have at most {MAX_PER_POOL} CIMD policies.");
                return Err(Fault::modelled("LimitExceededException", words));
            }
            store::put_policy(tx, &pool.id, &policy)?;
            view(tx, policy.clone()).await
        })
        .await
}

/// Changes a policy. Documents from before are fetched again.
pub async fn update(cx: &Context, pool_id: &str, id: &str, wanted: PolicySettings) -> Result<PolicyView, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            require_tier(&pool)?;
            check(&wanted)?;
            let before = find(tx, &pool, id).await?;
            pools::client_of(tx, &pool, &wanted.client_id).await?;
            let policy = MetadataPolicy {
                id: before.id.clone(),
                client_id: wanted.client_id.clone(),
                name: wanted.name.clone().unwrap_or_else(|| before.name.clone()),
                cache_seconds: wanted.cache_seconds.unwrap_or(before.cache_seconds),
                patterns: wanted.patterns.clone(),
                created: before.created,
                modified: cx.now,
            };
            store::put_policy(tx, &pool.id, &policy)?;
            view(tx, policy).await
        })
        .await
}

/// Removes a policy with its documents. The clients that it let in are no clients any more.
pub async fn delete(cx: &Context, pool_id: &str, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            find(tx, &pool, id).await?;
            store::delete_policy(tx, &pool.id, id);
            Ok(())
        })
        .await
}

pub async fn describe(cx: &Context, pool_id: &str, id: &str) -> Result<PolicyView, Fault> {
    let store = &cx.services.store;
    let pool = pools::pool(store, pool_id).await?;
    let policy = find(store, &pool, id).await?;
    view(store, MetadataPolicy::clone(&policy)).await
}

/// Policies of a pool by id, and where the next page starts.
pub async fn list(
    cx: &Context,
    pool_id: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<PolicyView>, Option<String>), Fault> {
    let read = &cx.services.store;
    let pool = pools::pool(read, pool_id).await?;
    let (found, more) = store::policies(read, &pool.id, after, limit).await?;
    let last = found.last().filter(|_| more).map(|policy| policy.id.clone());
    let mut shown = Vec::new();
    for policy in found {
        shown.push(view(read, policy).await?);
    }
    Ok((shown, last))
}

/// A policy that lets a URL in, with its app client.
pub(super) struct Match {
    pub policy: MetadataPolicy,
    pub template: Arc<Client>,
}

/// The policy that decides on a URL: of those with an app client, the one with the longest pattern that fits, then the
/// oldest.
pub(super) async fn matching(read: &impl Read, pool: &Pool, url: &str) -> Result<Option<Match>, Fault> {
    if !is_in_tier(pool) || address::check(url).is_err() {
        return Ok(None);
    }
    let (policies, _) = store::policies(read, &pool.id, None, MAX_PER_POOL).await?;
    let fitting = |policy: &MetadataPolicy| {
        policy.patterns.iter().filter(|pattern| address::fits(pattern, url)).map(String::len).max()
    };
    let mut candidates: Vec<(usize, MetadataPolicy)> =
        policies.into_iter().filter_map(|policy| Some((fitting(&policy)?, policy))).collect();
    candidates.sort_by(|(a, first), (b, second)| b.cmp(a).then(first.created.cmp(&second.created)));
    for (_, policy) in candidates {
        let template = records::client(read, &policy.client_id).await?;
        if let Some(template) = template.filter(|client| client.pool_id == pool.id) {
            return Ok(Some(Match { policy, template }));
        }
    }
    Ok(None)
}
