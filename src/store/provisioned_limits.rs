//! The table of rates that administrators set, by category.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::config::limits::Category;
use serde::{Deserialize, Serialize};

/// How many categories are read.
const MOST: usize = 100;

/// The rate of a category, in calls per second.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ProvisionedLimit {
    pub category: Category,
    pub rate: u32,
}

impl Record for ProvisionedLimit {
    const TABLE: &'static str = "provisioned limits";
}

pub async fn all(read: &impl Read) -> Result<Vec<ProvisionedLimit>, StoreError> {
    let page = read.scan(&Key::new(tags::PROVISIONED_LIMIT), None, MOST).await?;
    page.entries.iter().map(|(_, value)| decode(value)).collect()
}

/// Sets the rate of a category; `None` forgets it.
pub fn put(tx: &Tx, category: Category, rate: Option<u32>) -> Result<(), StoreError> {
    let key = Key::new(tags::PROVISIONED_LIMIT).part(category.name());
    match rate {
        Some(rate) => tx.put(key, &ProvisionedLimit { category, rate })?,
        None => tx.delete(key),
    }
    Ok(())
}
