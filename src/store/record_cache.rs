//! Records that every call reads, kept decoded beside the bytes they were decoded from. The bytes are still read each
//! time and compared, so what is answered is always what the store holds; only the decoding is spared.

use super::{Key, Read, Record, StoreError, decode};
use quick_cache::sync::Cache;
use std::any::Any;
use std::sync::Arc;

/// Records that are remembered.
const CAPACITY: usize = 1024;

#[derive(Clone)]
struct Entry {
    bytes: Arc<[u8]>,
    record: Arc<dyn Any + Send + Sync>,
}

/// The decoded records.
pub struct RecordCache(Cache<Vec<u8>, Entry>);

impl Default for RecordCache {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl RecordCache {
    /// The record at a key, decoded before if its bytes are the same.
    pub(super) async fn get<R: Record + Send + Sync + 'static>(
        &self,
        read: &(impl Read + ?Sized),
        key: &Key,
    ) -> Result<Option<Arc<R>>, StoreError> {
        let Some(bytes) = read.bytes(key).await? else { return Ok(None) };
        let known = self
            .0
            .get(key.bytes())
            .filter(|entry| *entry.bytes == *bytes)
            .and_then(|entry| entry.record.downcast::<R>().ok());
        if let Some(record) = known {
            return Ok(Some(record));
        }
        let record = Arc::new(decode::<R>(&bytes)?);
        self.0.insert(key.bytes().to_vec(), Entry { bytes: bytes.into(), record: record.clone() });
        Ok(Some(record))
    }
}
