//! The wasmtime engine that all guests share, and the thread that advances its epochs.

use crate::config::plugins::PluginsConfig;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig};

/// How often a running guest yields to others and checks whether it must stop.
const TICK: Duration = Duration::from_millis(2);
/// Stack size of a guest, and of the fiber it runs on, in bytes.
const WASM_STACK: usize = 1 << 20;
const FIBER_STACK: usize = 2 << 20;
/// Most elements of a table. Python's interpreter has some 10,000 functions.
pub(super) const TABLE_ELEMENTS: usize = 100_000;
/// How much memory a freed slot keeps for the next call, in bytes.
const KEPT: usize = 512 << 10;

fn usual() -> Config {
    let mut config = Config::new();
    config
        .epoch_interruption(true)
        .memory_init_cow(true)
        .parallel_compilation(true)
        .max_wasm_stack(WASM_STACK)
        .async_stack_size(FIBER_STACK);
    config
}

fn pooled(concurrency: u32) -> Config {
    let mut pool = PoolingAllocationConfig::default();
    pool.total_component_instances(concurrency)
        // Python needs some twenty instances per call, most languages one to four.
        .total_core_instances(concurrency.saturating_mul(24))
        .total_memories(concurrency.saturating_mul(2))
        .total_tables(concurrency.saturating_mul(16))
        .total_stacks(concurrency)
        .table_elements(TABLE_ELEMENTS)
        .max_tables_per_module(8)
        // One plugin may use half of all concurrent calls, so its calls must fit into half of the pool.
        .max_core_instances_per_component(48)
        .max_memories_per_component(4)
        .max_tables_per_component(32)
        .max_component_instance_size(4 << 20)
        .max_core_instance_size(4 << 20)
        .linear_memory_keep_resident(KEPT)
        .table_keep_resident(64 << 10)
        .async_stack_keep_resident(64 << 10)
        .max_unused_warm_slots(16);
    let mut config = usual();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    config
}

/// Configuration for systems that limit address space: memory is reserved only as it is used, and each access has a
/// bounds check, which makes guests slower.
fn frugal() -> Config {
    let mut config = usual();
    config.memory_reservation(0).memory_reservation_for_growth(1 << 20).memory_guard_size(0);
    config
}

/// Creates the engine with a pool of instances. The pool reserves half a terabyte of address space, of which nearly all
/// is never used. Where the system refuses that, instances are created one by one.
pub(super) fn engine(config: &PluginsConfig) -> Result<Engine, String> {
    match Engine::new(&pooled(config.concurrency)) {
        Ok(engine) => Ok(engine),
        Err(error) => {
            tracing::warn!(
                error = format!("{error:#}"),
                "plugins run without a pool of instances, which makes each call slower"
            );
            Engine::new(&frugal()).map_err(|e| format!("the WebAssembly engine cannot be set up: {e:#}"))
        }
    }
}

/// How many epochs still pass after the last guest ended. Waking the thread for each call would cost more than a short
/// call itself.
const LINGER: u32 = 500;

#[derive(Default)]
struct Clock {
    /// Number of running guests.
    running: AtomicUsize,
    /// Whether the thread is asleep.
    stopped: AtomicBool,
    lock: Mutex<()>,
    woken: Condvar,
}

/// Advances the engine's epochs while guests run, and sleeps otherwise.
pub(super) struct Ticker(Arc<Clock>);

/// Keeps the epochs advancing until it is dropped.
pub(super) struct TickGuard(Arc<Clock>);

impl Ticker {
    /// Starts the thread. It ends together with the engine.
    pub fn start(engine: &Engine) -> std::io::Result<Self> {
        let clock = Arc::new(Clock::default());
        let (engine, shared) = (engine.weak(), Arc::downgrade(&clock));
        std::thread::Builder::new().name("plugin-ticker".into()).spawn(move || {
            let mut idle = 0;
            while let Some(clock) = shared.upgrade() {
                if idle > LINGER {
                    clock.rest();
                    idle = 0;
                }
                idle = if clock.running.load(SeqCst) == 0 { idle + 1 } else { 0 };
                drop(clock);
                std::thread::sleep(TICK);
                match engine.upgrade() {
                    Some(engine) => engine.increment_epoch(),
                    None => return,
                }
            }
        })?;
        Ok(Self(clock))
    }

    pub fn run(&self) -> TickGuard {
        self.0.running.fetch_add(1, SeqCst);
        if self.0.stopped.load(SeqCst) {
            drop(self.0.lock.lock().unwrap_or_else(PoisonError::into_inner));
            self.0.woken.notify_one();
        }
        TickGuard(self.0.clone())
    }
}

impl Clock {
    /// Sleeps until a guest runs, but not forever, because the engine may have been dropped.
    fn rest(&self) {
        let guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        self.stopped.store(true, SeqCst);
        // A guest that starts after this check sees `stopped` and wakes the thread.
        if self.running.load(SeqCst) == 0 {
            drop(self.woken.wait_timeout(guard, Duration::from_secs(5)));
        }
        self.stopped.store(false, SeqCst);
    }
}

impl Drop for TickGuard {
    fn drop(&mut self) {
        self.0.running.fetch_sub(1, SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways_to_make_an_engine_are_sound() {
        for config in [pooled(4), frugal()] {
            assert!(Engine::new(&config).is_ok());
        }
    }
}
