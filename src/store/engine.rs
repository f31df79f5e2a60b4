//! The requirements for storage engines: ordered bytes, point reads, prefix scans, and atomic conditional commits that
//! are durable when acknowledged. `tests/it/store_contract.rs` tests every engine.

use futures::future::BoxFuture;

/// Why the store failed.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// The disk is full. Nothing of the batch was written.
    #[error("the data directory's disk is full: free some space; nothing was changed")]
    Full,
    /// The process has no free file descriptor. The disk is fine; the next attempt may succeed.
    #[error("no file descriptor is free: raise the limit of open files (ulimit -n) or lower server.max_connections")]
    Descriptors,
    /// Another process uses the data directory.
    #[error("another Poolhouse is using the data directory {}: stop it, or give this one a directory of its own", .0.display())]
    InUse(std::path::PathBuf),
    /// A newer version of the program wrote the store.
    #[error(
        "the data directory has schema version {found}, and this Poolhouse knows versions up to {known}: run the newer Poolhouse that wrote it"
    )]
    Newer {
        found: u32,
        /// The latest version that this program supports.
        known: u32,
    },
    /// A key is longer than the engine keeps: some value that a caller gave is part of it.
    #[error("a key of {0} bytes is too long")]
    KeyTooLong(usize),
    /// The engine failed.
    #[error("the store failed: {0}")]
    Engine(String),
    /// A record could not be decoded.
    #[error("a record of {table} could not be read: {reason}")]
    Corrupt {
        /// The table's name.
        table: &'static str,
        reason: String,
    },
}

/// Why a commit failed.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// A precondition does not hold any more, because someone else was first. Nothing was written.
    #[error("a record changed meanwhile")]
    Conflict,
    /// The engine failed. The batch was written completely or not at all.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A precondition for a key when the batch is applied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// There is no record at the key.
    Absent,
    /// The record at the key has exactly these bytes.
    Bytes(Vec<u8>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Write {
    Put(Vec<u8>),
    /// Removes the key, if it exists.
    Delete,
    /// Adds to a counter (8 bytes, big-endian i64; absent counts as 0). Never conflicts.
    Add(i64),
}

/// Preconditions and changes that are applied together or not at all.
#[derive(Debug, Default, Clone)]
pub struct Batch {
    /// Preconditions by key.
    pub expects: Vec<(Vec<u8>, Expect)>,
    /// Changes by key. A later change of the same key wins.
    pub writes: Vec<(Vec<u8>, Write)>,
    /// Do not wait for the disk. The change becomes durable with the next flush. For counters of failures and similar
    /// data.
    pub unsynced: bool,
}

/// A page of a scan, in key order.
#[derive(Debug, Default)]
pub struct ScanPage {
    /// Keys and values.
    pub entries: Vec<(Vec<u8>, Vec<u8>)>,
    /// Whether there are more entries after the last one.
    pub more: bool,
}

/// An ordered key space.
pub trait Engine: Send + Sync + 'static {
    fn get<'a>(&'a self, key: &'a [u8]) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>>;

    /// Up to `limit` entries whose keys start with `prefix` and are greater than `after` (a whole key), in key order.
    fn scan<'a>(
        &'a self,
        prefix: &'a [u8],
        after: Option<&'a [u8]>,
        limit: usize,
    ) -> BoxFuture<'a, Result<ScanPage, StoreError>>;

    /// Checks the preconditions and applies the writes atomically. Returns when the batch is on disk and survives a
    /// power loss, unless it is `unsynced`. Concurrent commits share one flush.
    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), CommitError>>;

    /// Makes everything durable that was applied so far; used at shutdown.
    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>>;
}
