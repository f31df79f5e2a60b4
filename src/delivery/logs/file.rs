//! Writes log lines to files, with rotation by size.

use crate::config::logs::LogsConfig;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

pub struct Files {
    /// Maximum file size in bytes.
    largest: u64,
    old: u32,
}

impl Files {
    pub fn new(config: &LogsConfig) -> Self {
        Self { largest: u64::from(config.file_mb) * 1024 * 1024, old: config.old_files }
    }

    /// Appends lines with a single write, off the event loop. Errors are messages for the operator.
    pub async fn append(&self, path: PathBuf, lines: Vec<String>) -> Result<(), String> {
        let (largest, old) = (self.largest, self.old);
        let written = tokio::task::spawn_blocking(move || {
            append(&path, &lines, largest, old).map_err(|e| format!("{} cannot be written: {e}", path.display()))
        });
        written.await.map_err(|e| e.to_string())?
    }
}

fn append(path: &Path, lines: &[String], largest: u64, old: u32) -> std::io::Result<()> {
    if let Some(dir) = path.parent() {
        DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    }
    let mut bytes = lines.join("\n");
    bytes.push('\n');
    let size = std::fs::metadata(path).map_or(0, |meta| meta.len());
    if size > 0 && size + bytes.len() as u64 > largest {
        rotate(path, old)?;
    }
    let mut file = OpenOptions::new().append(true).create(true).mode(0o600).open(path)?;
    file.write_all(bytes.as_bytes())
}

/// Renames `log.1` to `log.2` and so on, and deletes the oldest.
fn rotate(path: &Path, old: u32) -> std::io::Result<()> {
    let numbered = |n: u32| if n == 0 { path.to_owned() } else { PathBuf::from(format!("{}.{n}", path.display())) };
    let missing_is_fine = |result: std::io::Result<()>| match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    missing_is_fine(std::fs::remove_file(numbered(old)))?;
    for n in (0..old).rev() {
        missing_is_fine(std::fs::rename(numbered(n), numbered(n + 1)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn files_are_put_aside_at_their_size_and_the_oldest_go() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("deep/log");
        for n in 0..8 {
            append(&path, &[n.to_string().repeat(9)], 20, 2).unwrap();
        }
        let read = |name: &str| std::fs::read_to_string(dir.path().join("deep").join(name)).unwrap();
        assert_eq!(read("log"), "666666666\n777777777\n");
        assert_eq!(read("log.1"), "444444444\n555555555\n");
        assert_eq!(read("log.2"), "222222222\n333333333\n");
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 3);
        append(&path, &["8".repeat(99)], 20, 0).unwrap();
        assert_eq!(read("log").len(), 100, "without old files it starts anew");
    }
}
