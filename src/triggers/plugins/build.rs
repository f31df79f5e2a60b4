//! From a module in the store to a guest that can be called: compiled, joined to its imports, tried. In the background, one at a time.

use super::cache::Cache;
use super::put::{replace_live, secrets_of};
use super::space::StoreSpace;
use super::{Callable, Origin, Plugins, Secrets};
use crate::fault::Fault;
use crate::model::{Module, Plugin, Release, Stage};
use crate::store::plugins as table;
use crate::triggers::call::Failure;
use crate::triggers::samples;
use crate::triggers::sandbox::{Ask, Guest, Line, Outfit, Sandbox};
use std::sync::Arc;
use std::time::{Duration, Instant};

impl Plugins {
    fn cache(&self, sandbox: &Sandbox) -> Cache {
        Cache::new(self.ground.dir.clone(), sandbox.engine_key())
    }

    /// Removes machine code that no plugin needs.
    pub(super) fn clean(&self, all: &[Plugin]) {
        if let Some(sandbox) = self.running() {
            let needed: Vec<String> = all.iter().flat_map(Plugin::modules).map(|module| module.sha256.clone()).collect();
            self.cache(sandbox).clean(&needed);
        }
    }

    /// A live version from its machine code; nothing where that is to be made anew.
    pub(super) fn cached(&self, plugin: &Plugin, version: u64, module: &Module) -> Option<Arc<Guest>> {
        let sandbox = self.sandbox().map_err(|why| tracing::error!("{why}")).ok()?;
        let file = self.cache(sandbox).find(&module.sha256)?;
        match self.guest(sandbox, plugin, version, (module, &file)) {
            Ok(guest) => Some(Arc::new(guest)),
            Err(why) => {
                tracing::warn!(plugin = plugin.name, why, "a plugin's machine code cannot be used");
                self.cache(sandbox).drop_file(&file);
                None
            }
        }
    }

    fn guest(
        &self,
        sandbox: &Sandbox,
        plugin: &Plugin,
        version: u64,
        (module, file): (&Module, &std::path::Path),
    ) -> Result<Guest, String> {
        let code = sandbox.load(file)?;
        let sealed = self.ground.seal.open(&secrets_of(&plugin.id, version), &module.secrets);
        let sealed = sealed.ok_or("its secrets cannot be opened: the master key is not the one they were sealed with")?;
        let secrets: Secrets = serde_json::from_slice(&sealed).map_err(|e| e.to_string())?;
        let space = StoreSpace {
            store: self.ground.store.clone(),
            seal: self.ground.seal.clone(),
            clock: self.ground.clock.clone(),
            id: plugin.id.clone(),
            most: i64::from(self.ground.config.space_kb) << 10,
        };
        let outfit = Outfit { name: &plugin.name, manifest: &module.manifest, secrets: &secrets, space: Arc::new(space) };
        sandbox.link(&code, outfit).map_err(|unfit| unfit.to_string())
    }

    /// Builds a version in the background: one that is to come, or a live one whose machine code is gone.
    pub(super) fn build(self: &Arc<Self>, name: &str, version: u64) {
        let (plugins, name) = (self.clone(), name.to_owned());
        let sandbox = match self.sandbox() {
            Ok(sandbox) => sandbox,
            Err(why) => return tracing::error!(plugin = name, "{why}"),
        };
        sandbox.in_background(async move || {
            let _one = plugins.building.lock().await;
            if let Err(error) = plugins.built(&name, version).await {
                tracing::error!(plugin = name, %error, "a plugin could not be built; the next start tries again");
            }
            plugins.settled.send_modify(|count| *count += 1);
        });
    }

