//! What sled leaves to the system: getting written pages through the device's cache, and the room that is left.
//!
//! sled's flush ends in `sync_file_range` (Linux), which neither empties the device's cache nor writes the file's size
//! and block map, so a power cut could take an acknowledged write with it. [`Disk::sync`] adds the `fdatasync`.

use crate::store::StoreError;
use std::collections::HashSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The name of the file that holds space for reopening on a full disk.
const BALLAST: &str = "ballast";
/// Its size beside twice that of the present snapshot, in bytes.
const BALLAST_LEAST: u64 = 2 << 20;

/// The files of one database.
pub struct Disk {
    dir: PathBuf,
    /// Bytes that must stay free.
    reserve: u64,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    /// sled's log; any handle of the file syncs all of it.
    log: Option<File>,
    /// Files in `blobs/` that are known to be on disk. Values are cut so that there are none in the ordinary
    /// (`values.rs`); very long keys could still make one.
    blobs: HashSet<OsString>,
    /// What the ballast should weigh, in bytes.
    ballast: u64,
}

impl Disk {
    /// The files under `dir`, a store that is about to be opened.
    pub fn new(dir: PathBuf, reserve_mb: u32) -> Self {
        Self { dir, reserve: u64::from(reserve_mb) << 20, open: Mutex::default() }
    }

    /// Follows an opening: the files may be new ones. Syncs what sled has written while it opened, directory entries
    /// included.
    pub fn follow(&self) -> io::Result<()> {
        let mut snapshot = 0;
        for entry in self.dir.read_dir()? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with("snap.") {
                snapshot = entry.metadata().map_or(snapshot, |meta| meta.len().max(snapshot));
            }
        }
        let log = File::open(self.dir.join("db"))?;
        *self.lock() = Open { log: Some(log), blobs: HashSet::new(), ballast: BALLAST_LEAST + 2 * snapshot };
        self.sync()?;
        for name in ["conf", "blobs", ".", ".."] {
            File::open(self.dir.join(name))?.sync_all()?;
        }
        self.hold_ballast();
        Ok(())
    }

    /// Gets everything that sled has written through to the device.
    pub fn sync(&self) -> io::Result<()> {
        let mut open = self.lock();
        let folder = self.dir.join("blobs");
        let mut fresh = false;
        for entry in folder.read_dir()? {
            let entry = entry?;
            let name = entry.file_name();
            if !open.blobs.contains(&name) {
                match File::open(entry.path()) {
                    Ok(file) => file.sync_all()?,
                    // sled may tidy a file away meanwhile.
                    Err(e) if e.kind() == io::ErrorKind::NotFound => continue,
                    Err(e) => return Err(e),
                }
                open.blobs.insert(name);
                fresh = true;
            }
        }
        if fresh {
            File::open(&folder)?.sync_all()?;
        }
        open.log.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Bytes that must stay free.
    pub fn reserve(&self) -> u64 {
        self.reserve
    }

    /// [`StoreError::Full`] if writing `bytes` would eat into the reserve. One system call of about a microsecond.
    pub fn room(&self, bytes: u64) -> Result<(), StoreError> {
        let free = self.free().map_err(|e| StoreError::Engine(format!("free space could not be read: {e}")))?;
        if free < self.reserve.saturating_add(bytes) {
            return Err(StoreError::Full);
        }
        self.hold_ballast();
        Ok(())
    }

    fn free(&self) -> io::Result<u64> {
        // The directory is not there before the first opening, the one above it is.
        let stat =
            rustix::fs::statvfs(&self.dir).or_else(|_| rustix::fs::statvfs(self.dir.parent().unwrap_or(&self.dir)))?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// Sets space aside, so that reopening, which writes a snapshot, succeeds on a disk that others have filled to the
    /// last byte.
    fn hold_ballast(&self) {
        let path = self.dir.join(BALLAST);
        let size = self.lock().ballast;
        // Nothing to hold before the first opening.
        if size == 0 || path.metadata().is_ok_and(|meta| meta.len() >= size) {
            return;
        }
        let made = File::create(&path).and_then(|mut file| io::copy(&mut io::repeat(0).take(size), &mut file));
        if made.is_err() {
            self.release_ballast();
        }
    }

    /// Gives the ballast's space back if there is hardly any other. [`follow`](Self::follow) takes it again.
    pub fn lighten(&self) {
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
