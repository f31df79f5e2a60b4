//! Owns plugins: what stands in the store under each name, and what of it can be called. Hands off the running to
//! `sandbox`. Must not know pools or requests.
//!
//! A new version is put in pieces, compiled in the background, tried, and only then takes the place of the one before,
//! at once and whole; calls that are under way end on the version they began with.

mod build;
mod cache;
mod logs;
mod manifest;
mod put;
mod queue;
mod space;
mod view;

pub use build::{Tried, try_out};
pub use cache::Cache;
pub use logs::{Kept, Origin};
pub use manifest::{Secrets, check, check_chain, is_name};
pub use put::{Put, Upload, sha256};
pub use view::{Version, View};

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
pub const MOST: usize = 1000;

/// What plugins are built over.
pub struct Ground {
    /// How much they may take.
    pub config: PluginsConfig,
    /// Where machine code is kept.
    pub dir: PathBuf,
    /// Records.
    pub store: Store,
    /// Seals secrets and values.
    pub seal: Arc<dyn Seal>,
    /// Time.
    pub clock: Arc<Clock>,
}

/// What can be called under a name.
#[derive(Clone)]
pub(super) enum Callable {
    /// A module; without its guest as long as it is being compiled.
    Module(Arc<Manifest>, Option<Arc<Guest>>),
    /// A chain.
    Chain(Arc<Chain>),
}

struct Entry {
    /// The plugin's id: a later plugin of the same name has another.
    id: String,
    version: u64,
    callable: Callable,
    /// Why there is no guest and will be none.
    failed: Option<String>,
}

/// All plugins of a server.
pub struct Plugins {
    ground: Ground,
    /// Made when the first plugin needs it: who has none pays nothing.
    sandbox: OnceLock<Sandbox>,
    entries: RwLock<BTreeMap<String, Entry>>,
    /// Held while a version takes its place or goes, in the store and here: both change together.
    changing: tokio::sync::Mutex<()>,
    /// Held by whoever makes or removes machine code.
    building: tokio::sync::Mutex<()>,
    queue: Mutex<queue::Queue>,
    /// Counts up when a version was built or refused.
    settled: watch::Sender<u64>,
    /// What plugins say.
    pub logs: Logs,
}

impl Plugins {
    /// Loads all plugins whose machine code is there; the rest is compiled in the background.
    pub async fn open(ground: Ground) -> Result<Arc<Self>, Fault> {
        let plugins = Arc::new(Self {
            ground,
            sandbox: OnceLock::new(),
            entries: RwLock::default(),
            changing: tokio::sync::Mutex::default(),
            building: tokio::sync::Mutex::default(),
            queue: Mutex::default(),
            settled: watch::Sender::new(0),
            logs: Logs::default(),
        });
        let found = table::list(&plugins.ground.store, MOST).await?;
        // What is to be built waits until it is clear what is there.
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
        let made = Sandbox::new(&self.ground.config)?;
        Ok(self.sandbox.get_or_init(|| made))
    }

    /// Where guests run, if there is any.
    pub(super) fn running(&self) -> Option<&Sandbox> {
        self.sandbox.get()
    }

    /// What can be called under a name.
    pub(super) fn get(&self, name: &str) -> Option<Callable> {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.get(name).map(|entry| entry.callable.clone())
    }

    /// Whether something can be called under a name, or will be.
    pub(super) fn knows(&self, name: &str) -> bool {
        self.entries.read().unwrap_or_else(PoisonError::into_inner).contains_key(name)
    }

    /// How a live version stands: `Ready`, `Compiling`, or `Failed` and why.
    fn state(&self, name: &str, version: u64) -> (&'static str, Option<String>) {
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        match entries.get(name).filter(|entry| entry.version == version) {
            Some(Entry { failed: Some(why), .. }) => ("Failed", Some(why.clone())),
            None | Some(Entry { callable: Callable::Module(_, None), .. }) => ("Compiling", None),
            Some(_) => ("Ready", None),
        }
    }

    /// Puts a version of the plugin with this id in its place. The caller holds `changing`, or is the start.
    fn enter(&self, name: &str, (id, version): (&str, u64), callable: Callable) {
        let entry = Entry { id: id.to_owned(), version, callable, failed: None };
        self.entries.write().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), entry);
    }

    /// A live version cannot be built.
    fn fail(&self, name: &str, (id, version): (&str, u64), why: String) {
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(entry) = entries.get_mut(name).filter(|entry| entry.id == id && entry.version == version) {
            entry.failed = Some(why);
        }
    }

    /// At the start: what is live can be called, what is under way goes on.
    fn load(self: &Arc<Self>, plugin: &Plugin) {
        if let Some(Release { version, body, .. }) = &plugin.live {
            match body {
                Body::Chain(chain) => {
                    self.enter(&plugin.name, (&plugin.id, *version), Callable::Chain(Arc::new(chain.clone())))
                }
                Body::Module(module) => {
                    let guest = self.cached(plugin, *version, module);
                    if guest.is_none() {
                        tracing::info!(
                            plugin = plugin.name,
                            "a plugin is compiled anew; until that is done, calls to it fail"
                        );
                        self.build(&plugin.name, *version);
                    }
                    self.enter(
                        &plugin.name,
                        (&plugin.id, *version),
                        Callable::Module(Arc::new(module.manifest.clone()), guest),
                    );
                }
            }
        }
        if let Some(next) = plugin.next.as_ref().filter(|next| next.stage == crate::model::Stage::Compiling) {
            self.build(&plugin.name, next.release.version);
        }
    }

    /// Tells when a version was built or refused.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.settled.subscribe()
    }

    /// All plugins, without their settings.
    pub async fn list(&self) -> Result<Vec<View>, StoreError> {
        Ok(table::list(&self.ground.store, MOST).await?.iter().map(|plugin| self.view(plugin).in_brief()).collect())
    }

    /// One plugin.
    pub async fn show(&self, name: &str) -> Result<View, Fault> {
        let plugin = table::get(&self.ground.store, name).await?.ok_or_else(|| unknown(name))?;
        Ok(self.view(&plugin))
    }

    /// Removes a plugin with all that it keeps. Pools that name it fail from then on.
    pub async fn remove(self: &Arc<Self>, name: &str) -> Result<(), Fault> {
        let _one = self.changing.lock().await;
        self.ground
            .store
            .transact(async |tx| {
                let plugin = table::get(tx, name).await?.ok_or_else(|| unknown(name))?;
                table::delete(tx, &plugin);
                Ok(())
            })
            .await?;
        self.entries.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        // Its machine code goes behind what is being built.
        self.clean_later();
        Ok(())
    }
}

fn unknown(name: &str) -> Fault {
    Fault::not_found(format!("There is no plugin {name}."))
}
