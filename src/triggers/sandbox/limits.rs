//! Limits of one call: its memory, counted against its own limit and shared budgets, and the signal to stop.

use super::engine::TABLE_ELEMENTS;
use std::future::{poll_fn, ready};
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::Poll;
use wasmtime::ResourceLimiterAsync;

/// A guest with more memory than this leaves the caller's thread. One instruction (`memory.fill`) may write all of it
/// and cannot be interrupted; for this much it takes about five milliseconds.
const INLINE_MEMORY: usize = 8 << 20;

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
    /// The guest runs on its caller's thread.
    pub inline: AtomicBool,
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

impl Limiter {
    /// Takes memory for a growth, if the limits allow it.
    fn grow(&mut self, current: usize, desired: usize, maximum: Option<usize>) -> bool {
        let more = desired.saturating_sub(current);
        let own = self.used.saturating_add(more) <= self.most && maximum.is_none_or(|most| desired <= most);
        if !own || !self.take(more) {
            self.monitor.memory_denied.store(true, Relaxed);
            return false;
        }
        self.used += more;
        self.monitor.peak.fetch_max(self.used, Relaxed);
        true
    }

    /// Whether the guest must leave the caller's thread before it uses its memory.
    fn must_move(&self) -> bool {
        self.used > INLINE_MEMORY && self.monitor.inline.load(Relaxed)
    }
}

/// A growth of memory or a table, as [`ResourceLimiterAsync`] returns it.
type Growth<'a> = Pin<Box<dyn Future<Output = wasmtime::Result<bool>> + Send + 'a>>;

impl ResourceLimiterAsync for Limiter {
    fn memory_growing<'s, 'f>(&'s mut self, current: usize, desired: usize, maximum: Option<usize>) -> Growth<'f>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(async move {
            let granted = self.grow(current, desired, maximum);
            if granted && self.must_move() {
                yield_once().await;
            }
            Ok(granted)
        })
    }

    fn table_growing<'s, 'f>(&'s mut self, _: usize, desired: usize, maximum: Option<usize>) -> Growth<'f>
    where
        's: 'f,
        Self: 'f,
    {
        Box::pin(ready(Ok(desired <= TABLE_ELEMENTS && maximum.is_none_or(|most| desired <= most))))
    }
}

/// Returns to the caller once. A guest that runs on its caller's thread continues on the guests' threads after that.
async fn yield_once() {
    let mut yielded = false;
    poll_fn(|context| {
        if std::mem::replace(&mut yielded, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
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
        assert!(first.grow(0, 60, None));
        assert!(!first.grow(60, 80, None), "its own limit");
        assert!(!second.grow(0, 50, None), "that of all together");
        assert!(!second.grow(0, 35, None), "that of its guest");
        assert_eq!(budget.used(), 60);
        assert!(second.monitor.memory_denied.load(Relaxed));
        drop(first);
        assert!(second.grow(0, 50, None), "what was given back can be had");
        drop(second);
        assert_eq!(budget.used(), 0);
    }

    #[tokio::test]
    async fn a_guest_with_much_memory_leaves_its_callers_thread() {
        let budget = || Arc::new(MemoryBudget::new(1 << 30));
        let monitor = Arc::<CallMonitor>::default();
        let mut limiter = Limiter::new([budget(), budget()], monitor.clone(), 1 << 30);
        monitor.inline.store(true, Relaxed);
        assert!(futures::poll!(&mut limiter.memory_growing(0, INLINE_MEMORY, None)).is_ready());
        let mut more = limiter.memory_growing(INLINE_MEMORY, INLINE_MEMORY + 1, None);
        assert!(futures::poll!(&mut more).is_pending());
        assert!(more.await.unwrap());
        monitor.inline.store(false, Relaxed);
        assert!(futures::poll!(&mut limiter.memory_growing(0, 1 << 20, None)).is_ready());
    }
}
