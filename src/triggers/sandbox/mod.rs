//! Owns the running of WebAssembly: one engine, threads of its own, and bounds on all that a guest may take. Only here
//! is wasmtime named. Hands off where guests come from and what their answers mean. Must not know the store, pools or
//! requests.
//!
//! A guest gets a fresh instance for each call. It runs on threads that do nothing else and give way to those that
//! answer requests; every other millisecond it lets other guests run, and ends if its caller no longer waits. One that
//! is usually done within a fraction of that begins where its caller is, since the way to another thread and back would
//! cost more than the call; if it is not done then, it goes on over there.

mod engine;
mod guest;
mod http;
mod imports;
mod limits;
mod lines;
mod run;
mod space;
mod state;

pub use guest::{Compiled, Form, Guest, Outfit, Unfit};
pub use lines::{Level, Line, plain};
pub use run::Ran;
pub use space::{Change, Lasts, Scratch, Space, To};

use crate::config::plugins::PluginsConfig;
use engine::Ticker;
use limits::Budget;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::AssertUnwindSafe;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::Semaphore;
use wasmtime::Engine;

/// How much threads give way (nice values): those that run guests, and those that compile.
const RUN_NICE: i32 = 5;
const COMPILE_NICE: i32 = 19;
/// The stack of a thread that compiles, in bytes.
const COMPILE_STACK: usize = 8 << 20;

/// What a guest is asked.
#[derive(Debug, Clone)]
pub struct Ask {
    /// The trigger source.
    pub source: String,
    /// The event as JSON.
    pub event: String,
    /// How long it may take.
    pub timeout: Duration,
    /// Nothing that lasts may come of it: values are kept for this call alone, and nobody is called.
    pub trial: bool,
}

struct Inner {
    engine: Engine,
    ticker: Ticker,
    permits: Arc<Semaphore>,
    budget: Arc<Budget>,
    clients: http::Clients,
}

/// The first thing that is wrong with the places that a manifest lists, in words.
pub fn check_places(places: &[String]) -> Result<(), String> {
    places.iter().try_for_each(|place| http::Place::parse(place, false).map(drop))
}

/// Where guests run.
pub struct Sandbox {
    inner: Arc<Inner>,
    /// There until the end.
    threads: Option<Runtime>,
    cores: usize,
    /// Calls of one guest that may run at one time, and their memory in bytes: half of all.
    share: (usize, usize),
}

impl Sandbox {
    /// Sets up the engine and its threads. Errors in words.
    pub fn new(config: &PluginsConfig) -> Result<Self, String> {
        let engine = engine::engine(config)?;
        let ticker = Ticker::start(&engine).map_err(|e| format!("the plugins' clock cannot be started: {e}"))?;
        let cores = config.thread_count();
        let threads = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(cores)
            .thread_name("plugin")
            // Guests that compute give way every other millisecond; those that wait for the network must not wait for
            // many of these.
            .event_interval(8)
            .on_thread_start(|| give_way(RUN_NICE))
            .enable_all()
            .build()
            .map_err(|e| format!("the plugins' threads cannot be started: {e}"))?;
        let concurrency = usize::try_from(config.concurrency).unwrap_or(1);
        let memory = usize::try_from(config.memory_mb).unwrap_or(1024).saturating_mul(1 << 20);
        let inner = Inner {
            engine,
            ticker,
            permits: Arc::new(Semaphore::new(concurrency)),
            budget: Arc::new(Budget::new(memory)),
            clients: http::Clients::default(),
        };
        Ok(Self { inner: Arc::new(inner), threads: Some(threads), cores, share: (concurrency.div_ceil(2), memory / 2) })
    }

    /// Compiles a module to machine code, in the words of wasmtime where it cannot be. Takes up to a minute of all
    /// cores that nobody else needs: never on a thread that answers requests.
    pub fn compile(&self, wasm: &[u8]) -> Result<Vec<u8>, String> {
        let form = Form::of(wasm)?;
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.cores)
            .stack_size(COMPILE_STACK)
            .start_handler(|_| give_way(COMPILE_NICE))
            .build()
            .map_err(|e| format!("threads to compile on cannot be started: {e}"))?;
        let compiled = std::panic::catch_unwind(AssertUnwindSafe(|| {
            pool.install(|| match form {
                Form::Component => self.inner.engine.precompile_component(wasm),
                Form::Command => self.inner.engine.precompile_module(wasm),
            })
        }));
        compiled.map_err(|_| "it breaks the compiler".to_owned())?.map_err(|e| format!("it does not compile: {e:#}"))
    }

    /// What machine code depends on besides the module: the engine's version, its settings, the processor.
    pub fn engine_key(&self) -> String {
        let mut hasher = DefaultHasher::new();
        self.inner.engine.precompile_compatibility_hash().hash(&mut hasher);
        format!("{:016x}", hasher.finish())
    }

    /// Loads machine code from a file that this program wrote.
    pub fn load(&self, file: &Path) -> Result<Compiled, String> {
        Compiled::load(&self.inner.engine, file)
    }

    /// Joins a module to what it may import.
    pub fn link(&self, compiled: &Compiled, outfit: Outfit<'_>) -> Result<Guest, Unfit> {
        Guest::link(&self.inner.engine, compiled, outfit, self.share)
    }

    /// Calls a guest. It ends within its time, and soon after the caller has gone.
    pub async fn run(&self, guest: &Arc<Guest>, ask: Ask) -> Ran {
        match &self.threads {
            Some(threads) => run::run(&self.inner, threads.handle(), guest, ask).await,
            None => Ran {
                answer: Err(super::Failure::Unavailable),
                took: Duration::ZERO,
                memory: 0,
                denied: None,
                lines: Vec::new(),
            },
        }
    }

    /// Runs work that may block, and that stays on its thread, behind what answers requests.
    pub fn in_background<F: Future<Output = ()>>(&self, work: impl FnOnce() -> F + Send + 'static) {
        if let Some(threads) = &self.threads {
            let handle = threads.handle().clone();
            threads.spawn_blocking(move || handle.block_on(work()));
        }
    }

    /// The memory that running guests have, in bytes.
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

/// Lets the calling thread give way to others. Where the system does not know that, everything works all the same.
fn give_way(nice: i32) {
    let _ = rustix::process::setpriority_process(None, nice);
}
