//! The table of resource servers.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::model::ResourceServer;

impl Record for ResourceServer {
    const TABLE: &'static str = "resource_servers";
}

fn key(pool: &str, identifier: &str) -> Key {
    Key::new(tags::RESOURCE_SERVER).part(pool).part(identifier)
}

/// The resource server `identifier` of a pool.
pub async fn get(read: &impl Read, pool: &str, identifier: &str) -> Result<Option<ResourceServer>, StoreError> {
    read.get(&key(pool, identifier)).await
}

/// Writes a resource server.
pub fn put(tx: &Tx, pool: &str, server: &ResourceServer) -> Result<(), StoreError> {
    tx.put(key(pool, &server.identifier), server)
}

/// Removes a resource server.
pub fn delete(tx: &Tx, pool: &str, identifier: &str) {
    tx.delete(key(pool, identifier));
}

/// Resource servers of a pool by identifier, and whether more follow.
pub async fn list(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<ResourceServer>, bool), StoreError> {
    let after = after.map(|identifier| key(pool, identifier).into_bytes());
    let page = read.scan(&Key::new(tags::RESOURCE_SERVER).part(pool), after.as_deref(), limit).await?;
    let servers = page.entries.iter().map(|(_, value)| decode(value)).collect::<Result<_, _>>()?;
    Ok((servers, page.more))
}
