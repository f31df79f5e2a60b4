//! The table of device authorizations (RFC 8628), by the MAC of the user code. All entries expire.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use serde_bytes::ByteBuf;

/// A device that asks for a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceGrant {
    /// Tells it from a later one that drew the same user code.
    pub id: String,
    pub client_id: String,
    pub scopes: Vec<String>,
    pub resource: Option<String>,
    pub decision: Decision,
    /// Seconds that the device waits between two questions.
    pub interval: u64,
    /// When it may ask next.
    pub next_poll: Timestamp,
    pub until: Timestamp,
}

/// What the user said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    Pending,
    Denied,
    /// What was granted, sealed.
    Approved(ByteBuf),
}

impl Record for DeviceGrant {
    const TABLE: &'static str = "device grants";
}

fn key(pool: &str, mac: &[u8]) -> Key {
    Key::new(tags::DEVICE_GRANT).part(pool).part(mac)
}

pub async fn get(read: &impl Read, pool: &str, mac: &[u8], now: Timestamp) -> Result<Option<DeviceGrant>, StoreError> {
    read.get_live(&key(pool, mac), now).await
}

pub fn put(tx: &Tx, pool: &str, mac: &[u8], grant: &DeviceGrant) -> Result<(), StoreError> {
    tx.put_until(key(pool, mac), grant, grant.until)
}

pub fn delete(tx: &Tx, pool: &str, mac: &[u8]) {
    tx.delete(key(pool, mac));
}
