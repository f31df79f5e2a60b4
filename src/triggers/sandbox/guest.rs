//! Guests: modules and components, compiled, joined to what they may import, ready to be called.

use super::http::Place;
use super::imports::{self, PACKAGE};
use super::limits::Budget;
use super::space::Space;
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

/// Shorter secrets are no secrets, and hiding them would riddle the log; likewise lines of a secret.
const LEAST_SECRET: usize = 4;
const LEAST_LINE: usize = 16;
/// Most texts that are looked for in lines.
const MOST_HIDDEN: usize = 200;
const OUTGOING: &str = "wasi:http/outgoing-handler";
const PREVIEW1: &str = "wasi_snapshot_preview1";

/// What a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A component that exports `handle`.
    Component,
    /// A core module: a WASI command.
    Command,
}

impl Form {
    /// The form of a module; words where it is none.
    pub fn of(bytes: &[u8]) -> Result<Self, String> {
        match bytes.get(..8) {
            Some([0, b'a', b's', b'm', 1, 0, 0, 0]) => Ok(Self::Command),
            Some([0, b'a', b's', b'm', _, 0, 1, 0]) => Ok(Self::Component),
            Some([0, b'a', b's', b'm', ..]) => Err("it is WebAssembly of a version that is not known here".into()),
            _ => Err("it is no WebAssembly: a plugin is a component or a WASI command, compiled (.wasm)".into()),
        }
    }

    /// The name that people read.
    pub fn name(self) -> &'static str {
        match self {
            Self::Component => "component",
            Self::Command => "WASI command",
        }
    }
}

/// Why a module cannot be a guest, in words for whoever put it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It imports what its manifest does not grant, or what is not here.
    #[error("{0}")]
    Denied(String),
    /// It is broken, or not of the form of a plugin.
    #[error("{0}")]
    Broken(String),
}

/// Machine code of a module.
pub struct Compiled(Code);

enum Code {
    Component(Component),
    Command(Module),
}

impl Compiled {
    /// Loads what [`super::Sandbox::compile`] gave from the file that it was written to.
    ///
    /// The file must be one that this program wrote: machine code is not checked again.
    #[expect(
        unsafe_code,
        reason = "wasmtime trusts machine code; the cache holds only what this program compiled, in a folder of its own"
    )]
    pub(super) fn load(engine: &Engine, file: &Path) -> Result<Self, String> {
        let kind = Engine::detect_precompiled_file(file).map_err(|e| e.to_string())?;
        let code = match kind {
            // SAFETY: see above.
            Some(Precompiled::Component) => unsafe { Component::deserialize_file(engine, file) }.map(Code::Component),
            // SAFETY: see above.
            Some(Precompiled::Module) => unsafe { Module::deserialize_file(engine, file) }.map(Code::Command),
            None => return Err("it holds no compiled module".into()),
        };
        code.map(Self).map_err(|e| format!("{e:#}"))
    }
}

/// What a guest gets besides its code.
pub struct Outfit<'a> {
    /// The plugin's name.
    pub name: &'a str,
    /// What it may do.
    pub manifest: &'a Manifest,
    /// `[secrets]` of its manifest.
    pub secrets: &'a BTreeMap<String, Secret>,
    /// Where it keeps values.
    pub space: Arc<dyn Space>,
}

pub(super) enum Ready {
    Component { pre: component::InstancePre<State>, handle: ComponentExportIndex },
    Command { pre: wasmtime::InstancePre<CommandState> },
}

/// How long calls of a guest take, as a moving average in microseconds.
#[derive(Default)]
pub(super) struct Pace(AtomicU32);

/// Calls that take less than this are quick: a switch of threads and back costs up to a tenth of a millisecond.
const QUICK: u32 = 300;
/// Who took longer than this, once, is not quick for the next ten calls or so: others had to wait.
const SLOW: u32 = 4 * QUICK;

impl Pace {
    /// Whether a call will probably be quick. Of a guest that was never called nothing is known.
    pub fn is_quick(&self) -> bool {
        (1..QUICK).contains(&self.0.load(Relaxed))
    }

    /// Notes how long a call took.
    pub fn took(&self, time: Duration) {
        let (before, now) = (self.0.load(Relaxed), u32::try_from(time.as_micros()).unwrap_or(u32::MAX).max(1));
        let mean = if before == 0 { now } else { (before / 8 * 7).saturating_add(now / 8).max(1) };
        self.0.store(if now > SLOW { mean.max(SLOW) } else { mean }, Relaxed);
    }

    /// Notes that a call was not done when it had to be; it may never be.
    pub fn gave_way(&self) {
        self.0.fetch_max(SLOW, Relaxed);
    }
}

/// A plugin that can be called.
pub struct Guest {
    pub(super) name: String,
    pub(super) ready: Ready,
    /// Configuration and secrets, by name.
    pub(super) env: Vec<(String, String)>,
    /// What its lines must not show.
    pub(super) secrets: Arc<Vec<String>>,
    pub(super) places: Arc<[Place]>,
    pub(super) space: Arc<dyn Space>,
    /// Most memory of a call, in bytes.
    pub(super) memory: usize,
    /// Calls of it that may run at one time: half of all, so that a slow plugin leaves room for others.
    pub(super) turns: Arc<Semaphore>,
    /// The memory of all its calls: half of what there is, or as much as one call may have.
    pub(super) budget: Arc<Budget>,
    pub(super) pace: Pace,
}

