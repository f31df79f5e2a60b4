//! Tables of passkeys: the record of a user's passkey, the owner of a credential, and registrations in progress. Keys
//! contain `sub`, because a username may be used again by a later user.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::clock::Timestamp;
use crate::model::{Passkey, PasskeyChallenge};

/// Most passkeys of a user.
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

pub async fn get(read: &impl Read, pool: &str, sub: &str, id: &[u8]) -> Result<Option<Passkey>, StoreError> {
    read.get(&of_user(pool, sub).part(id)).await
}

/// The passkeys of a user, by credential id.
pub async fn list(read: &impl Read, pool: &str, sub: &str) -> Result<Vec<Passkey>, StoreError> {
    let page = read.scan(&of_user(pool, sub), None, MAX_PER_USER).await?;
    page.entries.iter().map(|(_, value)| decode(value)).collect()
}

/// Whether the credential belongs to a user of the pool.
pub async fn is_taken(read: &impl Read, pool: &str, id: &[u8]) -> Result<bool, StoreError> {
    Ok(read.bytes(&owner_key(pool, id)).await?.is_some())
}

/// Writes a new passkey and its owner.
pub fn put(tx: &Tx, pool: &str, sub: &str, passkey: &Passkey) -> Result<(), StoreError> {
    tx.put_bytes(owner_key(pool, &passkey.id), sub.as_bytes().to_vec());
    tx.put(of_user(pool, sub).part(&passkey.id), passkey)
}

/// Writes an existing passkey.
pub fn update(tx: &Tx, pool: &str, sub: &str, passkey: &Passkey) -> Result<(), StoreError> {
    tx.put(of_user(pool, sub).part(&passkey.id), passkey)
}

pub fn delete(tx: &Tx, pool: &str, sub: &str, id: &[u8]) {
    tx.delete(owner_key(pool, id));
    tx.delete(of_user(pool, sub).part(id));
}

/// Removes all passkeys of a user and a registration in progress.
pub async fn delete_all(tx: &Tx, pool: &str, sub: &str) -> Result<(), StoreError> {
    // Scans do not cause conflicts, but every new passkey deletes the registration. Reading it makes this transaction
    // repeat if a passkey is added meanwhile.
    tx.bytes(&challenge_key(pool, sub)).await?;
    for passkey in list(tx, pool, sub).await? {
        delete(tx, pool, sub, &passkey.id);
    }
    delete_challenge(tx, pool, sub);
    Ok(())
}

/// The registration in progress, unless it has expired.
pub async fn challenge(
    read: &impl Read,
    pool: &str,
    sub: &str,
    now: Timestamp,
) -> Result<Option<PasskeyChallenge>, StoreError> {
    read.get_live(&challenge_key(pool, sub), now).await
}

/// Writes a registration. It replaces an earlier one.
pub fn put_challenge(tx: &Tx, pool: &str, sub: &str, challenge: &PasskeyChallenge) -> Result<(), StoreError> {
    tx.put_until(challenge_key(pool, sub), challenge, challenge.until)
}

pub fn delete_challenge(tx: &Tx, pool: &str, sub: &str) {
    tx.delete(challenge_key(pool, sub));
}
