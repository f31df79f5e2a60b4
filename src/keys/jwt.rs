//! RS256 tokens: signing, and checking of signatures. Times and audiences are the caller's to check, by its own clock.

use super::signing::{PublicKey, SigningKey};
use crate::fault::Fault;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, Validation};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// Longer tokens are refused unread.
pub const MAX_TOKEN: usize = 128 * 1024;

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

/// Signs claims: the compact form, with the header `{"kid":..,"alg":"RS256"}` and no `typ`, as Cognito's. Takes up to
/// half a millisecond of a core.
///
/// jsonwebtoken's `encode` parses the private key anew for every signature, which costs half as much again, and its
/// header type writes other members; so the compact form is put together here, from the parsed key and its ready
/// header.
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

/// Checks a token's signature (RS256 only) by the key that `find` gives for its `kid`, and returns its claims. Expiry,
/// issuer, audience and use are not looked at. Takes some 30 microseconds.
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
            assert_eq!(origin(&token).unwrap(), Origin { kid: kid.into(), iss: "https://x/pool".into() });
            // Expired, not yet valid, for someone else: all of that is the caller's to judge.
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
            let _ = origin(&text);
            let token = format!("{}.{}.{}", encode(&header), encode(&claims), "AAAA");
            prop_assert!(verify(&token, find).is_err());
            let _ = origin(&token);
        }
    }
}
