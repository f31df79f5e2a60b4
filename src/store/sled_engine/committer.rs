//! The only thread that changes the database. All waiting commits become one sled batch, one flush and one `fdatasync`.

use super::group::Group;
use super::handle::{Handle, fault};
use crate::store::{Batch, CommitError, StoreError, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;
use tokio::runtime::Runtime;
use tokio::sync::{mpsc, oneshot};

/// Most commits that share a flush.
const GROUP_COMMITS: usize = 512;
/// Most bytes that share a flush, not counting the last commit.
const GROUP_BYTES: u64 = 4 << 20;

/// The thread counts as idle after this time without commits.
const IDLE: Duration = Duration::from_secs(5);
/// When the thread is idle, a log of this size is ended by a checkpoint (256 MB take half a second to replay).
const REPLAY_IDLE: u64 = 256 << 20;
/// A log of this size is ended by a checkpoint in any case (2 GB take two to three seconds to replay).
const REPLAY_MOST: u64 = 2 << 30;
/// Bytes of log per byte of payload, measured with users and their index keys.
const LOG_PER_PAYLOAD: u64 = 3;

/// Work for the committer.
pub enum Job {
    /// Apply a batch and make it durable.
    Commit { batch: Batch, reply: oneshot::Sender<Result<(), CommitError>> },
    /// Make everything durable.
    Flush { reply: oneshot::Sender<Result<(), StoreError>> },
    /// Make everything durable and the next opening fast.
    Checkpoint { reply: oneshot::Sender<Result<(), StoreError>> },
}

/// Processes the queue until all its senders are gone.
pub fn run(handle: &Handle, timer: &Runtime, mut queue: mpsc::Receiver<Job>) {
    let mut committer = Committer { handle, generation: None, grown: 0 };
    loop {
        let next = if committer.replay() > REPLAY_IDLE {
            timer.block_on(async { tokio::time::timeout(IDLE, queue.recv()).await })
        } else {
            Ok(queue.blocking_recv())
        };
        let first = match next {
            Ok(Some(job)) => job,
            Ok(None) => break,
            Err(_) => {
                committer.checkpoint_and_log();
                continue;
            }
        };
        let mut bytes = size(&first);
        let mut jobs = vec![first];
        while jobs.len() < GROUP_COMMITS && bytes < GROUP_BYTES {
            let Ok(job) = queue.try_recv() else { break };
            bytes += size(&job);
            jobs.push(job);
        }
        committer.work(jobs, bytes);
        if committer.replay() > REPLAY_MOST {
            committer.checkpoint_and_log();
        }
    }
    if let Err(e) = committer.make_durable(handle.epoch()) {
        tracing::error!("the store could not be flushed at its end: {e}");
    }
}

/// The least that a job adds to the disk, in bytes.
fn size(job: &Job) -> u64 {
    let Job::Commit { batch, .. } = job else { return 0 };
    let one =
        |(key, write): &(Vec<u8>, Write)| 64 + key.len() + if let Write::Put(value) = write { value.len() } else { 8 };
    batch.writes.iter().map(one).sum::<usize>() as u64
}

/// Where a result is sent.
enum Waiter {
    Commit(oneshot::Sender<Result<(), CommitError>>),
    Flush(oneshot::Sender<Result<(), StoreError>>),
}

impl Waiter {
    fn answer(self, result: Result<(), StoreError>) {
        // A caller may have gone away; its commit is valid all the same.
        let _heard = match self {
            Self::Commit(reply) => reply.send(result.map_err(CommitError::Store)).is_ok(),
            Self::Flush(reply) => reply.send(result).is_ok(),
        };
    }
}

struct Committer<'a> {
    handle: &'a Handle,
    /// The next generation of long values. Read from the database when it is first needed.
    generation: Option<u64>,
    /// Payload written since the last snapshot, in bytes.
    grown: u64,
}

