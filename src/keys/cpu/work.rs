//! The long computations of a call, counted: two calls that must not be told apart by time are held to the same work,
//! whatever else the machine does.

use std::cell::Cell;
use std::future::Future;

/// What a call cost in long computations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Jobs on the threads of this module.
    pub jobs: u32,
    /// Exponentiations of SRP.
    pub exponentiations: u32,
    pub argon2id_hashes: u32,
}

thread_local! {
    /// Of the job that runs on this thread.
    static DONE: Cell<Work> = const { Cell::new(Work { jobs: 0, exponentiations: 0, argon2id_hashes: 0 }) };
}

tokio::task_local! {
    /// Of the call that runs.
    static OF_CALL: Cell<Work>;
}

/// One exponentiation is computed here.
pub(in crate::keys) fn exponentiation() {
    DONE.with(|done| done.set(Work { exponentiations: done.get().exponentiations + 1, ..done.get() }));
}

/// One hash of Argon2id is computed here.
pub(in crate::keys) fn argon2id_hash() {
    DONE.with(|done| done.set(Work { argon2id_hashes: done.get().argon2id_hashes + 1, ..done.get() }));
}

/// Runs a job, and says what it cost.
pub(super) fn of_job<T>(job: impl FnOnce() -> T) -> (T, Work) {
    DONE.with(|done| done.set(Work::default()));
    let result = job();
    (result, Work { jobs: 1, ..DONE.with(Cell::get) })
}

/// Adds what a job cost to what the running call did.
pub(super) fn add(work: Work) {
    // Outside a call that counts there is nothing to add to.
    let _ = OF_CALL.try_with(|of_call| {
        let so_far = of_call.get();
        of_call.set(Work {
            jobs: so_far.jobs + work.jobs,
            exponentiations: so_far.exponentiations + work.exponentiations,
            argon2id_hashes: so_far.argon2id_hashes + work.argon2id_hashes,
        });
    });
}

/// Runs a call, and says what its jobs cost.
pub async fn counting<T>(call: impl Future<Output = T>) -> (T, Work) {
    let counted = async {
        let result = call.await;
        (result, OF_CALL.with(Cell::get))
    };
    OF_CALL.scope(Cell::default(), counted).await
}
