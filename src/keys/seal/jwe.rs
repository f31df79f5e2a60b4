//! Refresh tokens: compact JWE (RFC 7516) with direct encryption, the format of Cognito's refresh tokens.
//!
//! `kid` is the salt of the message's own key (the parent module says why each message has one). The binding goes into
//! the key derivation, because a compact JWE authenticates only its header.

use super::text::MAX_TEXT;
use super::{Purpose, SALT, SealError, Sealer};
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::aead;
use serde::Serialize;
use serde::de::DeserializeOwned;

const HEADER: (&str, &str) = (r#"{"cty":"JWT","enc":"A256GCM","alg":"dir","kid":""#, r#""}"#);

impl Sealer {
    /// Seals a value as a compact JWE. Fields are stored by name, so the type may gain fields while tokens are valid
    /// (up to ten years).
    pub fn seal_token(&self, purpose: Purpose, bound_to: &[u8], value: &impl Serialize) -> Result<String, Fault> {
        let random: [u8; SALT + aead::NONCE_LEN] = crate::rng::bytes()?;
        let (salt, iv) = random.split_at(SALT);
        let header = URL_SAFE_NO_PAD.encode(format!("{}{}{}", HEADER.0, URL_SAFE_NO_PAD.encode(salt), HEADER.1));
        let mut body = rmp_serde::to_vec_named(value).map_err(Fault::internal)?;
        let key = self.message_key(purpose, &[b"jwe", salt, bound_to]).map_err(Fault::internal)?;
        let nonce = super::nonce(iv).map_err(Fault::internal)?;
        let tag = key
            .seal_in_place_separate_tag(nonce, aead::Aad::from(header.as_bytes()), &mut body)
            .map_err(|_| Fault::internal(SealError))?;
        let [iv, body, tag] = [iv, &body, tag.as_ref()].map(|part| URL_SAFE_NO_PAD.encode(part));
        Ok(format!("{header}..{iv}.{body}.{tag}"))
    }

    /// Opens the result of [`Sealer::seal_token`]; `token` may be any text.
    pub fn open_token<T: DeserializeOwned>(
        &self,
        purpose: Purpose,
        bound_to: &[u8],
        token: &str,
    ) -> Result<T, SealError> {
        if token.len() > MAX_TEXT {
            return Err(SealError);
        }
        let parts: Vec<&str> = token.split('.').collect();
        let [header, "", iv, body, tag] = parts.as_slice() else { return Err(SealError) };
        let salt = salt_of(header).ok_or(SealError)?;
        let [iv, mut body, mut tag] = {
            let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| SealError);
            [decode(iv)?, decode(body)?, decode(tag)?]
        };
        if tag.len() != aead::AES_256_GCM.tag_len() {
            return Err(SealError);
        }
        let key = self.message_key(purpose, &[b"jwe", &salt, bound_to])?;
        let nonce = super::nonce(&iv)?;
        body.append(&mut tag);
        let plain = key.open_in_place(nonce, aead::Aad::from(header.as_bytes()), &mut body).map_err(|_| SealError)?;
        rmp_serde::from_slice(plain).map_err(|_| SealError)
    }
}

/// The key's salt from the encoded header. Only headers of exactly this form can come from this server, so no JSON is
/// parsed.
fn salt_of(header: &str) -> Option<[u8; SALT]> {
    let header = URL_SAFE_NO_PAD.decode(header).ok()?;
    let kid = header.strip_prefix(HEADER.0.as_bytes())?.strip_suffix(HEADER.1.as_bytes())?;
    URL_SAFE_NO_PAD.decode(kid).ok()?.try_into().ok()
}
