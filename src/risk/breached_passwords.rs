//! Passwords known from leaks, looked up in the files of Pwned Passwords where they lie: hashes in order, one a line,
//! with how often each was seen. A lookup reads a few kilobytes, however large the files are.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

/// Digits of SHA-1.
const DIGITS: usize = 40;
/// Digits in the name of a range file.
const RANGE: usize = 5;
/// Longest line: hash, colon, ten digits, line end, and some room.
const LINE: usize = 64;
/// Half of what is searched around the place where a hash is likely to be, in bytes. Hashes are spread evenly: in the
/// file of 2026, with 900 million of them, they lie within 2 MB of it.
const WINDOW: u64 = 4 * 1024 * 1024;
/// Where the search turns to reading every line.
const FEW: u64 = 1024;

/// The files.
#[derive(Debug)]
pub struct BreachedPasswords {
    source: Source,
}

#[derive(Debug)]
enum Source {
    /// All hashes.
    File(File),
    /// Range files: the names are the first five digits of the hashes in them, the lines have the others.
    Folder { dir: PathBuf, suffix: &'static str },
}

/// Why the files cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("protection.breached_passwords: {}: {reason}", path.display())]
pub struct BreachedPasswordsError {
    path: PathBuf,
    reason: String,
}

impl BreachedPasswords {
    /// Opens a file, or finds the form of a folder, and sees whether it is what it should be.
    pub fn open(path: &Path) -> Result<Self, BreachedPasswordsError> {
        let failed = |reason: String| BreachedPasswordsError { path: path.to_owned(), reason };
        let metadata = std::fs::metadata(path).map_err(|error| failed(error.to_string()))?;
        let source = if metadata.is_dir() {
            let suffix = ["", ".txt"].into_iter().find(|suffix| path.join(format!("00000{suffix}")).is_file());
            let suffix = suffix.ok_or_else(|| failed("there is no range file 00000 or 00000.txt in it".into()))?;
            Source::Folder { dir: path.to_owned(), suffix }
        } else {
            Source::File(File::open(path).map_err(|error| failed(error.to_string()))?)
        };
        let own = Self { source };
        match own.check_form() {
            Ok(true) => Ok(own),
            Ok(false) => {
                Err(failed("its lines are not SHA-1 hashes with counts (NTLM hashes are of no use here)".into()))
            }
            Err(error) => Err(failed(error.to_string())),
        }
    }

    /// Whether the first line has the form that is expected.
    fn check_form(&self) -> io::Result<bool> {
        let (file, digits) = match &self.source {
            Source::File(file) => (file.try_clone()?, DIGITS),
            Source::Folder { dir, suffix } => (File::open(dir.join(format!("00000{suffix}")))?, DIGITS - RANGE),
        };
        let lines = Lines { size: file.metadata()?.len(), file: &file };
        let first = lines.at(0)?;
        let hex = first.get(..digits).is_some_and(|hash| hash.iter().all(u8::is_ascii_hexdigit));
        Ok(hex && first.get(digits) == Some(&b':'))
    }

    /// Whether the password is listed, and was seen at least once: answers of the service are padded with hashes that
    /// never were. Reads the disk: call it off the event loop.
    pub fn contains(&self, password: &str) -> io::Result<bool> {
        let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes());
        let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect();
        match &self.source {
            Source::File(file) => find(file, &hex),
            Source::Folder { dir, suffix } => {
                let Some((range, rest)) = hex.split_at_checked(RANGE) else { return Ok(false) };
                match File::open(dir.join(format!("{range}{suffix}"))) {
                    Ok(file) => find(&file, rest),
                    Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
                    Err(error) => Err(error),
                }
            }
        }
    }
}

struct Lines<'a> {
    file: &'a File,
    size: u64,
}

impl Lines<'_> {
    /// The bytes from an offset on, as many as a line has at most.
    fn at(&self, offset: u64) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; LINE];
        let mut read = 0;
        while let Some(rest) = bytes.get_mut(read..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, offset + read as u64) {
                Ok(0) => break,
                Ok(count) => read += count,
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    /// The beginning of the first line that begins at an offset or after it; the size of the file if there is none.
    fn begin(&self, offset: u64) -> io::Result<u64> {
        if offset == 0 {
            return Ok(0);
        }
        let before = self.at(offset - 1)?;
        Ok(before.iter().position(|byte| *byte == b'\n').map_or(self.size, |place| offset + place as u64))
    }
}

/// Whether the hash is on a line with a count above zero.
fn find(file: &File, hash: &str) -> io::Result<bool> {
    let lines = Lines { file, size: file.metadata()?.len() };
    let (mut low, mut high) = likely(&lines, hash.as_bytes())?;
    // A line of the hash begins at `low` or after it, and before `high`.
    while high - low > FEW {
        let middle = lines.begin(low + (high - low) / 2)?;
        if middle >= high {
            break;
        }
        if is_after(&lines.at(middle)?, hash.as_bytes()) { high = middle } else { low = middle }
    }
    let mut place = low;
    while place < high {
        let line = lines.at(place)?;
        let end = line.iter().position(|byte| *byte == b'\n').map_or(line.len(), |end| end + 1);
        if let Some(count) = line.get(..end).and_then(|line| count(line, hash.as_bytes())) {
            return Ok(count > 0);
        }
        place += (end as u64).max(1);
    }
    Ok(false)
}

