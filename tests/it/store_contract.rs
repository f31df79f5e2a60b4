//! The requirements for every storage engine. [`contract`] tests an engine, given a way to open one on a directory.

use futures::future::BoxFuture;
use futures::future::join_all;
use poolhouse::clock::Timestamp;
use poolhouse::config::store::StoreConfig;
use poolhouse::fault::Fault;
use poolhouse::store::{
    Batch, CommitError, Engine, Expect, Key, Migration, Read, Record, SledEngine, Store, StoreError, Write,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

fn sled(dir: &Path) -> Arc<dyn Engine> {
    Arc::new(
        SledEngine::open(dir, &StoreConfig { cache_mb: 16, disk_reserve_mb: 4, ..StoreConfig::default() }).unwrap(),
    )
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn put(key: &[u8], value: &[u8]) -> (Vec<u8>, Write) {
    (key.to_vec(), Write::Put(value.to_vec()))
}

fn writes(writes: Vec<(Vec<u8>, Write)>) -> Batch {
    Batch { writes, ..Batch::default() }
}

async fn keys(engine: &dyn Engine, prefix: &[u8], after: Option<&[u8]>, limit: usize) -> (Vec<Vec<u8>>, bool) {
    let page = engine.scan(prefix, after, limit).await.unwrap();
    (page.entries.into_iter().map(|(key, _)| key).collect(), page.more)
}

type Factory = fn(&Path) -> Arc<dyn Engine>;

/// All tests for one engine.
fn contract(open: Factory) {
    run(reads_and_writes(open));
    run(scans(open));
    run(conditions(open));
    run(counters(open));
    run(large_values(open));
    run(reopening(open));
    run(dropped_callers(open));
    run(lapsing(open));
    run(migrating(open));
    no_update_is_lost(open);
    one_unique_insert_wins(open);
}

#[test]
fn the_sled_engine_keeps_the_contract() {
    contract(sled);
}

async fn reads_and_writes(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    assert_eq!(engine.get(b"a").await.unwrap(), None);
    // The first bytes of the last two have a meaning in engines that mark values.
    for value in [&b""[..], b"x", b"\0\0", &[0xFF; 3], &[0xFE, 0xFF]] {
        engine.commit(writes(vec![put(b"a\0b", value)])).await.unwrap();
        assert_eq!(engine.get(b"a\0b").await.unwrap().as_deref(), Some(value));
        assert_eq!(engine.scan(b"a", None, 9).await.unwrap().entries, vec![(b"a\0b".to_vec(), value.to_vec())]);
    }
    // Of several changes of one key the last one wins.
    engine
        .commit(writes(vec![
            put(b"a", b"1"),
            (b"a".to_vec(), Write::Delete),
            put(b"a", b"2"),
            put(b"b", b"1"),
            (b"b".to_vec(), Write::Delete),
        ]))
        .await
        .unwrap();
    assert_eq!(engine.get(b"a").await.unwrap().unwrap(), b"2");
    assert_eq!(engine.get(b"b").await.unwrap(), None);
    engine.commit(writes(vec![(b"a".to_vec(), Write::Delete), (b"never".to_vec(), Write::Delete)])).await.unwrap();
    assert_eq!(engine.get(b"a").await.unwrap(), None);
    let unsynced = Batch { unsynced: true, ..writes(vec![put(b"r", b"1")]) };
    engine.commit(unsynced).await.unwrap();
    assert_eq!(engine.get(b"r").await.unwrap().unwrap(), b"1");
    engine.flush().await.unwrap();
}

async fn scans(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    let all: Vec<Vec<u8>> = (0..300u16).map(|n| [b"m", &n.to_be_bytes()[..]].concat()).collect();
    engine
        .commit(writes(
            all.iter()
                .map(|key| put(key, b"v"))
                .chain([put(b"l", b""), put(b"n", b""), put(&[0xFF, 0xFF], b"")])
                .collect(),
        ))
        .await
        .unwrap();
    let engine = engine.as_ref();
    assert_eq!(keys(engine, b"m", None, 1000).await, (all.clone(), false));
    assert_eq!(keys(engine, b"m", None, 300).await, (all.clone(), false));
    assert_eq!(keys(engine, b"m", None, 299).await, (all[..299].to_vec(), true));
    assert_eq!(keys(engine, b"m", None, 0).await, (vec![], true));
    assert_eq!(keys(engine, b"", None, 1000).await.0.len(), 303);
    assert_eq!(keys(engine, &[0xFF], None, 9).await, (vec![vec![0xFF, 0xFF]], false));
    assert_eq!(keys(engine, b"zz", None, 9).await, (vec![], false));
    // Pages of 7 give everything; `after` need not exist.
    let (mut seen, mut after) = (Vec::new(), None::<Vec<u8>>);
    loop {
        let (page, more) = keys(engine, b"m", after.as_deref(), 7).await;
        seen.extend(page);
        after = seen.last().cloned();
        if !more {
            break;
        }
    }
    assert_eq!(seen, all);
    assert_eq!(keys(engine, b"m", Some(b"m\0\x05\x01"), 1).await.0, vec![all[6].clone()]);
    assert_eq!(keys(engine, b"m", Some(b"a"), 1).await.0, vec![all[0].clone()]);
    assert_eq!(keys(engine, b"m", Some(b"z"), 1).await, (vec![], false));
}

async fn conditions(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    let with = |expects: Vec<(&[u8], Expect)>, list| Batch {
        expects: expects.into_iter().map(|(k, e)| (k.to_vec(), e)).collect(),
        ..writes(list)
    };
    engine.commit(with(vec![(b"k", Expect::Absent)], vec![put(b"k", b"1"), put(b"j", b"1")])).await.unwrap();
    for refused in [
        with(vec![(b"k", Expect::Absent)], vec![put(b"k", b"2"), put(b"new", b"")]),
        with(vec![(b"k", Expect::Bytes(b"0".to_vec()))], vec![put(b"new", b"")]),
        with(vec![(b"none", Expect::Bytes(vec![]))], vec![put(b"new", b"")]),
        with(vec![(b"k", Expect::Bytes(b"1".to_vec())), (b"j", Expect::Absent)], vec![put(b"new", b"")]),
    ] {
        assert!(matches!(engine.commit(refused).await, Err(CommitError::Conflict)));
        assert_eq!(engine.get(b"new").await.unwrap(), None);
        assert_eq!(engine.get(b"k").await.unwrap().unwrap(), b"1");
    }
    engine
        .commit(with(vec![(b"k", Expect::Bytes(b"1".to_vec()))], vec![(b"k".to_vec(), Write::Delete)]))
        .await
        .unwrap();
    engine.commit(with(vec![(b"k", Expect::Absent)], vec![])).await.unwrap();
    assert!(engine.commit(writes(vec![put(b"", b"")])).await.is_err());
}

async fn counters(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    let add = |by| writes(vec![(b"c".to_vec(), Write::Add(by))]);
    let value = async || engine.get(b"c").await.unwrap().map(|b| i64::from_be_bytes(b.try_into().unwrap()));
    engine.commit(add(5)).await.unwrap();
    assert_eq!(value().await, Some(5));
    engine.commit(add(-7)).await.unwrap();
    assert_eq!(value().await, Some(-2));
    join_all((0..200).map(|_| engine.commit(add(1)))).await.into_iter().for_each(|r| r.unwrap());
    assert_eq!(value().await, Some(198));
    engine.commit(writes(vec![(b"c".to_vec(), Write::Delete), (b"c".to_vec(), Write::Add(3))])).await.unwrap();
    assert_eq!(value().await, Some(3));
    engine.commit(writes(vec![put(b"text", b"x")])).await.unwrap();
    let odd = engine.commit(writes(vec![(b"text".to_vec(), Write::Add(1))])).await;
    assert!(matches!(odd, Err(CommitError::Store(StoreError::Corrupt { .. }))));
}

/// Incompressible bytes.
fn noise(seed: u64, length: usize) -> Vec<u8> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..length).map(|_| next()).collect()
}

