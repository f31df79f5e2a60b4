//! Background removal of expired records, and of keys whose prefix was marked for deletion.

use super::expiry::{read_expiry_key, unwrap};
use super::{Key, Read as _, Store, StoreError, Tx, tags};
use crate::clock::Timestamp;
use crate::fault::Fault;

impl Store {
    /// Removes up to `limit` expired records and returns the number of expiry keys it handled. If that is less than
    /// `limit`, nothing expired is left.
    pub async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Fault> {
        self.transact(async |tx| {
            let page = tx.scan(&Key::new(tags::EXPIRY), None, limit).await?;
            let mut swept = 0;
            for (key, _) in page.entries {
                let Some((until, target)) = read_expiry_key(&key) else {
                    return Err(StoreError::Corrupt { table: "expiry", reason: "a key is malformed".into() }.into());
                };
                if until > now {
                    break;
                }
                let target = Key::from_bytes(target);
                // This read makes the commit fail if someone extends the record meanwhile.
                if tx.bytes(&target).await?.as_deref().and_then(unwrap).is_some_and(|(until, _)| until <= now) {
                    tx.delete(target);
                }
                tx.delete(Key::from_bytes(key));
                swept += 1;
            }
            // Records that a power cut brings back are still expired.
            tx.skip_sync();
            Ok(swept)
        })
        .await
    }
}

/// Marks all keys with a prefix for deletion in the background.
pub fn purge(tx: &Tx, prefix: &Key) {
    tx.put_bytes(Key::new(tags::PURGE).part(prefix.bytes()), Vec::new());
}

/// Deletes up to `limit` keys with prefixes that [`purge`] marked, and returns their number. One step of background
/// work.
pub async fn purge_some(store: &Store, limit: usize) -> Result<usize, Fault> {
    store
        .transact(async |tx| {
            let marks = tx.scan(&Key::new(tags::PURGE), None, 1).await?;
            let Some((mark, _)) = marks.entries.first() else { return Ok(0) };
            let Some([prefix]) = Key::split(mark).and_then(|parts| <[Vec<u8>; 1]>::try_from(parts).ok()) else {
                return Ok(0);
            };
            let page = tx.scan(&Key::raw(prefix), None, limit).await?;
            for (key, _) in &page.entries {
                tx.delete(Key::raw(key.clone()));
                super::identities::delete_listed(tx, key);
            }
            if !page.more {
                tx.delete(Key::raw(mark.clone()));
            }
            tx.skip_sync();
            Ok(page.entries.len() + 1)
        })
        .await
}
