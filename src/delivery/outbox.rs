//! The outbox: messages that were promised and not yet delivered, one record each, kept in the order in which they fall
//! due. A key is `medium | due | id`, so that what is due now is always at the front and a worker never reads past it.

use super::message::{Kind, Medium, Message};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::rng;
use crate::secret::Seal;
use crate::store::{Key, Read, Record, Store, StoreError, Tx, decode, tags};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use zeroize::Zeroizing;

/// A message in the outbox. Its words are sealed; the rest is what logs may show.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queued {
    /// When it was promised.
    pub since: Timestamp,
    /// When it is dropped.
    pub until: Timestamp,
    /// How often it was tried.
    pub tries: u32,
    /// The pool.
    pub pool_id: String,
    /// Why it is sent.
    pub kind: Kind,
    /// The message, sealed for this id.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

impl Record for Queued {
    const TABLE: &'static str = "outbox";
}

/// A message in the outbox, with its place.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The way it takes.
    pub medium: Medium,
    /// When it falls due.
    pub due: Timestamp,
    /// Its id.
    pub id: String,
    /// The record; `None` if it cannot be read.
    pub queued: Option<Queued>,
}

impl Entry {
    fn key(&self) -> Key {
        key(self.medium, self.due, &self.id)
    }
}

fn lane(medium: Medium) -> Key {
    Key::new(tags::OUTBOX).part(match medium {
        Medium::Email => "e",
        Medium::Sms => "s",
    })
}

fn key(medium: Medium, due: Timestamp, id: &str) -> Key {
    lane(medium).number(due.millis()).part(id)
}

/// Puts a message into the outbox, due at once, in the caller's transaction: it is promised exactly if the transaction
/// commits. It is dropped `give_up` after `now`, or when its code expires if that is sooner.
pub fn enqueue(tx: &Tx, seal: &dyn Seal, message: &Message, now: Timestamp, give_up: Duration) -> Result<(), Fault> {
    let id = rng::uuid()?;
    let plain = Zeroizing::new(rmp_serde::to_vec_named(message).map_err(Fault::internal)?);
    let until = now.plus(give_up);
    let queued = Queued {
        sealed: seal.seal(&id, &plain)?,
        since: now,
        until: message.expires.map_or(until, |expires| expires.min(until)),
        tries: 0,
        pool_id: message.pool_id.clone(),
        kind: message.kind,
    };
    tx.put(key(message.medium, now, &id), &queued)?;
    Ok(())
}

/// The message of an entry; `None` if it cannot be read or opened (another master key).
pub fn open(seal: &dyn Seal, entry: &Entry) -> Option<Message> {
    let plain = Zeroizing::new(seal.open(&entry.id, &entry.queued.as_ref()?.sealed)?);
    rmp_serde::from_slice(&plain).ok()
}

/// The first `limit` messages of a medium, in the order in which they fall due.
pub async fn front(store: &Store, medium: Medium, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let lane = lane(medium);
    let page = store.scan(&lane, None, limit).await?;
    Ok(page.entries.iter().filter_map(|(key, bytes)| entry(medium, key.get(lane.bytes().len()..)?, bytes)).collect())
}

/// `tail` is what follows the medium in the key: eight bytes of time, the id and its two bytes of end.
fn entry(medium: Medium, tail: &[u8], bytes: &[u8]) -> Option<Entry> {
    let (due, id) = tail.split_first_chunk::<8>()?;
    let due = Timestamp((u64::from_be_bytes(*due) ^ (1 << 63)) as i64);
    let id = String::from_utf8(id.strip_suffix(&[0, 1])?.to_vec()).ok()?;
    Some(Entry { medium, due, id, queued: decode(bytes).ok() })
}

/// Takes a message out: delivered, refused or too old. Lost in a power cut, it would be sent twice; no promise is
/// broken.
pub async fn remove(store: &Store, entry: &Entry) -> Result<(), Fault> {
    store
        .transact(async |tx| {
            tx.delete(entry.key());
            tx.skip_sync();
            Ok(())
        })
        .await
}

/// Moves a message to a later time and counts the try.
pub async fn postpone(store: &Store, entry: &Entry, due: Timestamp) -> Result<(), Fault> {
    store
        .transact(async |tx| {
            let Some(mut queued) = tx.get::<Queued>(&entry.key()).await? else { return Ok(()) };
            queued.tries = queued.tries.saturating_add(1);
            tx.delete(entry.key());
            tx.put(key(entry.medium, due, &entry.id), &queued)?;
            tx.skip_sync();
            Ok(())
        })
        .await
}
