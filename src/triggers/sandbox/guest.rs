//! Guests: compiled modules and components, linked and ready to be called.

use super::http::AllowedOrigin;
use super::imports::{self, PACKAGE};
use super::kv::KeyValues;
use super::limits::MemoryBudget;
use super::state::{CommandState, State};
use crate::model::{Grant, Manifest};
use crate::secret::Secret;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Semaphore;
use wasmtime::component::{Component, ComponentExportIndex, types::ComponentItem};
use wasmtime::{Engine, ExternType, Module, Precompiled, component};

/// Shorter secrets, and shorter lines of secrets, are not hidden in the log. Hiding such short text would make logs
/// unreadable.
const LEAST_SECRET: usize = 4;
const LEAST_LINE: usize = 16;
/// Most strings that are hidden in log lines.
const MAX_HIDDEN: usize = 200;
const OUTGOING: &str = "wasi:http/outgoing-handler";
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// The kind of a WebAssembly file, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ModuleKind {
    /// A component that exports `handle`.
    Component,
    /// A core module that is a WASI command.
    Command,
}

impl ModuleKind {
    /// The kind of a module, or a message why the bytes are not a module.
    pub fn of(bytes: &[u8]) -> Result<Self, String> {
        match bytes.get(..8) {
            Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => Ok(Self::Command),
            Some([0, b'a', b's', b'm', _, 0, 1, 0]) => Ok(Self::Component),
            Some([0, b'a', b's', b'm', ..]) => Err("it is WebAssembly of a version that is not known here".into()),
            _ => Err("it is no WebAssembly: a plugin is a component or a WASI command, compiled (.wasm)".into()),
        }
    }

    /// The name shown to people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Command => "WASI command",
        }
    }
}

/// Why a module cannot become a guest; the messages are for the plugin's author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It imports something that its manifest does not grant, or that does not exist.
    #[error("{0}")]
    Denied(String),
    /// It is damaged, or does not have the exports of a plugin.
    #[error("{0}")]
    Broken(String),
}

/// The machine code of a module.
pub struct Compiled(Code);

enum Code {
    Component(Component),
    Command(Module),
}

impl Compiled {
    /// Loads machine code from a file that [`super::Sandbox::compile`] produced.
    ///
    /// Machine code is not verified again, so the file must be one that this program wrote.
    #[expect(
        unsafe_code,
        reason = "wasmtime trusts machine code; the cache holds only what this program compiled, in a folder of its own"
    )]
    pub(super) fn load(engine: &Engine, file: &Path) -> Result<Self, String> {
        let kind = Engine::detect_precompiled_file(file).map_err(|e| e.to_string())?;
        let code = match kind {
            // SAFETY: the cache contains only files that this program wrote (see the `expect` above).
            Some(Precompiled::Component) => unsafe { Component::deserialize_file(engine, file) }.map(Code::Component),
            // SAFETY: as above.
            Some(Precompiled::Module) => unsafe { Module::deserialize_file(engine, file) }.map(Code::Command),
            None => return Err("it holds no compiled module".into()),
        };
        code.map(Self).map_err(|e| format!("{e:#}"))
    }
}

/// What a guest needs besides its code.
pub struct GuestSettings<'a> {
    pub name: &'a str,
    /// What it may do.
    pub manifest: &'a Manifest,
    /// The `[secrets]` table of its manifest.
    pub secrets: &'a BTreeMap<String, Secret>,
    /// Where its values are stored.
    pub kv: Arc<dyn KeyValues>,
}

pub(super) enum Ready {
    Component { pre: component::InstancePre<State>, handle: ComponentExportIndex },
    Command { pre: wasmtime::InstancePre<CommandState> },
}

/// Moving average of the duration of a guest's calls, in microseconds.
#[derive(Default)]
pub(super) struct DurationEstimate(AtomicU32);

/// Calls below this are quick. Switching to another thread and back costs up to 100 microseconds.
const QUICK: u32 = 300;
/// A single call above this makes the guest count as slow for about ten calls, because others had to wait for it.
const SLOW: u32 = 4 * QUICK;

