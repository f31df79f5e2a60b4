//! What plugins keep, in the store.

use crate::clock::Clock;
use crate::fault::Fault;
use crate::secret::Seal;
use crate::store::{Store, plugin_space as table};
use crate::triggers::sandbox::{Change, Lasts, Space, To};
use futures::future::BoxFuture;
use std::sync::Arc;
use std::time::Duration;
use table::Kept;

/// How many entries are looked through in one commit for such as have ended.
const AT_ONCE: usize = 200;

/// The space of one plugin.
#[derive(Clone)]
pub(super) struct StoreSpace {
    pub store: Store,
    pub seal: Arc<dyn Seal>,
    pub clock: Arc<Clock>,
    /// The plugin's id.
    pub id: String,
    /// The most that it holds, in bytes.
    pub most: i64,
}

/// What `change` decided, for the guest.
enum Done {
    Changed(Option<Vec<u8>>),
    /// The guest's own mistake, in words.
    Wrong(String),
    Full,
}

impl StoreSpace {
    fn bound_to(&self, key: &[u8]) -> String {
        let hex: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{} {hex}", self.id)
    }

    async fn once(&self, key: &[u8], change: &Change<'static>) -> Result<Done, Fault> {
        let now = self.clock.now();
        // Outside of the transaction: two that change different values do not wait for each other, and the bound is
        // none of a byte.
        let held = table::size(&self.store, &self.id).await?;
        self.store
            .transact(async |tx| {
                let before = table::get(tx, &self.id, key, now).await?;
                let old = before.as_ref().map_or(0, |kept| kept.size(key));
                let until = before.as_ref().and_then(|kept| kept.until);
                let plain = before.and_then(|kept| self.seal.open(&self.bound_to(key), &kept.value));
                let to = match change(plain.as_deref()) {
                    Ok(to) => to,
                    Err(why) => return Ok(Done::Wrong(why)),
                };
                let kept = match to {
                    To::Same => return Ok(Done::Changed(plain)),
                    To::Gone => None,
                    To::Value(value, lasts) => {
                        let until = match lasts {
                            Lasts::Forever => None,
                            Lasts::Seconds(seconds) => Some(now.plus(Duration::from_secs(seconds.into()))),
                            Lasts::AsBefore => until,
                        };
                        Some(Kept { value: self.seal.seal(&self.bound_to(key), &value)?, until })
                    }
                };
                let grown = kept.as_ref().map_or(0, |kept| kept.size(key)) - old;
                if grown > 0 && held.saturating_add(grown) > self.most {
                    return Ok(Done::Full);
                }
                table::put(tx, &self.id, key, kept.as_ref()).await?;
                Ok(Done::Changed(plain))
            })
            .await
    }

    /// Removes what has ended.
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
        let told = |fault: Fault| {
            tracing::error!(error = %fault, "a plugin's value could not be read or written");
            "the value could not be read or written".to_owned()
        };
        let mut done = self.once(key, change).await.map_err(told)?;
        if matches!(done, Done::Full) {
            self.tidy().await.map_err(told)?;
            done = self.once(key, change).await.map_err(told)?;
        }
        match done {
            Done::Changed(before) => Ok(before),
            Done::Wrong(why) => Err(why),
            Done::Full => Err(format!("the space is full: it holds {} bytes", self.most)),
        }
    }
}

impl Space for StoreSpace {
    fn change<'a>(&'a self, key: Vec<u8>, change: Change<'static>) -> BoxFuture<'a, Result<Option<Vec<u8>>, String>> {
        let space = self.clone();
        // Transactions stay on the thread that began them; guests may move.
        let threads = tokio::runtime::Handle::current();
        let work = tokio::task::spawn_blocking(move || threads.block_on(space.changed(&key, &change)));
        Box::pin(async move { work.await.unwrap_or_else(|_| Err("the value could not be read or written".into())) })
    }
}
