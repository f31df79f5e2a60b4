//! New signing keys for a pool.

use super::keys_of;
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
pub use crate::keys::signing::Rotation;
use crate::keys::signing::{PUBLISHED_BEFORE, PoolKeys};
use crate::model::PoolKeysRecord;
use crate::store::pools as store;
use std::sync::Arc;

/// What a rotation came to.
pub struct Rotated {
    /// The ids of all keys that are published now.
    pub key_ids: Vec<String>,
    /// When the new keys begin to sign.
    pub signs_from: Timestamp,
}

/// Gives a pool new signing keys. `ConflictException` while an earlier rotation has announced keys that do not sign
/// yet, unless the old ones are to be gone at once.
pub async fn rotate(cx: &Context, pool_id: &str, rotation: Rotation) -> Result<Rotated, Fault> {
    pools::pool(&cx.services.store, pool_id).await?;
    let keys = &cx.services.keys;
    let now = keys_of(cx, pool_id).await?;
    if rotation != Rotation::Revoking && now.announced().is_some() {
        return Err(Fault::modelled(
            "ConflictException",
            "New keys of this pool are announced already and begin to sign within the hour. Wait for that, or revoke the old \
             keys.",
        ));
    }
    let before = store::pool_keys(&cx.services.store, pool_id).await?;
    let rotated = now.rotated(keys.signing.make().await?, rotation, cx.now)?;
    let record = PoolKeysRecord { sealed: rotated.seal(&keys.sealer, pool_id)? };
    cx.services
        .store
        .transact(async |tx| {
            pools::pool(tx, pool_id).await?;
            // Whoever rotated meanwhile has keys that must not be lost.
            let found = store::pool_keys(tx, pool_id).await?.map(|found| found.sealed);
            if found.as_ref() != before.as_ref().map(|before| &before.sealed) {
                return Err(Fault::modelled("ConflictException", "The keys of this pool were changed meanwhile."));
            }
            store::put_pool_keys(tx, pool_id, &record)?;
            Ok(())
        })
        .await?;
    keys.signing.forget(pool_id);
    let signs_from = if rotation == Rotation::Announced { cx.now.plus(PUBLISHED_BEFORE) } else { cx.now };
    tracing::info!(pool = pool_id, ?rotation, "a pool has new signing keys");
    let opened: Arc<PoolKeys> = keys_of(cx, pool_id).await?;
    Ok(Rotated { key_ids: opened.jwks(cx.now).into_iter().map(|jwk| jwk.kid).collect(), signs_from })
}
