//! From a module in the store to a guest that can be called: compiled, joined to its imports, tried.

use super::cache::Cache;
use super::put::secrets_of;
use super::space::StoreSpace;
use super::{Origin, Plugins, Secrets};
use crate::model::{Module, Plugin, Release};
use crate::triggers::call::Failure;
use crate::triggers::samples;
use crate::triggers::sandbox::{Ask, Compiled, Guest, Line, Outfit, Sandbox};
use std::sync::Arc;
use std::time::Duration;

impl Plugins {
    fn cache(&self, sandbox: &Sandbox) -> Cache {
        Cache::new(self.ground.dir.clone(), sandbox.engine_key())
    }

    /// Removes machine code that no plugin needs. The caller holds `building`.
    pub(super) fn clean(&self, all: &[Plugin]) {
        if let Some(sandbox) = self.running() {
            let needed: Vec<String> =
                all.iter().flat_map(Plugin::modules).map(|module| module.sha256.clone()).collect();
            self.cache(sandbox).clean(&needed);
        }
    }

    /// A live version from its machine code; nothing where that is to be made anew.
    pub(super) fn cached(&self, plugin: &Plugin, version: u64, module: &Module) -> Option<Arc<Guest>> {
        let sandbox = self.sandbox().map_err(|why| tracing::error!("{why}")).ok()?;
        let file = self.cache(sandbox).find(&module.sha256)?;
        let guest = match sandbox.load(&file) {
            Ok(code) => self.guest(sandbox, plugin, version, (module, &code)),
            Err(why) => {
                self.cache(sandbox).drop_file(&file);
                Err(why)
            }
        };
        let told = |why: String| tracing::warn!(plugin = plugin.name, why, "a plugin's machine code cannot be used");
        guest.map(Arc::new).map_err(told).ok()
    }

    fn guest(
        &self,
        sandbox: &Sandbox,
        plugin: &Plugin,
        version: u64,
        (module, code): (&Module, &Compiled),
    ) -> Result<Guest, String> {
        let sealed = self.ground.seal.open(&secrets_of(&plugin.id, version), &module.secrets);
        let sealed =
            sealed.ok_or("its secrets cannot be opened: the master key is not the one they were sealed with")?;
        let secrets: Secrets = serde_json::from_slice(&sealed).map_err(|e| e.to_string())?;
        let space = StoreSpace {
            store: self.ground.store.clone(),
            seal: self.ground.seal.clone(),
            clock: self.ground.clock.clone(),
            id: plugin.id.clone(),
            most: i64::from(self.ground.config.space_kb) << 10,
        };
        let outfit =
            Outfit { name: &plugin.name, manifest: &module.manifest, secrets: &secrets, space: Arc::new(space) };
        sandbox.link(code, outfit).map_err(|unfit| unfit.to_string())
    }

    /// Makes a guest of a version. One that is to come is tried, and all its pieces are looked at, also where its
    /// machine code is there: that may have to be made again.
    pub(super) async fn make(
        &self,
        plugin: &Plugin,
        (release, module): (&Release, &Module),
        is_next: bool,
    ) -> Result<Arc<Guest>, String> {
        let sandbox = self.sandbox()?;
        let cache = self.cache(sandbox);
        let known = cache.find(&module.sha256);
        let wasm = if is_next || known.is_none() { self.module_bytes(&plugin.id, module).await? } else { Vec::new() };
        let file = match known {
            Some(file) => file,
            None => {
                let code = sandbox.compile(&wasm)?;
                cache.keep(&module.sha256, &code).map_err(|e| format!("its machine code cannot be kept: {e}"))?
            }
        };
        drop(wasm);
        let code = sandbox.load(&file).inspect_err(|_| cache.drop_file(&file))?;
        let guest = Arc::new(self.guest(sandbox, plugin, release.version, (module, &code))?);
        if is_next {
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

/// Asks a guest a sample event. That it refuses is an answer, too; what it must not do is break, stall or give
/// something else.
pub async fn try_out(sandbox: &Sandbox, guest: &Arc<Guest>, source: &str, timeout: Duration) -> Tried {
    let event = samples::sample(source).unwrap_or_default();
    let ask = Ask { source: source.to_owned(), event: event.to_string(), timeout, trial: true };
    let ran = sandbox.run(guest, ask).await;
    let answered = match ran.answer {
        Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(failure.in_words()),
    };
    let answered = answered.map_err(|why| format!("its trial with a sample of {source} failed: {why}"));
    Tried { answered, lines: ran.lines, took: ran.took, memory: ran.memory }
}
