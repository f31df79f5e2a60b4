//! The table of sign-ins that a pool's functions lead, between two steps. All of it expires by itself.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// One round, as functions are told of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    /// The challenge.
    pub challenge_name: String,
    /// Whether it was answered rightly.
    pub challenge_result: bool,
    /// What CreateAuthChallenge said of it.
    pub challenge_metadata: Option<String>,
}

/// What was asked so far.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Asked {
    /// Rounds that are over.
    pub rounds: Vec<Round>,
    /// `privateChallengeParameters` of the open round, sealed: the answer may be among them.
    #[serde(with = "serde_bytes")]
    pub private: Vec<u8>,
    /// `challengeMetadata` of the open round.
    pub metadata: Option<String>,
}

impl Record for Asked {
    const TABLE: &'static str = "custom sign-ins";
}

fn key(pool: &str, id: &str) -> Key {
    Key::new(tags::CUSTOM_SIGN_IN).part(pool).part(id)
}

/// What was asked before the step with this id.
pub async fn get(read: &impl Read, pool: &str, id: &str, now: Timestamp) -> Result<Option<Asked>, StoreError> {
    read.get_live(&key(pool, id), now).await
}

/// Keeps it until the step ends.
pub fn put(tx: &Tx, pool: &str, id: &str, asked: &Asked, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(key(pool, id), asked, until)
}

/// Removes it.
pub fn delete(tx: &Tx, pool: &str, id: &str) {
    tx.delete(key(pool, id));
}
