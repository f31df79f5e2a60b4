//! CPU-heavy work off the event loop: at most one job per core at a time, and a bounded queue before them.
//!
//! The cores belong to the process, not to one server in it, so the gate is the process's own.

use crate::fault::Fault;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

static CORES: LazyLock<Gate> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Gate { permits: Semaphore::new(cores), waiting: AtomicUsize::new(0), max_waiting: AtomicUsize::new(1000) }
});

/// Sets how many callers may wait for a core.
pub(super) fn set_max_waiting(max: usize) {
    CORES.max_waiting.store(max.max(1), Ordering::Relaxed);
}

/// Whether a core is free and nobody waits for one; work done ahead of need runs only then.
pub(super) fn idle() -> bool {
    CORES.idle()
}

/// Runs `job` on a thread of its own as soon as a core is free. Put several small jobs of one call into one closure:
/// the way there and back costs some ten microseconds. A job that has begun runs to its end even if the caller is gone.
///
/// `TooManyRequestsException` when too many calls wait already; an internal fault if the job panics.
pub async fn run<T, F>(job: F) -> Result<T, Fault>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    CORES.run(job).await
}

struct Gate {
    permits: Semaphore,
    waiting: AtomicUsize,
    max_waiting: AtomicUsize,
}

/// Counts one waiting caller, also when its future is dropped.
struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Gate {
    fn idle(&self) -> bool {
        self.permits.available_permits() > 0 && self.waiting.load(Ordering::Relaxed) == 0
    }

    async fn run<T, F>(&'static self, job: F) -> Result<T, Fault>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let permit = match self.permits.try_acquire() {
            Ok(permit) => permit,
            Err(_) => {
                let before = self.waiting.fetch_add(1, Ordering::Relaxed);
                let _waiting = Waiting(&self.waiting);
                if before >= self.max_waiting.load(Ordering::Relaxed) {
                    return Err(Fault::too_many_requests());
                }
                self.permits.acquire().await.map_err(Fault::internal)?
            }
        };
        // The permit goes with the job: a caller that hangs up must not make the core look free.
        let running = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            job()
        });
        running.await.map_err(Fault::internal)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;

    fn gate(max_waiting: usize) -> &'static Gate {
        let gate = Gate {
            permits: Semaphore::new(1),
            waiting: AtomicUsize::new(0),
            max_waiting: AtomicUsize::new(max_waiting),
        };
        Box::leak(Box::new(gate))
    }

    #[tokio::test]
    async fn runs_and_gives_back() {
        assert_eq!(run(|| 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_fault() {
        let fault = gate(1).run(|| panic!("boom")).await.unwrap_err();
        assert_eq!(fault.name(), "InternalErrorException");
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_the_core_is_busy_until_the_job_ends() {
        let gate = gate(1);
        let (started, has_started) = tokio::sync::oneshot::channel();
        let (release, wait) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn(gate.run(move || {
            started.send(()).unwrap();
            wait.recv().unwrap();
        }));
        has_started.await.unwrap();
        first.abort();
        assert!(!gate.idle(), "the caller is gone but the job still has the core");

        let mut second = Box::pin(gate.run(|| 2));
        assert!(futures::poll!(&mut second).is_pending());
        assert_eq!(gate.run(|| 3).await.unwrap_err().name(), "TooManyRequestsException");
        release.send(()).unwrap();
        assert_eq!(second.await.unwrap(), 2);
        assert_eq!(gate.waiting.load(Ordering::Relaxed), 0);
    }
}
