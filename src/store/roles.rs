//! The table of roles.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::Role;
use std::sync::Arc;

impl Record for Role {
    const TABLE: &'static str = "roles";
}

fn key(name: &str) -> Key {
    Key::new(tags::ROLE).part(name)
}

pub async fn get(read: &impl Read, name: &str) -> Result<Option<Arc<Role>>, StoreError> {
    read.get_shared(&key(name)).await
}

pub fn put(tx: &Tx, role: &Role) -> Result<(), StoreError> {
    tx.put(key(&role.name), role)
}

pub fn delete(tx: &Tx, name: &str) {
    tx.delete(key(name));
}

/// Roles by name, and whether there are more.
pub async fn list(read: &impl Read, after: Option<&str>, limit: usize) -> Result<(Vec<Role>, bool), StoreError> {
    page(read, &Key::new(tags::ROLE), after.map(key), limit).await
}
