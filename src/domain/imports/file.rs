//! Uploaded files, encrypted at rest in pieces of one size, so that reading can begin anywhere and no more than a piece
//! is in memory. Each piece is sealed for its place in its file.

use crate::fault::Fault;
use crate::keys::seal::{Purpose, Sealer, bound};
use crate::model::ImportUpload;
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

/// Bytes of a piece before encryption.
const PIECE: usize = 64 * 1024;

fn context(file: &str, piece: u64) -> Vec<u8> {
    bound(&[file, &piece.to_string()])
}

/// Writes a file.
pub(super) struct Writer {
    sealer: Sealer,
    out: File,
    name: String,
    piece: u64,
    waiting: Vec<u8>,
    pub bytes: u64,
    hash: ring::digest::Context,
}

impl Writer {
    pub fn create(sealer: Sealer, dir: &Path, name: &str) -> io::Result<Self> {
        std::fs::create_dir_all(dir)?;
        let out = OpenOptions::new().write(true).create_new(true).mode(0o600).open(dir.join(name))?;
        let hash = ring::digest::Context::new(&ring::digest::SHA256);
        let (name, waiting) = (name.to_owned(), Vec::with_capacity(PIECE));
        Ok(Self { sealer, out, name, piece: 0, waiting, bytes: 0, hash })
    }

    pub fn write(&mut self, mut bytes: &[u8]) -> Result<(), Fault> {
        self.hash.update(bytes);
        self.bytes += bytes.len() as u64;
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(PIECE - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
            if self.waiting.len() == PIECE {
                self.seal()?;
            }
        }
        Ok(())
    }

    fn seal(&mut self) -> Result<(), Fault> {
        let context = context(&self.name, self.piece);
        let sealed = self.sealer.seal(Purpose::ImportFile, &context, &self.waiting)?;
        self.out.write_all(&sealed).map_err(Fault::internal)?;
        self.waiting.clear();
        self.piece += 1;
        Ok(())
    }

    /// Brings the whole file to the disk, and gives SHA-256 of what was written to it.
    pub fn finish(mut self) -> Result<Vec<u8>, Fault> {
        if !self.waiting.is_empty() {
            self.seal()?;
        }
        self.out.sync_all().map_err(Fault::internal)?;
        Ok(self.hash.finish().as_ref().to_vec())
    }
}

/// Reads a file from a place in it on.
pub(super) struct Reader {
    sealer: Sealer,
    input: File,
    upload: ImportUpload,
    piece: u64,
    plain: Vec<u8>,
    used: usize,
}

impl Reader {
    pub fn open(sealer: Sealer, dir: &Path, upload: &ImportUpload, offset: u64) -> io::Result<Self> {
        let mut input = File::open(dir.join(&upload.file))?;
        let piece = offset / PIECE as u64;
        input.seek(SeekFrom::Start(piece * (PIECE + Sealer::OVERHEAD) as u64))?;
        let mut reader = Self { sealer, input, upload: upload.clone(), piece, plain: Vec::new(), used: 0 };
        reader.fill_buf()?;
        let skipped = usize::try_from(offset % PIECE as u64).unwrap_or_default();
        reader.consume(skipped);
        Ok(reader)
    }
}

impl BufRead for Reader {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let begin = self.piece * PIECE as u64;
        if self.used >= self.plain.len() && begin < self.upload.bytes {
            let length = usize::try_from(self.upload.bytes - begin).unwrap_or(PIECE).min(PIECE);
            let mut sealed = vec![0; length + Sealer::OVERHEAD];
            self.input.read_exact(&mut sealed)?;
            let context = context(&self.upload.file, self.piece);
            let opened = self.sealer.open(Purpose::ImportFile, &context, &sealed);
            self.plain = opened.map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error))?;
            self.used = 0;
            self.piece += 1;
        }
        Ok(self.plain.get(self.used..).unwrap_or_default())
    }

    fn consume(&mut self, amount: usize) {
        self.used = self.used.saturating_add(amount).min(self.plain.len());
    }
}

impl Read for Reader {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let ready = self.fill_buf()?;
        let count = ready.len().min(out.len());
        for (to, from) in out.iter_mut().zip(ready) {
            *to = *from;
        }
        self.consume(count);
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::keys::seal::test_sealer;

    #[test]
    fn a_file_is_read_from_anywhere_and_only_as_it_was_written() {
        let dir = tempfile::tempdir().unwrap();
        for size in [0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE + 77] {
            let text: Vec<u8> = (0..size).map(|n| u8::try_from(n % 251).unwrap()).collect();
            let name = size.to_string();
            let mut writer = Writer::create(test_sealer(3), dir.path(), &name).unwrap();
            text.chunks(1000).for_each(|chunk| writer.write(chunk).unwrap());
            writer.finish().unwrap();
            let upload = ImportUpload { file: name.clone(), bytes: size as u64 };
            for offset in [0, size / 2, size] {
                let mut read = Vec::new();
                let mut reader = Reader::open(test_sealer(3), dir.path(), &upload, offset as u64).unwrap();
                reader.read_to_end(&mut read).unwrap();
                assert!(read == text.get(offset..).unwrap(), "{size} from {offset}");
            }
            if size > 0 {
                assert!(Reader::open(test_sealer(4), dir.path(), &upload, 0).is_err(), "another master key");
                let path = dir.path().join(&name);
                let mut bytes = std::fs::read(&path).unwrap();
                *bytes.last_mut().unwrap() ^= 1;
                std::fs::write(&path, bytes).unwrap();
                let reader = Reader::open(test_sealer(3), dir.path(), &upload, size as u64 - 1);
                assert!(reader.is_err(), "a byte was changed");
            }
        }
    }
}
