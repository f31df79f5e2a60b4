//! RS256 tokens: signing and signature checks. Callers check times and audiences with their own clock.

use super::signing::{PublicKey, SigningKey};
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// Longer tokens are refused before they are parsed.
pub const MAX_TOKEN: usize = 128 * 1024;

pub type Claims = serde_json::Map<String, serde_json::Value>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JwtError {
    /// Not an RS256 token.
    #[error("not an RS256 token")]
    Malformed,
    #[error("signed by an unknown key")]
    UnknownKey,
    /// Not signed by the key that it names.
    #[error("the signature is wrong")]
    Signature,
}

/// The unverified key id and issuer of a token, which are needed to find the key that verifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnverifiedOrigin {
    pub kid: String,
    /// Empty if the token has no issuer.
    pub iss: String,
}

/// Signs claims as a compact JWS with the header `{"kid":..,"alg":"RS256"}` and no `typ`, as Cognito's tokens have it.
/// Takes up to half a millisecond of CPU.
///
/// jsonwebtoken's `encode` is not used: it parses the private key for every signature, which takes half as long again,
/// and writes other header members.
pub fn sign(key: &SigningKey, claims: &impl Serialize) -> Result<String, Fault> {
    with_header(key, &key.header, claims)
}

/// [`sign`] with a `typ`, for what must not be taken for another token (RFC 8725 section 3.11).
pub fn sign_as(key: &SigningKey, kind: &str, claims: &impl Serialize) -> Result<String, Fault> {
    let header = URL_SAFE_NO_PAD.decode(&key.header).map_err(Fault::internal)?;
    let mut header: serde_json::Map<String, serde_json::Value> =
        serde_json::from_slice(&header).map_err(Fault::internal)?;
    header.insert("typ".into(), kind.into());
    let header = serde_json::to_vec(&header).map_err(Fault::internal)?;
    with_header(key, &URL_SAFE_NO_PAD.encode(header), claims)
}

fn with_header(key: &SigningKey, header: &str, claims: &impl Serialize) -> Result<String, Fault> {
    let claims = serde_json::to_vec(claims).map_err(Fault::internal)?;
    let mut token = String::with_capacity(header.len() + claims.len() * 4 / 3 + 350);
    token.push_str(header);
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&claims, &mut token);
    let signature = key.sign(token.as_bytes())?;
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(&signature, &mut token);
    Ok(token)
}

/// [`sign`] with RS512 and the header of the tokens of identity pools.
pub fn sign_rs512(key: &SigningKey, claims: &impl Serialize) -> Result<String, Fault> {
    let header = format!(r#"{{"kid":"{}","typ":"JWS","alg":"RS512"}}"#, key.public().kid());
    let claims = serde_json::to_vec(claims).map_err(Fault::internal)?;
    let message = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims));
    let signature = key.sign_sha512(message.as_bytes())?;
    Ok(format!("{message}.{}", URL_SAFE_NO_PAD.encode(signature)))
}

/// `at_hash` or `c_hash` of a token or code: the left half of its SHA-256, base64url (OIDC Core 3.1.3.6).
pub fn half_hash(text: &str) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
    URL_SAFE_NO_PAD.encode(digest.as_ref().get(..16).unwrap_or_default())
}

/// The SHA-256 of a token, base64url: `ath` of a DPoP proof.
pub fn whole_hash(text: &str) -> String {
    URL_SAFE_NO_PAD.encode(ring::digest::digest(&ring::digest::SHA256, text.as_bytes()))
}

static RS256_ONLY: LazyLock<Validation> = LazyLock::new(|| signature_only(Algorithm::RS256));
static RS512_ONLY: LazyLock<Validation> = LazyLock::new(|| signature_only(Algorithm::RS512));

fn signature_only(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.validate_aud = false;
    validation
}

/// Reads the key id and issuer without verifying the token.
pub fn unverified_origin(token: &str) -> Result<UnverifiedOrigin, JwtError> {
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
    Ok(UnverifiedOrigin { kid: header.kid, iss: issuer.iss })
}

/// Reads the issuer of a token of anybody without verifying it; `None` for other texts.
pub fn unverified_issuer(token: &str) -> Option<String> {
    unverified_claims(token)?.get("iss")?.as_str().map(str::to_owned)
}

/// Reads the audiences of a token of anybody without verifying it.
pub fn unverified_audiences(token: &str) -> Vec<String> {
    let claims = unverified_claims(token).unwrap_or_default();
    let text = |value: &serde_json::Value| value.as_str().map(str::to_owned);
    match claims.get("aud") {
        Some(serde_json::Value::Array(all)) => all.iter().filter_map(text).collect(),
        Some(one) => text(one).into_iter().collect(),
        None => Vec::new(),
    }
}

fn unverified_claims(token: &str) -> Option<Claims> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let parts: Vec<&str> = token.split('.').collect();
    let [_, claims, _] = parts.as_slice() else { return None };
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()
}

/// Checks the RS256 signature with the key that `find` returns for the token's `kid`, and returns the claims. Does not
/// check expiry, issuer, audience or `token_use`. Takes about 30 microseconds.
pub fn verify(token: &str, find: impl FnOnce(&str) -> Option<Arc<PublicKey>>) -> Result<Claims, JwtError> {
    verify_as(token, Algorithm::RS256, find)
}

