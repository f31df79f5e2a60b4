//! The store on a full disk: a small file system in memory, mounted for the test. Needs root; otherwise it is skipped
//! with a message.

use futures::future::join_all;
use poolhouse::config::store::StoreConfig;
use poolhouse::store::{Batch, CommitError, Engine, SledEngine, StoreError, Write};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A mounted file system of a few megabytes; unmounted when dropped.
struct SmallDisk(tempfile::TempDir);

impl SmallDisk {
    fn mount(size_mb: u32) -> Option<Self> {
        let dir = tempfile::tempdir().unwrap();
        let mount = Command::new("mount")
            .args(["-t", "tmpfs", "-o", &format!("size={size_mb}m"), "poolhouse-test"])
            .arg(dir.path())
            .output();
        match mount {
            Ok(out) if out.status.success() => Some(Self(dir)),
            other => {
                println!("skipped: a small file system could not be mounted (that needs root): {other:?}");
                None
            }
        }
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn grow(&self, size_mb: u32) {
        let status = Command::new("mount").args(["-o", &format!("remount,size={size_mb}m")]).arg(self.path()).status();
        assert!(status.unwrap().success());
    }

    fn filler(&self) -> PathBuf {
        self.path().join("filler")
    }

    /// Fills the rest of the file system.
    fn fill(&self) {
        let mut file = std::fs::File::create(self.filler()).unwrap();
        while std::io::Write::write_all(&mut file, &[7; 65_536]).is_ok() {}
        while std::io::Write::write_all(&mut file, &[7; 512]).is_ok() {}
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(self.path()).status();
    }
}

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn open(disk: &SmallDisk) -> SledEngine {
    let config = StoreConfig { cache_mb: 8, disk_reserve_mb: 4, ..StoreConfig::default() };
    SledEngine::open(&disk.path().join("data"), &config).unwrap()
}

/// Three keys that belong together, of `length` bytes each.
fn trio(n: u32, length: usize) -> Batch {
    let value = |k: u8| {
        (0..length)
            .map(|i| (i as u32).wrapping_mul(2_654_435_761).wrapping_add(n * 3 + u32::from(k)).to_be_bytes()[0])
            .collect::<Vec<u8>>()
    };
    let writes = (0..3u8).map(|k| ([&[9, k][..], &n.to_be_bytes()].concat(), Write::Put(value(k)))).collect();
    Batch { writes, ..Batch::default() }
}

/// Whether all three are there; panics if they are incomplete or have other bytes.
async fn whole(engine: &SledEngine, n: u32, length: usize) -> bool {
    let mut there = 0;
    for (key, write) in trio(n, length).writes {
        if let Some(bytes) = engine.get(&key).await.unwrap() {
            assert!(write == Write::Put(bytes), "trio {n} has other bytes");
            there += 1;
        }
    }
    assert!(there == 0 || there == 3, "trio {n} is there by {there} of 3");
    there == 3
}

async fn all_there(engine: &SledEngine, acknowledged: &BTreeMap<u32, usize>) {
    for (n, length) in acknowledged {
        assert!(whole(engine, *n, *length).await, "trio {n} was acknowledged and is gone");
    }
}

#[test]
fn a_full_disk_refuses_writes_and_loses_nothing() {
    let Some(disk) = SmallDisk::mount(24) else { return };
    let mut engine = open(&disk);
    let mut acknowledged = BTreeMap::new();
    let mut n = 0;
    for size_mb in [24, 40] {
        disk.grow(size_mb);
        let refused = loop {
            let commits = (n..n + 16).map(|n| engine.commit(trio(n, 2000)));
            let results = run(join_all(commits));
            let mut refused = None;
            for (result, n) in results.into_iter().zip(n..) {
                match result {
                    Ok(()) => drop(acknowledged.insert(n, 2000)),
                    Err(error) => refused = Some(error),
                }
            }
            n += 16;
            if let Some(error) = refused {
                break error;
            }
        };
        assert!(matches!(refused, CommitError::Store(StoreError::Full)), "{refused}");
        assert!(acknowledged.len() > 500, "{} before the disk was full", acknowledged.len());
        run(all_there(&engine, &acknowledged));
        // Others fill the disk completely: reading still works, also for a newly started store.
        disk.fill();
        run(all_there(&engine, &acknowledged));
        assert!(matches!(run(engine.commit(trio(n, 10))), Err(CommitError::Store(StoreError::Full))));
        drop(engine);
        engine = open(&disk);
        run(all_there(&engine, &acknowledged));
        std::fs::remove_file(disk.filler()).unwrap();
    }
}

#[test]
fn a_disk_that_others_fill_meanwhile_loses_nothing_either() {
    let Some(disk) = SmallDisk::mount(48) else { return };
    let engine = open(&disk);
    let mut acknowledged = BTreeMap::new();
    let (mut n, mut failed) = (0, 0);
    for round in 0..12 {
        let mut refused = Vec::new();
        // The disk fills while commits are running.
        std::thread::scope(|scope| {
            scope.spawn(|| disk.fill());
            run(async {
                for _ in 0..6 {
                    let lengths = [300_000, 5_000, 40, 2_000];
                    let results =
                        join_all(lengths.iter().zip(n..).map(|(length, n)| engine.commit(trio(n, *length)))).await;
                    for (result, length) in results.into_iter().zip(lengths) {
                        match result {
                            Ok(()) => drop(acknowledged.insert(n, length)),
                            Err(CommitError::Store(StoreError::Full)) => {
                                failed += 1;
                                refused.push((n, length));
                            }
                            Err(other) => panic!("round {round}: {other}"),
                        }
                        n += 1;
                    }
                }
            });
        });
        match run(engine.commit(trio(n, 10))) {
            // Reopening can shorten the log, which makes room.
            Ok(()) => drop(acknowledged.insert(n, 10)),
            Err(error) => assert!(matches!(error, CommitError::Store(StoreError::Full)), "{error}"),
        }
        std::fs::remove_file(disk.filler()).unwrap();
        run(all_there(&engine, &acknowledged));
        for (n, length) in refused {
            run(whole(&engine, n, length));
        }
        // There is room again: writes are accepted without a restart.
        n += 1;
        run(engine.commit(trio(n, 100))).unwrap();
        acknowledged.insert(n, 100);
        // Removing old long values makes room for the next round.
        let long: Vec<u32> = acknowledged.iter().filter(|(_, length)| **length > 100_000).map(|(n, _)| *n).collect();
        for n in long {
            let writes = trio(n, 1).writes.into_iter().map(|(key, _)| (key, Write::Delete)).collect();
            run(engine.commit(Batch { writes, ..Batch::default() })).unwrap();
            acknowledged.remove(&n);
        }
        n += 1;
    }
    println!("{} commits were refused", failed);
    drop(engine);
    run(all_there(&open(&disk), &acknowledged));
}