async fn large_values(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    for (n, length) in [6143, 6144, 6145, 100_000, 1 << 20, 5 << 20, 1 << 20, 10].into_iter().enumerate() {
        let value = noise(n as u64, length);
        engine.commit(writes(vec![put(b"big", &value), put(format!("big{n}").as_bytes(), &value)])).await.unwrap();
        assert!(engine.get(b"big").await.unwrap().unwrap() == value);
    }
    let page = engine.scan(b"", None, 100).await.unwrap();
    assert_eq!(page.entries.len(), 9, "an engine's own keys are not seen");
    assert!(page.entries.iter().skip(1).enumerate().all(|(n, (_, value))| *value == noise(n as u64, value.len())));
    let first = noise(4, 1 << 20);
    let change = Batch {
        expects: vec![(b"big4".to_vec(), Expect::Bytes(first))],
        ..writes(vec![(b"big4".to_vec(), Write::Delete)])
    };
    engine.commit(change).await.unwrap();
    drop(engine);
    let engine = open(dir.path());
    assert!(engine.get(b"big5").await.unwrap().unwrap() == noise(5, 5 << 20));
    // A reader beside a writer sees one complete value or another.
    engine.commit(writes(vec![put(b"big", &[0; 50_000])])).await.unwrap();
    let engine = &engine;
    std::thread::scope(|scope| {
        let writer = scope.spawn(move || {
            run(async { join_all((1..=100u8).map(|n| engine.commit(writes(vec![put(b"big", &[n; 50_000])])))).await })
        });
        scope.spawn(move || {
            while !writer.is_finished() {
                let value = run(engine.get(b"big")).unwrap().unwrap();
                assert!(value.len() == 50_000 && value.iter().all(|byte| *byte == value[0]));
            }
        });
    });
}

