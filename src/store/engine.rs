//! What an engine must do: ordered bytes, point reads, prefix scans, and atomic conditional commits that are durable
//! when acknowledged. `tests/it/store_contract.rs` holds every engine to it.

use futures::future::BoxFuture;

/// Why the store could not answer.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk is full; nothing of the batch was kept.
    #[error("the data directory's disk is full: free some space; nothing was changed")]
    Full,
    /// Another process has the data directory open.
    #[error("another Poolhouse is using the data directory {}: stop it, or give this one a directory of its own", .0.display())]
    InUse(std::path::PathBuf),
    /// The store was written by a newer program.
    #[error(
        "the data directory has schema version {found}, and this Poolhouse knows versions up to {known}: run the newer Poolhouse that wrote it"
    )]
    Newer {
        /// The store's version.
        found: u32,
        /// The latest that this program knows.
        known: u32,
    },
    /// The engine failed.
    #[error("the store failed: {0}")]
    Engine(String),
    /// A record could not be read back.
    #[error("a record of {table} could not be read: {reason}")]
    Corrupt {
        /// The table's name.
        table: &'static str,
        /// What was wrong with it.
        reason: String,
    },
}

/// Why a commit was refused.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A precondition no longer holds: someone else was first. Nothing was written.
    #[error("a record changed meanwhile")]
    Conflict,
    /// The engine failed. Nothing is promised to be written, nothing is half-written.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What must hold of a key when the batch is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// No record at the key.
    Absent,
    /// Exactly these bytes at the key.
    Bytes(Vec<u8>),
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    /// Puts bytes at the key.
    Put(Vec<u8>),
    /// Removes the key; fine if it is not there.
    Delete,
    /// Adds to a counter (8 bytes, big-endian i64; absent counts as 0). Never conflicts.
    Add(i64),
}

/// Preconditions and changes that are applied together or not at all.
#[derive(Debug, Default, Clone)]
pub struct Batch {
    /// Preconditions by key.
    pub expects: Vec<(Vec<u8>, Expect)>,
    /// Changes by key, in order; a later change of the same key wins.
    pub writes: Vec<(Vec<u8>, Write)>,
    /// `true`: the caller does not wait for the disk (counters of failures and the like); the change is durable with
    /// the next flush.
    pub unsynced: bool,
}

/// A page of a scan, in key order.
#[derive(Debug, Default)]
pub struct ScanPage {
    /// Keys and values.
    pub entries: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether more entries follow the last one.
    pub more: bool,
}

/// An ordered key space.
pub trait Engine: Send + Sync + 'static {
    /// The bytes at `key`.
    fn get<'a>(&'a self, key: &'a [u8]) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>>;

    /// Up to `limit` entries whose keys start with `prefix` and come after `after` (a whole key, exclusive), in key
    /// order.
    fn scan<'a>(
        &'a self,
        prefix: &'a [u8],
        after: Option<&'a [u8]>,
        limit: usize,
    ) -> BoxFuture<'a, Result<ScanPage, StoreError>>;

    /// Checks the preconditions and applies the writes, atomically. Returns when the batch is on disk (survives power
    /// loss), unless it is `unsynced`. Concurrent commits share one flush.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), CommitError>>;

    /// Makes everything applied so far durable (shutdown).
    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
