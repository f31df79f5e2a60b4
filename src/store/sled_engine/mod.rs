//! Owns the embedded engine: sled behind [`Engine`], one committer thread, durable group commits, handling of full
//! disks. Hands off nothing. Must not know records, tables or users.
//!
//! - One thread makes all changes (`committer.rs`): it checks preconditions, applies a group of batches, makes them
//!   durable with one flush and one `fdatasync` (`disk.rs`), and then acknowledges them.
//! - Reads go directly to sled, on the caller's thread.
//! - Values over a few kilobytes are stored in pieces (`values.rs`), because sled moves large pages into files of their
//!   own, which it does not sync.
//! - Some file descriptors are reserved (`descriptors.rs`), because many connections may use up all others.
//! - After an I/O error sled refuses everything until it is opened again; `handle.rs` does that without restarting the
//!   server.

mod committer;
mod descriptors;
mod disk;
mod group;
mod handle;
mod values;

use super::{Batch, CommitError, Engine, ScanPage, StoreError, Write};
use crate::config::store::StoreConfig;
use committer::Job;
use futures::future::BoxFuture;
use handle::Handle;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};

/// Most commits that wait for the committer. Further callers wait for room.
const QUEUE: usize = 1024;
/// Longest key, in bytes.
const MAX_KEY: usize = 8 * 1024;
/// Longest value, in bytes.
const MAX_VALUE: usize = 64 << 20;

/// The embedded engine. Dropping it waits for running commits and makes everything durable.
pub struct SledEngine {
    handle: Arc<Handle>,
    jobs: Option<mpsc::Sender<Job>>,
    committer: Option<std::thread::JoinHandle<()>>,
}

impl SledEngine {
    /// Opens or creates the store in the data directory `dir`. Blocks while recovery runs. Fails with
    /// [`StoreError::InUse`] if another process has the directory open.
    pub fn open(dir: &Path, config: &StoreConfig) -> Result<Self, StoreError> {
        let handle = Arc::new(Handle::open(dir, config)?);
        let (jobs, queue) = mpsc::channel(QUEUE);
        let worker = Arc::clone(&handle);
        let fault = |e| StoreError::Engine(format!("the committer thread could not be started: {e}"));
        let timer = tokio::runtime::Builder::new_current_thread().enable_time().build().map_err(fault)?;
        let committer = std::thread::Builder::new()
            .name("store-committer".into())
            .spawn(move || committer::run(&worker, &timer, queue))
            .map_err(fault)?;
        Ok(Self { handle, jobs: Some(jobs), committer: Some(committer) })
    }

    /// Bytes that the store takes on disk.
    pub fn size_on_disk(&self) -> Result<u64, StoreError> {
        self.handle.with(|db| db.size_on_disk().map_err(handle::fault))
    }

    /// Makes everything durable and the next opening fast, by reopening the database; reads wait meanwhile. The engine
    /// does this by itself when much was written and nothing is going on.
    pub async fn checkpoint(&self) -> Result<(), StoreError> {
        let (reply, answer) = oneshot::channel();
        self.send(Job::Checkpoint { reply }).await?;
        answer.await.unwrap_or_else(|_| Err(stopped()))
    }

    async fn send(&self, job: Job) -> Result<(), StoreError> {
        match &self.jobs {
            Some(jobs) => jobs.send(job).await.map_err(|_| stopped()),
            None => Err(stopped()),
        }
    }
}

fn stopped() -> StoreError {
    StoreError::Engine("the committer has stopped".into())
}

impl Engine for SledEngine {
    fn get<'a>(&'a self, key: &'a [u8]) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        Box::pin(std::future::ready(self.handle.query(|db| values::get(db, key))))
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a [u8],
        after: Option<&'a [u8]>,
        limit: usize,
    ) -> BoxFuture<'a, Result<ScanPage, StoreError>> {
        Box::pin(std::future::ready(self.handle.query(|db| values::scan(db, prefix, after, limit))))
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), CommitError>> {
        Box::pin(async move {
            check(&batch)?;
            let (reply, answer) = oneshot::channel();
            self.send(Job::Commit { batch, reply }).await?;
            answer.await.unwrap_or_else(|_| Err(stopped().into()))
        })
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        Box::pin(async move {
            let (reply, answer) = oneshot::channel();
            self.send(Job::Flush { reply }).await?;
            answer.await.unwrap_or_else(|_| Err(stopped()))
        })
    }
}

impl Drop for SledEngine {
    fn drop(&mut self) {
        // Without senders the committer finishes its queue and ends.
        self.jobs = None;
        if self.committer.take().is_some_and(|committer| committer.join().is_err()) {
            tracing::error!("the store's committer thread panicked");
        }
    }
}

/// Refuses batches that the engine cannot store.
fn check(batch: &Batch) -> Result<(), StoreError> {
    let keys = batch.expects.iter().map(|(key, _)| key).chain(batch.writes.iter().map(|(key, _)| key));
    for key in keys {
        if key.len() > MAX_KEY {
            return Err(StoreError::KeyTooLong(key.len()));
        }
        if key.first().is_none_or(|tag| *tag == values::RESERVED) {
            return Err(StoreError::Engine(format!(
                "a key of {} bytes cannot be kept (at least 1 byte, not starting with 0)",
                key.len()
            )));
        }
    }
    let longest = batch
        .writes
        .iter()
        .map(|(_, write)| if let Write::Put(bytes) = write { bytes.len() } else { 0 })
        .max()
        .unwrap_or(0);
    if longest > MAX_VALUE {
        return Err(StoreError::Engine(format!("a value of {longest} bytes cannot be kept (at most {MAX_VALUE})")));
    }
    Ok(())
}