impl Committer<'_> {
    /// Processes one group of jobs and answers all of them.
    fn work(&mut self, jobs: Vec<Job>, bytes: u64) {
        let mut unsynced = Vec::new();
        let mut waiting = Vec::new();
        let mut checkpoints = Vec::new();
        let refuse = |reply: oneshot::Sender<Result<(), CommitError>>, error| {
            let _heard = reply.send(Err(error)).is_ok();
        };
        let mut group = Group::default();
        let ready = if bytes == 0 { self.handle.reopen_if_stopped() } else { self.handle.prepare(bytes) };
        let epoch = self.handle.epoch();
        for job in jobs {
            let (batch, reply) = match job {
                Job::Flush { reply } => {
                    waiting.push(Waiter::Flush(reply));
                    continue;
                }
                Job::Checkpoint { reply } => {
                    checkpoints.push(reply);
                    continue;
                }
                Job::Commit { batch, reply } => (batch, reply),
            };
            if let Err(error) = &ready {
                refuse(reply, error.clone().into());
                continue;
            }
            let list = if batch.unsynced { &mut unsynced } else { &mut waiting };
            match self.guarded(|handle| handle.with(|db| Ok(group.stage(db, batch)))).unwrap_or_else(|e| Err(e.into()))
            {
                Ok(()) => list.push(Waiter::Commit(reply)),
                Err(error) => refuse(reply, error),
            }
        }
        self.grown += bytes;
        let applied = self.apply(group, epoch);
        for waiter in unsynced {
            waiter.answer(applied.clone());
        }
        if !waiting.is_empty() {
            let result = applied.and_then(|()| self.make_durable(epoch));
            for waiter in waiting {
                waiter.answer(result.clone());
            }
        }
        if !checkpoints.is_empty() {
            let result = self.checkpoint();
            for reply in checkpoints {
                Waiter::Flush(reply).answer(result.clone());
            }
        }
    }

    fn apply(&mut self, group: Group, epoch: u64) -> Result<(), StoreError> {
        if group.is_empty() {
            return Ok(());
        }
        let mut generation = self.generation;
        let result = self.guarded(|handle| {
            handle.with(|db| {
                let batch = group.into_batch(db, &mut generation)?;
                db.apply_batch(batch).map_err(fault)
            })
        });
        self.generation = generation;
        self.or_reopen(result, epoch)
    }

    /// Makes everything that was applied in `epoch` durable.
    fn make_durable(&self, epoch: u64) -> Result<(), StoreError> {
        let flushed = self.guarded(|handle| handle.with(|db| db.flush().map(drop).map_err(fault)));
        let synced = flushed.and_then(|()| self.handle.sync());
        self.or_reopen(synced, epoch)?;
        // A reader may have noticed that sled stopped and reopened the database before the flush could report it.
        if self.handle.epoch() == epoch {
            Ok(())
        } else {
            Err(StoreError::Engine("the store was reopened meanwhile".into()))
        }
    }

    /// Bytes of log that an opening would have to replay: what was written since the last snapshot, at most the whole
    /// file.
    fn replay(&self) -> u64 {
        let written = self.grown.saturating_mul(LOG_PER_PAYLOAD);
        if written < REPLAY_IDLE {
            written
        } else {
            written.min(self.handle.with(|db| db.size_on_disk().map_err(fault)).unwrap_or(0))
        }
    }

    /// Reopens the database, because sled writes the snapshot that makes the next opening fast only when it opens.
    /// Readers wait meanwhile.
    fn checkpoint(&mut self) -> Result<(), StoreError> {
        self.grown = 0;
        let epoch = self.handle.epoch();
        self.make_durable(epoch)?;
        self.guarded(|handle| handle.reopen(epoch))
    }

    fn checkpoint_and_log(&mut self) {
        let replay = self.replay() >> 20;
        match self.checkpoint() {
            Ok(()) => tracing::debug!("the store wrote a snapshot after {replay} MB of log"),
            Err(e) => tracing::error!("the store could not write a snapshot: {e}"),
        }
    }

    /// Reopens the database after an error: memory may contain data that the disk does not have, and only the disk
    /// counts.
    fn or_reopen(&self, result: Result<(), StoreError>, epoch: u64) -> Result<(), StoreError> {
        // Without a free descriptor the disk was not reached at all; sled itself is intact.
        if let Err(StoreError::Descriptors) = &result {
            tracing::error!("the store could not write: no file descriptor is free");
            return result;
        }
        if let Err(error) = &result {
            tracing::error!("the store could not write, and is opened again: {error}");
            if let Err(e) = self.guarded(|handle| handle.reopen(epoch)) {
                tracing::error!("the store could not be opened again: {e}");
            }
        }
        result
    }

    /// Runs `work`. A panic in sled becomes an error of this group, so that the thread survives.
    fn guarded<T>(&self, work: impl FnOnce(&Handle) -> Result<T, StoreError>) -> Result<T, StoreError> {
        catch_unwind(AssertUnwindSafe(|| work(self.handle)))
            .unwrap_or_else(|_| Err(StoreError::Engine("sled panicked".into())))
    }
}
