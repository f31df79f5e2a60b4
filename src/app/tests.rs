#![expect(clippy::unwrap_used, reason = "tests")]

use super::*;
use std::os::unix::fs::PermissionsExt as _;

fn config(dir: &Path) -> Config {
    let mut config = Config::default();
    config.server.data_dir = dir.to_path_buf();
    config.store.cache_mb = 8;
    config.keys.signing_pool = 0;
    config.keys.srp_ready = 0;
    config.settle(config.server.listen);
    config
}

async fn refused(dir: &Path) -> String {
    App::build(config(dir), AppOptions::default()).await.err().unwrap().to_string()
}

#[tokio::test]
async fn the_first_start_makes_all_and_the_second_finds_it() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("data");
    let first = App::build(config(&data), AppOptions::default()).await.unwrap();
    let RootKey::Made { id, secret } = first.root.clone() else { unreachable!() };
    assert_eq!(std::fs::metadata(&data).unwrap().permissions().mode() & 0o777, 0o700);
    drop(first);
    let second = App::build(config(&data), AppOptions::default()).await.unwrap();
    assert!(matches!(second.root, RootKey::Known));
    let key = access::find(&second.context().unwrap(), &id, None).await.unwrap().unwrap();
    assert_eq!(key.secret, secret);
}

#[tokio::test]
async fn a_second_server_a_lost_key_and_a_wrong_key_are_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let running = App::build(config(dir.path()), AppOptions::default()).await.unwrap();
    let text = refused(dir.path()).await;
    assert!(text.contains("another"), "{text}");
    drop(running);

    let file = dir.path().join(master::FILE);
    std::fs::rename(&file, dir.path().join("aside")).unwrap();
    let text = refused(dir.path()).await;
    assert!(text.contains("master.key") && !file.exists(), "{text}");

    let elsewhere = tempfile::tempdir().unwrap();
    drop(App::build(config(elsewhere.path()), AppOptions::default()).await.unwrap());
    std::fs::copy(elsewhere.path().join(master::FILE), &file).unwrap();
    assert!(refused(dir.path()).await.contains("another master key"));
}

#[tokio::test]
async fn a_data_directory_that_is_a_file_is_told_of() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("file");
    std::fs::write(&file, "").unwrap();
    assert!(refused(&file).await.contains("--data-dir"));
}
