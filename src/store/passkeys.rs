//! Tables of passkeys: the record under its user, who has which credential, and registrations that wait. Keyed by
//! `sub`, which no later user of the same name has.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::clock::Timestamp;
use crate::model::{Passkey, PasskeyChallenge};

/// Passkeys that one user can have; no list is longer.
pub const MAX_PER_USER: usize = 20;

impl Record for Passkey {
    const TABLE: &'static str = "passkeys";
}

impl Record for PasskeyChallenge {
    const TABLE: &'static str = "passkey_challenges";
}

fn of_user(pool: &str, sub: &str) -> Key {
    Key::new(tags::PASSKEY).part(pool).part(sub)
}

fn owner_key(pool: &str, id: &[u8]) -> Key {
    Key::new(tags::PASSKEY_OWNER).part(pool).part(id)
}

fn challenge_key(pool: &str, sub: &str) -> Key {
    Key::new(tags::PASSKEY_CHALLENGE).part(pool).part(sub)
}

/// The user's passkey with this credential id.
pub async fn get(read: &impl Read, pool: &str, sub: &str, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
    read.get(&of_user(pool, sub).part(id)).await
}

/// The passkeys of a user, by credential id.
pub async fn list(read: &impl Read, pool: &str, sub: &str) -> Result<Vec<Passkey>, StoreError> {
    let page = read.scan(&of_user(pool, sub), None, MAX_PER_USER).await?;
    page.entries.iter().map(|(_, value)| decode(value)).collect()
}

/// Whether a user of the pool has this credential.
pub async fn is_taken(read: &impl Read, pool: &str, id: &[u8]) -> Result<bool, StoreError> {
    Ok(read.bytes(&owner_key(pool, id)).await?.is_some())
}

/// Writes a passkey, and whose it is.
pub fn put(tx: &Tx, pool: &str, sub: &str, passkey: &Passkey) -> Result<(), StoreError> {
    tx.put_bytes(owner_key(pool, &passkey.id), sub.as_bytes().to_vec());
    tx.put(of_user(pool, sub).part(&passkey.id), passkey)
}

/// Writes a passkey that is there already.
pub fn update(tx: &Tx, pool: &str, sub: &str, passkey: &Passkey) -> Result<(), StoreError> {
    tx.put(of_user(pool, sub).part(&passkey.id), passkey)
}

/// Removes a passkey.
pub fn delete(tx: &Tx, pool: &str, sub: &str, id: &[u8]) {
    tx.delete(owner_key(pool, id));
    tx.delete(of_user(pool, sub).part(id));
}

/// Removes all that a user has here.
pub async fn delete_all(tx: &Tx, pool: &str, sub: &str) -> Result<(), StoreError> {
    // Scans are not remembered, but every new passkey ends a registration: if one comes meanwhile, this is done again.
    tx.bytes(&challenge_key(pool, sub)).await?;
    for passkey in list(tx, pool, sub).await? {
        delete(tx, pool, sub, &passkey.id);
    }
    delete_challenge(tx, pool, sub);
    Ok(())
}

/// The registration that waits, if it has not expired.
pub async fn challenge(
    read: &impl Read,
    pool: &str,
    sub: &str,
    now: Timestamp,
) -> Result<Option<PasskeyChallenge>, StoreError> {
    read.get_live(&challenge_key(pool, sub), now).await
}

/// Writes a registration that waits; an earlier one of the user is gone.
pub fn put_challenge(tx: &Tx, pool: &str, sub: &str, challenge: &PasskeyChallenge) -> Result<(), StoreError> {
    tx.put_until(challenge_key(pool, sub), challenge, challenge.until)
}

/// Removes the registration that waits.
pub fn delete_challenge(tx: &Tx, pool: &str, sub: &str) {
    tx.delete(challenge_key(pool, sub));
}
