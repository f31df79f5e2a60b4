//! The table of browsers that are away at an identity provider. All entries expire.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A round trip to an identity provider.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FederationRound {
    /// What it is for, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

impl Record for FederationRound {
    const TABLE: &'static str = "federation rounds";
}

fn key(pool: &str, digest: &[u8]) -> Key {
    Key::new(tags::FEDERATION_ROUND).part(pool).part(digest)
}

/// The round whose handle has this SHA-256, unless it has expired.
pub async fn get(
    read: &impl Read,
    pool: &str,
    digest: &[u8],
    now: Timestamp,
) -> Result<Option<FederationRound>, StoreError> {
    read.get_live(&key(pool, digest), now).await
}

pub fn put(tx: &Tx, pool: &str, digest: &[u8], round: &FederationRound, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(key(pool, digest), round, until)
}

pub fn delete(tx: &Tx, pool: &str, digest: &[u8]) {
    tx.delete(key(pool, digest));
}
