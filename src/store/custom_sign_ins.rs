//! The table of CUSTOM_AUTH sign-ins between two steps. All entries expire.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// A finished round, as functions receive it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Round {
    pub challenge_name: String,
    pub challenge_result: bool,
    /// `challengeMetadata` that CreateAuthChallenge answered.
    pub challenge_metadata: Option<String>,
}

/// The state of a CUSTOM_AUTH sign-in.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct CustomAuthState {
    /// The finished rounds.
    pub rounds: Vec<Round>,
    /// `privateChallengeParameters` of the current round, sealed because they often contain the expected answer.
    #[serde(with = "serde_bytes")]
    pub private: Vec<u8>,
    /// `challengeMetadata` of the current round.
    pub metadata: Option<String>,
}

impl Record for CustomAuthState {
    const TABLE: &'static str = "custom sign-ins";
}

fn key(pool: &str, id: &str) -> Key {
    Key::new(tags::CUSTOM_SIGN_IN).part(pool).part(id)
}

/// The state before the step with this id.
pub async fn get(
    read: &impl Read,
    pool: &str,
    id: &str,
    now: Timestamp,
) -> Result<Option<CustomAuthState>, StoreError> {
    read.get_live(&key(pool, id), now).await
}

pub fn put(tx: &Tx, pool: &str, id: &str, asked: &CustomAuthState, until: Timestamp) -> Result<(), StoreError> {
    tx.put_until(key(pool, id), asked, until)
}

pub fn delete(tx: &Tx, pool: &str, id: &str) {
    tx.delete(key(pool, id));
}
