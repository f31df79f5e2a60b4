//! Owns identity pools: their settings, the identities in them and the logins that lead there, tokens and credentials.
//! Hands off tokens of user pools to `tokens`, those of other issuers to `federation`, roles and sessions to `access`.
//! Must not know wire formats.

pub mod credentials;
pub mod developers;
mod faults;
mod foreign;
pub mod identity_token;
pub mod linking;
pub mod logins;
pub mod pools;
pub mod principal_tags;
mod provider_names;
pub mod roles;
pub mod web_identity;

use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::model::{Identity, IdentityPool};
use crate::store::{Read, identities, identity_pools};
use std::sync::Arc;

/// An identity pool that must be there.
pub async fn pool(read: &impl Read, id: &str) -> Result<Arc<IdentityPool>, Fault> {
    identity_pools::get(read, id).await?.ok_or_else(|| faults::pool_not_found(id))
}

/// An identity and its pool. Those of a pool that was deleted are gone, whatever the sweeper has come to.
pub async fn identity(read: &impl Read, id: &str) -> Result<(Arc<IdentityPool>, Identity), Fault> {
    let not_found = || faults::identity_not_found(id);
    let identity = identities::get(read, id).await?.ok_or_else(not_found)?;
    let pool = identity_pools::get(read, &identity.pool).await?.ok_or_else(not_found)?;
    Ok((pool, identity))
}

/// Identities of a pool by id, and where the next page starts.
pub async fn list(
    cx: &Context,
    pool_id: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Identity>, Option<String>), Fault> {
    let store = &cx.services.store;
    pool(store, pool_id).await?;
    let (ids, more) = identities::ids(store, pool_id, after, limit).await?;
    let mut found = Vec::with_capacity(ids.len());
    for id in &ids {
        found.extend(identities::get(store, id).await?);
    }
    Ok((found, ids.last().filter(|_| more).cloned()))
}

/// Removes an identity with its logins. One that is not there is no error.
pub async fn delete(cx: &Context, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            if let Some(identity) = identities::get(tx, id).await? {
                identities::delete(tx, &identity);
            }
            Ok(())
        })
        .await
}

/// A call that anyone may make: too many failures of an address end its tries for a while.
pub async fn limited<T>(cx: &Context, call: impl Future<Output = Result<T, Fault>>) -> Result<T, Fault> {
    cx.check_address()?;
    let done = call.await;
    if let Err(fault) = &done
        && fault.is_modelled()
        && fault.cause() != Cause::TooManyRequests
    {
        cx.count_failure();
    }
    done
}
