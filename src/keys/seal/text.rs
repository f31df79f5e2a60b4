//! Sealed values as text that clients carry: sessions, page tokens, codes in links.

use super::{Purpose, SealError, Sealer};
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

/// Longer text is refused before it is decoded. Cognito's bound is 2,048 for `Session` and 131,072 for pagination keys.
pub(super) const MAX_TEXT: usize = 16 * 1024;

impl Sealer {
    /// Seals a value as MessagePack without field names. A type whose values outlive an upgrade may only gain fields at
    /// its end, with defaults.
    pub fn seal_value(&self, purpose: Purpose, bound_to: &[u8], value: &impl Serialize) -> Result<Vec<u8>, Fault> {
        let plain = Zeroizing::new(rmp_serde::to_vec(value).map_err(Fault::internal)?);
        self.seal(purpose, bound_to, &plain)
    }

    pub fn open_value<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        bound_to: &[u8],
        sealed: &[u8],
    ) -> Result<T, SealError> {
        let plain = Zeroizing::new(self.open(purpose, bound_to, sealed)?);
        rmp_serde::from_slice(&plain).map_err(|_| SealError)
    }

    /// [`Sealer::seal_value`] as base64url text without padding.
    pub fn seal_text(&self, purpose: Purpose, bound_to: &[u8], value: &impl Serialize) -> Result<String, Fault> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal_value(purpose, bound_to, value)?))
    }

    /// Opens the result of [`Sealer::seal_text`]; `text` may be any text.
    pub fn open_text<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        bound_to: &[u8],
        text: &str,
    ) -> Result<T, SealError> {
        if text.len() > MAX_TEXT {
            return Err(SealError);
        }
        let sealed = URL_SAFE_NO_PAD.decode(text).map_err(|_| SealError)?;
        self.open_value(purpose, bound_to, &sealed)
    }
}
