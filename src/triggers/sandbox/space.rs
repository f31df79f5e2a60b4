//! The seam to where plugins keep their values.

use futures::future::BoxFuture;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

/// Longest key and value, in bytes.
pub(super) const LONGEST_KEY: usize = 256;
pub(super) const LONGEST_VALUE: usize = 64 * 1024;

/// How often one call uses its space: each writing waits for the disk.
pub(super) const MOST_TURNS: u32 = 100;

/// A change to one value: what stands there (nothing where it is absent or has ended), and what shall.
pub type Change<'a> = Box<dyn Fn(Option<&[u8]>) -> Result<To, String> + Send + Sync + 'a>;

/// What a value becomes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum To {
    /// It stays.
    Same,
    /// It goes.
    Gone,
    /// It is this, for so many seconds (`None`: until it is deleted), or for as long as before.
    Value(Vec<u8>, Lasts),
}

/// How long a value lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lasts {
    /// Until it is deleted.
    Forever,
    /// For so many seconds.
    Seconds(u32),
    /// As long as what stood there.
    AsBefore,
}

/// A plugin's own values. Errors are words for the plugin.
pub trait Space: Send + Sync {
    /// Reads a value and writes what `change` makes of it, in one step; gives what stood there before. `change` may be
    /// asked again.
    fn change<'a>(&'a self, key: Vec<u8>, change: Change<'static>) -> BoxFuture<'a, Result<Option<Vec<u8>>, String>>;
}

/// Most bytes of a [`Scratch`].
const MOST_SCRATCH: usize = 1 << 20;

/// Values that go with the process: for trials, and for the command line. Nothing in it ends.
#[derive(Default)]
pub struct Scratch(Mutex<BTreeMap<Vec<u8>, Vec<u8>>>);

impl Space for Scratch {
    fn change<'a>(&'a self, key: Vec<u8>, change: Change<'static>) -> BoxFuture<'a, Result<Option<Vec<u8>>, String>> {
        Box::pin(async move {
            let mut values = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            let before = values.get(&key).cloned();
            let held: usize = values.iter().map(|(key, value)| key.len() + value.len()).sum();
            match change(before.as_deref())? {
                To::Same => {}
                To::Gone => drop(values.remove(&key)),
                To::Value(value, _) if held + key.len() + value.len() > MOST_SCRATCH => {
                    return Err("the space is full".into());
                }
                To::Value(value, _) => drop(values.insert(key, value)),
            }
            Ok(before)
        })
    }
}
