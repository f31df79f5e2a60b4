//! The table of pushed authorization requests (RFC 9126). All entries expire.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A request that a client pushed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct PushedRequest {
    pub client_id: String,
    /// Its parameters, as a query.
    pub query: String,
}

impl Record for PushedRequest {
    const TABLE: &'static str = "pushed requests";
}

fn key(pool: &str, id: &str) -> Key {
    Key::new(tags::PUSHED_REQUEST).part(pool).part(id)
}

pub async fn get(read: &impl Read, pool: &str, id: &str, now: Timestamp) -> Result<Option<PushedRequest>, StoreError> {
    read.get_live(&key(pool, id), now).await
}

pub fn put(tx: &Tx, pool: &str, id: &str, request: &PushedRequest, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(key(pool, id), request, until)
}
