//! The one thread that changes the database: all commits that wait together become one sled batch, one flush and one `fdatasync`.

use super::group::Group;
use super::handle::{Handle, fault, from_io};
use crate::store::{Batch, CommitError, StoreError, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::{mpsc, oneshot};

/// The most commits that share a flush.
const GROUP_COMMITS: usize = 512;
/// The most bytes that share a flush, give or take one commit.
const GROUP_BYTES: u64 = 4 << 20;

/// Work for the committer.
pub enum Job {
    /// Apply and make durable.
    Commit {
        /// What to apply.
        batch: Batch,
        /// Who waits.
        reply: oneshot::Sender<Result<(), CommitError>>,
    },
    /// Make everything durable.
    Flush {
        /// Who waits.
        reply: oneshot::Sender<Result<(), StoreError>>,
    },
}

/// Works the queue off until all its senders are gone.
pub fn run(handle: &Handle, mut queue: mpsc::Receiver<Job>) {
    let mut committer = Committer { handle, generation: None };
    while let Some(first) = queue.blocking_recv() {
        let mut bytes = size(&first);
        let mut jobs = vec![first];
        while jobs.len() < GROUP_COMMITS && bytes < GROUP_BYTES {
            let Ok(job) = queue.try_recv() else { break };
            bytes += size(&job);
            jobs.push(job);
        }
        committer.work(jobs, bytes);
    }
    if let Err(e) = committer.make_durable() {
        tracing::error!("the store could not be flushed at its end: {e}");
    }
}

/// What a job adds to the disk at least, in bytes.
fn size(job: &Job) -> u64 {
    let Job::Commit { batch, .. } = job else { return 0 };
    let one = |(key, write): &(Vec<u8>, Write)| 64 + key.len() + if let Write::Put(value) = write { value.len() } else { 8 };
    batch.writes.iter().map(one).sum::<usize>() as u64
}

/// Who waits for the flush.
enum Waiter {
    Commit(oneshot::Sender<Result<(), CommitError>>),
    Flush(oneshot::Sender<Result<(), StoreError>>),
}

impl Waiter {
    fn answer(self, result: Result<(), StoreError>) {
        // A caller that went away does not hear the answer; its commit stands all the same.
        let _heard = match self {
            Self::Commit(reply) => reply.send(result.map_err(CommitError::Store)).is_ok(),
            Self::Flush(reply) => reply.send(result).is_ok(),
        };
    }
}

struct Committer<'a> {
    handle: &'a Handle,
    /// The next generation of long values; read from the database at its first use.
    generation: Option<u64>,
}

impl Committer<'_> {
    /// Does the jobs of one group and answers all of them.
    fn work(&mut self, jobs: Vec<Job>, bytes: u64) {
        let mut relaxed = Vec::new();
        let mut waiting = Vec::new();
        let refuse = |reply: oneshot::Sender<Result<(), CommitError>>, error| {
            let _heard = reply.send(Err(error)).is_ok();
        };
        let mut group = Group::default();
        let ready = self.handle.revive().and_then(|()| if bytes == 0 { Ok(()) } else { self.handle.disk().room(bytes) });
        for job in jobs {
            let (batch, reply) = match job {
                Job::Flush { reply } => {
                    waiting.push(Waiter::Flush(reply));
                    continue;
                }
                Job::Commit { batch, reply } => (batch, reply),
            };
            if let Err(error) = &ready {
                refuse(reply, error.clone().into());
                continue;
            }
            let list = if batch.relaxed { &mut relaxed } else { &mut waiting };
            match self.guarded(|handle| handle.read(|db| Ok(group.stage(db, batch)))).unwrap_or_else(|e| Err(e.into())) {
                Ok(()) => list.push(Waiter::Commit(reply)),
                Err(error) => refuse(reply, error),
            }
        }
        let applied = self.apply(group);
        for waiter in relaxed {
            waiter.answer(applied.clone());
        }
        if waiting.is_empty() {
            return;
        }
        let result = applied.and_then(|()| self.make_durable());
        for waiter in waiting {
            waiter.answer(result.clone());
        }
    }

    fn apply(&mut self, group: Group) -> Result<(), StoreError> {
        if group.is_empty() {
            return Ok(());
        }
        let mut generation = self.generation;
        let result = self.guarded(|handle| {
            handle.read(|db| {
                let batch = group.into_batch(db, &mut generation)?;
                db.apply_batch(batch).map_err(fault)
            })
        });
        self.generation = generation;
        self.or_reopen(result)
    }

    fn make_durable(&self) -> Result<(), StoreError> {
        let result = self.guarded(|handle| handle.read(|db| db.flush().map(drop).map_err(fault)));
        self.or_reopen(result.and_then(|()| self.handle.disk().sync().map_err(|e| from_io(&e))))
    }

    /// After a failure memory may hold what the disk does not: only what the disk holds counts, so the database is opened anew.
    fn or_reopen(&self, result: Result<(), StoreError>) -> Result<(), StoreError> {
        if let Err(error) = &result {
            tracing::error!("the store could not write: {error}");
            if let Err(e) = self.guarded(|handle| handle.reopen()) {
                tracing::error!("the store could not be opened again: {e}");
            }
        }
        result
    }

    /// Runs `work`; a panic inside sled becomes an error of this group instead of the end of all writing.
    fn guarded<T>(&self, work: impl FnOnce(&Handle) -> Result<T, StoreError>) -> Result<T, StoreError> {
        catch_unwind(AssertUnwindSafe(|| work(self.handle))).unwrap_or_else(|_| Err(StoreError::Engine("sled panicked".into())))
    }
}
