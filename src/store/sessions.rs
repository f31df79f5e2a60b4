//! The table of tracked sessions. A user's sessions are in numbered slots, few enough to be read at once. Two sign-ins
//! at the same time choose the same free slot, so one of them conflicts, runs again and sees the other. No counter is
//! needed.

use super::{Key, Read, Record, StoreError, Tx, expiry, sweep, tags};
use crate::clock::Timestamp;
use crate::model::UserSession;

impl Record for UserSession {
    const TABLE: &'static str = "sessions";
}

/// Slots of a user.
pub const SLOTS: u16 = 256;

/// A session and its slot.
#[derive(Debug, Clone)]
pub struct SessionSlot {
    pub slot: u16,
    pub session: UserSession,
}

fn of_user_key(pool: &str, sub: &str) -> Key {
    Key::new(tags::SESSION).part(pool).part(sub)
}

fn key(pool: &str, sub: &str, slot: u16) -> Key {
    of_user_key(pool, sub).number(slot.into())
}

/// The slot in an encoded key. [`Key::number`] flips the sign bit.
fn slot_of(key: &[u8]) -> Option<u16> {
    let (_, number) = key.split_last_chunk::<8>()?;
    u16::try_from(u64::from_be_bytes(*number) ^ (1 << 63)).ok()
}

/// A user's sessions that have not expired. Scans do not cause conflicts: read a slot with [`at`] before changing it.
pub async fn of_user(read: &impl Read, pool: &str, sub: &str, now: Timestamp) -> Result<Vec<SessionSlot>, StoreError> {
    let page = read.scan(&of_user_key(pool, sub), None, SLOTS.into()).await?;
    let mut found = Vec::new();
    for (key, stored) in &page.entries {
        if let Some(slot) = slot_of(key)
            && let Some(session) = expiry::live(stored, now)?
        {
            found.push(SessionSlot { slot, session });
        }
    }
    Ok(found)
}

pub async fn at(
    read: &impl Read,
    pool: &str,
    sub: &str,
    slot: u16,
    now: Timestamp,
) -> Result<Option<UserSession>, StoreError> {
    read.get_live(&key(pool, sub, slot), now).await
}

pub fn put(tx: &Tx, pool: &str, sub: &str, placed: &SessionSlot) -> Result<(), StoreError> {
    tx.put_until(key(pool, sub, placed.slot), &placed.session, placed.session.until)
}

pub fn delete(tx: &Tx, pool: &str, sub: &str, slot: u16) {
    tx.delete(key(pool, sub, slot));
}

/// Removes all sessions of a user in the background.
pub fn delete_all(tx: &Tx, pool: &str, sub: &str) {
    sweep::purge(tx, &of_user_key(pool, sub));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_read_back_from_keys() {
        for slot in [0, 1, 99, 255, SLOTS] {
            assert_eq!(slot_of(key("pool", "sub", slot).bytes()), Some(slot));
        }
        assert!(key("pool", "sub", 3) < key("pool", "sub", 12));
        assert_eq!(slot_of(b"short"), None);
    }
}