impl DurationEstimate {
    /// Whether the next call will probably be quick. A guest that was never called does not count as quick.
    pub fn is_quick(&self) -> bool {
        (1..QUICK).contains(&self.0.load(Relaxed))
    }

    pub fn record(&self, time: Duration) {
        let (before, now) = (self.0.load(Relaxed), u32::try_from(time.as_micros()).unwrap_or(u32::MAX).max(1));
        let mean = if before == 0 { now } else { (before / 8 * 7).saturating_add(now / 8).max(1) };
        self.0.store(if now > SLOW { mean.max(SLOW) } else { mean }, Relaxed);
    }

    /// Records a call that did not end on the caller's thread.
    pub fn record_overrun(&self) {
        self.0.fetch_max(SLOW, Relaxed);
    }
}

/// How much of the sandbox one guest may use at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct GuestShare {
    /// Concurrent calls.
    pub calls: usize,
    /// Memory of all its calls, in bytes.
    pub memory: usize,
}

/// A plugin that can be called.
pub struct Guest {
    pub(super) name: String,
    pub(super) ready: Ready,
    /// Configuration and secrets, by name.
    pub(super) env: Vec<(String, String)>,
    /// Strings to hide in its log lines.
    pub(super) secrets: Arc<Vec<String>>,
    pub(super) origins: Arc<[AllowedOrigin]>,
    pub(super) kv: Arc<dyn KeyValues>,
    /// Memory limit of one call, in bytes.
    pub(super) memory: usize,
    /// Concurrent calls of this guest: half of all, so that a slow plugin leaves room for others.
    pub(super) permits: Arc<Semaphore>,
    /// Memory of all calls of this guest: half of the total, or the limit of one call if that is more.
    pub(super) budget: Arc<MemoryBudget>,
    pub(super) estimate: DurationEstimate,
}

impl Guest {
    /// Links a module to what it may import.
    pub(super) fn link(
        engine: &Engine,
        compiled: &Compiled,
        settings: GuestSettings<'_>,
        share: GuestShare,
    ) -> Result<Self, LinkError> {
        let GuestSettings { name, manifest, secrets, kv } = settings;
        let public = manifest.http.iter().map(|origin| AllowedOrigin::parse(origin, false));
        let private = manifest.http_private.iter().map(|origin| AllowedOrigin::parse(origin, true));
        let origins: Arc<[AllowedOrigin]> =
            public.chain(private).collect::<Result<Vec<_>, _>>().map_err(LinkError::Broken)?.into();
        let ready = match &compiled.0 {
            Code::Component(component) => link_component(engine, component, manifest)?,
            Code::Command(module) => link_command(engine, module)?,
        };
        let mut env: Vec<_> = manifest.config.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        env.extend(secrets.iter().map(|(key, value)| (key.clone(), value.reveal().to_owned())));
        // Log lines are searched one by one, so each line of a multi-line secret is hidden separately.
        let whole = secrets.values().map(Secret::reveal).filter(|text| text.len() >= LEAST_SECRET);
        let lines = secrets.values().map(Secret::reveal).flat_map(str::lines).filter(|line| line.len() >= LEAST_LINE);
        let mut hidden: Vec<_> = whole.chain(lines).take(MAX_HIDDEN).map(str::to_owned).collect();
        hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
        hidden.dedup();
        let memory = usize::try_from(manifest.memory_mb).unwrap_or(usize::MAX).saturating_mul(1 << 20);
        let permits = Arc::new(Semaphore::new(share.calls));
        let budget = Arc::new(MemoryBudget::new(share.memory.max(memory)));
        Ok(Self {
            name: name.to_owned(),
            ready,
            env,
            secrets: Arc::new(hidden),
            origins,
            kv,
            memory,
            permits,
            budget,
            estimate: DurationEstimate::default(),
        })
    }
}

fn broken(error: wasmtime::Error) -> LinkError {
    LinkError::Broken(format!("{error:#}"))
}