    async fn built(&self, name: &str, version: u64) -> Result<(), Fault> {
        let Some(plugin) = table::get(&self.ground.store, name).await? else { return Ok(()) };
        let releases = plugin.live.iter().chain(plugin.next.iter().map(|next| &next.release));
        let release = releases.filter(|release| release.version == version).find_map(|release| Some((release, release.module()?)));
        let Some((release, module)) = release else { return Ok(()) };
        let is_next = plugin.next.as_ref().is_some_and(|next| next.release.version == version);
        let begun = Instant::now();
        let made = self.make(&plugin, (release, module), is_next).await;
        let seconds = begun.elapsed().as_secs_f32();
        match made {
            Ok(guest) => {
                if is_next && !self.take(name, version).await? {
                    return Ok(());
                }
                self.enter(name, version, Callable::Module(module.manifest.clone(), Some(guest)));
                tracing::info!(plugin = name, version, seconds, "a plugin is ready");
            }
            Err(why) => {
                tracing::warn!(plugin = name, version, why, seconds, "a plugin was refused");
                if is_next {
                    self.refuse(name, version, why).await?;
                }
            }
        }
        self.clean(&table::list(&self.ground.store, super::MOST).await?);
        Ok(())
    }

    async fn make(&self, plugin: &Plugin, (release, module): (&Release, &Module), tried: bool) -> Result<Arc<Guest>, String> {
        let sandbox = self.sandbox()?;
        let cache = self.cache(sandbox);
        let file = match cache.find(&module.sha256) {
            Some(file) => file,
            None => {
                let wasm = self.module_bytes(&plugin.id, module).await?;
                let code = sandbox.compile(&wasm)?;
                cache.keep(&module.sha256, &code).map_err(|e| format!("its machine code cannot be kept: {e}"))?
            }
        };
        let guest = Arc::new(self.guest(sandbox, plugin, release.version, (module, &file))?);
        if tried {
            let timeout = Duration::from_millis(module.manifest.timeout_ms.into());
            for source in &module.manifest.trial {
                let tried = try_out(sandbox, &guest, source, timeout).await;
                let origin = Origin { plugin: &plugin.name, request_id: "trial", source, at: self.ground.clock.now() };
                self.logs.write(origin, tried.lines);
                tried.answered?;
            }
        }
        Ok(guest)
    }

    /// The version that was to come takes its place; `false` where another one was put meanwhile.
    async fn take(&self, name: &str, version: u64) -> Result<bool, Fault> {
        self.ground
            .store
            .transact(async |tx| {
                let Some(mut plugin) = table::get(tx, name).await? else { return Ok(false) };
                let Some(next) = plugin.next.take_if(|next| next.release.version == version) else { return Ok(false) };
                replace_live(tx, &mut plugin, next.release);
                table::put(tx, &plugin)?;
                Ok(true)
            })
            .await
    }

    async fn refuse(&self, name: &str, version: u64, why: String) -> Result<(), Fault> {
        self.ground
            .store
            .transact(async |tx| {
                let Some(mut plugin) = table::get(tx, name).await? else { return Ok(()) };
                let Some(next) = plugin.next.as_mut().filter(|next| next.release.version == version) else { return Ok(()) };
                next.stage = Stage::Refused(why.clone());
                table::put(tx, &plugin)?;
                Ok(())
            })
            .await
    }
}

/// What came of a trial.
pub struct Tried {
    /// That it answered; or why that was no answer, in words.
    pub answered: Result<(), String>,
    /// What it said.
    pub lines: Vec<Line>,
    /// How long it took.
    pub took: Duration,
    /// The most memory that it had, in bytes.
    pub memory: usize,
}

/// Asks a guest a sample event. That it refuses is an answer, too; what it must not do is break, stall or give something else.
pub async fn try_out(sandbox: &Sandbox, guest: &Arc<Guest>, source: &str, timeout: Duration) -> Tried {
    let event = samples::sample(source).unwrap_or_default();
    let ask = Ask { source: source.to_owned(), event: event.to_string(), timeout, trial: true };
    let ran = sandbox.run(guest, ask).await;
    let answered = match ran.answer {
        Ok(answer) if answer.get("response").is_some_and(serde_json::Value::is_object) => Ok(()),
        Ok(_) => Err(Failure::Unrecognizable.in_words()),
        Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(failure.in_words()),
    };
    let answered = answered.map_err(|why| format!("its trial with a sample of {source} failed: {why}"));
    Tried { answered, lines: ran.lines, took: ran.took, memory: ran.memory }
}
