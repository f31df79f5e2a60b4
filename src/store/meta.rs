//! What the store knows of itself: which master key its secrets are sealed under.

use super::{Key, Read, StoreError, Tx, tags};

fn key() -> Key {
    Key::new(tags::MASTER_KEY).part("master-key")
}

/// The fingerprint of the master key that the store was made with; `None` in a new store.
pub async fn master_key(read: &impl Read) -> Result<Option<Vec<u8>>, StoreError> {
    read.bytes(&key()).await
}

/// Keeps the fingerprint of the master key.
pub fn put_master_key(tx: &Tx, fingerprint: &[u8]) {
    tx.put_bytes(key(), fingerprint.to_vec());
}
