//! The open database: its lock, its way to be read, and its reopening after an I/O error.

use super::disk::Disk;
use crate::config::store::StoreConfig;
use crate::store::StoreError;
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

/// Segment size of new stores, in bytes.
const SEGMENT: usize = 512 * 1024;
/// How often sled writes out what nobody waits for, and tidies its file, in milliseconds.
const FLUSH_EVERY_MS: u64 = 500;

/// How long a database that was closed may take to let go of its file, in milliseconds.
const CLOSING_MS: u32 = 10_000;
/// How long another process may take to let go of the data directory, in milliseconds.
const ENDING_MS: u32 = 500;

/// The database of one data directory.
pub struct Handle {
    dir: PathBuf,
    config: StoreConfig,
    disk: Disk,
    /// Readers hold it for one operation, reopening takes it whole.
    slot: RwLock<Slot>,
    /// Held for life: closing it lets another process in.
    _lock: File,
}

struct Slot {
    /// `None` only while it could not be opened again after an error.
    db: Option<sled::Db>,
    /// Counts the openings: what was applied in one epoch and made durable in another may have been lost between them.
    epoch: u64,
    /// Opened on a full disk, without the background work of sled that writes; nothing is written until it has been
    /// opened anew.
    quiet: bool,
}

impl Handle {
    /// Opens or makes `dir/store`.
    pub fn open(dir: &Path, config: &StoreConfig) -> Result<Self, StoreError> {
        let io =
            |e: std::io::Error| StoreError::Engine(format!("the data directory {} cannot be used: {e}", dir.display()));
        std::fs::create_dir_all(dir).map_err(io)?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock")).map_err(io)?;
        take(&lock, dir)?;
        let store = dir.join("store");
        let disk = Disk::new(store.clone(), config.disk_reserve_mb);
        let slot = RwLock::new(Slot { db: None, epoch: 0, quiet: false });
        let handle = Self { dir: store, config: config.clone(), disk, slot, _lock: lock };
        handle.reopen(0)?;
        Ok(handle)
    }

    /// Runs a short operation on the database.
    pub fn with<T>(&self, work: impl FnOnce(&sled::Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match &self.read().db {
            Some(db) => work(db),
            None => Err(StoreError::Engine("the store could not be opened again after an error of its disk".into())),
        }
    }

    /// As [`with`](Self::with), for reading: if sled has stopped, it is revived first.
    pub fn query<T>(&self, work: impl Fn(&sled::Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.with(&work) {
            Err(_) if self.stopped().is_some() => {
                self.revive()?;
                self.with(&work)
            }
            result => result,
        }
    }

    /// The disk under the database.
    pub fn disk(&self) -> &Disk {
        &self.disk
    }

    /// The number of the present opening.
    pub fn epoch(&self) -> u64 {
        self.read().epoch
    }

    /// The epoch that an I/O error has ended: from the first one on, sled refuses to write, and memory may hold what
    /// the disk does not.
    fn stopped(&self) -> Option<u64> {
        let slot = self.read();
        let sound = slot.db.as_ref().is_some_and(|db| db.context.global_error().is_ok());
        (!sound).then_some(slot.epoch)
    }

    /// Opens the database anew if an error has stopped it. What was acknowledged is there again, what was not may be
    /// gone.
    pub fn revive(&self) -> Result<(), StoreError> {
        self.stopped().map_or(Ok(()), |epoch| self.reopen(epoch))
    }

    /// Makes the database fit for writing, if there is room for `bytes`; [`StoreError::Full`] if not.
    pub fn prepare(&self, bytes: u64) -> Result<(), StoreError> {
        self.revive()?;
        let slot = self.read();
        let (quiet, epoch) = (slot.quiet, slot.epoch);
        drop(slot);
        if quiet {
            // A quarter more than the reserve, so that a disk at its edge does not make it go to and fro.
            self.disk.room(bytes.saturating_add(self.disk.reserve() / 4))?;
            return self.reopen(epoch);
        }
        let room = self.disk.room(bytes);
        if room.is_err() && self.disk.room(0).is_err() {
            // Done while the reserve is still there: from now on sled writes nothing, so that it does not stop when
            // others take the rest.
            self.reopen(epoch)?;
        }
        room
    }

    /// Closes the database and opens it again, unless that has happened since `epoch`.
    pub fn reopen(&self, epoch: u64) -> Result<(), StoreError> {
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        if slot.epoch != epoch {
            return Ok(());
        }
        // sled's own lock on the file ends with the last handle: the old one must be gone first.
        slot.db = None;
        slot.quiet = self.disk.room(0).is_err();
        // Recovery writes: a snapshot, and the end of the log.
        self.disk.lighten();
        let db = open(&self.dir, &self.config, slot.quiet)?;
        self.disk.follow().map_err(|e| from_io(&e))?;
        slot.db = Some(db);
        slot.epoch += 1;
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Slot> {
        self.slot.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locks the data directory. Waits a moment for a process that is just ending.
fn take(lock: &File, dir: &Path) -> Result<(), StoreError> {
    let mut tries = 0;
    loop {
        match lock.try_lock() {
            Ok(()) => return Ok(()),
            Err(TryLockError::WouldBlock) if tries < ENDING_MS / 10 => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(TryLockError::WouldBlock) => return Err(StoreError::InUse(dir.to_path_buf())),
            Err(TryLockError::Error(e)) => {
                return Err(StoreError::Engine(format!("the data directory {} cannot be locked: {e}", dir.display())));
            }
        }
    }
}

fn open(store: &Path, config: &StoreConfig, quiet: bool) -> Result<sled::Db, StoreError> {
    let made_with = layout(store);
    let settings = sled::Config::new()
        .path(store)
        // sled counts the bytes of its pages as they are on disk; in memory they take about twice that.
        .cache_capacity(u64::from(config.cache_mb) << 19)
        .mode(sled::Mode::LowSpace)
        .segment_size(made_with.map_or(SEGMENT, |(segment, _)| segment))
        .use_compression(made_with.map_or(config.compression, |(_, compressed)| compressed))
        .flush_every_ms((!quiet).then_some(FLUSH_EVERY_MS));
    remove_unfinished_snapshots(store).map_err(|e| from_io(&e))?;
    let mut tries = 0;
    loop {
        match settings.open() {
            // sled's I/O threads hold its file for a moment after the database was closed. Another process it cannot
            // be: `dir/lock` is ours.
            Err(sled::Error::Io(e)) if e.to_string().contains("could not acquire lock") && tries < CLOSING_MS => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            result => return result.map_err(fault),
        }
    }
}

/// A snapshot is written as `snap.<lsn>.generating` and then renamed. sled takes one that was cut short (a kill or a
/// full disk while opening) for a finished one and gives up on the database. The one before it is still there: sled
/// removes it after the renaming.
fn remove_unfinished_snapshots(store: &Path) -> std::io::Result<()> {
    let entries = match store.read_dir() {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        if name.starts_with("snap.") && name.ends_with(".generating") {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
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
