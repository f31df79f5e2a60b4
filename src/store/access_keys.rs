//! The table of access keys: the keys that sign calls.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// The most access keys a server keeps.
pub const MAX_KEYS: usize = 500;

/// An access key as it is kept.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessKeyRecord {
    /// `AKIA` and sixteen capital letters and digits, or what the operator chose for the root key.
    pub id: String,
    /// The name in the caller's ARN.
    pub name: String,
    /// The secret, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed_secret: Vec<u8>,
    /// The policy document (JSON).
    pub policy: String,
    /// Whether this is a root key: its ARN is the account's root.
    pub root: bool,
    /// Whether calls signed by it are taken.
    pub enabled: bool,
    /// When it was made.
    pub created: Timestamp,
}

impl Record for AccessKeyRecord {
    const TABLE: &'static str = "access_keys";
}

fn key(id: &str) -> Key {
    Key::new(tags::ACCESS_KEY).part(id)
}

/// The record of the key `id`.
pub async fn get(read: &impl Read, id: &str) -> Result<Option<AccessKeyRecord>, StoreError> {
    read.get(&key(id)).await
}

/// All keys, by id.
pub async fn list(read: &impl Read) -> Result<Vec<AccessKeyRecord>, StoreError> {
    let page = read.scan(&Key::new(tags::ACCESS_KEY), None, MAX_KEYS).await?;
    page.entries.iter().map(|(_, bytes)| super::decode(bytes)).collect()
}

/// Raises a number that every change of the table raises: makes this transaction exclude all other changes of the
/// table; call it before [`list`].
pub async fn exclusive(tx: &Tx) -> Result<(), StoreError> {
    let changes = tx.counter(&Key::new(tags::ACCESS_KEY_CHANGES)).await?;
    tx.put_bytes(Key::new(tags::ACCESS_KEY_CHANGES), changes.wrapping_add(1).to_be_bytes().to_vec());
    Ok(())
}

/// Writes a key.
pub fn put(tx: &Tx, record: &AccessKeyRecord) -> Result<(), StoreError> {
    tx.put(key(&record.id), record)
}

/// Removes a key.
pub fn delete(tx: &Tx, id: &str) {
    tx.delete(key(id));
}
