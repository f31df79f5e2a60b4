//! The table of earlier passwords: one record for a user whose pool asks for a history.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{PasswordHistory, Pool};

impl Record for PasswordHistory {
    const TABLE: &'static str = "password_history";
}

fn key(pool: &Pool, username: &str) -> Key {
    Key::new(tags::PASSWORD_HISTORY).part(&pool.id).part(super::users::fold(pool, username))
}

/// A user's earlier passwords; empty where none are kept.
pub async fn get(read: &impl Read, pool: &Pool, username: &str) -> Result<PasswordHistory, StoreError> {
    Ok(read.get(&key(pool, username)).await?.unwrap_or_default())
}

/// Writes a user's earlier passwords.
pub fn put(tx: &Tx, pool: &Pool, username: &str, history: &PasswordHistory) -> Result<(), StoreError> {
    tx.put(key(pool, username), history)
}

/// Removes them.
pub fn delete(tx: &Tx, pool: &Pool, username: &str) {
    tx.delete(key(pool, username));
}
