//! Tokens that a client signs with a key of its own: DPoP proofs (RFC 9449) and client assertions (RFC 7523). Signature
//! and form alone; what the claims mean is the caller's.

use super::certificate;
use super::jwt::Claims;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, Jwk, ThumbprintHash};
pub use jsonwebtoken::jwk::{Jwk as JsonWebKey, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};

/// The longest token that is looked at.
const MAX_TOKEN: usize = 8 * 1024;
/// Asymmetric algorithms that are taken.
const ASYMMETRIC: [Algorithm; 9] = [
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::EdDSA,
];

fn claims(token: &str, key: &DecodingKey, algorithm: Algorithm) -> Option<Claims> {
    let mut validation = Validation::new(algorithm);
    validation.required_spec_claims.clear();
    (validation.validate_exp, validation.validate_nbf, validation.validate_aud) = (false, false, false);
    decode::<Claims>(token, key, &validation).ok().map(|decoded| decoded.claims)
}

/// A DPoP proof whose signature fits the key in its header.
pub struct HolderProof {
    /// The key's thumbprint (RFC 7638, SHA-256, base64url): `jkt`.
    pub thumbprint: String,
    pub claims: Claims,
}

/// Checks a DPoP proof: type, algorithm, a public key in the header, its signature.
pub fn dpop_proof(token: &str) -> Option<HolderProof> {
    if token.len() > MAX_TOKEN {
        return None;
    }
    let header = decode_header(token).ok()?;
    if header.typ.as_deref() != Some("dpop+jwt") || !ASYMMETRIC.contains(&header.alg) || has_private_part(token) {
        return None;
    }
    let jwk = header.jwk?;
    let claims = claims(token, &DecodingKey::from_jwk(&jwk).ok()?, header.alg)?;
    Some(HolderProof { thumbprint: thumbprint(&jwk)?, claims })
}

/// The thumbprint of a key whose members were decoded before.
fn thumbprint(jwk: &Jwk) -> Option<String> {
    if let AlgorithmParameters::OctetKeyPair(pair) = &jwk.algorithm {
        let text = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, pair.x);
        let digest = ring::digest::digest(&ring::digest::SHA256, text.as_bytes());
        return Some(URL_SAFE_NO_PAD.encode(digest));
    }
    jwk.thumbprint(ThumbprintHash::SHA256).ok()
}

/// Whether the header shows a private key, which nobody may send (RFC 9449 section 4.3).
fn has_private_part(token: &str) -> bool {
    let header = token.split('.').next().and_then(|part| URL_SAFE_NO_PAD.decode(part).ok());
    let header = header.and_then(|bytes| serde_json::from_slice::<serde_json::Value>(&bytes).ok());
    header.is_none_or(|header| header.get("jwk").is_none_or(|jwk| jwk.get("d").is_some() || jwk.get("k").is_some()))
}

/// The claims of an assertion that one of the client's secrets signed (`client_secret_jwt`).
pub fn signed_by_secret(token: &str, secrets: &[&[u8]]) -> Option<Claims> {
    let header = (token.len() <= MAX_TOKEN).then(|| decode_header(token).ok()).flatten()?;
    let taken = [Algorithm::HS256, Algorithm::HS384, Algorithm::HS512];
    if !taken.contains(&header.alg) {
        return None;
    }
    secrets.iter().find_map(|secret| claims(token, &DecodingKey::from_secret(secret), header.alg))
}

/// The claims of an assertion that one of the client's registered keys signed (`private_key_jwt`).
pub fn signed_by_key(token: &str, keys: &JwkSet) -> Option<Claims> {
    let header = (token.len() <= MAX_TOKEN).then(|| decode_header(token).ok()).flatten()?;
    if !ASYMMETRIC.contains(&header.alg) {
        return None;
    }
    let fits = |jwk: &&Jwk| header.kid.is_none() || jwk.common.key_id == header.kid;
    keys.keys.iter().filter(fits).find_map(|jwk| claims(token, &DecodingKey::from_jwk(jwk).ok()?, header.alg))
}

/// The longest token of another issuer: it may list many groups.
const MAX_FOREIGN: usize = 64 * 1024;

/// Why a token of another issuer is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ForeignTokenError {
    #[error("it is no signed token")]
    Malformed,
    #[error("its algorithm is not allowed")]
    Algorithm,
    #[error("it names no key")]
    NoKeyId,
    #[error("it names a key that its issuer does not have")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
}

/// A token of another issuer whose signature is right.
pub struct ForeignToken {
    pub claims: Claims,
    /// What `at_hash` is made with.
    pub hash: &'static ring::digest::Algorithm,
}

