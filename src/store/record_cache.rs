//! A cache of decoded records, for those that every call reads. The stored bytes are still read each time and compared,
//! so the cache is never stale; it only saves decoding.

use super::{Key, Record, StoreError, decode};
use quick_cache::sync::Cache;
use std::any::Any;
use std::sync::Arc;

/// Most cached records.
const CAPACITY: usize = 1024;

#[derive(Clone)]
struct Entry {
    bytes: Arc<[u8]>,
    record: Arc<dyn Any + Send + Sync>,
}

pub struct RecordCache(Cache<Vec<u8>, Entry>);

impl Default for RecordCache {
    fn default() -> Self {
        Self(Cache::new(CAPACITY))
    }
}

impl RecordCache {
    /// Decodes the bytes of the record at a key, unless the same bytes were decoded before.
    pub(super) fn decode<R: Record + Send + Sync + 'static>(
        &self,
        key: &Key,
        bytes: Vec<u8>,
    ) -> Result<Arc<R>, StoreError> {
        let cached = self.0.get(key.bytes()).filter(|entry| *entry.bytes == *bytes);
        if let Some(record) = cached.and_then(|entry| entry.record.downcast::<R>().ok()) {
            return Ok(record);
        }
        let record = Arc::new(decode::<R>(&bytes)?);
        self.0.insert(key.bytes().to_vec(), Entry { bytes: bytes.into(), record: record.clone() });
        Ok(record)
    }
}