/// The range in which a hash must be: around the place where an even spread would have it, if it is there.
fn likely(lines: &Lines<'_>, hash: &[u8]) -> io::Result<(u64, u64)> {
    let all = (0, lines.size);
    let head = hash.get(..8).and_then(|head| std::str::from_utf8(head).ok());
    let Some(head) = head.and_then(|head| u64::from_str_radix(head, 16).ok()) else { return Ok(all) };
    let guess = u64::try_from((u128::from(head) * u128::from(lines.size)) >> 32).unwrap_or(0);
    let low = lines.begin(guess.saturating_sub(WINDOW))?;
    let high = lines.begin(guess.saturating_add(WINDOW).min(lines.size))?;
    let begins_before = low == 0 || !is_after(&lines.at(low)?, hash);
    let ends_after = high >= lines.size || is_after(&lines.at(high)?, hash);
    Ok((if begins_before { low } else { 0 }, if ends_after { high } else { lines.size }))
}

/// Whether a line's hash comes after the one that is looked for.
fn is_after(line: &[u8], hash: &[u8]) -> bool {
    let own = line.iter().take(hash.len()).map(u8::to_ascii_uppercase);
    own.gt(hash.iter().copied())
}

/// How often a line says that its hash was seen, if it is this one.
fn count(line: &[u8], hash: &[u8]) -> Option<u64> {
    let (own, rest) = line.split_at_checked(hash.len())?;
    let digits = rest.strip_prefix(b":").filter(|_| own.eq_ignore_ascii_case(hash))?;
    std::str::from_utf8(digits).ok()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn sha1(text: &str) -> String {
        let hash = ring::digest::digest(&ring::digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes());
        hash.as_ref().iter().map(|byte| format!("{byte:02X}")).collect()
    }

    fn listed(count: usize, end: &str) -> Vec<String> {
        let mut lines: Vec<_> =
            (0..count).map(|n| format!("{}:{}{end}", sha1(&format!("leak{n}")), n % 90 + 1)).collect();
        lines.push(format!("{}:0{end}", sha1("padding")));
        lines.sort();
        lines
    }

    #[test]
    fn the_passwords_of_one_file_are_found_and_no_others() {
        let dir = tempfile::tempdir().unwrap();
        for (count, end) in [(1, "\r\n"), (2, "\n"), (40, "\r\n"), (3_000, "\n"), (30_000, "\r\n")] {
            let path = dir.path().join(format!("{count}"));
            std::fs::write(&path, listed(count, end).concat().trim_end()).unwrap();
            let known = BreachedPasswords::open(&path).unwrap();
            for n in 0..count {
                assert!(known.contains(&format!("leak{n}")).unwrap(), "leak{n} of {count}");
                assert!(!known.contains(&format!("kept{n}")).unwrap(), "kept{n} of {count}");
            }
            assert!(!known.contains("padding").unwrap());
        }
    }

    #[test]
    fn a_file_that_is_not_spread_evenly_is_searched_all_the_same() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("uneven");
        // 12 MB of hashes that begin with 0, and one that does not.
        let mut lines: Vec<String> = (0..270_000).map(|n| format!("0{n:039X}:1\n")).collect();
        let last = (0..).map(|n| format!("last{n}")).find(|text| !sha1(text).starts_with('0')).unwrap();
        lines.push(format!("{}:1\n", sha1(&last)));
        std::fs::write(&path, lines.concat()).unwrap();
        let known = BreachedPasswords::open(&path).unwrap();
        assert!(known.contains(&last).unwrap());
        assert!(!known.contains("kept").unwrap());
    }

    #[test]
    fn range_files_are_found_by_their_names() {
        for suffix in ["", ".txt"] {
            let dir = tempfile::tempdir().unwrap();
            std::fs::write(dir.path().join(format!("00000{suffix}")), format!("{}:3", "0".repeat(35))).unwrap();
            let (range, rest) = (sha1("leak")[..RANGE].to_owned(), sha1("leak")[RANGE..].to_owned());
            let lines = [format!("{}:2", "0".repeat(35)), format!("{rest}:7"), format!("{}:1", "F".repeat(35))];
            std::fs::write(dir.path().join(format!("{range}{suffix}")), lines.join("\r\n")).unwrap();
            let known = BreachedPasswords::open(dir.path()).unwrap();
            assert!(known.contains("leak").unwrap());
            assert!(!known.contains("kept").unwrap(), "a range that is not there");
        }
    }

    #[test]
    fn other_files_are_refused_at_the_start() {
        let dir = tempfile::tempdir().unwrap();
        assert!(BreachedPasswords::open(dir.path()).is_err(), "an empty folder");
        assert!(BreachedPasswords::open(&dir.path().join("none")).is_err());
        for text in
            ["", "password\n", "31D6CFE0D16AE931B73C59D7E0C089C0:5\n", "5BAA61E4C9B93F3F0682250B6CF8331B7EE68FD8\n"]
        {
            let path = dir.path().join("file");
            std::fs::write(&path, text).unwrap();
            assert!(BreachedPasswords::open(&path).is_err(), "{text:?}");
        }
    }
}
