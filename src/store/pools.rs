//! Tables of pools, their keys and their clients.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{Client, Pool, PoolKeysRecord};
use std::sync::Arc;

/// How many client ids are read together.
const CLIENTS_AT_ONCE: usize = 1000;

impl Record for Pool {
    const TABLE: &'static str = "pools";
}

impl Record for PoolKeysRecord {
    const TABLE: &'static str = "pool_keys";
}

impl Record for Client {
    const TABLE: &'static str = "clients";
}

fn pool_key(id: &str) -> Key {
    Key::new(tags::POOL).part(id)
}

fn client_key(id: &str) -> Key {
    Key::new(tags::CLIENT).part(id)
}

/// The pool `id`.
pub async fn pool(read: &impl Read, id: &str) -> Result<Option<Arc<Pool>>, StoreError> {
    read.get_shared(&pool_key(id)).await
}

/// Writes a pool and its place in its region's list.
pub fn put_pool(tx: &Tx, pool: &Pool) -> Result<(), StoreError> {
    tx.put_bytes(Key::new(tags::POOL_OF_REGION).part(pool.region()).part(&pool.id), Vec::new());
    tx.put(pool_key(&pool.id), pool)
}

/// Removes a pool. What hangs on it (users, groups, codes) is purged in the background.
pub fn delete_pool(tx: &Tx, pool: &Pool) {
    tx.delete(Key::new(tags::POOL_OF_REGION).part(pool.region()).part(&pool.id));
    tx.delete(pool_key(&pool.id));
    tx.delete(Key::new(tags::POOL_KEYS).part(&pool.id));
    tx.delete(Key::new(tags::USER_COUNT).part(&pool.id));
    let tables = [
        tags::USER,
        tags::SUB,
        tags::ALIAS,
        tags::ATTRIBUTE,
        tags::GROUP,
        tags::GROUP_MEMBER,
        tags::CODE,
        tags::CLIENT_OF_POOL,
        tags::RESOURCE_SERVER,
        tags::SAML_KEYS,
        tags::PROVIDER,
        tags::PROVIDER_IDENTIFIER,
        tags::IDENTITY,
        tags::PAGES,
        tags::ASSET,
        tags::PASSWORD_HISTORY,
        tags::RISK_CONFIGURATION,
        tags::PASSKEY,
        tags::PASSKEY_OWNER,
        tags::PASSKEY_CHALLENGE,
        tags::DEVICE,
        tags::SESSION,
        tags::AUTH_EVENT,
        tags::LOG_DELIVERY,
        tags::ADDED,
    ];
    for tag in tables {
        purge(tx, &Key::new(tag).part(&pool.id));
    }
}

/// Marks all keys under a prefix for deletion in the background.
pub fn purge(tx: &Tx, prefix: &Key) {
    tx.put_bytes(Key::new(tags::PURGE).part(prefix.bytes()), Vec::new());
}

/// Deletes up to `limit` keys under prefixes marked by [`purge`]; returns how many. One round of background work.
pub async fn purge_some(store: &super::Store, limit: usize) -> Result<usize, crate::fault::Fault> {
    store
        .transact(async |tx| {
            let marks = tx.scan(&Key::new(tags::PURGE), None, 1).await?;
            let Some((mark, _)) = marks.entries.first() else { return Ok(0) };
            let Some([prefix]) = Key::split(mark).and_then(|parts| <[Vec<u8>; 1]>::try_from(parts).ok()) else {
                return Ok(0);
            };
            let page = tx.scan(&Key::raw(prefix), None, limit).await?;
            for (key, _) in &page.entries {
                tx.delete(Key::raw(key.clone()));
            }
            if !page.more {
                tx.delete(Key::raw(mark.clone()));
            }
            tx.skip_sync();
            Ok(page.entries.len() + 1)
        })
        .await
}

/// Pool ids of a region in order, after `after`; one more than `limit` tells whether there are more.
pub async fn pool_ids(
    read: &impl Read,
    region: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    let prefix = Key::new(tags::POOL_OF_REGION).part(region);
    let after = after.map(|id| prefix.clone().part(id).into_bytes());
    let page = read.scan(&prefix, after.as_deref(), limit).await?;
    Ok((page.entries.iter().filter_map(|(key, _)| last_part(key)).collect(), page.more))
}

/// The signing keys of a pool.
pub async fn pool_keys(read: &impl Read, id: &str) -> Result<Option<PoolKeysRecord>, StoreError> {
    read.get(&Key::new(tags::POOL_KEYS).part(id)).await
}

/// Writes the signing keys of a pool.
pub fn put_pool_keys(tx: &Tx, id: &str, keys: &PoolKeysRecord) -> Result<(), StoreError> {
    tx.put(Key::new(tags::POOL_KEYS).part(id), keys)
}

/// How many users a pool has.
pub async fn user_count(read: &impl Read, id: &str) -> Result<i64, StoreError> {
    read.counter(&Key::new(tags::USER_COUNT).part(id)).await
}

/// The client `id`, of whatever pool.
pub async fn client(read: &impl Read, id: &str) -> Result<Option<Arc<Client>>, StoreError> {
    read.get_shared(&client_key(id)).await
}

/// Writes a client and its place in its pool's list.
pub fn put_client(tx: &Tx, client: &Client) -> Result<(), StoreError> {
    tx.put_bytes(Key::new(tags::CLIENT_OF_POOL).part(&client.pool_id).part(&client.id), Vec::new());
    tx.put(client_key(&client.id), client)
}

/// Removes a client.
pub fn delete_client(tx: &Tx, client: &Client) {
    tx.delete(Key::new(tags::CLIENT_OF_POOL).part(&client.pool_id).part(&client.id));
    tx.delete(client_key(&client.id));
    super::risk_configurations::delete(tx, &client.pool_id, Some(&client.id));
}

fn added_key(pool: &str, table: u8) -> Key {
    Key::new(tags::ADDED).part(pool).part([table])
}

/// Lets transactions that add to a table of a pool commit one after the other, so that what each of them counted still
/// holds: scans are not remembered.
pub async fn insert_serialised(tx: &Tx, pool: &str, table: u8) -> Result<(), StoreError> {
    let key = added_key(pool, table);
    let times = tx.counter(&key).await?.wrapping_add(1);
    tx.put_bytes(key, times.to_be_bytes().to_vec());
    Ok(())
}

/// The ids of all clients of a pool, of which none comes before the transaction ends.
pub async fn all_client_ids(tx: &Tx, pool: &str) -> Result<Vec<String>, StoreError> {
    tx.counter(&added_key(pool, tags::CLIENT_OF_POOL)).await?;
    let mut all = Vec::new();
    loop {
        let (ids, more) = client_ids(tx, pool, all.last().map(String::as_str), CLIENTS_AT_ONCE).await?;
        all.extend(ids);
        if !more {
            return Ok(all);
        }
    }
}

/// Client ids of a pool in order, and whether there are more.
pub async fn client_ids(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    let prefix = Key::new(tags::CLIENT_OF_POOL).part(pool);
    let after = after.map(|id| prefix.clone().part(id).into_bytes());
    let page = read.scan(&prefix, after.as_deref(), limit).await?;
    Ok((page.entries.iter().filter_map(|(key, _)| last_part(key)).collect(), page.more))
}

/// The last component of a key, as text.
pub(super) fn last_part(key: &[u8]) -> Option<String> {
    Key::split(key)?.pop().and_then(|part| String::from_utf8(part).ok())
}
