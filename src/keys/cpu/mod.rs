//! CPU-heavy work off the event loop: one thread per core, and a bounded queue before them that is fair between the
//! addresses that calls come from.
//!
//! The cores belong to the process, not to one server in it, so the threads and the queue are the process's own.

mod pool;
mod queue;
mod work;

pub use queue::Lane;
pub use work::{Work, counting};
pub(super) use work::{argon2id_hash, exponentiation};

use crate::fault::Fault;
use pool::Pool;
use std::cell::Cell;
use std::future::Future;
use std::sync::LazyLock;

/// One thread per core, and a second one where there is but one core: a job of 20 milliseconds (a password hash)
/// must not stop the short ones.
static CORES: LazyLock<Pool> = LazyLock::new(|| {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    Pool::new(cores.max(2), 1000)
});

tokio::task_local! {
    /// Whose work the running call does.
    static LANE: Cell<Lane>;
}

/// Runs a call so that its CPU-heavy work waits in `lane`. Work outside any such call waits in the server's own lane.
pub async fn in_lane<T>(lane: Lane, call: impl Future<Output = T>) -> T {
    LANE.scope(Cell::new(lane), call).await
}

/// Moves the running call to another lane, once more is known of it.
pub fn change_lane(lane: Lane) {
    // Outside a call there is nothing to change.
    let _ = LANE.try_with(|current| current.set(lane));
}

/// Sets how many callers may wait for a core.
pub(super) fn set_max_waiting(max: usize) {
    CORES.set_max_waiting(max);
}

/// Whether a core is free and no job waits. Keys are prepared only then, and work in the background rests otherwise.
pub fn idle() -> bool {
    CORES.idle()
}

/// Runs `job` on a thread of the pool as soon as a core is free and it is this lane's turn. Put several small jobs of
/// one call into one closure: the way there and back costs some ten microseconds. A job that has begun runs to its end
/// even if the caller is gone; one that still waits is dropped with its caller.
///
/// `TooManyRequestsException` when too many calls wait already, of this lane or in all; an internal fault if the job
/// panics.
pub async fn run<T, F>(job: F) -> Result<T, Fault>
where
    F: FnOnce() -> T + Send + 'static,
    T: Send + 'static,
{
    let (done, work) = CORES.run(LANE.try_with(Cell::get).unwrap_or(Lane::SERVER), || work::of_job(job)).await?;
    work::add(work);
    Ok(done)
}
