//! The encoding of records: a version byte, then MessagePack with field names, so that fields with defaults can be
//! added.

use super::StoreError;
use serde::{Serialize, de::DeserializeOwned};

/// A type that is stored.
pub trait Record: Serialize + DeserializeOwned {
    /// The table's name, for error messages.
    const TABLE: &'static str;
    /// The current version.
    const VERSION: u8 = 1;

    /// Reads an older version. A type with several versions keeps the readers of all of them here.
    fn read_old(version: u8, _body: &[u8]) -> Result<Self, StoreError> {
        Err(StoreError::Corrupt {
            table: Self::TABLE,
            reason: format!("version {version} is not known to this Poolhouse; a newer one wrote it"),
        })
    }
}

pub fn encode<R: Record>(record: &R) -> Result<Vec<u8>, StoreError> {
    let mut out = vec![R::VERSION];
    record
        .serialize(&mut rmp_serde::Serializer::new(&mut out).with_struct_map())
        .map_err(|e| StoreError::Corrupt { table: R::TABLE, reason: e.to_string() })?;
    Ok(out)
}

pub fn decode<R: Record>(bytes: &[u8]) -> Result<R, StoreError> {
    let corrupt = |reason: String| StoreError::Corrupt { table: R::TABLE, reason };
    let (version, body) = bytes.split_first().ok_or_else(|| corrupt("empty".into()))?;
    if *version != R::VERSION {
        return R::read_old(*version, body);
    }
    rmp_serde::from_slice(body).map_err(|e| corrupt(e.to_string()))
}
