//! Turns a stored module into a guest that can be called: compiles it, links its imports and runs its trial.

use super::cache::Cache;
use super::kv::PersistentKeyValues;
use super::versions::secrets_context;
use super::{LogOrigin, Plugins, Secrets};
use crate::model::{Module, Plugin, Release};
use crate::triggers::failure::Failure;
use crate::triggers::samples;
use crate::triggers::sandbox::{Compiled, Guest, GuestCall, GuestSettings, Line, Sandbox};
use std::sync::Arc;
use std::time::Duration;

impl Plugins {
    fn cache(&self, sandbox: &Sandbox) -> Cache {
        Cache::new(self.env.dir.clone(), sandbox.engine_key())
    }

    /// Removes machine code that no plugin needs. The caller holds `building`.
    pub(super) fn clean(&self, all: &[Plugin]) {
        if let Some(sandbox) = self.running() {
            let needed: Vec<String> =
                all.iter().flat_map(Plugin::modules).map(|module| module.sha256.clone()).collect();
            self.cache(sandbox).clean(&needed);
        }
    }

    /// Loads a live version from the cache of machine code; `None` where it must be compiled again.
    pub(super) fn cached(&self, plugin: &Plugin, version: u64, module: &Module) -> Option<Arc<Guest>> {
        let sandbox = self.sandbox().map_err(|why| tracing::error!("{why}")).ok()?;
        let file = self.cache(sandbox).find(&module.sha256)?;
        let guest = match sandbox.load(&file) {
            Ok(code) => self.guest(plugin, version, module, &code),
            Err(why) => {
                self.cache(sandbox).drop_file(&file);
                Err(why)
            }
        };
        let log_failure =
            |why: String| tracing::warn!(plugin = plugin.name, why, "a plugin's machine code cannot be used");
        guest.map(Arc::new).map_err(log_failure).ok()
    }

    fn guest(&self, plugin: &Plugin, version: u64, module: &Module, code: &Compiled) -> Result<Guest, String> {
        let sealed = self.env.seal.open(&secrets_context(&plugin.id, version), &module.secrets);
        let sealed =
            sealed.ok_or("its secrets cannot be opened: the master key is not the one they were sealed with")?;
        let secrets: Secrets = serde_json::from_slice(&sealed).map_err(|e| e.to_string())?;
        let kv = PersistentKeyValues {
            store: self.env.store.clone(),
            seal: self.env.seal.clone(),
            clock: self.env.clock.clone(),
            id: plugin.id.clone(),
            most: i64::from(self.env.config.space_kb) << 10,
        };
        let settings =
            GuestSettings { name: &plugin.name, manifest: &module.manifest, secrets: &secrets, kv: Arc::new(kv) };
        self.sandbox()?.link(code, settings).map_err(|error| error.to_string())
    }

    /// Makes a guest from a version. A version that is about to replace another one is also tried with sample events,
    /// and all its pieces are read even if its machine code is cached, because it may have to be compiled again later.
    pub(super) async fn make(
        &self,
        plugin: &Plugin,
        release: &Release,
        module: &Module,
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
        let guest = Arc::new(self.guest(plugin, release.version, module, &code)?);
        if is_next {
            let timeout = Duration::from_millis(module.manifest.timeout_ms.into());
            for source in &module.manifest.trial {
                let tried = run_trial(sandbox, &guest, source, timeout).await;
                let origin = LogOrigin { plugin: &plugin.name, request_id: "trial", source, at: self.env.clock.now() };
                self.logs.write(origin, tried.lines);
                tried.answered?;
            }
        }
        Ok(guest)
    }
}

pub struct TrialReport {
    /// An error says why the trial failed.
    pub answered: Result<(), String>,
    /// The log lines that the guest wrote.
    pub lines: Vec<Line>,
    pub took: Duration,
    /// Peak memory in bytes.
    pub memory: usize,
}

/// Calls a guest with a sample event. A refusal counts as an answer; a crash, a timeout or invalid output does not.
pub async fn run_trial(sandbox: &Sandbox, guest: &Arc<Guest>, source: &str, timeout: Duration) -> TrialReport {
    let event = samples::sample(source).unwrap_or_default();
    let ask = GuestCall { source: source.to_owned(), event: event.to_string(), timeout, trial: true };
    let ran = sandbox.run(guest, ask).await;
    let answered = match ran.answer {
        Ok(_) | Err(Failure::Refused(_)) => Ok(()),
        Err(failure) => Err(failure.description()),
    };
    let answered = answered.map_err(|why| format!("its trial with a sample of {source} failed: {why}"));
    TrialReport { answered, lines: ran.lines, took: ran.took, memory: ran.memory }
}
