//! What waits to be built, one after the other behind all else; and what becomes of it in the store and for callers.

use super::put::replace_live;
use super::{Callable, MOST, Plugins};
use crate::fault::Fault;
use crate::model::{Next, Plugin, Stage};
use crate::store::{Tx, plugins as table};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

/// How often a version is begun to build before it is refused.
const MOST_TRIES: u32 = 2;

/// Work that waits.
#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Work>,
    /// Whether a thread is at it.
    busy: bool,
}

#[derive(Debug)]
enum Work {
    /// The version of a name.
    Build(String, u64),
    /// Machine code that nobody needs.
    Clean,
}

impl Plugins {
    /// Builds a version in the background: one that is to come, or a live one whose machine code is gone.
    pub(super) fn build(self: &Arc<Self>, name: &str, version: u64) {
        self.enqueue(Work::Build(name.to_owned(), version));
    }

    /// Removes machine code in the background.
    pub(super) fn clean_later(self: &Arc<Self>) {
        self.enqueue(Work::Clean);
    }

    /// Puts work behind what is being built, all of it on one thread.
    fn enqueue(self: &Arc<Self>, work: Work) {
        let Some(sandbox) = self.running() else { return };
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.waiting.push_back(work);
        if std::mem::replace(&mut queue.busy, true) {
            return;
        }
        let plugins = self.clone();
        sandbox.in_background(async move || {
            while let Some(work) = plugins.next_work() {
                let _one = plugins.building.lock().await;
                if let Err(error) = plugins.work_off(&work).await {
                    tracing::error!(?work, %error, "a plugin could not be built; the next start tries again");
                }
                plugins.settled.send_modify(|count| *count += 1);
            }
        });
    }

    fn next_work(&self) -> Option<Work> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let work = queue.waiting.pop_front();
        queue.busy = work.is_some();
        work
    }

    async fn work_off(&self, work: &Work) -> Result<(), Fault> {
        if let Work::Build(name, version) = work {
            self.built(name, *version).await?;
        }
        self.clean(&table::list(&self.ground.store, MOST).await?);
        Ok(())
    }

    async fn built(&self, name: &str, version: u64) -> Result<(), Fault> {
        let Some(plugin) = table::get(&self.ground.store, name).await? else { return Ok(()) };
        let releases = plugin.live.iter().chain(plugin.next.iter().map(|next| &next.release));
        let release = releases
            .filter(|release| release.version == version)
            .find_map(|release| Some((release, release.module()?)));
        let Some((release, module)) = release else { return Ok(()) };
        let is_next = plugin.next.as_ref().is_some_and(|next| next.release.version == version);
        let of = (plugin.id.as_str(), version);
        if is_next && !self.begin(name, of).await? {
            return Ok(());
        }
        let begun = Instant::now();
        let made = self.make(&plugin, (release, module), is_next).await;
        let seconds = begun.elapsed().as_secs_f32();
        match made {
            Ok(guest) => {
                let _one = self.changing.lock().await;
                let stands = if is_next { self.take(name, of).await? } else { self.is_live(name, of).await? };
                if stands {
                    self.enter(name, of, Callable::Module(Arc::new(module.manifest.clone()), Some(guest)));
                    tracing::info!(plugin = name, version, seconds, "a plugin is ready");
                }
            }
            Err(why) => {
                tracing::warn!(plugin = name, version, why, seconds, "a plugin was refused");
                if is_next {
                    self.refuse(name, of, why).await?;
                } else {
                    self.fail(name, of, why);
                }
            }
        }
        Ok(())
    }

    /// Changes the version that is to come, if it still is: that of the plugin with this id, on its way. `false` where
    /// it is not.
    async fn change_next(
        &self,
        name: &str,
        (id, version): (&str, u64),
        change: impl Fn(&Tx, &mut Plugin, Next),
    ) -> Result<bool, Fault> {
        self.ground
            .store
            .transact(async |tx| {
                let Some(mut plugin) = table::get(tx, name).await?.filter(|plugin| plugin.id == id) else {
                    return Ok(false);
                };
                let ours = |next: &mut Next| next.release.version == version && next.stage == Stage::Compiling;
                let Some(next) = plugin.next.take_if(ours) else { return Ok(false) };
                change(tx, &mut plugin, next);
                table::put(tx, &plugin)?;
                Ok(true)
            })
            .await
    }

    /// Counts a try; `false` where there were too many, or another version was put meanwhile.
    async fn begin(&self, name: &str, of: (&str, u64)) -> Result<bool, Fault> {
        let refused = AtomicBool::new(false);
        let change = |_: &Tx, plugin: &mut Plugin, mut next: Next| {
            next.tries += 1;
            if next.tries > MOST_TRIES {
                refused.store(true, Ordering::Relaxed);
                next.stage =
                    Stage::Refused("the server ended while it was being compiled or tried, more than once".into());
            }
            plugin.next = Some(next);
        };
        Ok(self.change_next(name, of, change).await? && !refused.load(Ordering::Relaxed))
    }

    /// The version that was to come takes its place; `false` where another one was put meanwhile.
    async fn take(&self, name: &str, of: (&str, u64)) -> Result<bool, Fault> {
        self.change_next(name, of, |tx, plugin, next| replace_live(tx, plugin, next.release)).await
    }

    async fn refuse(&self, name: &str, of: (&str, u64), why: String) -> Result<(), Fault> {
        let change = |_: &Tx, plugin: &mut Plugin, next: Next| {
            plugin.next = Some(Next { stage: Stage::Refused(why.clone()), ..next })
        };
        self.change_next(name, of, change).await.map(|_| ())
    }

    /// Whether this version is still the live one.
    async fn is_live(&self, name: &str, (id, version): (&str, u64)) -> Result<bool, Fault> {
        let plugin = table::get(&self.ground.store, name).await?.filter(|plugin| plugin.id == id);
        Ok(plugin.and_then(|plugin| plugin.live).is_some_and(|live| live.version == version))
    }
}
