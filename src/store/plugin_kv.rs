//! What plugins keep: a small key-value space for each (by its id), with values that may end by themselves.
//!
//! A value lies behind its end (or the end of time) and its size is counted, so that a space has a bound. What has
//! ended counts until it is written again or found by [`tidy`].

use super::{Key, Read, Record, StoreError, Tx, pools, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A value of a plugin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KvEntry {
    /// The value, sealed: nobody knows what a plugin takes for a secret.
    #[serde(with = "serde_bytes")]
    pub value: Vec<u8>,
    /// When it ends, if it does.
    pub until: Option<Timestamp>,
}

impl Record for KvEntry {
    const TABLE: &'static str = "plugins' values";
}

impl KvEntry {
    /// How many bytes it counts for, with its key.
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

/// The value at a key, unless it has ended.
pub async fn get(read: &impl Read, id: &str, key: &[u8], now: Timestamp) -> Result<Option<KvEntry>, StoreError> {
    let entry: Option<KvEntry> = read.get(&space(id).part(key)).await?;
    Ok(entry.filter(|entry| entry.lives(now)))
}

/// How many bytes the space holds, keys included.
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

/// Takes up to `limit` entries after `after` into view and removes those that have ended; gives where to go on, if
/// anywhere.
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

/// Removes a space, in the background.
pub fn delete_all(tx: &Tx, id: &str) {
    pools::purge(tx, &space(id));
    tx.delete(size_key(id));
}
