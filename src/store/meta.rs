//! Facts about the store itself: which master key seals its secrets.

use super::{Key, Read, StoreError, Tx, tags};

fn key() -> Key {
    Key::new(tags::MASTER_KEY).part("master-key")
}

/// The fingerprint of the store's master key; `None` in a new store.
pub async fn master_key(read: &impl Read) -> Result<Option<Vec<u8>>, StoreError> {
    read.bytes(&key()).await
}

pub fn put_master_key(tx: &Tx, fingerprint: &[u8]) {
    tx.put_bytes(key(), fingerprint.to_vec());
}