/// [`verify`] for RS512 tokens ([`sign_rs512`]).
pub fn verify_rs512(token: &str, find: impl FnOnce(&str) -> Option<Arc<PublicKey>>) -> Result<Claims, JwtError> {
    verify_as(token, Algorithm::RS512, find)
}

fn verify_as(
    token: &str,
    algorithm: Algorithm,
    find: impl FnOnce(&str) -> Option<Arc<PublicKey>>,
) -> Result<Claims, JwtError> {
    if token.len() > MAX_TOKEN {
        return Err(JwtError::Malformed);
    }
    let header = jsonwebtoken::decode_header(token).map_err(|_| JwtError::Malformed)?;
    if header.alg != algorithm {
        return Err(JwtError::Malformed);
    }
    let key = find(header.kid.as_deref().ok_or(JwtError::UnknownKey)?).ok_or(JwtError::UnknownKey)?;
    let validation = if algorithm == Algorithm::RS512 { &RS512_ONLY } else { &RS256_ONLY };
    match jsonwebtoken::decode(token, &key.decoding, validation) {
        Ok(data) => Ok(data.claims),
        Err(error) => Err(match error.kind() {
            jsonwebtoken::errors::ErrorKind::InvalidSignature => JwtError::Signature,
            _ => JwtError::Malformed,
        }),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
    use super::*;
    use crate::keys::signing::test_keys;
    use proptest::prelude::*;
    use serde_json::json;

    fn encode(text: &str) -> String {
        URL_SAFE_NO_PAD.encode(text)
    }

    fn find(kid: &str) -> Option<Arc<PublicKey>> {
        test_keys().public(kid).cloned()
    }

    #[test]
    fn signed_as_cognito_does_and_verified() {
        let keys = test_keys();
        let claims = json!({"sub": "s", "iss": "https://x/pool", "exp": 1, "aud": "someone", "nbf": 9_999_999_999_u64});
        for key in [&keys.id, &keys.access] {
            let token = sign(key, &claims).unwrap();
            let header = URL_SAFE_NO_PAD.decode(token.split('.').next().unwrap()).unwrap();
            let kid = key.public().kid();
            assert_eq!(String::from_utf8(header).unwrap(), format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#));
            assert!(kid.len() == 44 && kid.ends_with('='));
            assert_eq!(
                unverified_origin(&token).unwrap(),
                UnverifiedOrigin { kid: kid.into(), iss: "https://x/pool".into() }
            );
            // An expired token verifies here: times and audience are checked by the caller.
            assert_eq!(serde_json::Value::Object(verify(&token, find).unwrap()), claims);
        }
    }

    #[test]
    fn tampered_tokens_are_refused() {
        let keys = test_keys();
        let token = sign(&keys.id, &json!({"sub": "alice"})).unwrap();
        let parts: Vec<&str> = token.split('.').collect();
        let (kid, other) = (keys.id.public().kid(), keys.access.public().kid());
        let header = |kid: &str, alg: &str| encode(&format!(r#"{{"kid":"{kid}","alg":"{alg}"}}"#));

        let changed = format!("{}.{}.{}", parts[0], encode(r#"{"sub":"admin"}"#), parts[2]);
        assert_eq!(verify(&changed, find), Err(JwtError::Signature));
        let renamed = format!("{}.{}.{}", header(other, "RS256"), parts[1], parts[2]);
        assert_eq!(verify(&renamed, find), Err(JwtError::Signature));
        let unknown = format!("{}.{}.{}", header("nobody", "RS256"), parts[1], parts[2]);
        assert_eq!(verify(&unknown, find), Err(JwtError::UnknownKey));
        assert_eq!(verify(&token, |_| None), Err(JwtError::UnknownKey));
        for alg in ["none", "HS256", "RS384", "PS256", "ES256", ""] {
            assert_eq!(
                verify(&format!("{}.{}.{}", header(kid, alg), parts[1], parts[2]), find),
                Err(JwtError::Malformed),
                "{alg}"
            );
        }
        for bad in [
            String::new(),
            "..".into(),
            format!("{}.{}.", parts[0], parts[1]),
            format!("{}.{}", parts[0], parts[1]),
            format!("{token}.x"),
            format!("{token}="),
            "A".repeat(MAX_TOKEN + 1),
            format!("{}.{}.{}", encode(r#"{"alg":"RS256"}"#), parts[1], parts[2]),
        ] {
            assert!(verify(&bad, find).is_err(), "{bad:.60}");
        }
    }

    #[test]
    fn a_token_signed_with_the_public_key_as_a_secret_is_refused() {
        let keys = test_keys();
        let message =
            format!("{}.{}", encode(&format!(r#"{{"kid":"{}","alg":"HS256"}}"#, keys.id.public().kid())), encode("{}"));
        let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, keys.id.public().jwk().n.as_bytes());
        let tag = URL_SAFE_NO_PAD.encode(ring::hmac::sign(&key, message.as_bytes()));
        assert_eq!(verify(&format!("{message}.{tag}"), find), Err(JwtError::Malformed));
    }

    proptest! {
        #[test]
        fn hostile_tokens_are_refused(text in "(.{0,100}|[A-Za-z0-9_.-]{0,300})", header in ".{0,60}", claims in ".{0,60}") {
            prop_assert!(verify(&text, find).is_err());
            let _ = unverified_origin(&text);
            let token = format!("{}.{}.{}", encode(&header), encode(&claims), "AAAA");
            prop_assert!(verify(&token, find).is_err());
            let _ = unverified_origin(&token);
        }
    }
}
