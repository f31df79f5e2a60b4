//! The table of domains, by name; a name belongs to one pool of the whole server.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::Domain;
use std::sync::Arc;

impl Record for Domain {
    const TABLE: &'static str = "domains";
}

fn key(name: &str) -> Key {
    Key::new(tags::DOMAIN).part(name)
}

/// The domain `name`, of whatever pool.
pub async fn get(read: &impl Read, name: &str) -> Result<Option<Arc<Domain>>, StoreError> {
    read.get_shared(&key(name)).await
}

/// Writes a domain.
pub fn put(tx: &Tx, domain: &Domain) -> Result<(), StoreError> {
    tx.put(key(&domain.name), domain)
}

/// Removes a domain.
pub fn delete(tx: &Tx, name: &str) {
    tx.delete(key(name));
}
