//! The table of domains. A name belongs to one pool of the whole server.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::Domain;
use std::sync::Arc;

impl Record for Domain {
    const TABLE: &'static str = "domains";
}

fn key(name: &str) -> Key {
    Key::new(tags::DOMAIN).part(name)
}

/// The domain with this name, whichever pool it belongs to.
pub async fn get(read: &impl Read, name: &str) -> Result<Option<Arc<Domain>>, StoreError> {
    read.get_shared(&key(name)).await
}

/// All domains by name, and whether there are more.
pub async fn list(read: &impl Read, after: Option<&str>, limit: usize) -> Result<(Vec<Domain>, bool), StoreError> {
    page(read, &Key::new(tags::DOMAIN), after.map(key), limit).await
}

pub fn put(tx: &Tx, domain: &Domain) -> Result<(), StoreError> {
    tx.put(key(&domain.name), domain)
}

pub fn delete(tx: &Tx, name: &str) {
    tx.delete(key(name));
}
