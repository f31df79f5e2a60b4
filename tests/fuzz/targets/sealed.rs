//! Any text as a session string, a page token or a refresh token: nothing that was not sealed here opens, and nothing
//! panics.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::config::Config;
use poolhouse::keys::Keys;
use poolhouse::keys::seal::Purpose;
use std::sync::LazyLock;

static KEYS: LazyLock<Keys> = LazyLock::new(|| {
    let dir = std::env::temp_dir().join("poolhouse-fuzz");
    std::fs::create_dir_all(&dir).expect("a directory");
    let mut config = Config::default().keys;
    (config.signing_pool, config.srp_ready) = (0, 0);
    Keys::open(&dir, &config).expect("keys")
});

fuzz_target!(|text: &str| {
    assert!(KEYS.sealer.open_text::<String>(Purpose::Session, b"client", text).is_err());
    assert!(KEYS.sealer.open_token::<String>(Purpose::RefreshToken, b"", text).is_err());
    assert!(KEYS.sealer.open(Purpose::SecretBlock, b"client", text.as_bytes()).is_err());
});
