//! The table of authorization codes (RFC 6749 section 4.1). All entries expire.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A code that was issued.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AuthorizationCode {
    /// What the code stands for, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// The sign-in (`origin_jti`) of the tokens that it gives, to end them if the code is used again.
    pub origin: String,
    pub used: bool,
    pub until: Timestamp,
}

impl Record for AuthorizationCode {
    const TABLE: &'static str = "authorization codes";
}

fn key(pool: &str, digest: &[u8]) -> Key {
    Key::new(tags::AUTHORIZATION_CODE).part(pool).part(digest)
}

/// The code with this SHA-256, unless it has expired.
pub async fn get(
    read: &impl Read,
    pool: &str,
    digest: &[u8],
    now: Timestamp,
) -> Result<Option<AuthorizationCode>, StoreError> {
    read.get_live(&key(pool, digest), now).await
}

pub fn put(tx: &Tx, pool: &str, digest: &[u8], code: &AuthorizationCode) -> Result<(), StoreError> {
    tx.put_until(key(pool, digest), code, code.until)
}
