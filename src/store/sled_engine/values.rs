//! Values in sled: short ones directly, long ones in pieces.
//!
//! sled keeps 16 entries per page and moves a page of more than a quarter segment (128 kB) into a file of its own,
//! which it neither syncs nor verifies. Pieces of [`PIECE`] bytes keep every page below that.
//!
//! A stored value that starts with [`HEAD`] describes a long value: its generation (8 bytes) and length (8 bytes)
//! reopen_files, and its pieces are at `RESERVED 'p' generation number`. A short value that starts with `HEAD` or
//! `ESCAPE` is stored after an `ESCAPE` byte. Pieces are written in the same batch as their head and never change, so a
//! reader that misses one was overtaken by a writer and reads the head again.

use super::handle::fault;
use crate::store::{ScanPage, StoreError};

/// The first byte of the engine's own keys. Tables do not use it.
pub const RESERVED: u8 = 0;
/// Longest value that is stored directly, and the size of a piece of a longer one, in bytes.
const PIECE: usize = 6 * 1024;
const HEAD: u8 = 0xFF;
const ESCAPE: u8 = 0xFE;
/// How often a reader starts again because a writer overtook it.
const MAX_OVERTAKEN: usize = 1000;

pub fn get(db: &sled::Tree, key: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    for _ in 0..MAX_OVERTAKEN {
        let Some(stored) = db.get(key).map_err(fault)? else { return Ok(None) };
        if let Some(value) = open(db, &stored)? {
            return Ok(Some(value));
        }
    }
    Err(StoreError::Engine("a long value was rewritten faster than it could be read".into()))
}

/// A page of entries with `prefix`, after `after`.
pub fn scan(db: &sled::Tree, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> Result<ScanPage, StoreError> {
    use std::ops::Bound;
    let mut page = ScanPage::default();
    // The engine's own keys sort first; a scan over everything skips them.
    let start: &[u8] = if prefix.is_empty() { &[RESERVED + 1] } else { prefix };
    let from = match after {
        Some(after) if after >= start => Bound::Excluded(after),
        _ => Bound::Included(start),
    };
    for entry in db.range::<&[u8], _>((from, Bound::Unbounded)) {
        let (key, stored) = entry.map_err(fault)?;
        if !key.starts_with(prefix) {
            break;
        }
        if page.entries.len() == limit {
            page.more = true;
            break;
        }
        let value = match open(db, &stored)? {
            Some(value) => Some(value),
            None => get(db, &key)?,
        };
        if let Some(value) = value {
            page.entries.push((key.to_vec(), value));
        }
    }
    Ok(page)
}

/// The value for a stored value; `None` if its pieces are gone because it was rewritten meanwhile.
fn open(db: &sled::Tree, stored: &[u8]) -> Result<Option<Vec<u8>>, StoreError> {
    match stored.split_first() {
        Some((&HEAD, head)) => {
            let (generation, length) = parse(head)?;
            let mut value = Vec::with_capacity(length);
            for number in 0..length.div_ceil(PIECE) {
                match db.get(piece_key(generation, number)).map_err(fault)? {
                    Some(piece) => value.extend_from_slice(&piece),
                    None => return Ok(None),
                }
            }
            Ok(Some(value))
        }
        Some((&ESCAPE, value)) => Ok(Some(value.to_vec())),
        _ => Ok(Some(stored.to_vec())),
    }
}

/// Adds a write of `value` at `key` to `batch`. `generation` must be new.
pub fn put(batch: &mut sled::Batch, key: Vec<u8>, value: Vec<u8>, generation: u64) {
    if value.len() > PIECE {
        for (number, piece) in value.chunks(PIECE).enumerate() {
            batch.insert(piece_key(generation, number), piece);
        }
        let mut head = vec![HEAD];
        head.extend_from_slice(&generation.to_be_bytes());
        head.extend_from_slice(&(value.len() as u64).to_be_bytes());
        batch.insert(key, head);
    } else if matches!(value.first(), Some(&(HEAD | ESCAPE))) {
        let mut escaped = vec![ESCAPE];
        escaped.extend_from_slice(&value);
        batch.insert(key, escaped);
    } else {
        batch.insert(key, value);
    }
}

/// Adds the removal of a long value's pieces, before its key is rewritten or removed.
pub fn drop_pieces(batch: &mut sled::Batch, db: &sled::Tree, key: &[u8]) -> Result<(), StoreError> {
    let stored = db.get(key).map_err(fault)?;
    if let Some((&HEAD, head)) = stored.as_deref().and_then(<[u8]>::split_first) {
        let (generation, length) = parse(head)?;
        for number in 0..length.div_ceil(PIECE) {
            batch.remove(piece_key(generation, number));
        }
    }
    Ok(())
}

/// A generation above all existing ones.
pub fn next_generation(db: &sled::Tree) -> Result<u64, StoreError> {
    let last = db.scan_prefix([RESERVED, b'p']).keys().next_back().transpose().map_err(fault)?;
    Ok(last.and_then(|key| key.get(2..10)?.try_into().ok()).map_or(0, |g| u64::from_be_bytes(g) + 1))
}

fn piece_key(generation: u64, number: usize) -> Vec<u8> {
    let mut key = vec![RESERVED, b'p'];
    key.extend_from_slice(&generation.to_be_bytes());
    key.extend_from_slice(&(number as u32).to_be_bytes());
    key
}

fn parse(head: &[u8]) -> Result<(u64, usize), StoreError> {
    let number = |bytes: Option<&[u8]>| bytes.and_then(|b| b.try_into().ok()).map(u64::from_be_bytes);
    match (number(head.get(..8)), number(head.get(8..16)), head.len()) {
        (Some(generation), Some(length), 16) if length <= super::MAX_VALUE as u64 => Ok((generation, length as usize)),
        _ => Err(StoreError::Corrupt { table: "long values", reason: "a head is malformed".into() }),
    }
}
