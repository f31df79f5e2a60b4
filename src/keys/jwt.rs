//! RS256 tokens: signing, and checking of signatures. Times and audiences are the caller's to check, by its own clock.

use super::signing::{PublicKey, SigningKey};
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// Longer tokens are refused unread.
pub const MAX_TOKEN: usize = 16 * 1024;

/// A token's claims.
pub type Claims = serde_json::Map<String, serde_json::Value>;

/// Why a token was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not a token of ours at all.
    #[error("not an RS256 token")]
    Malformed,
    /// No such key.
    #[error("signed by an unknown key")]
    UnknownKey,
    /// Not signed by the key it names.
    #[error("the signature is wrong")]
    Signature,
}

/// What a token says of its origin, unverified: enough to find the key that it must be verified by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The key's id.
    pub kid: String,
    /// The issuer; empty if it names none.
    pub iss: String,
}

/// Signs claims: the compact form, with the header `{"kid":..,"alg":"RS256"}` and no `typ`, as Cognito's. Takes half a millisecond of a core.
///
/// jsonwebtoken's `encode` parses the private key anew for every signature, which costs more than a tenth of it, and its header type
/// writes other members; so the compact form is put together here, from the parsed key and its ready header.
pub fn sign(key: &SigningKey, claims: &impl Serialize) -> Result<String, Fault> {
    let claims = serde_json::to_vec(claims).map_err(Fault::internal)?;
    let mut token = String::with_capacity(key.header.len() + claims.len() * 4 / 3 + 350);
    token.push_str(&key.header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&claims, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
    Ok(token)
}

static SIGNATURE_ONLY: LazyLock<Validation> = LazyLock::new(|| {
    let mut validation = Validation::new(Algorithm::RS256);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
});

/// Reads a token's key id and issuer without believing them.
pub fn origin(token: &str) -> Result<Origin, JwtError> {
    #[derive(Deserialize)]
    struct Header {
        kid: String,
    }
    #[derive(Deserialize)]
    struct Issuer {
        #[serde(default)]
        iss: String,
    }
    if token.len() > MAX_TOKEN {
        return Err(JwtError::Malformed);
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [header, claims, _] = parts.as_slice() else { return Err(JwtError::Malformed) };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| JwtError::Malformed);
    let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| JwtError::Malformed)?;
    let issuer: Issuer = serde_json::from_slice(&decode(claims)?).map_err(|_| JwtError::Malformed)?;
    Ok(Origin { kid: header.kid, iss: issuer.iss })
}

/// Checks a token's signature (RS256 only) by the key that `find` gives for its `kid`, and returns its claims. Expiry, issuer, audience
/// and use are not looked at. Takes some 30 microseconds.
pub fn verify(token: &str, find: impl FnOnce(&str) -> Option<Arc<PublicKey>>) -> Result<Claims, JwtError> {
    if token.len() > MAX_TOKEN {
        return Err(JwtError::Malformed);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| JwtError::Malformed)?;
    if header.alg != Algorithm::RS256 {
        return Err(JwtError::Malformed);
    }
    let key = find(header.kid.as_deref().ok_or(JwtError::UnknownKey)?).ok_or(JwtError::UnknownKey)?;
    match jsonwebtoken::decode(token, &key.decoding, &SIGNATURE_ONLY) {
        Ok(data) => Ok(data.claims),
        Err(error) => Err(match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => JwtError::Signature,
            _ => JwtError::Malformed,
        }),
    }
}
