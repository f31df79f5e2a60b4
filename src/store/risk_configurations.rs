//! The table of risk configurations. An empty client id stands for the pool's own.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::RiskConfiguration;
use std::sync::Arc;

impl Record for RiskConfiguration {
    const TABLE: &'static str = "risk_configurations";
}

fn key(pool: &str, client: Option<&str>) -> Key {
    Key::new(tags::RISK_CONFIGURATION).part(pool).part(client.unwrap_or_default())
}

/// The configuration of a client, or of the pool.
pub async fn get(
    read: &impl Read,
    pool: &str,
    client: Option<&str>,
) -> Result<Option<Arc<RiskConfiguration>>, StoreError> {
    read.get_shared(&key(pool, client)).await
}

pub fn put(tx: &Tx, pool: &str, client: Option<&str>, configuration: &RiskConfiguration) -> Result<(), StoreError> {
    tx.put(key(pool, client), configuration)
}

pub fn delete(tx: &Tx, pool: &str, client: Option<&str>) {
    tx.delete(key(pool, client));
}
