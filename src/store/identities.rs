//! The tables of identities: the record by its id, its place in the pool's list, and the logins that lead to it.

use super::listing::last_parts;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{Identity, Login};

impl Record for Identity {
    const TABLE: &'static str = "identities";
}

fn key(id: &str) -> Key {
    Key::new(tags::POOL_IDENTITY).part(id)
}

fn list_key(pool: &str) -> Key {
    Key::new(tags::IDENTITY_OF_POOL).part(pool)
}

fn login_key(pool: &str, login: &Login) -> Key {
    Key::new(tags::LOGIN).part(pool).part(&login.provider).part(&login.subject)
}

pub async fn get(read: &impl Read, id: &str) -> Result<Option<Identity>, StoreError> {
    read.get(&key(id)).await
}

/// The id of the identity that a login leads to.
pub async fn of_login(read: &impl Read, pool: &str, login: &Login) -> Result<Option<String>, StoreError> {
    let id = read.bytes(&login_key(pool, login)).await?;
    Ok(id.map(|id| String::from_utf8_lossy(&id).into_owned()))
}

/// Writes an identity with its place in the list and its logins. Those that only `before` had lead nowhere from now on.
pub fn put(tx: &Tx, before: Option<&Identity>, identity: &Identity) -> Result<(), StoreError> {
    for login in before.iter().flat_map(|before| &before.logins) {
        if !identity.logins.contains(login) {
            tx.delete(login_key(&identity.pool, login));
        }
    }
    for login in &identity.logins {
        tx.put_bytes(login_key(&identity.pool, login), identity.id.clone().into_bytes());
    }
    if before.is_none() {
        tx.put_bytes(list_key(&identity.pool).part(&identity.id), Vec::new());
    }
    tx.put(key(&identity.id), identity)
}

pub fn delete(tx: &Tx, identity: &Identity) {
    for login in &identity.logins {
        tx.delete(login_key(&identity.pool, login));
    }
    tx.delete(list_key(&identity.pool).part(&identity.id));
    tx.delete(key(&identity.id));
}

/// The record of an identity that stands at `listed` in the list of its pool, which is being purged; other keys are
/// left alone.
pub(super) fn delete_listed(tx: &Tx, listed: &[u8]) {
    if listed.first() == Some(&tags::IDENTITY_OF_POOL)
        && let Some(id) = Key::last_part(listed)
    {
        tx.delete(key(&id));
    }
}

/// Identity ids of a pool after `after`, in order, and whether there are more.
pub async fn ids(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    last_parts(read, &list_key(pool), after, limit).await
}
