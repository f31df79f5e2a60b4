//! The table of earlier passwords: one record per user, in pools with a password history.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{PasswordHistory, Pool};

impl Record for PasswordHistory {
    const TABLE: &'static str = "password_history";
}

fn key(pool: &Pool, username: &str) -> Key {
    Key::new(tags::PASSWORD_HISTORY).part(&pool.id).part(super::names::fold(pool, username))
}

/// A user's earlier passwords; empty if none are kept.
pub async fn get(read: &impl Read, pool: &Pool, username: &str) -> Result<PasswordHistory, StoreError> {
    Ok(read.get(&key(pool, username)).await?.unwrap_or_default())
}

pub fn put(tx: &Tx, pool: &Pool, username: &str, history: &PasswordHistory) -> Result<(), StoreError> {
    tx.put(key(pool, username), history)
}

pub fn delete(tx: &Tx, pool: &Pool, username: &str) {
    tx.delete(key(pool, username));
}
