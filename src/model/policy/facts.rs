//! What is known of a call and its caller, by the names that conditions and policy variables use.

use std::collections::BTreeMap;

/// Condition keys and their values. The case of keys does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts(BTreeMap<String, Vec<String>>);

impl Facts {
    /// Adds a key with one value.
    pub fn put(&mut self, key: &str, value: impl Into<String>) {
        self.put_all(key, vec![value.into()]);
    }

    /// Adds a key with all its values.
    pub fn put_all(&mut self, key: &str, values: Vec<String>) {
        self.0.insert(key.to_ascii_lowercase(), values);
    }

    /// The values of a key; `None` where nothing is known of it.
    pub(super) fn all(&self, key: &str) -> Option<&[String]> {
        self.0.get(&key.to_ascii_lowercase()).map(Vec::as_slice)
    }

    /// The value of a key that has exactly one: only such a key can stand in a variable.
    pub(super) fn one(&self, key: &str) -> Option<&str> {
        match self.all(key) {
            Some([one]) => Some(one),
            _ => None,
        }
    }
}
