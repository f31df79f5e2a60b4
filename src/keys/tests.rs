#![expect(clippy::unwrap_used, reason = "tests")]
use super::*;
use crate::config::keys::Argon2Config;
use std::sync::atomic::{AtomicUsize, Ordering};

const NOW: crate::clock::Timestamp = crate::clock::Timestamp(1_800_000_000_000);

/// Prepares nothing in the background, so that tests do not disturb each other.
fn quiet() -> KeysConfig {
    KeysConfig { signing_pool: 0, srp_ready: 0, ..KeysConfig::default() }
}

#[tokio::test]
async fn opened_twice_the_keys_are_the_same_and_another_master_key_is_told() {
    let (dir, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let keys = Keys::open(dir.path(), &quiet()).unwrap();
    let kept = keys.fingerprint();
    let sealed = keys.sealer.seal(seal::Purpose::TotpSeed, b"", b"seed").unwrap();
    let again = Keys::open(dir.path(), &quiet()).unwrap();
    again.verify_fingerprint(&kept).unwrap();
    assert_eq!(again.sealer.open(seal::Purpose::TotpSeed, b"", &sealed).unwrap(), b"seed");
    let wrong = Keys::open(other.path(), &quiet()).unwrap();
    assert!(matches!(wrong.verify_fingerprint(&kept), Err(KeysError::WrongMasterKey)));
    assert!(matches!(wrong.verify_fingerprint(b""), Err(KeysError::WrongMasterKey)));
}

#[tokio::test]
async fn a_pools_keys_are_opened_once_until_forgotten() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::open(dir.path(), &quiet()).unwrap();
    let made = keys.signing.make().await.unwrap();
    let sealed = made.seal(&keys.sealer, "us-east-1_A").unwrap();
    let loads = AtomicUsize::new(0);
    let load = async || {
        loads.fetch_add(1, Ordering::Relaxed);
        Ok(sealed.clone())
    };
    let (one, two) = futures::join!(keys.signing.pool("us-east-1_A", load), keys.signing.pool("us-east-1_A", load));
    assert_eq!(one.unwrap().jwks(NOW), made.jwks(NOW));
    assert_eq!(two.unwrap().jwks(NOW), made.jwks(NOW));
    assert_eq!(loads.load(Ordering::Relaxed), 1);
    keys.signing.forget("us-east-1_A");
    keys.signing.pool("us-east-1_A", load).await.unwrap();
    assert_eq!(loads.load(Ordering::Relaxed), 2);
    let missing = keys.signing.pool("us-east-1_B", async || Err(Fault::not_found("no such pool"))).await;
    assert_eq!(missing.err().unwrap().name(), "ResourceNotFoundException");
    assert!(keys.signing.pool("us-east-1_B", load).await.is_err(), "sealed for another pool");
}

#[tokio::test]
async fn what_is_made_ahead_is_used_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let config = KeysConfig { signing_pool: 1, srp_ready: 3, argon2: Argon2Config::default(), ..KeysConfig::default() };
    let keys = Keys::open(dir.path(), &config).unwrap();
    keys.key_pool.full().await;
    assert_eq!(keys.ready(), (2, 3));
    keys.ephemeral().await.unwrap();
    keys.signing.make().await.unwrap();
    keys.key_pool.full().await;
    assert_eq!(keys.ready(), (2, 3));
}

#[tokio::test]
async fn keys_are_shared_between_threads() {
    fn shared<T: Send + Sync + Clone + 'static>() {}
    shared::<Keys>();
}
