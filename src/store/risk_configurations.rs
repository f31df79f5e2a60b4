//! The table of risk configurations: `pool | client id`, an empty client id for the pool's own.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::RiskConfiguration;
use std::sync::Arc;

impl Record for RiskConfiguration {
    const TABLE: &'static str = "risk_configurations";
}

fn key(pool: &str, client: Option<&str>) -> Key {
    Key::new(tags::RISK_CONFIGURATION).part(pool).part(client.unwrap_or_default())
}

/// What is set for the pool, or for a client.
pub async fn get(
    read: &impl Read,
    pool: &str,
    client: Option<&str>,
) -> Result<Option<Arc<RiskConfiguration>>, StoreError> {
    read.get_shared(&key(pool, client)).await
}

/// Sets it.
pub fn put(tx: &Tx, pool: &str, client: Option<&str>, configuration: &RiskConfiguration) -> Result<(), StoreError> {
    tx.put(key(pool, client), configuration)
}

/// Takes it back.
pub fn delete(tx: &Tx, pool: &str, client: Option<&str>) {
    tx.delete(key(pool, client));
}
