//! How many reads a search for users takes. Each read is one from the disk where there are more users than the cache
//! holds.

use crate::house::House;
use futures::future::BoxFuture;
use poolhouse::config::store::StoreConfig;
use poolhouse::store::users::{self, Lookup};
use poolhouse::store::{Batch, CommitError, Engine, ScanPage, SledEngine, Store, StoreError, pools};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// An engine that counts reads.
struct Counting {
    engine: SledEngine,
    reads: Arc<AtomicUsize>,
}

impl Engine for Counting {
    fn get<'a>(&'a self, key: &'a [u8]) -> BoxFuture<'a, Result<Option<Vec<u8>>, StoreError>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.engine.get(key)
    }

    fn scan<'a>(
        &'a self,
        prefix: &'a [u8],
        after: Option<&'a [u8]>,
        limit: usize,
    ) -> BoxFuture<'a, Result<ScanPage, StoreError>> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.engine.scan(prefix, after, limit)
    }

    fn commit(&self, batch: Batch) -> BoxFuture<'_, Result<(), CommitError>> {
        self.engine.commit(batch)
    }

    fn flush(&self) -> BoxFuture<'_, Result<(), StoreError>> {
        self.engine.flush()
    }
}

/// The reads that finding one user by mail address takes in a pool with these settings.
async fn reads(settings: Value, name: &str) -> usize {
    let house = House::new(settings, json!({})).await;
    house.user_with(name, json!({"email": "ann@example.com", "email_verified": "true"})).await;
    let source = &house.app.services.store;
    let pool = pools::pool(source, &house.pool).await.unwrap().unwrap();
    let by_mail = Lookup::Attribute("email", "ann@example.com".into(), false);
    let found = users::find(source, &pool, &by_mail, None, 10).await.unwrap().users;
    let dir = tempfile::tempdir().unwrap();
    let reads = Arc::<AtomicUsize>::default();
    let engine = SledEngine::open(dir.path(), &StoreConfig::default()).unwrap();
    let store = Store::new(Arc::new(Counting { engine, reads: reads.clone() }));
    store.transact(async |tx| Ok(users::insert(tx, &pool, &found[0])?)).await.unwrap();
    reads.store(0, Ordering::Relaxed);
    let page = users::find(&store, &pool, &by_mail, None, 10).await.unwrap();
    assert_eq!((page.users.len(), page.last), (1, None));
    reads.load(Ordering::Relaxed)
}

#[tokio::test]
async fn a_user_is_found_by_mail_with_one_read_of_an_index_and_one_of_the_record() {
    assert_eq!(reads(json!({"UsernameAttributes": ["email"]}), "ann@example.com").await, 2);
    assert_eq!(reads(json!({}), "ann").await, 2);
    assert_eq!(reads(json!({"AliasAttributes": ["email"]}), "ann").await, 3, "verified and other addresses apart");
}
