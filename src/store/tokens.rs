//! What invalidates tokens: revocations, rotated refresh tokens, used single-use ids. All entries expire.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// An entry whose key contains all information.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {}

impl Record for Mark {
    const TABLE: &'static str = "marks";
}

/// A refresh token that was replaced by rotation.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rotated {
    /// When it was first used.
    pub at: Timestamp,
}

impl Record for Rotated {
    const TABLE: &'static str = "rotated";
}

/// Failed attempts.
#[derive(Debug, Serialize, Deserialize)]
struct FailedAttempts {
    count: u32,
}

impl Record for FailedAttempts {
    const TABLE: &'static str = "attempts";
}

fn revoked_key(pool: &str, origin: &str) -> Key {
    Key::new(tags::REVOKED).part(pool).part(origin)
}

/// Whether the sign-in with this `origin_jti` was revoked.
pub async fn is_revoked(read: &impl Read, pool: &str, origin: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(read.get_live::<Mark>(&revoked_key(pool, origin), now).await?.is_some())
}

/// Revokes all tokens of a sign-in. Kept until the last of them has expired.
pub fn revoke(tx: &Tx, pool: &str, origin: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(revoked_key(pool, origin), &Mark {}, until)
}

/// When the refresh token with this id was replaced.
pub async fn rotated(read: &impl Read, pool: &str, id: &str, now: Timestamp) -> Result<Option<Rotated>, StoreError> {
    read.get_live(&Key::new(tags::ROTATED).part(pool).part(id), now).await
}

pub fn put_rotated(tx: &Tx, pool: &str, id: &str, rotated: &Rotated, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(Key::new(tags::ROTATED).part(pool).part(id), rotated, until)
}

pub async fn is_used(read: &impl Read, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(read.get_live::<Mark>(&Key::new(tags::USED).part(id), now).await?.is_some())
}

/// Marks a single-use id as used. Kept until the id would have expired.
pub fn mark_used(tx: &Tx, id: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(Key::new(tags::USED).part(id), &Mark {}, until)
}

/// Counts a failed attempt and returns the number of attempts so far. Kept `until` the id would have expired.
pub async fn count_attempt(tx: &Tx, id: &str, until: Timestamp, now: Timestamp) -> Result<u32, StoreError> {
    let key = Key::new(tags::TRIES).part(id);
    let attempts =
        tx.get_live::<FailedAttempts>(&key, now).await?.map_or(1, |attempts| attempts.count.saturating_add(1));
    tx.put_until(key, &FailedAttempts { count: attempts }, until)?;
    Ok(attempts)
}
