//! The threads that do CPU-heavy work, fed by one fair queue. A thread takes the next job when it has finished one, so
//! a busy pool needs no wake-ups.

use super::queue::{FairQueue, Lane, Taken};
use crate::fault::Fault;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;
use tokio::sync::oneshot;

/// A job. It sends its result itself, and does nothing if its caller no longer waits.
type Job = Box<dyn FnOnce() + Send>;

pub(super) struct Pool {
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
    max_waiting: AtomicUsize,
    threads: usize,
}

#[derive(Default)]
struct State {
    queue: FairQueue<Job>,
    /// Threads that have a job.
    working: usize,
    /// Threads that wait for one.
    parked: usize,
    started: usize,
}

impl Pool {
    /// A pool of `threads`, which start when they are first needed.
    pub fn new(threads: usize, max_waiting: usize) -> Self {
        let shared = Shared {
            state: Mutex::default(),
            changed: Condvar::new(),
            max_waiting: AtomicUsize::new(max_waiting),
            threads,
        };
        Self { shared: Arc::new(shared) }
    }

    pub fn set_max_waiting(&self, max: usize) {
        self.shared.max_waiting.store(max.max(1), Ordering::Relaxed);
    }

    pub fn idle(&self) -> bool {
        let state = self.shared.lock();
        state.working < self.shared.threads && state.queue.len() == 0
    }

    pub async fn run<T, F>(&self, lane: Lane, job: F) -> Result<T, Fault>
    where
        F: FnOnce() -> T + Send + 'static,
        T: Send + 'static,
    {
        let (send, receive) = oneshot::channel();
        let job = move || {
            if !send.is_closed() {
                let done = catch_unwind(AssertUnwindSafe(job));
                drop(send.send(done));
            }
        };
        self.push(lane, Box::new(job))?;
        // A job that is dropped unrun had to make room for those of other addresses.
        match receive.await.map_err(|_| Fault::too_many_requests())? {
            Ok(done) => Ok(done),
            Err(_) => Err(Fault::internal("a job on a thread for cryptography panicked")),
        }
    }

    fn push(&self, lane: Lane, job: Job) -> Result<(), Fault> {
        let shared = &self.shared;
        let mut state = shared.lock();
        if !state.queue.push(lane, job, shared.max_waiting.load(Ordering::Relaxed)) {
            return Err(Fault::too_many_requests());
        }
        if state.parked > 0 {
            drop(state);
            shared.changed.notify_one();
        } else if state.started < shared.threads {
            state.started += 1;
            drop(state);
            let worker = Arc::clone(shared);
            let started = std::thread::Builder::new().name("crypto".into()).spawn(move || worker.work());
            if let Err(error) = started {
                shared.lock().started -= 1;
                // A thread that runs already will do the job; without any, the caller must not wait for ever.
                if shared.lock().started == 0 {
                    return Err(Fault::internal(error));
                }
            }
        }
        Ok(())
    }
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn work(&self) {
        let mut state = self.lock();
        loop {
            let Some(Taken { job, lane, charged }) = state.queue.take() else {
                state.parked += 1;
                state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.parked -= 1;
                continue;
            };
            state.working += 1;
            drop(state);
            let begun = Instant::now();
            job();
            let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
            state = self.lock();
            state.working -= 1;
            state.queue.settle(lane, charged, micros);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::panic, reason = "tests")]
    use super::*;
    use std::net::IpAddr;
    use std::sync::mpsc;

    /// A pool of one thread that is busy until the sender is used or dropped.
    async fn busy(max_waiting: usize) -> (Arc<Pool>, mpsc::Sender<()>) {
        let pool = Arc::new(Pool::new(1, max_waiting));
        let (started, has_started) = oneshot::channel();
        let (release, wait) = mpsc::channel::<()>();
        let running = Arc::clone(&pool);
        tokio::spawn(async move {
            let job = move || {
                started.send(()).unwrap();
                let _ = wait.recv();
            };
            running.run(Lane::SERVER, job).await
        });
        has_started.await.unwrap();
        (pool, release)
    }

    #[tokio::test]
    async fn runs_and_gives_back() {
        assert_eq!(Pool::new(2, 10).run(Lane::SERVER, || 6 * 7).await.unwrap(), 42);
    }

    #[tokio::test]
    async fn a_panic_is_an_internal_fault_and_the_thread_goes_on() {
        let pool = Pool::new(1, 10);
        let fault = pool.run(Lane::SERVER, || panic!("boom")).await.unwrap_err();
        assert!(matches!(fault, Fault::Internal(_)));
        assert_eq!(pool.run(Lane::SERVER, || 1).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn the_queue_is_bounded_and_the_core_is_busy_until_the_job_ends() {
        let (pool, release) = busy(1).await;
        assert!(!pool.idle());
        let lane = Lane::of_address(IpAddr::from([192, 0, 2, 1]));
        let mut second = Box::pin(pool.run(lane, || 2));
        assert!(futures::poll!(&mut second).is_pending());
        assert!(matches!(pool.run(lane, || 3).await, Err(Fault::Modelled { .. })));
        release.send(()).unwrap();
        assert_eq!(second.await.unwrap(), 2);
    }

    #[tokio::test]
    async fn a_job_whose_caller_hung_up_is_not_done() {
        let (pool, release) = busy(10).await;
        let (told, tell) = mpsc::channel();
        let mut waiting = Box::pin(pool.run(Lane::SERVER, move || told.send(()).unwrap()));
        assert!(futures::poll!(&mut waiting).is_pending());
        drop(waiting);
        release.send(()).unwrap();
        pool.run(Lane::SERVER, || ()).await.unwrap();
        assert!(tell.try_recv().is_err());
    }
}
