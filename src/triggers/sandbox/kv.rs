//! The interface to the key-value space of a plugin.

use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Longest key and value, in bytes.
pub(super) const LONGEST_KEY: usize = 256;
pub(super) const LONGEST_VALUE: usize = 64 * 1024;

/// How often one call may use its space. Each write waits for the disk.
pub(super) const MAX_KV_USES: u32 = 100;

/// Computes the new value from the current one (`None` where it is absent or expired).
pub type Change<'a> = Box<dyn Fn(Option<&[u8]>) -> Result<NewValue, String> + Send + Sync + 'a>;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewValue {
    Keep,
    Delete,
    Set(Vec<u8>, Expiry),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expiry {
    Never,
    /// Expires after this many seconds.
    After(u32),
    /// Keeps the expiry of the previous value.
    Unchanged,
}

/// The values of one plugin. Errors are messages for the plugin.
pub trait KeyValues: Send + Sync {
    /// Replaces a value atomically by what `change` computes, and returns the previous value. `change` may run again
    /// after a conflict.
    fn change<'a>(&'a self, key: Vec<u8>, change: Change<'static>) -> BoxFuture<'a, Result<Option<Vec<u8>>, String>>;
}

/// Capacity of [`MemoryKeyValues`], in bytes.
const CAPACITY: usize = 1 << 20;

/// Values in memory only, for trials and the command line. They do not expire.
#[derive(Default)]
pub struct MemoryKeyValues(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>);

impl KeyValues for MemoryKeyValues {
    fn change<'a>(&'a self, key: Vec<u8>, change: Change<'static>) -> BoxFuture<'a, Result<Option<Vec<u8>>, String>> {
        Box::pin(async move {
            let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let before = values.get(&key).cloned();
            let held: usize = values.iter().map(|(key, value)| key.len() + value.len()).sum();
            match change(before.as_deref())? {
                NewValue::Keep => {}
                NewValue::Delete => drop(values.remove(&key)),
                NewValue::Set(value, _) if held + key.len() + value.len() > CAPACITY => {
                    return Err("the space is full".into());
                }
                NewValue::Set(value, _) => drop(values.insert(key, value)),
            }
            Ok(before)
        })
    }
}
