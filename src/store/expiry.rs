//! Records that end by themselves: codes, used single-use ids, revocations, sessions.
//!
//! Such a record is stored with its end in front (`MARK`, 8 bytes of milliseconds, record). Beside it goes a key under
//! [`tags::EXPIRY`], ordered by time, so that [`Store::sweep`] finds what has lapsed without reading what has not. A
//! record rewritten with another end leaves its older expiry key behind; the sweep sees by the record itself that it
//! still lives and removes that key alone.

use super::{Key, Read, Record, Store, StoreError, Tx, decode, encode, tags};
use crate::clock::Timestamp;
use crate::fault::Fault;

/// The first byte of a record that ends. Versions of records stay below it.
const MARK: u8 = 0xE7;

/// The stored form of a record that ends at `until`.
fn wrap<R: Record>(record: &R, until: Timestamp) -> Result<Vec<u8>, StoreError> {
    let mut out = vec![MARK];
    out.extend_from_slice(&until.millis().to_be_bytes());
    out.extend_from_slice(&encode(record)?);
    Ok(out)
}

/// The end and the record's bytes; `None` if this is no record that ends.
fn unwrap(stored: &[u8]) -> Option<(Timestamp, &[u8])> {
    let (until, body) = stored.strip_prefix(&[MARK])?.split_first_chunk::<8>()?;
    Some((Timestamp(i64::from_be_bytes(*until)), body))
}

/// The record at `key`, unless it is absent or has lapsed at `now`.
pub(super) async fn get_live<R: Record>(
    from: &(impl Read + ?Sized),
    key: &Key,
    now: Timestamp,
) -> Result<Option<R>, StoreError> {
    let Some(stored) = from.bytes(key).await? else { return Ok(None) };
    live(&stored, now)
}

/// The record in the bytes that [`Tx::put_until`] wrote, unless it has lapsed at `now`.
pub(super) fn live<R: Record>(stored: &[u8], now: Timestamp) -> Result<Option<R>, StoreError> {
    let corrupt = || StoreError::Corrupt { table: R::TABLE, reason: "it was not written by put_until".into() };
    let (until, body) = unwrap(stored).ok_or_else(corrupt)?;
    if until <= now { Ok(None) } else { decode(body).map(Some) }
}

fn expiry_key(until: Timestamp, key: &[u8]) -> Key {
    Key::new(tags::EXPIRY).number(until.millis()).part(key)
}

/// The end and the target of an expiry key.
fn read_expiry_key(key: &[u8]) -> Option<(Timestamp, Vec<u8>)> {
    let (until, target) = key.get(1..)?.split_first_chunk::<8>()?;
    // `Key::number` flips the sign bit, `Key::split` reads from behind a tag: the byte in front of the component stands
    // in for one.
    let until = Timestamp((u64::from_be_bytes(*until) ^ (1 << 63)) as i64);
    let mut parts = Key::split(&[&[0], target].concat())?;
    if parts.len() == 1 { Some((until, parts.pop()?)) } else { None }
}

impl Tx {
    /// Writes a record that ends at `until`: from then on [`Read::get_live`] does not see it, and a sweep removes it.
    /// Such a record is read with `get_live` alone. Writing it again with another end moves the end; deleting it early
    /// is fine.
    pub fn put_until<R: Record>(&self, key: Key, record: &R, until: Timestamp) -> Result<(), StoreError> {
        let stored = wrap(record, until)?;
        self.put_bytes(expiry_key(until, key.bytes()), Vec::new());
        self.put_bytes(key, stored);
        Ok(())
    }
}

impl Store {
    /// Removes up to `limit` lapsed records; gives how many ends it worked off, so that less than `limit` means that
    /// none is left at `now`. Bounded work: call it again while it gives `limit`.
    pub async fn sweep(&self, now: Timestamp, limit: usize) -> Result<usize, Fault> {
        self.transact(async |tx| {
            let page = tx.scan(&Key::new(tags::EXPIRY), None, limit).await?;
            let mut swept = 0;
            for (key, _) in page.entries {
                let Some((until, target)) = read_expiry_key(&key) else {
                    return Err(StoreError::Corrupt { table: "expiry", reason: "a key is malformed".into() }.into());
                };
                if until > now {
                    break;
                }
                let target = Key::from_bytes(target);
                // Reading it makes the commit fail if someone gives the record a later end meanwhile.
                if tx.bytes(&target).await?.as_deref().and_then(unwrap).is_some_and(|(until, _)| until <= now) {
                    tx.delete(target);
                }
                tx.delete(Key::from_bytes(key));
                swept += 1;
            }
            // If a power cut brings lapsed records back, they are still lapsed.
            tx.skip_sync();
            Ok(swept)
        })
        .await
    }
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