async fn reopening(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    for round in 0..4u8 {
        let engine = open(dir.path());
        for earlier in 0..round {
            for n in 0..500u16 {
                assert_eq!(
                    engine.get(&[&[1, earlier][..], &n.to_be_bytes()].concat()).await.unwrap().unwrap(),
                    noise(u64::from(n), 700)
                );
            }
        }
        let commits = (0..500u16).map(|n| {
            engine.commit(writes(vec![put(&[&[1, round][..], &n.to_be_bytes()].concat(), &noise(u64::from(n), 700))]))
        });
        join_all(commits).await.into_iter().for_each(|r| r.unwrap());
    }
}

/// A commit is carried out although its caller goes away.
async fn dropped_callers(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    {
        let mut commit = engine.commit(writes(vec![put(b"k", b"v")]));
        let _handed_over = futures::poll!(&mut commit);
    }
    engine.flush().await.unwrap();
    assert_eq!(engine.get(b"k").await.unwrap().unwrap(), b"v");
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Code(u32);

impl Record for Code {
    const TABLE: &'static str = "codes";
}

async fn lapsing(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let engine = open(dir.path());
    let store = Store::new(Arc::clone(&engine));
    let key = |n: u32| Key::new(9).part(n.to_be_bytes());
    let at = Timestamp;
    let live = async |n: u32, now| store.get_live::<Code>(&key(n), at(now)).await.unwrap().map(|code| code.0);
    let put = async |n: u32, code: u32, until| {
        store.transact(async |tx| Ok(tx.put_until(key(n), &Code(code), at(until))?)).await.unwrap();
    };
    for n in 0..50 {
        put(n, n, 1000 + i64::from(n)).await;
    }
    assert_eq!((live(7, 1006).await, live(7, 1007).await, live(99, 0).await), (Some(7), None, None));
    // With a later expiry, an earlier one, deleted, and one that is read in the transaction that wrote it.
    put(1, 101, 5000).await;
    put(40, 140, 1002).await;
    store
        .transact(async |tx| {
            tx.put_until(key(60), &Code(60), at(2000))?;
            assert_eq!(tx.get_live::<Code>(&key(60), at(1999)).await?.map(|code| code.0), Some(60));
            tx.delete(key(2));
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(store.sweep(at(999), 10).await.unwrap(), 0);
    // Expired at 1019: 0 to 19, and the new expiry of 40.
    let mut rounds = Vec::new();
    while rounds.last() != Some(&0) {
        rounds.push(store.sweep(at(1019), 8).await.unwrap());
    }
    assert_eq!(rounds, [8, 8, 5, 0]);
    assert_eq!(live(1, 1019).await, Some(101), "a later end holds");
    for n in 0..50 {
        let kept = n == 1 || (n > 19 && n != 40);
        assert_eq!(engine.get(key(n).bytes()).await.unwrap().is_some(), kept, "{n}");
    }
    while store.sweep(at(9000), 100).await.unwrap() > 0 {}
    assert!(engine.scan(&[], None, 9).await.unwrap().entries.is_empty(), "nothing is left behind");
    // A record without expiry is not taken for one with an expiry.
    store.transact(async |tx| Ok(tx.put(key(1), &Code(1))?)).await.unwrap();
    assert!(store.get_live::<Code>(&key(1), at(0)).await.is_err());
}

async fn migrating(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let key = || Key::new(9).part("list");
    fn append<'a>(store: &'a Store, text: &'static [u8]) -> BoxFuture<'a, Result<(), StoreError>> {
        let store = store.clone();
        Box::pin(async move {
            let before = store.bytes(&Key::new(9).part("list")).await?.unwrap_or_default();
            let batch = writes(vec![(Key::new(9).part("list").into_bytes(), Write::Put([&before, text].concat()))]);
            store.engine().commit(batch).await.map_err(|error| StoreError::Engine(error.to_string()))
        })
    }
    let steps = || {
        vec![
            Migration { to: 2, run: |store| append(store, b"2") },
            Migration { to: 3, run: |store| append(store, b"3") },
        ]
    };
    let one = Store::open_with(open(dir.path()), &[]).await.unwrap();
    one.transact(async |tx| {
        tx.put_bytes(key(), b"1".to_vec());
        Ok(())
    })
    .await
    .unwrap();
    drop(one);
    let failing = [
        steps().remove(0),
        Migration { to: 3, run: |_| Box::pin(async { Err(StoreError::Engine("cut off".into())) }) },
    ];
    assert!(Store::open_with(open(dir.path()), &failing).await.is_err());
    for _ in 0..2 {
        let store = Store::open_with(open(dir.path()), &steps()).await.unwrap();
        assert_eq!(store.bytes(&key()).await.unwrap().unwrap(), b"123", "each step once, in order");
    }
    let error = Store::open_with(open(dir.path()), &steps()[..1]).await.err().unwrap();
    assert!(matches!(error, StoreError::Newer { found: 3, known: 2 }), "{error}");
    let fresh = tempfile::tempdir().unwrap();
    let store = Store::open_with(open(fresh.path()), &steps()).await.unwrap();
    assert_eq!(store.bytes(&key()).await.unwrap(), None, "a new store starts at the newest version");
    drop(store);
    let foreign = tempfile::tempdir().unwrap();
    let engine = open(foreign.path());
    engine.commit(writes(vec![put(b"x", b"")])).await.unwrap();
    assert!(matches!(Store::open(engine).await, Err(StoreError::Corrupt { .. })));
}

/// Runs `work(n)` on `threads` threads at the same time.
fn threads(count: u32, work: impl AsyncFn(u32) + Sync) {
    std::thread::scope(|scope| {
        for n in 0..count {
            let work = &work;
            scope.spawn(move || run(work(n)));
        }
    });
}

fn no_update_is_lost(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(open(dir.path()));
    let key = || Key::new(9).part("n");
    let read = async |from: &dyn Fn() -> Key| {
        store.bytes(&from()).await.unwrap().map_or(0, |b| b[0] as u32 * 256 + b[1] as u32)
    };
    threads(8, async |_| {
        for _ in 0..25 {
            // A transaction gives up after many conflicts; this one must not.
            loop {
                let done: Result<(), Fault> = store
                    .transact(async |tx| {
                        let old = tx.bytes(&key()).await?.map_or(0, |b| u16::from_be_bytes([b[0], b[1]]));
                        tx.put_bytes(key(), (old + 1).to_be_bytes().to_vec());
                        Ok(())
                    })
                    .await;
                match done {
                    Ok(()) => break,
                    Err(fault) => assert_eq!(fault.name(), "TooManyRequestsException"),
                }
            }
        }
    });
    assert_eq!(run(read(&key)), 200);
}

fn one_unique_insert_wins(open: Factory) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::new(open(dir.path()));
    let wins = std::sync::Mutex::new(Vec::new());
    threads(16, async |n| {
        for round in 0..20u8 {
            let key = || Key::new(9).part([round]);
            let won: Result<(), Fault> = store
                .transact(async |tx| {
                    if tx.bytes(&key()).await?.is_some() {
                        return Err(Fault::invalid("taken"));
                    }
                    tx.put_bytes(key(), n.to_be_bytes().to_vec());
                    Ok(())
                })
                .await;
            if won.is_ok() {
                wins.lock().unwrap().push((round, n));
            }
        }
    });
    let mut wins = wins.into_inner().unwrap();
    wins.sort_unstable();
    assert_eq!(wins.iter().map(|(round, _)| *round).collect::<Vec<_>>(), (0..20).collect::<Vec<u8>>());
    for (round, n) in wins {
        assert_eq!(run(store.bytes(&Key::new(9).part([round]))).unwrap().unwrap(), n.to_be_bytes());
    }
}

#[derive(Debug, Clone)]
enum Step {
    Commit(Vec<(Vec<u8>, Option<Vec<u8>>)>),
    Scan(Vec<u8>, Option<Vec<u8>>, usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let key = || {
        proptest::collection::vec(prop_oneof![Just(1u8), Just(2), Just(0), Just(255)], 0..5)
            .prop_map(|tail| [&[7u8][..], &tail].concat())
    };
    let value = prop_oneof![4 => proptest::collection::vec(any::<u8>(), 0..40), 1 => (any::<u64>(), 6000..40_000usize).prop_map(|(seed, n)| noise(seed, n))];
    prop_oneof![
        8 => proptest::collection::vec((key(), proptest::option::weighted(0.7, value)), 1..12).prop_map(Step::Commit),
        4 => (key(), proptest::option::of(key()), 0..30usize).prop_map(|(p, a, l)| Step::Scan(p, a, l)),
        1 => Just(Step::Reopen),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_sled_engine_behaves_as_an_ordered_map(steps in proptest::collection::vec(step(), 1..40)) {
        let dir = tempfile::tempdir().unwrap();
        let mut engine = sled(dir.path());
        let mut model = BTreeMap::<Vec<u8>, Vec<u8>>::new();
        for step in steps {
            match step {
                Step::Commit(changes) => {
                    for (key, value) in &changes {
                        match value {
                            Some(value) => model.insert(key.clone(), value.clone()),
                            None => model.remove(key),
                        };
                    }
                    let list = changes.into_iter().map(|(key, value)| (key, value.map_or(Write::Delete, Write::Put))).collect();
                    run(engine.commit(writes(list))).unwrap();
                }
                Step::Scan(prefix, after, limit) => {
                    let page = run(engine.scan(&prefix, after.as_deref(), limit)).unwrap();
                    let mut rest = model.iter().filter(|(key, _)| key.starts_with(&prefix) && after.as_ref().is_none_or(|after| *key > after));
                    let expected: Vec<_> = rest.by_ref().take(limit).map(|(k, v)| (k.clone(), v.clone())).collect();
                    prop_assert!(page.entries == expected);
                    prop_assert_eq!(page.more, rest.next().is_some());
                }
                Step::Reopen => {
                    drop(engine);
                    engine = sled(dir.path());
                }
            }
        }
        let all = run(engine.scan(b"", None, usize::MAX)).unwrap().entries;
        prop_assert!(all == model.into_iter().collect::<Vec<_>>());
    }
}

#[test]
fn a_directory_in_use_is_refused_in_clear_words() {
    let dir = tempfile::tempdir().unwrap();
    let engine = sled(dir.path());
    let error = SledEngine::open(dir.path(), &StoreConfig::default()).err().unwrap();
    assert!(error.to_string().starts_with("another Poolhouse is using the data directory"), "{error}");
    drop(engine);
    sled(dir.path());
}

#[test]
fn a_checkpoint_disturbs_neither_readers_nor_writers() {
    let dir = tempfile::tempdir().unwrap();
    let engine =
        SledEngine::open(dir.path(), &StoreConfig { cache_mb: 16, disk_reserve_mb: 4, ..StoreConfig::default() })
            .unwrap();
    let done = AtomicBool::new(false);
    let key = |n: u32| [&[9][..], &n.to_be_bytes()].concat();
    run(engine.commit(writes((0..500).map(|n| put(&key(n), &noise(u64::from(n), 900))).collect()))).unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for _ in 0..10 {
                run(engine.checkpoint()).unwrap();
            }
            done.store(true, Ordering::SeqCst);
        });
        scope.spawn(|| {
            for n in (0..500).cycle().take_while(|_| !done.load(Ordering::SeqCst)) {
                assert!(run(engine.get(&key(n))).unwrap().unwrap() == noise(u64::from(n), 900));
            }
        });
        let mut last = 500;
        while !done.load(Ordering::SeqCst) {
            run(join_all((last..last + 8).map(|n| engine.commit(writes(vec![put(&key(n), b"v")])))))
                .into_iter()
                .for_each(|r| r.unwrap());
            last += 8;
        }
        for n in 500..last {
            assert_eq!(run(engine.get(&key(n))).unwrap().unwrap(), b"v");
        }
    });
}

#[test]
fn a_store_keeps_the_compression_it_was_made_with() {
    let dir = tempfile::tempdir().unwrap();
    for compression in [true, false, true] {
        let engine = SledEngine::open(dir.path(), &StoreConfig { compression, ..StoreConfig::default() }).unwrap();
        run(engine.commit(writes(vec![put(&[1, u8::from(compression)], &[7; 9000])]))).unwrap();
        assert_eq!(run(engine.get(&[1, 1])).unwrap().unwrap(), [7; 9000]);
    }
}
