//! The table of codes that were sent and not used yet.

use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::clock::Timestamp;
use crate::model::{Code, CodePurpose, Pool};

impl Record for Code {
    const TABLE: &'static str = "codes";
}

fn code_key(pool: &Pool, username: &str, purpose: CodePurpose) -> Key {
    Key::new(tags::CODE).part(&pool.id).part(super::names::fold(pool, username)).part(purpose.name())
}

/// The current code, unless it has expired.
pub async fn get(
    read: &impl Read,
    pool: &Pool,
    username: &str,
    purpose: CodePurpose,
    now: Timestamp,
) -> Result<Option<Code>, StoreError> {
    read.get_live(&code_key(pool, username, purpose), now).await
}

/// Writes a code. It replaces an earlier one with the same purpose.
pub fn put(tx: &Tx, pool: &Pool, username: &str, purpose: CodePurpose, code: &Code) -> Result<(), StoreError> {
    tx.put_until(code_key(pool, username, purpose), code, code.until)
}

pub fn delete(tx: &Tx, pool: &Pool, username: &str, purpose: CodePurpose) {
    tx.delete(code_key(pool, username, purpose));
}
