//! Owns plugins: their versions in the store, and the guests that can be called. Hands off their execution to
//! `sandbox`. Must not know pools or requests.
//!
//! A new version is uploaded in pieces, compiled in the background and tried. Only then it replaces the live version,
//! in one step. Calls that are already running finish on the old version.

mod build;
mod cache;
mod kv;
mod logs;
mod manifest;
mod put;
mod queue;
mod versions;
mod view;

pub use build::{TrialReport, run_trial};
pub use cache::Cache;
pub use logs::{LogEntry, LogOrigin};
pub use manifest::{Secrets, check, check_chain, is_name};
pub use put::{Upload, UploadPlan, sha256};
pub use view::{PluginView, Version};

use super::sandbox::{Guest, Sandbox};
use crate::clock::Clock;
use crate::config::plugins::PluginsConfig;
use crate::fault::Fault;
use crate::model::{Body, Chain, Manifest, Plugin, Release};
use crate::secret::Seal;
use crate::store::{Store, StoreError, plugins as table};
use logs::Logs;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError, RwLock};
use tokio::sync::watch;

/// Most plugins of a server.
pub const MAX_PLUGINS: usize = 1000;

/// What plugins need from the rest of the server.
pub struct PluginEnvironment {
    pub config: PluginsConfig,
    /// The folder for machine code.
    pub dir: PathBuf,
    pub store: Store,
    /// Seals the plugins' secrets and values.
    pub seal: Arc<dyn Seal>,
    pub clock: Arc<Clock>,
}

/// What a plugin's name stands for.
#[derive(Clone)]
pub(super) enum Callable {
    /// A module. There is no guest while it is being compiled.
    Module(Arc<Manifest>, Option<Arc<Guest>>),
    Chain(Arc<Chain>),
}

/// Identifies one version of a plugin.
#[derive(Debug, Clone, Copy)]
struct VersionRef<'a> {
    name: &'a str,
    /// The plugin's id: a plugin that is created again under the same name has another.
    id: &'a str,
    version: u64,
}

struct Entry {
    /// A plugin that is deleted and created again under the same name has another id.
    id: String,
    version: u64,
    callable: Callable,
    /// Why the live version cannot be compiled any more.
    failed: Option<String>,
}

pub struct Plugins {
    env: PluginEnvironment,
    /// Created for the first plugin, so that a server without plugins does not pay for it.
    sandbox: OnceLock<Sandbox>,
    entries: RwLock<BTreeMap<String, Entry>>,
    /// Held while a live version is replaced or removed, so that the store and `entries` change together.
    changing: tokio::sync::Mutex<()>,
    /// Held while machine code is created or removed.
    building: tokio::sync::Mutex<()>,
    queue: Mutex<queue::Queue>,
    /// Incremented whenever a version was built or refused.
    settled: watch::Sender<u64>,
    pub logs: Logs,
}

impl Plugins {
    /// Loads all plugins with cached machine code. The others are compiled in the background.
    pub async fn open(env: PluginEnvironment) -> Result<Arc<Self>, Fault> {
        let plugins = Arc::new(Self {
            env,
            sandbox: OnceLock::new(),
            entries: RwLock::default(),
            changing: tokio::sync::Mutex::default(),
            building: tokio::sync::Mutex::default(),
            queue: Mutex::default(),
            settled: watch::Sender::new(0),
            logs: Logs::default(),
        });
        let found = table::list(&plugins.env.store, MAX_PLUGINS).await?;
        // The queue waits until all plugins are loaded.
        let _one = plugins.building.lock().await;
        for plugin in &found {
            plugins.load(plugin);
        }
        plugins.clean(&found);
        drop(_one);
        Ok(plugins)
    }

    fn sandbox(&self) -> Result<&Sandbox, String> {
        if let Some(sandbox) = self.sandbox.get() {
            return Ok(sandbox);
        }
        let made = Sandbox::new(&self.env.config)?;
        Ok(self.sandbox.get_or_init(|| made))
    }

    /// The sandbox, if there are any plugins.
    pub(super) fn running(&self) -> Option<&Sandbox> {
        self.sandbox.get()
    }

    /// What can be called under this name.
    pub(super) fn get(&self, name: &str) -> Option<Callable> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(name).map(|entry| entry.callable.clone())
    }

    /// The state of a live version: `Ready`, `Compiling`, or `Failed` with the reason.
    fn state(&self, name: &str, version: u64) -> (&'static str, Option<String>) {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        match entries.get(name).filter(|entry| entry.version == version) {
            Some(Entry { failed: Some(why), .. }) => ("Failed", Some(why.clone())),
            None | Some(Entry { callable: Callable::Module(_, None), .. }) => ("Compiling", None),
            Some(_) => ("Ready", None),
        }
    }

    /// Makes a version callable. The caller holds `changing`, or is [`Plugins::open`].
    fn publish(&self, of: VersionRef<'_>, callable: Callable) {
        let entry = Entry { id: of.id.to_owned(), version: of.version, callable, failed: None };
        self.entries.write().unwrap_or_else(PoisonError::into_inner).insert(of.name.to_owned(), entry);
    }

    /// Notes that a live version cannot be compiled any more.
    fn fail(&self, of: VersionRef<'_>, why: String) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(of.name).filter(|entry| entry.id == of.id && entry.version == of.version) {
            entry.failed = Some(why);
        }
    }

    /// Makes a plugin's live version callable at start, and continues a build that was interrupted.
    fn load(self: &Arc<Self>, plugin: &Plugin) {
        if let Some(Release { version, body, .. }) = &plugin.live {
            let of = VersionRef { name: &plugin.name, id: &plugin.id, version: *version };
            match body {
                Body::Chain(chain) => self.publish(of, Callable::Chain(Arc::new(chain.clone()))),
                Body::Module(module) => {
                    let guest = self.cached(plugin, *version, module);
                    if guest.is_none() {
                        tracing::info!(
                            plugin = plugin.name,
                            "a plugin is compiled again; until that is done, calls to it fail"
                        );
                        self.build(&plugin.name, *version);
                    }
                    self.publish(of, Callable::Module(Arc::new(module.manifest.clone()), guest));
                }
            }
        }
        if let Some(next) = plugin.next.as_ref().filter(|next| next.stage == crate::model::Stage::Compiling) {
            self.build(&plugin.name, next.release.version);
        }
    }

    /// Signals whenever a version was built or refused.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.settled.subscribe()
    }

    /// All plugins, without their settings.
    pub async fn list(&self) -> Result<Vec<PluginView>, StoreError> {
        Ok(table::list(&self.env.store, MAX_PLUGINS).await?.iter().map(|plugin| self.view(plugin).in_brief()).collect())
    }

    pub async fn show(&self, name: &str) -> Result<PluginView, Fault> {
        let plugin = table::get(&self.env.store, name).await?.ok_or_else(|| unknown(name))?;
        Ok(self.view(&plugin))
    }

    /// Removes a plugin with everything it stored. Pools that still name it fail from then on.
    pub async fn remove(self: &Arc<Self>, name: &str) -> Result<(), Fault> {
        let _one = self.changing.lock().await;
        self.env
            .store
            .transact(async |tx| {
                let plugin = table::get(tx, name).await?.ok_or_else(|| unknown(name))?;
                table::delete(tx, &plugin);
                Ok(())
            })
            .await?;
        self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        self.clean_later();
        Ok(())
    }
}

fn unknown(name: &str) -> Fault {
    Fault::not_found(format!("There is no plugin {name}."))
}
