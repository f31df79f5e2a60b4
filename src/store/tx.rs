//! Reads and transactions. A transaction remembers what it read; its commit succeeds only if that has not changed,
//! otherwise the work runs again.

use super::expiry;
use super::record_cache::RecordCache;
use super::{Batch, CommitError, Engine, Expect, Key, Record, ScanPage, StoreError, Write, decode, encode};
use crate::clock::Timestamp;
use crate::fault::Fault;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How often a transaction runs before its caller gets an error.
const TRIES: usize = 64;

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        match error {
            // Not the caller's fault, but the caller can tell the operator.
            StoreError::Full => {
                Fault::Protocol { name: "InternalErrorException", status: 500, message: error.to_string().into() }
            }
            StoreError::KeyTooLong(_) => Fault::invalid("A name or value of the request is too long."),
            error => Fault::internal(error),
        }
    }
}

/// Reads records. A [`Store`] reads the current state; a [`Tx`] also remembers what it read.
#[expect(async_fn_in_trait, reason = "used inside this crate only, on single-threaded runtimes")]
pub trait Read {
    /// The bytes at a key.
    async fn bytes(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError>;

    /// A page of entries with `prefix`, after the key `after`. Scans are not remembered and do not cause conflicts.
    async fn scan(&self, prefix: &Key, after: Option<&[u8]>, limit: usize) -> Result<ScanPage, StoreError>;

    async fn get<R: Record>(&self, key: &Key) -> Result<Option<R>, StoreError> {
        self.bytes(key).await?.map(|bytes| decode(&bytes)).transpose()
    }

    /// [`Read::get`] for records that every call reads: they are decoded again only if their bytes have changed.
    async fn get_shared<R: Record + Send + Sync + 'static>(&self, key: &Key) -> Result<Option<Arc<R>>, StoreError> {
        match self.bytes(key).await? {
            Some(bytes) => self.decoded().decode(key, bytes).map(Some),
            None => Ok(None),
        }
    }

    /// The cache of decoded records.
    fn decoded(&self) -> &RecordCache;

    /// The record that [`Tx::put_until`] wrote; `None` if it is absent or has expired.
    async fn get_live<R: Record>(&self, key: &Key, now: Timestamp) -> Result<Option<R>, StoreError> {
        match self.bytes(key).await? {
            Some(stored) => expiry::live(&stored, now),
            None => Ok(None),
        }
    }

    async fn counter(&self, key: &Key) -> Result<i64, StoreError> {
        Ok(self.bytes(key).await?.and_then(|b| b.try_into().ok()).map_or(0, i64::from_be_bytes))
    }
}

#[derive(Clone)]
pub struct Store {
    engine: Arc<dyn Engine>,
    decoded: Arc<RecordCache>,
}

impl Store {
    pub fn new(engine: Arc<dyn Engine>) -> Self {
        Self { engine, decoded: Arc::default() }
    }

    /// The engine, for work that no transaction can do, such as migrations and imports.
    pub fn engine(&self) -> &dyn Engine {
        self.engine.as_ref()
    }

    /// Runs `work` and commits its writes if nothing that it read has changed; otherwise runs it again. `work` must
    /// have no other effects. Returns when the change is on disk.
    pub async fn transact<T>(&self, work: impl AsyncFn(&Tx) -> Result<T, Fault>) -> Result<T, Fault> {
        for _ in 0..TRIES {
            let tx = Tx { store: self.clone(), state: RefCell::default() };
            let value = work(&tx).await?;
            let batch = tx.into_batch();
            if batch.writes.is_empty() {
                return Ok(value);
            }
            match self.engine.commit(batch).await {
                Ok(()) => return Ok(value),
                Err(CommitError::Conflict) => tokio::task::yield_now().await,
                Err(CommitError::Store(error)) => return Err(error.into()),
            }
        }
        Err(Fault::too_many_requests())
    }

    /// Makes everything durable that was written so far.
    pub async fn flush(&self) -> Result<(), StoreError> {
        self.engine.flush().await
    }
}

impl Read for Store {
    fn decoded(&self) -> &RecordCache {
        &self.decoded
    }

    async fn bytes(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        self.engine.get(key.bytes()).await
    }

    async fn scan(&self, prefix: &Key, after: Option<&[u8]>, limit: usize) -> Result<ScanPage, StoreError> {
        self.engine.scan(prefix.bytes(), after, limit).await
    }
}

#[derive(Default)]
struct State {
    reads: BTreeMap<Vec<u8>, Expect>,
    writes: BTreeMap<Vec<u8>, Write>,
    unsynced: bool,
}

/// A running transaction.
pub struct Tx {
    store: Store,
    state: RefCell<State>,
}

impl Tx {
    pub fn put<R: Record>(&self, key: Key, record: &R) -> Result<(), StoreError> {
        self.write(key, Write::Put(encode(record)?));
        Ok(())
    }

    /// Writes a record that expires at `until`. After that [`Read::get_live`] does not return it, and a sweep removes
    /// it. Read such records only with `get_live`. Writing it again replaces the expiry; it may be deleted earlier.
    pub fn put_until<R: Record>(&self, key: Key, record: &R, until: Timestamp) -> Result<(), StoreError> {
        let stored = expiry::wrap(record, until)?;
        self.put_bytes(expiry::expiry_key(until, key.bytes()), Vec::new());
        self.put_bytes(key, stored);
        Ok(())
    }

    /// Writes bytes that are not a record, such as index entries.
    pub fn put_bytes(&self, key: Key, bytes: Vec<u8>) {
        self.write(key, Write::Put(bytes));
    }

    pub fn delete(&self, key: Key) {
        self.write(key, Write::Delete);
    }

    /// Adds to a counter without reading it.
    pub fn add(&self, key: Key, by: i64) {
        let mut state = self.state.borrow_mut();
        let slot = state.writes.entry(key.into_bytes()).or_insert(Write::Add(0));
        match slot {
            Write::Add(n) => *n = n.saturating_add(by),
            other => *other = Write::Add(by),
        }
    }

    /// Does not wait for the disk at commit. For changes whose loss in a power cut does no harm.
    pub fn skip_sync(&self) {
        self.state.borrow_mut().unsynced = true;
    }

    fn write(&self, key: Key, write: Write) {
        self.state.borrow_mut().writes.insert(key.into_bytes(), write);
    }

    fn into_batch(self) -> Batch {
        let state = self.state.into_inner();
        Batch {
            expects: state.reads.into_iter().collect(),
            writes: state.writes.into_iter().collect(),
            unsynced: state.unsynced,
        }
    }
}

impl Read for Tx {
    fn decoded(&self) -> &RecordCache {
        &self.store.decoded
    }

    async fn bytes(&self, key: &Key) -> Result<Option<Vec<u8>>, StoreError> {
        match self.state.borrow().writes.get(key.bytes()) {
            Some(Write::Put(bytes)) => return Ok(Some(bytes.clone())),
            Some(Write::Delete) => return Ok(None),
            Some(Write::Add(_)) | None => {}
        }
        let found = self.store.bytes(key).await?;
        let expect = found.clone().map_or(Expect::Absent, Expect::Bytes);
        // The first read counts: if the record changes between two reads, the commit must fail.
        self.state.borrow_mut().reads.entry(key.bytes().to_vec()).or_insert(expect);
        Ok(found)
    }

    async fn scan(&self, prefix: &Key, after: Option<&[u8]>, limit: usize) -> Result<ScanPage, StoreError> {
        self.store.scan(prefix, after, limit).await
    }
}
