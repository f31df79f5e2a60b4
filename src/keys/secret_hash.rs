//! `SECRET_HASH`: proves that the caller has the app client's secret.

use crate::secret::{Secret, same};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

/// Standard base64 of HMAC-SHA256 with the client secret over username and client id.
pub fn make(secret: &Secret, username: &str, client_id: &str) -> String {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, secret.reveal().as_bytes()));
    context.update(username.as_bytes());
    context.update(client_id.as_bytes());
    STANDARD.encode(context.sign())
}

/// Compares in constant time.
pub fn check(secret: &Secret, username: &str, client_id: &str, given: &str) -> bool {
    same(make(secret, username, client_id).as_bytes(), given.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vector() {
        let (secret, client) = (Secret::new("s3cr3t"), "1h57kf5cpq17m0eml12EXAMPLE");
        let hash = "S/fuq0X5mWfSO7s239xFpU5I/iN13xP1n+yk7qNsWzU=";
        assert_eq!(make(&secret, "alice", client), hash);
        assert!(check(&secret, "alice", client, hash));
        assert!(!check(&secret, "Alice", client, hash));
        assert!(!check(&Secret::new("s3cr3T"), "alice", client, hash));
        assert!(!check(&secret, "alice", client, ""));
    }
}