impl Guest {
    /// Joins a module to what it may import.
    pub(super) fn link(
        engine: &Engine,
        compiled: &Compiled,
        outfit: Outfit<'_>,
        (turns, bytes): (usize, usize),
    ) -> Result<Self, Unfit> {
        let Outfit { name, manifest, secrets, space } = outfit;
        let public = manifest.http.iter().map(|place| Place::parse(place, false));
        let private = manifest.http_private.iter().map(|place| Place::parse(place, true));
        let places: Arc<[Place]> = public.chain(private).collect::<Result<Vec<_>, _>>().map_err(Unfit::Broken)?.into();
        let ready = match &compiled.0 {
            Code::Component(component) => link_component(engine, component, manifest)?,
            Code::Command(module) => link_command(engine, module)?,
        };
        let mut env: Vec<_> = manifest.config.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        env.extend(secrets.iter().map(|(key, value)| (key.clone(), value.reveal().to_owned())));
        // Lines are looked at one by one, so those of a long secret are secrets, too.
        let whole = secrets.values().map(Secret::reveal).filter(|text| text.len() >= LEAST_SECRET);
        let lines = secrets.values().map(Secret::reveal).flat_map(str::lines).filter(|line| line.len() >= LEAST_LINE);
        let mut hidden: Vec<_> = whole.chain(lines).take(MOST_HIDDEN).map(str::to_owned).collect();
        hidden.sort_by_key(|text| std::cmp::Reverse(text.len()));
        hidden.dedup();
        let memory = usize::try_from(manifest.memory_mb).unwrap_or(usize::MAX).saturating_mul(1 << 20);
        let (turns, budget) = (Arc::new(Semaphore::new(turns)), Arc::new(Budget::new(bytes.max(memory))));
        Ok(Self {
            name: name.to_owned(),
            ready,
            env,
            secrets: Arc::new(hidden),
            places,
            space,
            memory,
            turns,
            budget,
            pace: Pace::default(),
        })
    }
}

fn broken(error: wasmtime::Error) -> Unfit {
    Unfit::Broken(format!("{error:#}"))
}

fn link_component(engine: &Engine, component: &Component, manifest: &Manifest) -> Result<Ready, Unfit> {
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
            return Err(Unfit::Denied(format!(
                "it imports {import}, which its manifest does not grant: add \"{grant}\" to grants to allow it"
            )));
        }
        if import.starts_with(OUTGOING) && !may_call {
            return Err(Unfit::Denied(format!(
                "it imports {import}, but its manifest lists no place that it may call: add them to http"
            )));
        }
        http |= import.starts_with("wasi:http/");
        wasi |= import.starts_with("wasi:");
    }
    if !kind.exports(engine).any(|(name, item)| name == "handle" && matches!(item.ty, ComponentItem::ComponentFunc(_)))
    {
        return Err(Unfit::Broken(
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
    let pre =
        linker.instantiate_pre(component).map_err(|e| Unfit::Denied(format!("it imports what is not here: {e:#}")))?;
    let handle = component
        .get_export_index(None, "handle")
        .ok_or_else(|| Unfit::Broken("it exports no function handle".into()))?;
    Ok(Ready::Component { pre, handle })
}

fn link_command(engine: &Engine, module: &Module) -> Result<Ready, Unfit> {
    if let Some(import) = module.imports().find(|import| import.module() != PREVIEW1) {
        let (from, name) = (import.module(), import.name());
        return Err(Unfit::Denied(format!(
            "it imports {from}::{name}, which is not here: a command gets {PREVIEW1} and nothing else"
        )));
    }
    if !module.exports().any(|export| export.name() == "_start" && matches!(export.ty(), ExternType::Func(_))) {
        return Err(Unfit::Broken("it is no command: it exports no function _start".into()));
    }
    let mut linker = wasmtime::Linker::new(engine);
    wasmtime_wasi::p1::add_to_linker_async(&mut linker, |state: &mut CommandState| &mut state.wasi).map_err(broken)?;
    let pre =
        linker.instantiate_pre(module).map_err(|e| Unfit::Denied(format!("it imports what is not here: {e:#}")))?;
    Ok(Ready::Command { pre })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_slow_once_is_not_quick_for_some_time() {
        let pace = Pace::default();
        assert!(!pace.is_quick(), "nothing is known");
        let takes = |micros| pace.took(Duration::from_micros(micros));
        takes(40);
        assert!(pace.is_quick());
        takes(2000);
        assert!(!pace.is_quick());
        (0..30).for_each(|_| takes(40));
        assert!(pace.is_quick());
        pace.gave_way();
        assert!(!pace.is_quick());
        (0..30).for_each(|_| takes(40));
        takes(u64::MAX / 2000);
        assert!(!pace.is_quick());
    }

    #[test]
    fn forms_are_told_by_the_first_bytes() {
        assert_eq!(Form::of(b"\0asm\x01\0\0\0rest"), Ok(Form::Command));
        assert_eq!(Form::of(b"\0asm\x0d\0\x01\0"), Ok(Form::Component));
        assert!(Form::of(b"\0asm\x02\0\0\0").is_err());
        for other in [&b""[..], b"\0asm", b"#!/bin/sh\n", b"(module)", b"export default"] {
            assert!(Form::of(other).is_err_and(|why| why.contains("no WebAssembly")));
        }
    }
}
