//! The open database: its lock, its way to be read, and its reopening after an I/O error.

use super::disk::Disk;
use crate::config::store::StoreConfig;
use crate::store::StoreError;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Segment size of new stores, in bytes.
const SEGMENT: usize = 512 * 1024;
/// How often sled writes out what nobody waits for, and tidies its file, in milliseconds.
const FLUSH_EVERY_MS: u64 = 500;

/// How long a database that was closed may take to let go of its file.
const CLOSING: Duration = Duration::from_secs(10);

/// The database of one data directory.
pub struct Handle {
    dir: PathBuf,
    config: StoreConfig,
    disk: Disk,
    /// `None` only when it could not be opened again after an error. Readers hold the lock for one operation, reopening takes it whole.
    db: RwLock<Option<sled::Db>>,
    /// Held for life: closing it lets another process in.
    _lock: File,
}

impl Handle {
    /// Opens or makes `dir/store`.
    pub fn open(dir: &Path, config: &StoreConfig) -> Result<Self, StoreError> {
        let io = |e: std::io::Error| StoreError::Engine(format!("the data directory {} cannot be used: {e}", dir.display()));
        std::fs::create_dir_all(dir).map_err(io)?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock")).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(dir.to_path_buf())),
            Err(TryLockError::Error(e)) => return Err(io(e)),
        }
        let store = dir.join("store");
        let db = open(&store, config)?;
        let disk = Disk::new(store.clone(), config.disk_reserve_mb).map_err(|e| from_io(&e))?;
        disk.sync_all().map_err(|e| from_io(&e))?;
        Ok(Self { dir: store, config: config.clone(), disk, db: RwLock::new(Some(db)), _lock: lock })
    }

    /// Runs a short operation on the database.
    pub fn read<T>(&self, work: impl FnOnce(&sled::Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.db.read().unwrap_or_else(PoisonError::into_inner).as_ref() {
            Some(db) => work(db),
            None => Err(StoreError::Engine("the store could not be opened again after an error of the disk".into())),
        }
    }

    /// The disk under the database.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// Opens the database anew if an I/O error has stopped it: what was acknowledged is there again, what was not may be gone.
    pub fn revive(&self) -> Result<(), StoreError> {
        if self.read(|db| db.context.global_error().map_err(fault)).is_ok() {
            return Ok(());
        }
        self.reopen()
    }

    /// Closes the database and opens it again.
    pub fn reopen(&self) -> Result<(), StoreError> {
        let mut slot = self.db.write().unwrap_or_else(PoisonError::into_inner);
        // sled's own lock on the file ends with the last handle: the old one must be gone first.
        *slot = None;
        self.disk.release_ballast();
        let db = open(&self.dir, &self.config)?;
        self.disk.reopen().map_err(|e| from_io(&e))?;
        *slot = Some(db);
        tracing::warn!("the store was opened again after an error of its disk");
        Ok(())
    }
}

fn open(store: &Path, config: &StoreConfig) -> Result<sled::Db, StoreError> {
    let made_with = layout(store);
    let settings = sled::Config::new()
        .path(store)
        .cache_capacity(u64::from(config.cache_mb) << 20)
        .mode(sled::Mode::LowSpace)
        .segment_size(made_with.map_or(SEGMENT, |(segment, _)| segment))
        .use_compression(made_with.map_or(config.compression, |(_, compressed)| compressed))
        .flush_every_ms(Some(FLUSH_EVERY_MS));
    let started = Instant::now();
    loop {
        match settings.open() {
            // sled's I/O threads hold its file for a moment after the database was closed. Another process it cannot be: `dir/lock` is ours.
            Err(sled::Error::Io(e)) if e.to_string().contains("could not acquire lock") && started.elapsed() < CLOSING => {
                std::thread::sleep(Duration::from_millis(1));
            }
            result => return result.map_err(fault),
        }
    }
}

/// Segment size and compression that an existing store was made with: sled refuses to open it with others.
fn layout(store: &Path) -> Option<(usize, bool)> {
    let conf = std::fs::read(store.join("conf")).ok()?;
    let text = String::from_utf8_lossy(&conf);
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    Some((field("segment_size")?.parse().ok()?, field("use_compression")?.parse().ok()?))
}

/// A store error from sled's.
pub fn fault(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(e) => from_io(&e),
        other => StoreError::Engine(other.to_string()),
    }
}

/// A store error from the system's.
pub fn from_io(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ => StoreError::Engine(error.to_string()),
    }
}
