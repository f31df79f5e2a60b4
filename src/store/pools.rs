//! Tables of pools, their signing keys and their clients.

use super::listing::last_parts;
use super::{Key, Read, Record, StoreError, Tx, sweep, tags};
use crate::model::{Client, Pool, PoolKeysRecord};
use std::sync::Arc;

/// How many client ids are read at a time.
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

pub async fn pool(read: &impl Read, id: &str) -> Result<Option<Arc<Pool>>, StoreError> {
    read.get_shared(&pool_key(id)).await
}

/// Writes a pool and its entry in the list of its region.
pub fn put_pool(tx: &Tx, pool: &Pool) -> Result<(), StoreError> {
    tx.put_bytes(Key::new(tags::POOL_OF_REGION).part(pool.region()).part(&pool.id), Vec::new());
    tx.put(pool_key(&pool.id), pool)
}

/// Removes a pool. Its users, groups, codes and other records are purged in the background.
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
        tags::AUTHORIZATION_CODE,
        tags::PUSHED_REQUEST,
        tags::DEVICE_GRANT,
        tags::AUTH_EVENT,
        tags::LOG_DELIVERY,
        tags::ADDED,
        tags::METADATA_POLICY,
        tags::CLIENT_METADATA,
        tags::IMPORT_JOB,
        tags::IMPORT_LIST,
        tags::IMPORT_REPORT,
    ];
    for tag in tables {
        sweep::purge(tx, &Key::new(tag).part(&pool.id));
    }
}

/// Pool ids of a region after `after`, in order, and whether there are more.
pub async fn pool_ids(
    read: &impl Read,
    region: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    let prefix = Key::new(tags::POOL_OF_REGION).part(region);
    last_parts(read, &prefix, after, limit).await
}

pub async fn pool_keys(read: &impl Read, id: &str) -> Result<Option<PoolKeysRecord>, StoreError> {
    read.get(&Key::new(tags::POOL_KEYS).part(id)).await
}

pub fn put_pool_keys(tx: &Tx, id: &str, keys: &PoolKeysRecord) -> Result<(), StoreError> {
    tx.put(Key::new(tags::POOL_KEYS).part(id), keys)
}

pub async fn user_count(read: &impl Read, id: &str) -> Result<i64, StoreError> {
    read.counter(&Key::new(tags::USER_COUNT).part(id)).await
}

/// The client with this id, whichever pool it belongs to.
pub async fn client(read: &impl Read, id: &str) -> Result<Option<Arc<Client>>, StoreError> {
    read.get_shared(&client_key(id)).await
}

/// Writes a client and its entry in the list of its pool.
pub fn put_client(tx: &Tx, client: &Client) -> Result<(), StoreError> {
    tx.put_bytes(Key::new(tags::CLIENT_OF_POOL).part(&client.pool_id).part(&client.id), Vec::new());
    tx.put(client_key(&client.id), client)
}

pub fn delete_client(tx: &Tx, client: &Client) {
    tx.delete(Key::new(tags::CLIENT_OF_POOL).part(&client.pool_id).part(&client.id));
    tx.delete(client_key(&client.id));
    super::risk_configurations::delete(tx, &client.pool_id, Some(&client.id));
    super::secret_rotations::forget(tx, client);
}

fn added_key(pool: &str, table: u8) -> Key {
    Key::new(tags::ADDED).part(pool).part([table])
}

/// Makes transactions that add to a limited table of a pool conflict with each other, so that the count each of them
/// saw is still right when it commits. (Scans do not cause conflicts.)
pub async fn insert_serialised(tx: &Tx, pool: &str, table: u8) -> Result<(), StoreError> {
    let key = added_key(pool, table);
    let times = tx.counter(&key).await?.wrapping_add(1);
    tx.put_bytes(key, times.to_be_bytes().to_vec());
    Ok(())
}

/// The ids of all clients of a pool. No client can be added before the transaction ends.
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
    last_parts(read, &prefix, after, limit).await
}
