//! What ends tokens and sessions: revocations, rotated refresh tokens, used single-use ids. All of it expires by itself.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A mark: the key says all.
#[derive(Debug, Serialize, Deserialize)]
struct Mark {}

impl Record for Mark {
    const TABLE: &'static str = "marks";
}

/// A refresh token that rotation replaced.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rotated {
    /// When it was first used.
    pub at: Timestamp,
}

impl Record for Rotated {
    const TABLE: &'static str = "rotated";
}

fn revoked_key(pool: &str, origin: &str) -> Key {
    Key::new(tags::REVOKED).part(pool).part(origin)
}

/// Whether the sign-in with this `origin_jti` was revoked.
pub async fn is_revoked(read: &impl Read, pool: &str, origin: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(read.get_live::<Mark>(&revoked_key(pool, origin), now).await?.is_some())
}

/// Revokes all tokens of a sign-in; remembered `until` the last of them has expired.
pub fn revoke(tx: &Tx, pool: &str, origin: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(revoked_key(pool, origin), &Mark {}, until)
}

/// When the refresh token with this id was replaced.
pub async fn rotated(read: &impl Read, pool: &str, id: &str, now: Timestamp) -> Result<Option<Rotated>, StoreError> {
    read.get_live(&Key::new(tags::ROTATED).part(pool).part(id), now).await
}

/// Remembers that a refresh token was replaced.
pub fn put_rotated(tx: &Tx, pool: &str, id: &str, rotated: &Rotated, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(Key::new(tags::ROTATED).part(pool).part(id), rotated, until)
}

/// Whether a single-use id was used.
pub async fn is_used(read: &impl Read, id: &str, now: Timestamp) -> Result<bool, StoreError> {
    Ok(read.get_live::<Mark>(&Key::new(tags::USED).part(id), now).await?.is_some())
}

/// Marks a single-use id as used, `until` it would have expired.
pub fn mark_used(tx: &Tx, id: &str, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(Key::new(tags::USED).part(id), &Mark {}, until)
}
