//! Opened access keys in memory, so that a signed call neither reads the store nor opens a seal.

use crate::model::AccessKey;
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};

/// Keys by id. Only keys that exist are kept, so made-up ids cannot fill it.
pub struct AccessKeyCache {
    cache: Cache<String, Arc<AccessKey>>,
    /// Counts changes: a key that was read before a change and comes back after it must not be kept.
    changes: Mutex<u64>,
}

/// How many changes there were when a key was about to be read from the store.
#[derive(Debug, Clone, Copy)]
pub struct Moment(u64);

impl AccessKeyCache {
    pub fn new(capacity: usize) -> Self {
        Self { cache: Cache::new(capacity), changes: Mutex::new(0) }
    }

    pub fn get(&self, id: &str) -> Option<Arc<AccessKey>> {
        self.cache.get(id)
    }

    /// To be taken before a key is read from the store, for [`AccessKeyCache::keep`].
    pub fn moment(&self) -> Moment {
        Moment(*self.changes.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Keeps a key that was read since `before`, unless some key has changed meanwhile.
    pub fn keep(&self, key: &Arc<AccessKey>, before: Moment) {
        let changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if *changes == before.0 {
            self.cache.insert(key.id.clone(), key.clone());
        }
    }

    /// Forgets the key `id`; to be called after every change of it.
    pub fn forget(&self, id: &str) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        *changes += 1;
        self.cache.remove(id);
    }
}
