//! Commits that are written together. Each is checked against the database including the commits before it.

use super::handle::fault;
use super::values;
use crate::store::{Batch, CommitError, Expect, StoreError, Write};
use std::collections::HashMap;

type Staged = HashMap<Vec<u8>, Option<Vec<u8>>>;

/// The changes of a group: the new value of each key, `None` for a removal.
#[derive(Default)]
pub struct Group {
    staged: Staged,
}

impl Group {
    /// Adds a commit if its preconditions hold; otherwise leaves the group unchanged.
    pub fn stage(&mut self, db: &sled::Tree, batch: Batch) -> Result<(), CommitError> {
        for (key, expect) in &batch.expects {
            let holds = match (self.staged.get(key), expect) {
                (Some(value), Expect::Absent) => value.is_none(),
                (Some(value), Expect::Bytes(bytes)) => value.as_ref() == Some(bytes),
                (None, Expect::Absent) => !db.contains_key(key).map_err(fault)?,
                (None, Expect::Bytes(bytes)) => values::get(db, key)?.as_ref() == Some(bytes),
            };
            if !holds {
                return Err(CommitError::Conflict);
            }
        }
        let mut fresh = Staged::with_capacity(batch.writes.len());
        for (key, write) in batch.writes {
            let value = match write {
                Write::Put(bytes) => Some(bytes),
                Write::Delete => None,
                Write::Add(by) => {
                    let old = match fresh.get(&key).or_else(|| self.staged.get(&key)) {
                        Some(value) => value.clone(),
                        None => values::get(db, &key)?,
                    };
                    Some(count(old)?.saturating_add(by).to_be_bytes().to_vec())
                }
            };
            fresh.insert(key, value);
        }
        self.staged.extend(fresh);
        Ok(())
    }

    pub fn is_empty(&self) -> bool {
        self.staged.is_empty()
    }

    /// The group as one atomic batch. `generation` is the next one for long values; `None` if it is not known yet.
    pub fn into_batch(self, db: &sled::Tree, generation: &mut Option<u64>) -> Result<sled::Batch, StoreError> {
        let mut batch = sled::Batch::default();
        for (key, value) in self.staged {
            values::drop_pieces(&mut batch, db, &key)?;
            match value {
                Some(value) => {
                    let next = match generation {
                        Some(next) => *next,
                        None => values::next_generation(db)?,
                    };
                    *generation = Some(next + 1);
                    values::put(&mut batch, key, value, next);
                }
                None => batch.remove(key),
            }
        }
        Ok(batch)
    }
}

/// The value of a counter; absent counts as 0.
fn count(stored: Option<Vec<u8>>) -> Result<i64, StoreError> {
    match stored.map(<[u8; 8]>::try_from) {
        None => Ok(0),
        Some(Ok(bytes)) => Ok(i64::from_be_bytes(bytes)),
        Some(Err(bytes)) => {
            Err(StoreError::Corrupt { table: "counters", reason: format!("{} bytes where 8 belong", bytes.len()) })
        }
    }
}
