//! Cache of machine code, in files beside the store. It can be rebuilt from the modules, so backups leave it out.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

const ENDING: &str = "cwasm";

/// The cache folder. Only its owner may write there, because whoever can write these files can run code as this server.
pub struct Cache {
    dir: PathBuf,
    engine: String,
}

impl Cache {
    /// `engine` is [`crate::triggers::sandbox::Sandbox::engine_key`].
    pub fn new(dir: PathBuf, engine: String) -> Self {
        Self { dir, engine }
    }

    fn name(&self, sha256: &str) -> String {
        format!("{sha256}-{}.{ENDING}", self.engine)
    }

    /// The cached file of a module.
    pub fn find(&self, sha256: &str) -> Option<PathBuf> {
        Some(self.dir.join(self.name(sha256))).filter(|file| file.is_file() && self.check().is_ok())
    }

    /// Fails if another user could write to the folder.
    fn check(&self) -> io::Result<()> {
        let meta = fs::metadata(&self.dir)?;
        if meta.uid() == rustix::process::geteuid().as_raw() && meta.mode() & 0o022 == 0 {
            return Ok(());
        }
        let dir = self.dir.display();
        Err(io::Error::other(format!(
            "{dir} belongs to another user or is writable by others: run chmod go-w on it, or remove it"
        )))
    }

    /// Writes machine code to a temporary file and renames it, so that a file in the cache is always complete.
    pub fn keep(&self, sha256: &str, code: &[u8]) -> io::Result<PathBuf> {
        DirBuilder::new().recursive(true).mode(0o700).create(&self.dir)?;
        self.check()?;
        let unique = crate::rng::uuid().map_err(io::Error::other)?;
        let (file, half) = (self.dir.join(self.name(sha256)), self.dir.join(format!("{unique}.half")));
        let written = (|| {
            let mut out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&half)?;
            out.write_all(code)?;
            out.sync_all()?;
            fs::rename(&half, &file)?;
            fs::File::open(&self.dir)?.sync_all()
        })();
        if written.is_err() {
            let _ = fs::remove_file(&half);
        }
        written.map(|()| file)
    }

    /// Removes a file that cannot be loaded.
    pub fn drop_file(&self, file: &Path) {
        let _ = fs::remove_file(file);
    }

    /// Removes files of modules that are no longer needed, and of other engines.
    pub fn clean(&self, needed: &[String]) {
        let needed: Vec<String> = needed.iter().map(|sha256| self.name(sha256)).collect();
        for entry in fs::read_dir(&self.dir).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let ours = name.ends_with(ENDING) || name.ends_with(".half");
            if ours && !needed.contains(&name) {
                let _ = fs::remove_file(entry.path());
            }
        }
    }

    /// Keeps only the `most` newest files.
    pub fn trim(&self, most: usize) {
        let entries = fs::read_dir(&self.dir).into_iter().flatten().flatten();
        let written = |entry: &fs::DirEntry| entry.metadata().and_then(|meta| meta.modified()).ok();
        let mut files: Vec<_> = entries.map(|entry| (written(&entry), entry.path())).collect();
        files.sort();
        for (_, file) in
            files.iter().rev().skip(most).filter(|(_, file)| file.extension().is_some_and(|ending| ending == ENDING))
        {
            let _ = fs::remove_file(file);
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_is_kept_is_found_and_what_nobody_needs_goes() {
        let dir = std::env::temp_dir().join(format!("poolhouse-test-{}", crate::rng::uuid().unwrap()));
        let cache = Cache::new(dir.clone(), "engine".into());
        for name in ["a", "b", "c"] {
            cache.keep(name, name.as_bytes()).unwrap();
        }
        let other = Cache::new(dir.clone(), "newer".into());
        assert!(other.find("a").is_none(), "of another engine");
        cache.clean(&["a".into(), "c".into()]);
        assert!(cache.find("a").is_some() && cache.find("b").is_none());
        cache.trim(1);
        assert!(cache.find("a").is_none() && cache.find("c").is_some());
        fs::remove_dir_all(dir).unwrap();
    }
}
