//! The store under SIGKILL: everything acknowledged is still there, and no batch is incomplete.
//!
//! The writer is this test program itself, started with [`DIR`] in its environment.

use poolhouse::config::store::StoreConfig;
use poolhouse::store::{Batch, Engine, SledEngine, Write};
use std::io::{BufRead, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};

const DIR: &str = "POOLHOUSE_TEST_CRASH_DIR";
const FIRST: &str = "POOLHOUSE_TEST_CRASH_FIRST";
const ROUNDS: u32 = 20;
const WRITERS: u32 = 8;

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn open(dir: &Path) -> SledEngine {
    SledEngine::open(dir, &StoreConfig { cache_mb: 8, disk_reserve_mb: 4, ..StoreConfig::default() }).unwrap()
}

/// Four keys that belong together: a record, an index key, sometimes a long value, and one of a hundred keys that are
/// rewritten again and again.
fn batch(n: u32) -> Vec<(Vec<u8>, Vec<u8>)> {
    let key = |tag: u8, n: u32| [&[tag][..], &n.wrapping_mul(2_654_435_761).to_be_bytes()].concat();
    let body = |length: usize| n.to_be_bytes().into_iter().cycle().take(length).collect::<Vec<u8>>();
    let long = if n.is_multiple_of(50) { 40_000 } else { 300 };
    vec![
        (key(1, n), body(900)),
        (key(2, n), vec![]),
        (key(3, n), body(long)),
        (key(4, n % 100), n.to_be_bytes().to_vec()),
    ]
}

/// The child: writes until it is killed, and prints what was acknowledged.
#[test]
fn writer() {
    let Some(dir) = std::env::var_os(DIR) else { return };
    let first: u32 = std::env::var(FIRST).unwrap().parse().unwrap();
    let engine = open(Path::new(&dir));
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let engine = &engine;
            scope.spawn(move || {
                for n in (first + writer..).step_by(WRITERS as usize) {
                    let writes = batch(n).into_iter().map(|(key, value)| (key, Write::Put(value))).collect();
                    run(engine.commit(Batch { writes, ..Batch::default() })).unwrap();
                    // One write call per line, so that a kill cannot split it.
                    std::io::stdout().lock().write_all(format!("acknowledged {n}\n").as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn acknowledged_writes_survive_being_killed() {
    let dir = tempfile::tempdir().unwrap();
    let mut acknowledged = Vec::new();
    let mut first = 0;
    for round in 0..ROUNDS {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store_crash::writer", "--nocapture"])
            .env(DIR, dir.path())
            .env(FIRST, first.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        // Killed after different numbers of commits in each round.
        let wanted = 1 + (round * 97) % 400;
        let read = |line: String| line.strip_prefix("acknowledged ").and_then(|n| n.parse::<u32>().ok());
        let mut seen: Vec<u32> = lines.by_ref().filter_map(read).take(wanted as usize).collect();
        child.kill().unwrap();
        seen.extend(lines.filter_map(read));
        child.wait().unwrap();
        assert!(
            seen.len() >= wanted as usize,
            "the writer ended by itself in round {round} after {} commits",
            seen.len()
        );
        let last = seen.iter().max().copied().unwrap();
        acknowledged.extend(seen);

        let engine = open(dir.path());
        let have = |n: u32| {
            run(async {
                let mut parts = Vec::new();
                for (key, value) in batch(n).into_iter().take(3) {
                    let found = engine.get(&key).await.unwrap();
                    assert!(found.is_none() || found == Some(value), "batch {n} has other bytes");
                    parts.push(found.is_some());
                }
                assert!(parts.iter().all(|part| *part == parts[0]), "batch {n} is there by half");
                parts[0]
            })
        };
        for n in &acknowledged {
            assert!(have(*n), "batch {n} was acknowledged and is gone, in round {round}");
        }
        // Batches in flight at the kill may be there or not, but completely.
        let after = last + 4 * WRITERS;
        for n in first..after {
            have(n);
        }
        first = after;
    }
    println!("{} acknowledged commits survived {ROUNDS} kills", acknowledged.len());
}

/// A kill or a full disk while sled writes its snapshot (when it opens) leaves an incomplete one.
#[test]
fn a_snapshot_that_was_cut_short_is_passed_over() {
    let dir = tempfile::tempdir().unwrap();
    for n in 0..3 {
        let engine = open(dir.path());
        let writes = batch(n).into_iter().map(|(key, value)| (key, Write::Put(value))).collect();
        run(engine.commit(Batch { writes, ..Batch::default() })).unwrap();
        for earlier in 0..=n {
            assert!(run(engine.get(&batch(earlier)[0].0)).unwrap().is_some());
        }
        drop(engine);
        std::fs::write(dir.path().join("store/snap.00000000FFFFFFFF.generating"), [7; 5]).unwrap();
    }
}
