//! What sled leaves to the system: flushing the device's cache, and checking free space.
//!
//! sled's flush ends in `sync_file_range` (Linux), which neither flushes the device's cache nor writes the file's size
//! and block map, so a power cut could lose an acknowledged write. [`Disk::sync`] adds `fdatasync`.

use crate::store::StoreError;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// A file that reserves space for reopening when the disk is full.
const BALLAST: &str = "ballast";
/// Its size in bytes, in addition to twice the size of the current snapshot.
const BALLAST_LEAST: u64 = 2 << 20;

/// A modification time that is older than this cannot hide another change of the folder.
const SETTLED: Duration = Duration::from_secs(1);

/// The files of one database.
pub struct Disk {
    dir: PathBuf,
    /// Bytes that must stay free.
    reserve: u64,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// sled's log file. Syncing any handle of the file syncs all of it.
    log: Option<File>,
    /// Files in `blobs/` that are known to be on disk. Values are split so that there normally are none (`values.rs`),
    /// but very long keys could cause one.
    blobs: HashSet<OsString>,
    /// The folder `blobs/`, open so that its modification time can be read without a new descriptor.
    folder: Option<File>,
    /// The modification time of `blobs/` at the last listing, and when it was first seen.
    listed: Option<(SystemTime, Instant)>,
    /// The intended size of the ballast file, in bytes.
    ballast: u64,
}

impl Open {
    /// Whether files may have been added to `blobs/` since the last listing. Its modification time has a coarse
    /// resolution, so the folder is listed again until the time has not changed for a second.
    fn may_have_new_blobs(&mut self) -> io::Result<bool> {
        let Some(folder) = &self.folder else { return Ok(false) };
        let modified = folder.metadata()?.modified()?;
        match self.listed {
            Some((seen, since)) if seen == modified => Ok(since.elapsed() < SETTLED),
            _ => {
                self.listed = Some((modified, Instant::now()));
                Ok(true)
            }
        }
    }
}

impl Disk {
    /// The files in `dir`, which need not exist yet.
    pub fn new(dir: PathBuf, reserve_mb: u32) -> Self {
        Self { dir, reserve: u64::from(reserve_mb) << 20, open: Mutex::default() }
    }

    /// Opens the files again after the database was opened, because they may be new ones, and syncs everything that
    /// sled wrote meanwhile, directory entries included.
    pub fn reopen_files(&self) -> io::Result<()> {
        let mut snapshot = 0;
        for entry in self.dir.read_dir()? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("snap.") {
                snapshot = entry.metadata().map_or(snapshot, |meta| meta.len().max(snapshot));
            }
        }
        let log = File::open(self.dir.join("db"))?;
        let folder = File::open(self.dir.join("blobs"))?;
        let ballast = BALLAST_LEAST + 2 * snapshot;
        *self.lock() = Open { log: Some(log), folder: Some(folder), ballast, ..Open::default() };
        self.sync()?;
        for name in ["conf", "blobs", ".", ".."] {
            File::open(self.dir.join(name))?.sync_all()?;
        }
        self.hold_ballast();
        Ok(())
    }

    /// Flushes everything that sled has written to the device.
    pub fn sync(&self) -> io::Result<()> {
        let mut open = self.lock();
        if open.may_have_new_blobs()? {
            // A failed listing is repeated next time.
            let listed = open.listed.take();
            self.sync_new_blobs(&mut open)?;
            open.listed = listed;
        }
        open.log.as_ref().map_or(Ok(()), File::sync_data)
    }

    fn sync_new_blobs(&self, open: &mut Open) -> io::Result<()> {
        let mut fresh = false;
        for entry in self.dir.join("blobs").read_dir()? {
            let entry = entry?;
            let name = entry.file_name();
            if !open.blobs.contains(&name) {
                match File::open(entry.path()) {
                    Ok(file) => file.sync_all()?,
                    // sled may have removed the file meanwhile.
                    Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                    Err(e) => return Err(e),
                }
                open.blobs.insert(name);
                fresh = true;
            }
        }
        if let Some(folder) = open.folder.as_ref().filter(|_| fresh) {
            folder.sync_all()?;
        }
        Ok(())
    }

    /// Bytes that must stay free.
    pub fn reserve(&self) -> u64 {
        self.reserve
    }

    /// Fails with [`StoreError::Full`] if writing `bytes` would use up the reserve. One system call of about a
    /// microsecond.
    pub fn check_free(&self, bytes: u64) -> Result<(), StoreError> {
        let free = self.free().map_err(|e| StoreError::Engine(format!("free space could not be read: {e}")))?;
        if free < self.reserve.saturating_add(bytes) {
            return Err(StoreError::Full);
        }
        self.hold_ballast();
        Ok(())
    }

    fn free(&self) -> io::Result<u64> {
        // Before the first opening only the parent directory exists.
        let stat =
            rustix::fs::statvfs(&self.dir).or_else(|_| rustix::fs::statvfs(self.dir.parent().unwrap_or(&self.dir)))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Reserves space, so that reopening, which writes a snapshot, works even on a disk that others have filled
    /// completely.
    fn hold_ballast(&self) {
        let path = self.dir.join(BALLAST);
        let size = self.lock().ballast;
        // There is nothing to reserve before the first opening.
        if size == 0 || path.metadata().is_ok_and(|meta| meta.len() >= size) {
            return;
        }
        let made = File::create(&path).and_then(|mut file| io::copy(&mut io::repeat(0).take(size), &mut file));
        if made.is_err() {
            self.release_ballast();
        }
    }

    /// Releases the reserved space if the disk is nearly full. [`reopen_files`](Self::reopen_files) takes it again.
    pub fn release_ballast_if_full(&self) {
        if self.free().is_ok_and(|free| free < BALLAST_LEAST + self.lock().ballast) {
            self.release_ballast();
        }
    }

    fn release_ballast(&self) {
        match std::fs::remove_file(self.dir.join(BALLAST)) {
            Err(e) if e.kind() != io::ErrorKind::NotFound => tracing::warn!("{BALLAST} could not be removed: {e}"),
            _ => {}
        }
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
