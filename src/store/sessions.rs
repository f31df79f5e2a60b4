//! The table of tracked sessions. A user's sessions lie in numbered slots, few enough to be read at once: two sign-ins
//! at the same moment want the same free slot, so one of them is tried again and sees the other; no count needs a
//! record of its own.

use super::{Key, Read, Record, StoreError, Tx, expiry, pools, tags};
use crate::clock::Timestamp;
use crate::model::UserSession;

impl Record for UserSession {
    const TABLE: &'static str = "sessions";
}

/// Slots of one user.
pub const SLOTS: u16 = 256;

/// A session and where it lies.
#[derive(Debug, Clone)]
pub struct Placed {
    /// The slot.
    pub slot: u16,
    /// The session.
    pub session: UserSession,
}

fn of_user_key(pool: &str, sub: &str) -> Key {
    Key::new(tags::SESSION).part(pool).part(sub)
}

fn key(pool: &str, sub: &str, slot: u16) -> Key {
    of_user_key(pool, sub).number(slot.into())
}

/// The slot at the end of a stored key ([`Key::number`] flips the sign bit).
fn slot_of(key: &[u8]) -> Option<u16> {
    let (_, number) = key.split_last_chunk::<8>()?;
    u16::try_from(u64::from_be_bytes(*number) ^ (1 << 63)).ok()
}

/// A user's sessions that have not lapsed. In a transaction, what is found is not remembered: read a slot with [`at`]
/// before changing it.
pub async fn of_user(read: &impl Read, pool: &str, sub: &str, now: Timestamp) -> Result<Vec<Placed>, StoreError> {
    let page = read.scan(&of_user_key(pool, sub), None, SLOTS.into()).await?;
    let mut found = Vec::new();
    for (key, stored) in &page.entries {
        if let Some(slot) = slot_of(key)
            && let Some(session) = expiry::live(stored, now)?
        {
            found.push(Placed { slot, session });
        }
    }
    Ok(found)
}

/// The session in a slot.
pub async fn at(
    read: &impl Read,
    pool: &str,
    sub: &str,
    slot: u16,
    now: Timestamp,
) -> Result<Option<UserSession>, StoreError> {
    read.get_live(&key(pool, sub, slot), now).await
}

/// Writes a session into a slot.
pub fn put(tx: &Tx, pool: &str, sub: &str, placed: &Placed) -> Result<(), StoreError> {
    tx.put_until(key(pool, sub, placed.slot), &placed.session, placed.session.until)
}

/// Empties a slot.
pub fn delete(tx: &Tx, pool: &str, sub: &str, slot: u16) {
    tx.delete(key(pool, sub, slot));
}

/// Removes all sessions of a user who is being deleted, in the background.
pub fn forget(tx: &Tx, pool: &str, sub: &str) {
    pools::purge(tx, &of_user_key(pool, sub));
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
