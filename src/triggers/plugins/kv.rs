//! The key-value space of plugins, kept in the store.

use crate::clock::Clock;
use crate::fault::Fault;
use crate::secret::Seal;
use crate::store::{Store, plugin_kv as table};
use crate::triggers::sandbox::{Change, Expiry, KeyValues, NewValue};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use table::KvEntry;

/// How many entries one commit checks for expiry.
const AT_ONCE: usize = 200;

/// The key-value space of one plugin.
#[derive(Clone)]
pub(super) struct PersistentKeyValues {
    pub store: Store,
    pub seal: Arc<dyn Seal>,
    pub clock: Arc<Clock>,
    pub id: String,
    /// Capacity in bytes.
    pub most: i64,
}

/// The outcome of a change.
enum Done {
    Changed(Option<Vec<u8>>),
    /// An error of the guest, with a message for it.
    Wrong(String),
    Full,
}

impl PersistentKeyValues {
    fn bound_to(&self, key: &[u8]) -> String {
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{} {hex}", self.id)
    }

    async fn once(&self, key: &[u8], change: &Change<'static>) -> Result<Done, Fault> {
        let now = self.clock.now();
        // Read outside the transaction, so that changes of different keys do not conflict. The capacity may be exceeded
        // slightly.
        let held = table::size(&self.store, &self.id).await?;
        self.store
            .transact(async |tx| {
                let before = table::get(tx, &self.id, key, now).await?;
                let old = before.as_ref().map_or(0, |entry| entry.size(key));
                let until = before.as_ref().and_then(|entry| entry.until);
                let plain = before.and_then(|entry| self.seal.open(&self.bound_to(key), &entry.value));
                let to = match change(plain.as_deref()) {
                    Ok(to) => to,
                    Err(why) => return Ok(Done::Wrong(why)),
                };
                let entry = match to {
                    NewValue::Keep => return Ok(Done::Changed(plain)),
                    NewValue::Delete => None,
                    NewValue::Set(value, lasts) => {
                        let until = match lasts {
                            Expiry::Never => None,
                            Expiry::After(seconds) => Some(now.plus(Duration::from_secs(seconds.into()))),
                            Expiry::Unchanged => until,
                        };
                        Some(KvEntry { value: self.seal.seal(&self.bound_to(key), &value)?, until })
                    }
                };
                let grown = entry.as_ref().map_or(0, |entry| entry.size(key)) - old;
                if grown > 0 && held.saturating_add(grown) > self.most {
                    return Ok(Done::Full);
                }
                table::put(tx, &self.id, key, entry.as_ref()).await?;
                Ok(Done::Changed(plain))
            })
            .await
    }

    /// Removes expired values.
    async fn tidy(&self) -> Result<(), Fault> {
        let now = self.clock.now();
        let mut after: Option<Vec<u8>> = None;
        loop {
            after = self
                .store
                .transact(async |tx| Ok(table::tidy(tx, &self.id, after.as_deref(), now, AT_ONCE).await?))
                .await?;
            if after.is_none() {
                return Ok(());
            }
        }
    }

    async fn changed(&self, key: &[u8], change: &Change<'static>) -> Result<Option<Vec<u8>>, String> {
        let log_failure = |fault: Fault| {
            tracing::error!(error = %fault, "a plugin's value could not be read or written");
            "the value could not be read or written".to_owned()
        };
        let mut done = self.once(key, change).await.map_err(log_failure)?;
        if matches!(done, Done::Full) {
            self.tidy().await.map_err(log_failure)?;
            done = self.once(key, change).await.map_err(log_failure)?;
        }
        match done {
            Done::Changed(before) => Ok(before),
            Done::Wrong(why) => Err(why),
            Done::Full => Err(format!("the space is full: it holds {} bytes", self.most)),
        }
    }
}

impl KeyValues for PersistentKeyValues {
    fn change<'a>(&'a self, key: Vec<u8>, change: Change<'static>) -> BoxFuture<'a, Result<Option<Vec<u8>>, String>> {
        let kv = self.clone();
        // A transaction must stay on one thread, and the guest's task may move between threads.
        let threads = tokio::runtime::Handle::current();
        let work = tokio::task::spawn_blocking(move || threads.block_on(kv.changed(&key, &change)));
        Box::pin(async move { work.await.unwrap_or_else(|_| Err("the value could not be read or written".into())) })
    }
}
