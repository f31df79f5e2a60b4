//! The open database: locking, reading, and reopening after an I/O error.

use super::descriptors::{Reserve, is_exhaustion};
use super::disk::Disk;
use crate::config::store::StoreConfig;
use crate::store::StoreError;
use std::fs::{File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock, RwLockReadGuard};
use std::time::Duration;

/// Segment size of new stores, in bytes.
const SEGMENT: usize = 512 * 1024;
/// How often sled flushes unsynced writes and cleans up its file, in milliseconds.
const FLUSH_EVERY_MS: u64 = 500;

/// How long sled may take to release the file of a closed database, in milliseconds.
const CLOSING_MS: u32 = 10_000;
/// How long another process may take to release the data directory, in milliseconds.
const ENDING_MS: u32 = 500;

/// The database of one data directory.
pub struct Handle {
    dir: PathBuf,
    config: StoreConfig,
    disk: Disk,
    descriptors: Reserve,
    /// Readers hold it for one operation; reopening holds it exclusively.
    slot: RwLock<Slot>,
    /// Held as long as the handle lives: without it another process could open the directory.
    _lock: File,
}

struct Slot {
    /// `None` only if it could not be reopened after an error.
    db: Option<sled::Db>,
    /// Number of openings. What was applied in one epoch and flushed in another may have been lost between them.
    epoch: u64,
    /// Opened while the disk was full: sled's background writes are off, and nothing is written until it is opened
    /// again.
    quiet: bool,
}

