//! The outbox: messages that are not delivered yet, ordered by the time they are due. A key is `medium | due | id`, so
//! the messages that are due come first and the worker never reads further.

use super::message::{Kind, Medium, Message};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::rng;
use crate::secret::Seal;
use crate::store::{Key, Read, Record, Store, StoreError, Tx, decode, tags};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use zeroize::Zeroizing;

/// A stored message. The message itself is sealed; the other fields may appear in logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredMessage {
    /// When it was added.
    pub since: Timestamp,
    /// When it is dropped.
    pub until: Timestamp,
    /// Number of attempts so far.
    pub tries: u32,
    pub pool_id: String,
    pub kind: Kind,
    /// The [`Message`], sealed for this entry's id.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
}

impl Record for StoredMessage {
    const TABLE: &'static str = "outbox";
}

/// A stored message with its key.
#[derive(Debug, Clone)]
pub struct Entry {
    pub medium: Medium,
    pub due: Timestamp,
    pub id: String,
    /// `None` if the record cannot be read.
    pub queued: Option<StoredMessage>,
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

/// Adds a message, due at once, in the caller's transaction. It is dropped after `give_up`, or when its code expires if
/// that is sooner.
pub fn enqueue(tx: &Tx, seal: &dyn Seal, message: &Message, now: Timestamp, give_up: Duration) -> Result<(), Fault> {
    let id = rng::uuid()?;
    let plain = Zeroizing::new(rmp_serde::to_vec_named(message).map_err(Fault::internal)?);
    let until = now.plus(give_up);
    let queued = StoredMessage {
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

/// Opens the message of an entry; `None` if it is unreadable or was sealed under another master key.
pub fn open(seal: &dyn Seal, entry: &Entry) -> Option<Message> {
    let plain = Zeroizing::new(seal.open(&entry.id, &entry.queued.as_ref()?.sealed)?);
    rmp_serde::from_slice(&plain).ok()
}

/// The first `limit` messages of a medium, in the order in which they are due.
pub async fn front(store: &Store, medium: Medium, limit: usize) -> Result<Vec<Entry>, StoreError> {
    let lane = lane(medium);
    let page = store.scan(&lane, None, limit).await?;
    Ok(page.entries.iter().filter_map(|(key, bytes)| entry(medium, key.get(lane.bytes().len()..)?, bytes)).collect())
}

/// Reads an entry from its key and value. `tail` is the key after the medium: eight bytes of time, the id, and two
/// bytes that end it.
fn entry(medium: Medium, tail: &[u8], bytes: &[u8]) -> Option<Entry> {
    let (due, id) = tail.split_first_chunk::<8>()?;
    let due = Timestamp((u64::from_be_bytes(*due) ^ (1 << 63)) as i64);
    let id = String::from_utf8(id.strip_suffix(&[0, 1])?.to_vec()).ok()?;
    Some(Entry { medium, due, id, queued: decode(bytes).ok() })
}

/// Removes a message that was delivered, refused or is too old. The removal need not be durable: after a power cut the
/// message is sent a second time.
pub async fn remove(store: &Store, entry: &Entry) -> Result<(), Fault> {
    store
        .transact(async |tx| {
            tx.delete(entry.key());
            tx.skip_sync();
            Ok(())
        })
        .await
}

/// Moves a message to a later time and counts the attempt.
pub async fn postpone(store: &Store, entry: &Entry, due: Timestamp) -> Result<(), Fault> {
    store
        .transact(async |tx| {
            let Some(mut queued) = tx.get::<StoredMessage>(&entry.key()).await? else { return Ok(()) };
            queued.tries = queued.tries.saturating_add(1);
            tx.delete(entry.key());
            tx.put(key(entry.medium, due, &entry.id), &queued)?;
            tx.skip_sync();
            Ok(())
        })
        .await
}
