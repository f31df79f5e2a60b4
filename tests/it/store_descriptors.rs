//! The store when the process has no file descriptors left. A limit of descriptors holds for a whole process, so the
//! work is done by a second run of this test alone.

use poolhouse::config::store::StoreConfig;
use poolhouse::store::{Batch, Engine as _, SledEngine, Write};
use std::fs::File;
use std::process::Command;

const DIR: &str = "POOLHOUSE_TEST_DESCRIPTORS";

fn put(key: &[u8], value: &[u8]) -> Batch {
    Batch { expects: Vec::new(), writes: vec![(key.to_vec(), Write::Put(value.to_vec()))], unsynced: false }
}

#[tokio::test]
async fn commits_and_checkpoints_go_on_without_free_descriptors() {
    let Some(dir) = std::env::var_os(DIR) else {
        let dir = tempfile::tempdir().unwrap();
        let run = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "store_descriptors::commits_and_checkpoints_go_on_without_free_descriptors"])
            .env(DIR, dir.path())
            .output()
            .unwrap();
        assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        return;
    };
    let engine = SledEngine::open(dir.as_ref(), &StoreConfig::default()).unwrap();
    engine.commit(put(b"before", b"1")).await.unwrap();
    let resource = rustix::process::Resource::Nofile;
    let limit = rustix::process::getrlimit(resource);
    let low = rustix::process::Rlimit { current: Some(200), ..limit };
    rustix::process::setrlimit(resource, low).unwrap();
    let mut taken = Vec::new();
    while let Ok(file) = File::open("/dev/null") {
        taken.push(file);
    }
    assert!(!taken.is_empty());
    for n in 0..50u8 {
        engine.commit(put(&[b'k', n], b"2")).await.unwrap();
    }
    assert_eq!(engine.get(b"before").await.unwrap().as_deref(), Some(&b"1"[..]));
    // A checkpoint closes the database and opens it again.
    engine.checkpoint().await.unwrap();
    engine.commit(put(b"after", b"3")).await.unwrap();
    assert_eq!(engine.get(&[b'k', 49]).await.unwrap().as_deref(), Some(&b"2"[..]));
}