fn link_component(engine: &Engine, component: &Component, manifest: &Manifest) -> Result<Ready, LinkError> {
    let kind = component.component_type();
    let may_call = !(manifest.http.is_empty() && manifest.http_private.is_empty());
    let (mut wasi, mut http) = (false, false);
    for (import, _) in kind.imports(engine) {
        let own = import.strip_prefix(PACKAGE).and_then(|rest| rest.split('@').next());
        let grants = [Grant::Log, Grant::Config, Grant::Kv];
        if let Some(grant) = own.and_then(|own| grants.into_iter().find(|grant| grant.name() == own))
            && !manifest.grants.contains(&grant)
        {
            let grant = grant.name();
            return Err(LinkError::Denied(format!(
                "it imports {import}, which its manifest does not grant: add \"{grant}\" to grants to allow it"
            )));
        }
        if import.starts_with(OUTGOING) && !may_call {
            return Err(LinkError::Denied(format!(
                "it imports {import}, but its manifest lists no origin that it may call: add them to http"
            )));
        }
        http |= import.starts_with("wasi:http/");
        wasi |= import.starts_with("wasi:");
    }
    if !kind.exports(engine).any(|(name, item)| name == "handle" && matches!(item.ty, ComponentItem::ComponentFunc(_)))
    {
        return Err(LinkError::Broken(
            "it exports no function handle: a plugin is built for the world trigger of trigger.wit".into(),
        ));
    }
    let mut linker = component::Linker::new(engine);
    if wasi {
        wasmtime_wasi::p2::add_to_linker_async(&mut linker).map_err(broken)?;
    }
    if http {
        wasmtime_wasi_http::p2::add_only_http_to_linker_async(&mut linker).map_err(broken)?;
    }
    for grant in &manifest.grants {
        imports::add(&mut linker, *grant).map_err(broken)?;
    }
    let pre = linker
        .instantiate_pre(component)
        .map_err(|e| LinkError::Denied(format!("it imports what is not here: {e:#}")))?;
    let handle = component
        .get_export_index(None, "handle")
        .ok_or_else(|| LinkError::Broken("it exports no function handle".into()))?;
    Ok(Ready::Component { pre, handle })
}

fn link_command(engine: &Engine, module: &Module) -> Result<Ready, LinkError> {
    if let Some(import) = module.imports().find(|import| import.module() != PREVIEW1) {
        let (from, name) = (import.module(), import.name());
        return Err(LinkError::Denied(format!(
            "it imports {from}::{name}, which is not here: a command gets {PREVIEW1} and nothing else"
        )));
    }
    if !module.exports().any(|export| export.name() == "_start" && matches!(export.ty(), ExternType::Func(_))) {
        return Err(LinkError::Broken("it is no command: it exports no function _start".into()));
    }
    let mut linker = wasmtime::Linker::new(engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, |state: &mut CommandState| &mut state.wasi).map_err(broken)?;
    let pre =
        linker.instantiate_pre(module).map_err(|e| LinkError::Denied(format!("it imports what is not here: {e:#}")))?;
    Ok(Ready::Command { pre })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_slow_once_is_not_quick_for_some_time() {
        let estimate = DurationEstimate::default();
        assert!(!estimate.is_quick(), "nothing is known");
        let takes = |micros| estimate.record(Duration::from_micros(micros));
        takes(40);
        assert!(estimate.is_quick());
        takes(2000);
        assert!(!estimate.is_quick());
        (0..30).for_each(|_| takes(40));
        assert!(estimate.is_quick());
        estimate.record_overrun();
        assert!(!estimate.is_quick());
        (0..30).for_each(|_| takes(40));
        takes(u64::MAX / 2000);
        assert!(!estimate.is_quick());
    }

    #[test]
    fn forms_are_told_by_the_first_bytes() {
        assert_eq!(ModuleKind::of(b"\0asm\x01\0\0\0rest"), Ok(ModuleKind::Command));
        assert_eq!(ModuleKind::of(b"\0asm\x0d\0\x01\0"), Ok(ModuleKind::Component));
        assert!(ModuleKind::of(b"\0asm\x02\0\0\0").is_err());
        for other in [&b""[..], b"\0asm", b"#!/bin/sh\n", b"(module)", b"export default"] {
            assert!(ModuleKind::of(other).is_err_and(|why| why.contains("no WebAssembly")));
        }
    }
}
