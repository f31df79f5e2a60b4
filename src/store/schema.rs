//! The store's schema version, and migrations from older versions.

use super::{Batch, CommitError, Engine, Expect, Key, Read, Store, StoreError, Write, tags};
use futures::future::BoxFuture;
use std::sync::Arc;

/// A migration to the next schema version. A new version of a single record type needs no migration:
/// [`Record::read_old`](super::Record::read_old) reads the old form.
pub struct Migration {
    /// The version after the migration.
    pub to: u32,
    /// Does the work in any number of commits. It may be interrupted and start again, so repeating a step must do no
    /// harm.
    pub run: fn(&Store) -> BoxFuture<'_, Result<(), StoreError>>,
}

/// All migrations, in order; each increases the version by one.
const MIGRATIONS: &[Migration] = &[];

fn key() -> Key {
    Key::new(tags::SCHEMA)
}

impl Store {
    /// Opens the store at the schema version of this program: a new store is marked with it, an older one is migrated.
    /// Fails with [`StoreError::Newer`] if a newer program wrote it.
    pub async fn open(engine: Arc<dyn Engine>) -> Result<Self, StoreError> {
        Self::open_with(engine, MIGRATIONS).await
    }

    /// [`open`](Self::open) with these migrations.
    pub async fn open_with(engine: Arc<dyn Engine>, migrations: &[Migration]) -> Result<Self, StoreError> {
        let store = Self::new(Arc::clone(&engine));
        let known = migrations.last().map_or(1, |last| last.to);
        let found = match store.bytes(&key()).await? {
            Some(bytes) => {
                bytes.try_into().map(u32::from_be_bytes).map_err(|_| corrupt("the version is not a number"))?
            }
            None if engine.scan(&[], None, 1).await?.entries.is_empty() => {
                mark(engine.as_ref(), Expect::Absent, known).await?;
                known
            }
            None => return Err(corrupt("records without a version: this is no Poolhouse store")),
        };
        if found > known {
            return Err(StoreError::Newer { found, known });
        }
        let mut at = found;
        for step in migrations.iter().filter(|step| step.to > found) {
            tracing::info!("migrating the store from schema version {at} to {}", step.to);
            (step.run)(&store).await?;
            mark(engine.as_ref(), Expect::Bytes(at.to_be_bytes().to_vec()), step.to).await?;
            at = step.to;
        }
        Ok(store)
    }
}

async fn mark(engine: &dyn Engine, before: Expect, version: u32) -> Result<(), StoreError> {
    let key = key().into_bytes();
    let batch = Batch {
        expects: vec![(key.clone(), before)],
        writes: vec![(key, Write::Put(version.to_be_bytes().to_vec()))],
        unsynced: false,
    };
    engine.commit(batch).await.map_err(|error| match error {
        CommitError::Conflict => corrupt("the version changed while it was being read"),
        CommitError::Store(error) => error,
    })
}

fn corrupt(reason: &str) -> StoreError {
    StoreError::Corrupt { table: "schema", reason: reason.into() }
}
