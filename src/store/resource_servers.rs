//! The table of resource servers.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::ResourceServer;

impl Record for ResourceServer {
    const TABLE: &'static str = "resource_servers";
}

fn key(pool: &str, identifier: &str) -> Key {
    Key::new(tags::RESOURCE_SERVER).part(pool).part(identifier)
}

pub async fn get(read: &impl Read, pool: &str, identifier: &str) -> Result<Option<ResourceServer>, StoreError> {
    read.get(&key(pool, identifier)).await
}

pub fn put(tx: &Tx, pool: &str, server: &ResourceServer) -> Result<(), StoreError> {
    tx.put(key(pool, &server.identifier), server)
}

pub fn delete(tx: &Tx, pool: &str, identifier: &str) {
    tx.delete(key(pool, identifier));
}

/// Resource servers of a pool by identifier, and whether there are more.
pub async fn list(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ResourceServer>, bool), StoreError> {
    let prefix = Key::new(tags::RESOURCE_SERVER).part(pool);
    page(read, &prefix, after.map(|identifier| key(pool, identifier)), limit).await
}
