//! Tables of identity pools and their principal tag maps.

use super::listing::last_parts;
use super::{Key, Read, Record, StoreError, Tx, sweep, tags};
use crate::model::{IdentityPool, PrincipalTagMap};
use std::sync::Arc;

impl Record for IdentityPool {
    const TABLE: &'static str = "identity_pools";
}

impl Record for PrincipalTagMap {
    const TABLE: &'static str = "principal_tags";
}

fn key(id: &str) -> Key {
    Key::new(tags::IDENTITY_POOL).part(id)
}

fn region_key(region: &str) -> Key {
    Key::new(tags::IDENTITY_POOL_OF_REGION).part(region)
}

fn tag_map_key(pool: &str, provider: &str) -> Key {
    Key::new(tags::PRINCIPAL_TAGS).part(pool).part(provider)
}

pub async fn get(read: &impl Read, id: &str) -> Result<Option<Arc<IdentityPool>>, StoreError> {
    read.get_shared(&key(id)).await
}

/// Writes a pool and its entry in the list of its region.
pub fn put(tx: &Tx, pool: &IdentityPool) -> Result<(), StoreError> {
    tx.put_bytes(region_key(pool.region()).part(pool.id()), Vec::new());
    tx.put(key(pool.id()), pool)
}

/// Removes a pool. Its identities are purged in the background.
pub fn delete(tx: &Tx, pool: &IdentityPool) {
    tx.delete(region_key(pool.region()).part(pool.id()));
    tx.delete(key(pool.id()));
    for tag in [tags::PRINCIPAL_TAGS, tags::IDENTITY_OF_POOL, tags::LOGIN] {
        sweep::purge(tx, &Key::new(tag).part(pool.id()));
    }
}

/// Pool ids of a region after `after`, in order, and whether there are more.
pub async fn ids(
    read: &impl Read,
    region: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    last_parts(read, &region_key(region), after, limit).await
}

/// How many pools a region has, counted up to `most`.
pub async fn count(read: &impl Read, region: &str, most: usize) -> Result<usize, StoreError> {
    Ok(read.scan(&region_key(region), None, most).await?.entries.len())
}

pub async fn tag_map(read: &impl Read, pool: &str, provider: &str) -> Result<Option<Arc<PrincipalTagMap>>, StoreError> {
    read.get_shared(&tag_map_key(pool, provider)).await
}

pub fn put_tag_map(tx: &Tx, pool: &str, provider: &str, map: &PrincipalTagMap) -> Result<(), StoreError> {
    tx.put(tag_map_key(pool, provider), map)
}
