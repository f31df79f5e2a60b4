//! The table of logout tokens that wait to be sent (OpenID Connect Back-Channel Logout 1.0), by when they are due.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A client that is to be told that a session has ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoutNotice {
    /// The id of the logout token, the same at each try.
    pub id: String,
    pub pool_id: String,
    pub client_id: String,
    pub sub: String,
    /// The SSO session.
    pub sid: String,
    pub tries: u32,
    /// When the next try is due.
    pub due: Timestamp,
    /// After which nothing more is tried.
    pub until: Timestamp,
}

impl Record for LogoutNotice {
    const TABLE: &'static str = "logout notices";
}

fn key(due: Timestamp, id: &str) -> Key {
    Key::new(tags::LOGOUT_NOTICE).number(due.millis()).part(id)
}

pub fn put(tx: &Tx, notice: &LogoutNotice) -> Result<(), StoreError> {
    tx.put(key(notice.due, &notice.id), notice)
}

pub fn delete(tx: &Tx, notice: &LogoutNotice) {
    tx.delete(key(notice.due, &notice.id));
}

/// Whether a notice still waits as it was read.
pub async fn is_there(read: &impl Read, notice: &LogoutNotice) -> Result<bool, StoreError> {
    let found: Option<LogoutNotice> = read.get(&key(notice.due, &notice.id)).await?;
    Ok(found.as_ref() == Some(notice))
}

/// The next notices, those that are due first.
pub async fn front(read: &impl Read, limit: usize) -> Result<Vec<LogoutNotice>, StoreError> {
    let page = read.scan(&Key::new(tags::LOGOUT_NOTICE), None, limit).await?;
    page.entries.iter().map(|(_, stored)| decode(stored)).collect()
}
