//! The table of access keys, which sign API calls.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// Most access keys of a server.
pub const MAX_KEYS: usize = 500;

/// A stored access key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AccessKeyRecord {
    /// `AKIA` and sixteen capital letters and digits, or what the operator chose for the root key.
    pub id: String,
    /// The user name in the caller's ARN.
    pub name: String,
    /// The sealed secret.
    #[serde(with = "serde_bytes")]
    pub sealed_secret: Vec<u8>,
    /// The policy document (JSON).
    pub policy: String,
    /// Whether this is a root key, whose ARN is the account's root.
    pub root: bool,
    /// Whether calls that it signs are accepted.
    pub enabled: bool,
    pub created: Timestamp,
}

impl Record for AccessKeyRecord {
    const TABLE: &'static str = "access_keys";
}

fn key(id: &str) -> Key {
    Key::new(tags::ACCESS_KEY).part(id)
}

pub async fn get(read: &impl Read, id: &str) -> Result<Option<AccessKeyRecord>, StoreError> {
    read.get(&key(id)).await
}

/// All keys, ordered by id.
pub async fn list(read: &impl Read) -> Result<Vec<AccessKeyRecord>, StoreError> {
    let page = read.scan(&Key::new(tags::ACCESS_KEY), None, MAX_KEYS).await?;
    page.entries.iter().map(|(_, bytes)| super::decode(bytes)).collect()
}

/// Makes this transaction conflict with all other changes of the table. Call it before [`list`], because scans do not
/// cause conflicts by themselves.
pub async fn exclusive(tx: &Tx) -> Result<(), StoreError> {
    let changes = tx.counter(&Key::new(tags::ACCESS_KEY_CHANGES)).await?;
    tx.put_bytes(Key::new(tags::ACCESS_KEY_CHANGES), changes.wrapping_add(1).to_be_bytes().to_vec());
    Ok(())
}

pub fn put(tx: &Tx, record: &AccessKeyRecord) -> Result<(), StoreError> {
    tx.put(key(&record.id), record)
}

pub fn delete(tx: &Tx, id: &str) {
    tx.delete(key(id));
}
