//! Records that expire: codes, single-use ids, revocations, sessions.
//!
//! Such a record is stored as `MARK`, its expiry (8 bytes of milliseconds), and the record. A second key under
//! [`tags::EXPIRY`], ordered by time, lets the sweep (`sweep.rs`) find expired records without reading others. A record
//! that is rewritten with another expiry leaves its older expiry key behind; the sweep sees in the record itself that
//! it has not expired and removes only that key.

use super::{Key, Record, StoreError, decode, encode, tags};
use crate::clock::Timestamp;

/// The first byte of a record that expires. Record versions are smaller.
const MARK: u8 = 0xE7;

/// The stored form of a record that expires at `until`.
pub(super) fn wrap<R: Record>(record: &R, until: Timestamp) -> Result<Vec<u8>, StoreError> {
    let mut out = vec![MARK];
    out.extend_from_slice(&until.millis().to_be_bytes());
    out.extend_from_slice(&encode(record)?);
    Ok(out)
}

/// The expiry and the record's bytes; `None` if the record does not expire.
pub(super) fn unwrap(stored: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (until, body) = stored.strip_prefix(&[MARK])?.split_first_chunk::<8>()?;
    Some((Timestamp(i64::from_be_bytes(*until)), body))
}

/// Decodes what `Tx::put_until` wrote; `None` if it has expired.
pub(super) fn live<R: Record>(stored: &[u8], now: Timestamp) -> Result<Option<R>, StoreError> {
    let corrupt = || StoreError::Corrupt { table: R::TABLE, reason: "it was not written by put_until".into() };
    let (until, body) = unwrap(stored).ok_or_else(corrupt)?;
    if until <= now { Ok(None) } else { decode(body).map(Some) }
}

pub(super) fn expiry_key(until: Timestamp, key: &[u8]) -> Key {
    Key::new(tags::EXPIRY).number(until.millis()).part(key)
}

/// The expiry and the target in an expiry key.
pub(super) fn read_expiry_key(key: &[u8]) -> Option<(Timestamp, Vec<u8>)> {
    let (until, target) = key.get(1..)?.split_first_chunk::<8>()?;
    // `Key::number` flips the sign bit. `Key::split` expects a tag first, for which the byte 0 stands here.
    let until = Timestamp((u64::from_be_bytes(*until) ^ (1 << 63)) as i64);
    let mut parts = Key::split(&[&[0], target].concat())?;
    if parts.len() == 1 { Some((until, parts.pop()?)) } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn expiry_keys_sort_by_time_and_are_read_back() {
        let target = b"x\0y\xFF";
        let keys = [-5, 0, 7, 1_700_000_000_000].map(|at| expiry_key(Timestamp(at), target).into_bytes());
        assert!(keys.is_sorted());
        let read: Vec<_> = keys.iter().map(|key| read_expiry_key(key)).collect();
        assert_eq!(read, [-5, 0, 7, 1_700_000_000_000].map(|at| Some((Timestamp(at), target.to_vec()))));
        assert_eq!(read_expiry_key(&[2; 12]), None);
    }
}
