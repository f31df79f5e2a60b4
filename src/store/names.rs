//! The forms of names and attribute values in keys.

use crate::model::Pool;

/// How many bytes of a value are in an index key. Longer values are compared with the record.
const INDEXED_BYTES: usize = 256;

/// The form in which a sign-in name is looked up: in lower case if the pool ignores case.
pub fn fold(pool: &Pool, name: &str) -> String {
    if pool.is_case_sensitive() { name.to_owned() } else { name.to_lowercase() }
}

/// The form in which an attribute value is indexed: in lower case and cut to a bounded length.
pub fn indexed(value: &str) -> String {
    let mut value = value.to_lowercase();
    if value.len() > INDEXED_BYTES {
        let end = (0..=INDEXED_BYTES).rev().find(|end| value.is_char_boundary(*end)).unwrap_or(0);
        value.truncate(end);
    }
    value
}