impl Handle {
    /// Opens or creates `dir/store`.
    pub fn open(dir: &Path, config: &StoreConfig) -> Result<Self, StoreError> {
        let io =
            |e: std::io::Error| StoreError::Engine(format!("the data directory {} cannot be used: {e}", dir.display()));
        std::fs::create_dir_all(dir).map_err(io)?;
        let lock = File::options().create(true).truncate(false).write(true).open(dir.join("lock")).map_err(io)?;
        take(&lock, dir)?;
        let store = dir.join("store");
        let disk = Disk::new(store.clone(), config.disk_reserve_mb);
        let slot = RwLock::new(Slot { db: None, epoch: 0, quiet: false });
        let descriptors = Reserve::new();
        let handle = Self { dir: store, config: config.clone(), disk, descriptors, slot, _lock: lock };
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

    /// [`with`](Self::with) for reads: if sled has stopped, the database is reopened first.
    pub fn query<T>(&self, work: impl Fn(&sled::Db) -> Result<T, StoreError>) -> Result<T, StoreError> {
        match self.with(&work) {
            Err(_) if self.stopped().is_some() => {
                self.reopen_if_stopped()?;
                self.with(&work)
            }
            result => result,
        }
    }

    /// Flushes everything that sled has written to the device.
    pub fn sync(&self) -> Result<(), StoreError> {
        self.descriptors.with(|| self.disk.sync()).map_err(|e| from_io(&e))
    }

    /// The current epoch.
    pub fn epoch(&self) -> u64 {
        self.read().epoch
    }

    /// The epoch in which sled stopped because of an I/O error. Since then it refuses writes, and memory may contain
    /// data that the disk does not have.
    fn stopped(&self) -> Option<u64> {
        let slot = self.read();
        let sound = slot.db.as_ref().is_some_and(|db| db.context.global_error().is_ok());
        (!sound).then_some(slot.epoch)
    }

    /// Reopens the database if an error has stopped it. Acknowledged writes are still there, others may be lost.
    pub fn reopen_if_stopped(&self) -> Result<(), StoreError> {
        self.stopped().map_or(Ok(()), |epoch| self.reopen(epoch))
    }

    /// Prepares for writing `bytes`; [`StoreError::Full`] if there is no room.
    pub fn prepare(&self, bytes: u64) -> Result<(), StoreError> {
        self.reopen_if_stopped()?;
        let slot = self.read();
        let (quiet, epoch) = (slot.quiet, slot.epoch);
        drop(slot);
        if quiet {
            // Requires a quarter more than the reserve, so that a disk at its limit does not switch back and forth.
            self.disk.check_free(bytes.saturating_add(self.disk.reserve() / 4))?;
            return self.reopen(epoch);
        }
        let room = self.disk.check_free(bytes);
        if room.is_err() && self.disk.check_free(0).is_err() {
            // Done while there still is a reserve: sled then writes nothing in the background, so it does not fail when
            // others use up the rest.
            self.reopen(epoch)?;
        }
        room
    }

    /// Closes the database and opens it again, unless that already happened since `epoch`.
    pub fn reopen(&self, epoch: u64) -> Result<(), StoreError> {
        let mut slot = self.slot.write().unwrap_or_else(PoisonError::into_inner);
        if slot.epoch != epoch {
            return Ok(());
        }
        // sled locks its file until the last handle is gone, so the old database cannot stay open until the new one is.
        // Instead the reserve makes sure that opening does not fail for lack of descriptors.
        self.descriptors.release();
        let opened = self.open_slot(&mut slot);
        self.descriptors.fill();
        opened
    }

    fn open_slot(&self, slot: &mut Slot) -> Result<(), StoreError> {
        slot.db = None;
        slot.quiet = self.disk.check_free(0).is_err();
        // Recovery writes a snapshot and the end of the log.
        self.disk.release_ballast_if_full();
        let db = open(&self.dir, &self.config, slot.quiet)?;
        self.disk.reopen_files().map_err(|e| from_io(&e))?;
        slot.db = Some(db);
        slot.epoch += 1;
        Ok(())
    }

    fn read(&self) -> RwLockReadGuard<'_, Slot> {
        self.slot.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Locks the data directory. Waits a moment for a process that is about to end.
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
        // sled counts pages by their size on disk; in memory they take about twice that.
        .cache_capacity(u64::from(config.cache_mb) << 19)
        .mode(sled::Mode::LowSpace)
        .segment_size(made_with.map_or(SEGMENT, |(segment, _)| segment))
        .use_compression(made_with.map_or(config.compression, |(_, compressed)| compressed))
        .flush_every_ms((!quiet).then_some(FLUSH_EVERY_MS));
    remove_unfinished_snapshots(store).map_err(|e| from_io(&e))?;
    let mut tries = 0;
    loop {
        match settings.open() {
            // After a database was closed, sled's I/O threads hold its file for a moment. It cannot be another process,
            // because this one holds `dir/lock`.
            Err(sled::Error::Io(e)) if e.kind() == ErrorKind::Other && tries < CLOSING_MS => {
                tries += 1;
                std::thread::sleep(Duration::from_millis(1));
            }
            result => return result.map_err(fault),
        }
    }
}

/// sled writes a snapshot as `snap.<lsn>.generating` and then renames it. An incomplete one (after a kill or a full
/// disk) would be taken for complete and make sled refuse the database. The previous snapshot still exists, because
/// sled removes it after the rename.
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

/// Segment size and compression of an existing store. sled refuses to open it with other values.
fn layout(store: &Path) -> Option<(usize, bool)> {
    let conf = std::fs::read(store.join("conf")).ok()?;
    let text = String::from_utf8_lossy(&conf);
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    Some((field("segment_size")?.parse().ok()?, field("use_compression")?.parse().ok()?))
}

/// Converts an error of sled.
pub fn fault(error: sled::Error) -> StoreError {
    match error {
        sled::Error::Io(e) => from_io(&e),
        other => StoreError::Engine(other.to_string()),
    }
}

/// Converts an error of the system.
pub fn from_io(error: &std::io::Error) -> StoreError {
    match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => StoreError::Full,
        _ if is_exhaustion(error) => StoreError::Descriptors,
        _ => StoreError::Engine(error.to_string()),
    }
}