/// Reads a key set as issuers publish it. Keys of a kind that is not known here are left out, and so are those for
/// encryption.
pub fn issuer_keys(document: &[u8]) -> Option<Vec<Jwk>> {
    #[derive(serde::Deserialize)]
    struct Document {
        keys: Vec<serde_json::Value>,
    }
    let document: Document = serde_json::from_slice(document).ok()?;
    let signs = |key: &serde_json::Value| key.get("use").is_none_or(|used| used == "sig");
    Some(document.keys.into_iter().filter(signs).filter_map(|key| serde_json::from_value(key).ok()).collect())
}

/// Checks the signature of a token by the key of its issuer that it names; of several with that name, any will do.
pub fn signed_by_issuer(token: &str, keys: &[Jwk]) -> Result<ForeignToken, ForeignTokenError> {
    if token.len() > MAX_FOREIGN || token.split('.').count() != 3 {
        return Err(ForeignTokenError::Malformed);
    }
    let header = decode_header(token).map_err(|_| ForeignTokenError::Algorithm)?;
    if !ASYMMETRIC.contains(&header.alg) {
        return Err(ForeignTokenError::Algorithm);
    }
    let kid = header.kid.filter(|kid| !kid.is_empty()).ok_or(ForeignTokenError::NoKeyId)?;
    let mut named = keys.iter().filter(|key| key.common.key_id.as_ref() == Some(&kid)).peekable();
    if named.peek().is_none() {
        return Err(ForeignTokenError::UnknownKey);
    }
    let claims = named.find_map(|key| claims(token, &DecodingKey::from_jwk(key).ok()?, header.alg));
    Ok(ForeignToken { claims: claims.ok_or(ForeignTokenError::Signature)?, hash: hash_of(header.alg) })
}

/// The hash that goes with an algorithm (OpenID Connect Core 3.1.3.6).
fn hash_of(algorithm: Algorithm) -> &'static ring::digest::Algorithm {
    match algorithm {
        Algorithm::HS384 | Algorithm::ES384 | Algorithm::RS384 | Algorithm::PS384 => &ring::digest::SHA384,
        Algorithm::HS512 | Algorithm::RS512 | Algorithm::PS512 | Algorithm::EdDSA => &ring::digest::SHA512,
        _ => &ring::digest::SHA256,
    }
}

/// [`signed_by_issuer`] for an issuer that signs with the secret that it shares with its client (`HS256` and the like).
/// `None` for a token with another algorithm.
pub fn signed_by_shared_secret(token: &str, secret: &[u8]) -> Option<Result<ForeignToken, ForeignTokenError>> {
    let algorithm = decode_header(token).ok()?.alg;
    if !matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512) {
        return None;
    }
    let claims = signed_by_secret(token, &[secret]).ok_or(ForeignTokenError::Signature);
    Some(claims.map(|claims| ForeignToken { claims, hash: hash_of(algorithm) }))
}

/// Signs an assertion of this server's own as a client of another (RFC 7523): `ES256` with a key on P-256, `RS256` with
/// an RSA key, both in PKCS#8 in base64. `None` for another key. Takes milliseconds.
pub fn sign_assertion(key: &crate::secret::Secret, key_id: Option<&str>, claims: &Claims) -> Option<String> {
    use jsonwebtoken::{EncodingKey, Header, encode};
    let key = certificate::private_key(key.reveal())?;
    let (algorithm, key) = if certificate::is_p256(&key) {
        (Algorithm::ES256, EncodingKey::from_ec_der(&key.private_key_to_pkcs8().ok()?))
    } else {
        (Algorithm::RS256, EncodingKey::from_rsa_der(&key.rsa().ok()?.private_key_to_der().ok()?))
    };
    encode(&Header { kid: key_id.map(str::to_owned), ..Header::new(algorithm) }, claims, &key).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use serde_json::json;

    #[test]
    fn a_secret_signs_only_with_hmac() {
        let token = |algorithm, key: &[u8]| {
            encode(&Header::new(algorithm), &json!({"iss": "c"}), &EncodingKey::from_secret(key)).unwrap()
        };
        let good = token(Algorithm::HS256, b"secret");
        assert_eq!(signed_by_secret(&good, &[b"other", b"secret"]).unwrap().get("iss"), Some(&json!("c")));
        assert!(signed_by_secret(&good, &[b"other"]).is_none() && signed_by_secret(&good, &[]).is_none());
        assert!(signed_by_key(&good, &JwkSet { keys: Vec::new() }).is_none());
        assert!(dpop_proof(&good).is_none());
        for nonsense in ["", "a.b.c", "e30.e30.", &"a".repeat(10_000)] {
            assert!(dpop_proof(nonsense).is_none() && signed_by_secret(nonsense, &[b"secret"]).is_none());
        }
    }
}
