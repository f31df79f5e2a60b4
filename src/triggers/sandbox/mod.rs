//! Owns the execution of WebAssembly: one engine, its own threads, and limits on everything a guest may use. wasmtime
//! is named only here. Hands off where guests come from and what their answers mean. Must not know the store, pools or
//! requests.
//!
//! Each call gets a fresh instance. Guests run on threads of their own with low priority; every two milliseconds they
//! yield to other guests and stop if the caller has gone. A guest whose calls usually take a fraction of that starts on
//! the caller's thread, because switching threads would take longer than the call; if it is not finished at its first
//! yield, it continues on the guests' threads.

mod engine;
mod guest;
mod http;
mod imports;
mod kv;
mod limits;
mod lines;
mod run;
mod state;

pub use guest::{Compiled, Guest, GuestSettings, LinkError, ModuleKind};
pub use kv::{Change, Expiry, KeyValues, MemoryKeyValues, NewValue};
pub use lines::{Level, Line, plain};
pub use run::{GuestCall, RunReport};

use crate::config::plugins::PluginsConfig;
use engine::Ticker;
use guest::GuestShare;
use limits::MemoryBudget;
use run::Engines;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;

/// Nice values of threads that run guests and of threads that compile.
const RUN_NICE: i32 = 5;
const COMPILE_NICE: i32 = 19;
/// Stack size of a compiling thread, in bytes.
const COMPILE_STACK: usize = 8 << 20;

/// Checks the origins in a manifest. The error describes the first problem.
pub fn check_origins(origins: &[String]) -> Result<(), String> {
    origins.iter().try_for_each(|origin| http::AllowedOrigin::parse(origin, false).map(drop))
}

/// Runs guests.
pub struct Sandbox {
    inner: Arc<Engines>,
    /// `None` only while it is being dropped.
    threads: Option<Runtime>,
    cores: usize,
    /// What one guest may use of everything: half.
    share: GuestShare,
}

impl Sandbox {
    /// Creates the engine and its threads. Errors are messages for the operator.
    pub fn new(config: &PluginsConfig) -> Result<Self, String> {
        let engine = engine::engine(config)?;
        let ticker = Ticker::start(&engine).map_err(|e| format!("the plugins' clock cannot be started: {e}"))?;
        let cores = config.thread_count();
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores)
            .thread_name("plugin")
            // Guests that compute hold a thread for two milliseconds at a time, so I/O is polled more often than by
            // default.
            .event_interval(8)
            .on_thread_start(|| give_way(RUN_NICE))
            .enable_all()
            .build()
            .map_err(|e| format!("the plugins' threads cannot be started: {e}"))?;
        let concurrency = usize::try_from(config.concurrency).unwrap_or(1);
        let memory = usize::try_from(config.memory_mb).unwrap_or(1024).saturating_mul(1 << 20);
        let inner = Engines {
            engine,
            ticker,
            permits: Arc::new(Semaphore::new(concurrency)),
            budget: Arc::new(MemoryBudget::new(memory)),
            clients: http::Clients::default(),
        };
        let share = GuestShare { calls: concurrency.div_ceil(2), memory: memory / 2 };
        Ok(Self { inner: Arc::new(inner), threads: Some(threads), cores, share })
    }

    /// Compiles a module to machine code. Takes up to a minute on all idle cores, so it must not run on a thread that
    /// serves requests.
    pub fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>, String> {
        let form = ModuleKind::of(wasm)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.cores)
            .stack_size(COMPILE_STACK)
            .start_handler(|_| give_way(COMPILE_NICE))
            .build()
            .map_err(|e| format!("threads to compile on cannot be started: {e}"))?;
        let compiled = std::panic::catch_unwind(AssertUnwindSafe(|| {
            pool.install(|| match form {
                ModuleKind::Component => self.inner.engine.precompile_component(wasm),
                ModuleKind::Command => self.inner.engine.precompile_module(wasm),
            })
        }));
        compiled.map_err(|_| "it breaks the compiler".to_owned())?.map_err(|e| format!("it does not compile: {e:#}"))
    }

    /// Identifies the engine's version and settings and the processor, on all of which machine code depends.
    pub fn engine_key(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.inner.engine.precompile_compatibility_hash().hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// Loads machine code from a file that this program wrote.
    pub fn load(&self, file: &Path) -> Result<Compiled, String> {
        Compiled::load(&self.inner.engine, file)
    }

    /// Links a module to what it may import.
    pub fn link(&self, compiled: &Compiled, settings: GuestSettings<'_>) -> Result<Guest, LinkError> {
        Guest::link(&self.inner.engine, compiled, settings, self.share)
    }

    /// Calls a guest. It ends within its time limit, and soon after its caller has gone.
    pub async fn run(&self, guest: &Arc<Guest>, call: GuestCall) -> RunReport {
        match &self.threads {
            Some(threads) => run::run(&self.inner, threads.handle(), guest, call).await,
            None => RunReport {
                answer: Err(super::Failure::Unavailable),
                took: Duration::ZERO,
                memory: 0,
                denied: None,
                lines: Vec::new(),
            },
        }
    }

    /// Runs blocking work that must stay on one thread, at low priority.
    pub fn in_background<F: Future<Output = ()>>(&self, work: impl FnOnce() -> F + Send + 'static) {
        if let Some(threads) = &self.threads {
            let handle = threads.handle().clone();
            threads.spawn_blocking(move || handle.block_on(work()));
        }
    }

    /// Memory used by running guests, in bytes.
    pub fn memory(&self) -> usize {
        self.inner.budget.used()
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if let Some(threads) = self.threads.take() {
            threads.shutdown_background();
        }
    }
}

/// Lowers the priority of the calling thread. Systems that do not support it only lose the priority.
fn give_way(nice: i32) {
    let _ = rustix::process::setpriority_process(None, nice);
}
