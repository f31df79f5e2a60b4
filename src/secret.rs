//! Owns values that must never be printed: passwords, client secrets, keys. They are wiped when dropped. Hands off
//! nothing. Must not know where they are kept.

use crate::fault::Fault;
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;
use zeroize::Zeroize;

/// Secret text. `Debug` and logs show only `[secret]`. Equality takes constant time for texts of equal length.
#[derive(Clone, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The text itself. Every call is a place where the secret could leak, so keep them few.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

impl Drop for Secret {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        same(self.0.as_bytes(), other.0.as_bytes())
    }
}
impl Eq for Secret {}

/// Seals values in the store for modules that must not know keys. The composition root implements it with `keys`.
pub trait Seal: Send + Sync {
    /// Seals `plain`; only [`Seal::open`] with the same `bound_to` opens it.
    fn seal(&self, bound_to: &str, plain: &[u8]) -> Result<Vec<u8>, Fault>;
    /// `None` if the bytes were sealed for something else or by another key, or were changed.
    fn open(&self, bound_to: &str, sealed: &[u8]) -> Option<Vec<u8>>;
}

/// Compares two byte strings in a time that depends only on their length.
pub fn same(a: &[u8], b: &[u8]) -> bool {
    a.ct_eq(b).into()
}
