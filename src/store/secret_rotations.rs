//! The table of published client secrets by the moment of their next rotation. The client's own record says that moment
//! too, so an entry is found by its client.

use super::{Key, Read, StoreError, Tx, tags};
use crate::clock::Timestamp;
use crate::model::Client;

fn key(at: Timestamp, client_id: &str) -> Key {
    Key::new(tags::SECRET_ROTATION).number(at.millis()).part(client_id)
}

/// A client whose secret is to be replaced, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rotation {
    pub at: Timestamp,
    pub client_id: String,
}

/// Enters a client, if its secret is published.
pub fn enter(tx: &Tx, client: &Client) {
    if let Some(published) = &client.published {
        tx.put_bytes(key(published.rotates, &client.id), Vec::new());
    }
}

/// Removes the entry of a client, as it was before a change.
pub fn forget(tx: &Tx, before: &Client) {
    if let Some(published) = &before.published {
        tx.delete(key(published.rotates, &before.id));
    }
}

pub fn remove(tx: &Tx, rotation: &Rotation) {
    tx.delete(key(rotation.at, &rotation.client_id));
}

/// Up to `limit` rotations that are due.
pub async fn due(read: &impl Read, now: Timestamp, limit: usize) -> Result<Vec<Rotation>, StoreError> {
    let page = read.scan(&Key::new(tags::SECRET_ROTATION), None, limit).await?;
    let read = |key: &[u8]| {
        let (at, _) = key.get(1..)?.split_first_chunk::<8>()?;
        // `Key::number` flips the sign bit. `Key::last_part` expects a tag first, for which the last byte stands here.
        let at = Timestamp((u64::from_be_bytes(*at) ^ (1 << 63)) as i64);
        Some(Rotation { at, client_id: Key::last_part(key.get(8..)?)? })
    };
    let all = page.entries.iter().filter_map(|(key, _)| read(key));
    Ok(all.take_while(|rotation| rotation.at <= now).collect())
}
