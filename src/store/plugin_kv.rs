//! The key-value spaces of plugins, by plugin id. Values may expire.
//!
//! The size of each space is counted to enforce its capacity. Expired values count until they are written again or
//! removed by [`tidy`].

use super::{Key, Read, Record, StoreError, Tx, sweep, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A plugin's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KvEntry {
    /// The sealed value; plugins may store secrets.
    #[serde(with = "serde_bytes")]
    pub value: Vec<u8>,
    /// When it expires, if ever.
    pub until: Option<Timestamp>,
}

impl Record for KvEntry {
    const TABLE: &'static str = "plugins' values";
}

impl KvEntry {
    /// The size that counts against the capacity, including the key.
    pub fn size(&self, key: &[u8]) -> i64 {
        i64::try_from(key.len() + self.value.len()).unwrap_or(i64::MAX)
    }

    fn lives(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| now < until)
    }
}

fn space(id: &str) -> Key {
    Key::new(tags::PLUGIN_KV).part(id)
}

fn size_key(id: &str) -> Key {
    Key::new(tags::PLUGIN_KV_SIZE).part(id)
}

/// The value at a key; `None` if it is absent or has expired.
pub async fn get(read: &impl Read, id: &str, key: &[u8], now: Timestamp) -> Result<Option<KvEntry>, StoreError> {
    let entry: Option<KvEntry> = read.get(&space(id).part(key)).await?;
    Ok(entry.filter(|entry| entry.lives(now)))
}

/// The size of a space in bytes, including keys.
pub async fn size(read: &impl Read, id: &str) -> Result<i64, StoreError> {
    read.counter(&size_key(id)).await
}

/// Writes a value; `None` removes it.
pub async fn put(tx: &Tx, id: &str, key: &[u8], entry: Option<&KvEntry>) -> Result<(), StoreError> {
    let at = space(id).part(key);
    let before: Option<KvEntry> = tx.get(&at).await?;
    let change = entry.map_or(0, |entry| entry.size(key)) - before.map_or(0, |entry| entry.size(key));
    match entry {
        Some(entry) => tx.put(at, entry)?,
        None => tx.delete(at),
    }
    tx.add(size_key(id), change);
    Ok(())
}

/// Checks up to `limit` entries after `after` and removes expired ones. Returns the last key if there are more entries.
pub async fn tidy(
    tx: &Tx,
    id: &str,
    after: Option<&[u8]>,
    now: Timestamp,
    limit: usize,
) -> Result<Option<Vec<u8>>, StoreError> {
    let page = tx.scan(&space(id), after, limit).await?;
    for (key, _) in &page.entries {
        let at = Key::from_bytes(key.clone());
        let Some(entry) = tx.get::<KvEntry>(&at).await?.filter(|entry| !entry.lives(now)) else { continue };
        let own = Key::split(key).and_then(|mut parts| parts.pop()).unwrap_or_default();
        tx.delete(at);
        tx.add(size_key(id), -entry.size(&own));
    }
    Ok(page.entries.last().map(|(key, _)| key.clone()).filter(|_| page.more))
}

/// Removes a space in the background.
pub fn delete_all(tx: &Tx, id: &str) {
    sweep::purge(tx, &space(id));
    tx.delete(size_key(id));
}
