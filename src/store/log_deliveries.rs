//! The table of log delivery configurations, one for each pool.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::LogDelivery;
use std::sync::Arc;

impl Record for LogDelivery {
    const TABLE: &'static str = "log_deliveries";
}

fn key(pool: &str) -> Key {
    Key::new(tags::LOG_DELIVERY).part(pool)
}

pub async fn get(read: &impl Read, pool: &str) -> Result<Option<Arc<LogDelivery>>, StoreError> {
    read.get_shared(&key(pool)).await
}

pub fn put(tx: &Tx, pool: &str, delivery: &LogDelivery) -> Result<(), StoreError> {
    tx.put(key(pool), delivery)
}
