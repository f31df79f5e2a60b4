//! The build queue: one version at a time, in the background, with low priority.

use super::versions::replace_live;
use super::{Callable, MAX_PLUGINS, Plugins, VersionRef};
use crate::fault::Fault;
use crate::model::{Next, Plugin, Stage};
use crate::store::{Tx, plugins as table};
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Instant;

/// How often the build of a version is started before it is refused: a module may crash the compiler and with it the
/// server.
const MAX_TRIES: u32 = 2;

#[derive(Default)]
pub(super) struct Queue {
    waiting: VecDeque<Task>,
    /// Whether a thread is working on the queue.
    busy: bool,
}

#[derive(Debug)]
enum Task {
    /// Build this version of the plugin with this name.
    Build(String, u64),
    /// Remove machine code that no plugin needs.
    Clean,
}

impl Plugins {
    /// Queues a build of a pending version, or of a live one whose machine code is missing.
    pub(super) fn build(self: &Arc<Self>, name: &str, version: u64) {
        self.enqueue(Task::Build(name.to_owned(), version));
    }

    /// Queues the removal of unneeded machine code.
    pub(super) fn clean_later(self: &Arc<Self>) {
        self.enqueue(Task::Clean);
    }

    /// Adds a task, and starts the background thread if it is not running.
    fn enqueue(self: &Arc<Self>, work: Task) {
        let Some(sandbox) = self.running() else { return };
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        queue.waiting.push_back(work);
        if std::mem::replace(&mut queue.busy, true) {
            return;
        }
        let plugins = self.clone();
        sandbox.in_background(async move || {
            while let Some(work) = plugins.next_task() {
                let _one = plugins.building.lock().await;
                if let Err(error) = plugins.run_task(&work).await {
                    tracing::error!(?work, %error, "a plugin could not be built; the next start tries again");
                }
                plugins.settled.send_modify(|count| *count += 1);
            }
        });
    }

    fn next_task(&self) -> Option<Task> {
        let mut queue = self.queue.lock().unwrap_or_else(PoisonError::into_inner);
        let work = queue.waiting.pop_front();
        queue.busy = work.is_some();
        work
    }

    async fn run_task(&self, work: &Task) -> Result<(), Fault> {
        if let Task::Build(name, version) = work {
            self.build_version(name, *version).await?;
        }
        self.clean(&table::list(&self.env.store, MAX_PLUGINS).await?);
        Ok(())
    }

    async fn build_version(&self, name: &str, version: u64) -> Result<(), Fault> {
        let Some(plugin) = table::get(&self.env.store, name).await? else { return Ok(()) };
        let releases = plugin.live.iter().chain(plugin.next.iter().map(|next| &next.release));
        let release = releases
            .filter(|release| release.version == version)
            .find_map(|release| Some((release, release.module()?)));
        let Some((release, module)) = release else { return Ok(()) };
        let is_next = plugin.next.as_ref().is_some_and(|next| next.release.version == version);
        let of = VersionRef { name, id: &plugin.id, version };
        if is_next && !self.count_try(of).await? {
            return Ok(());
        }
        let begun = Instant::now();
        let made = self.make(&plugin, release, module, is_next).await;
        let seconds = begun.elapsed().as_secs_f32();
        match made {
            Ok(guest) => {
                let _one = self.changing.lock().await;
                let stands = if is_next { self.promote(of).await? } else { self.is_live(of).await? };
                if stands {
                    self.publish(of, Callable::Module(Arc::new(module.manifest.clone()), Some(guest)));
                    tracing::info!(plugin = name, version, seconds, "a plugin is ready");
                }
            }
            Err(why) => {
                tracing::warn!(plugin = name, version, why, seconds, "a plugin was refused");
                if is_next {
                    self.reject(of, why).await?;
                } else {
                    self.fail(of, why);
                }
            }
        }
        Ok(())
    }

    /// Changes the pending version if it is still this one and being compiled. `false` where it is not.
    async fn change_next(&self, of: VersionRef<'_>, change: impl Fn(&Tx, &mut Plugin, Next)) -> Result<bool, Fault> {
        self.env
            .store
            .transact(async |tx| {
                let Some(mut plugin) = table::get(tx, of.name).await?.filter(|plugin| plugin.id == of.id) else {
                    return Ok(false);
                };
                let ours = |next: &mut Next| next.release.version == of.version && next.stage == Stage::Compiling;
                let Some(next) = plugin.next.take_if(ours) else { return Ok(false) };
                change(tx, &mut plugin, next);
                table::put(tx, &plugin)?;
                Ok(true)
            })
            .await
    }

    /// Counts a build attempt. `false` where there were too many, or another version was put meanwhile.
    async fn count_try(&self, of: VersionRef<'_>) -> Result<bool, Fault> {
        let refused = AtomicBool::new(false);
        let change = |_: &Tx, plugin: &mut Plugin, mut next: Next| {
            next.tries += 1;
            if next.tries > MAX_TRIES {
                refused.store(true, Ordering::Relaxed);
                next.stage =
                    Stage::Refused("the server ended while it was being compiled or tried, more than once".into());
            }
            plugin.next = Some(next);
        };
        Ok(self.change_next(of, change).await? && !refused.load(Ordering::Relaxed))
    }

    /// Makes the pending version the live one. `false` where another version was put meanwhile.
    async fn promote(&self, of: VersionRef<'_>) -> Result<bool, Fault> {
        self.change_next(of, |tx, plugin, next| replace_live(tx, plugin, next.release)).await
    }

    async fn reject(&self, of: VersionRef<'_>, why: String) -> Result<(), Fault> {
        let change = |_: &Tx, plugin: &mut Plugin, next: Next| {
            plugin.next = Some(Next { stage: Stage::Refused(why.clone()), ..next })
        };
        self.change_next(of, change).await.map(|_| ())
    }

    async fn is_live(&self, of: VersionRef<'_>) -> Result<bool, Fault> {
        let plugin = table::get(&self.env.store, of.name).await?.filter(|plugin| plugin.id == of.id);
        Ok(plugin.and_then(|plugin| plugin.live).is_some_and(|live| live.version == of.version))
    }
}
