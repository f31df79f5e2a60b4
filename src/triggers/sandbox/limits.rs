//! Limits of one call: its memory, counted against its own limit and shared budgets, and the signal to stop.

use super::engine::TABLE_ELEMENTS;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use wasmtime::ResourceLimiter;

/// Memory shared by several calls, in bytes.
pub(super) struct MemoryBudget {
    most: usize,
    used: AtomicUsize,
}

impl MemoryBudget {
    pub fn new(most: usize) -> Self {
        Self { most, used: AtomicUsize::new(0) }
    }

    fn take(&self, bytes: usize) -> bool {
        self.used.fetch_update(Relaxed, Relaxed, |used| used.checked_add(bytes).filter(|sum| *sum <= self.most)).is_ok()
    }

    fn give(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Relaxed);
    }

    pub fn used(&self) -> usize {
        self.used.load(Relaxed)
    }
}

/// State of a running call that is visible from outside.
#[derive(Default)]
pub(super) struct CallMonitor {
    /// Set when the call must end.
    pub stop: AtomicBool,
    /// Peak memory in bytes.
    pub peak: AtomicUsize,
    /// The guest asked for more memory than allowed.
    pub memory_denied: AtomicBool,
    /// What else the guest was denied; only the first denial is kept.
    pub denied: Mutex<Option<String>>,
}

impl CallMonitor {
    pub fn deny(&self, what: String) {
        self.denied.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(what);
    }
}

/// The memory limiter of one call. Returns the memory to the budgets when it is dropped together with the call's store.
pub(super) struct Limiter {
    /// The budget of all calls, and the budget of this guest.
    budgets: [Arc<MemoryBudget>; 2],
    monitor: Arc<CallMonitor>,
    most: usize,
    used: usize,
}

impl Limiter {
    pub fn new(budgets: [Arc<MemoryBudget>; 2], monitor: Arc<CallMonitor>, most: usize) -> Self {
        Self { budgets, monitor, most, used: 0 }
    }

    fn take(&self, bytes: usize) -> bool {
        let [all, own] = &self.budgets;
        if !all.take(bytes) {
            return false;
        }
        let taken = own.take(bytes);
        if !taken {
            all.give(bytes);
        }
        taken
    }
}

impl Drop for Limiter {
    fn drop(&mut self) {
        self.budgets.iter().for_each(|budget| budget.give(self.used));
    }
}

impl ResourceLimiter for Limiter {
    fn memory_growing(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        let own = self.used.saturating_add(more) <= self.most && maximum.is_none_or(|most| desired <= most);
        if !own || !self.take(more) {
            self.monitor.memory_denied.store(true, Relaxed);
            return Ok(false);
        }
        self.used += more;
        self.monitor.peak.fetch_max(self.used, Relaxed);
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, maximum: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= TABLE_ELEMENTS && maximum.is_none_or(|most| desired <= most))
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_call_is_bounded_by_itself_and_by_its_neighbours() {
        let budget = Arc::new(MemoryBudget::new(100));
        let guest = Arc::new(MemoryBudget::new(90));
        let limiter = |most| Limiter::new([budget.clone(), guest.clone()], Arc::default(), most);
        let (mut first, mut second) = (limiter(70), limiter(70));
        assert!(first.memory_growing(0, 60, None).unwrap());
        assert!(!first.memory_growing(60, 80, None).unwrap(), "its own limit");
        assert!(!second.memory_growing(0, 50, None).unwrap(), "that of all together");
        assert!(!second.memory_growing(0, 35, None).unwrap(), "that of its guest");
        assert_eq!(budget.used(), 60);
        assert!(second.monitor.memory_denied.load(Relaxed));
        drop(first);
        assert!(second.memory_growing(0, 50, None).unwrap(), "what was given back can be had");
        drop(second);
        assert_eq!(budget.used(), 0);
    }
}
