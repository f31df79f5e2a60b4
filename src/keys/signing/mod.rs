//! Signing keys: each pool has two RSA-2048 key pairs, one for ID tokens and one for access tokens. Both are in its
//! JWKS.

mod open;
mod rotation;

pub use open::SigningKeys;
pub use rotation::{PUBLISHED_BEFORE, Rotation};

use super::seal::{Purpose, Sealer};
use crate::clock::Timestamp;
use crate::fault::Fault;
use crate::keys::error::KeysError;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA512, RsaEncoding};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use jsonwebtoken::DecodingKey;
use openssl::rsa::Rsa;
use ring::digest;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use zeroize::Zeroizing;

/// One key pair, parsed and ready to sign.
pub struct SigningKey {
    pair: KeyPair,
    public: Arc<PublicKey>,
    /// The encoded JWT header, which is the same for all tokens of a key.
    pub(super) header: String,
}

/// The public key, for JWKS and verification.
pub struct PublicKey {
    kid: String,
    n: String,
    e: String,
    pub(super) decoding: DecodingKey,
}

/// A public key in a JWKS, with Cognito's order of members.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub struct Jwk {
    /// `RS256`.
    pub alg: &'static str,
    /// The exponent in base64url.
    pub e: String,
    pub kid: String,
    /// `RSA`.
    pub kty: &'static str,
    /// The modulus in base64url.
    pub n: String,
    /// `sig`.
    #[serde(rename = "use")]
    pub usage: &'static str,
}

impl PublicKey {
    /// Standard base64 of 32 bytes, so it ends with `=`.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    pub fn jwk(&self) -> Jwk {
        Jwk { alg: "RS256", e: self.e.clone(), kid: self.kid.clone(), kty: "RSA", n: self.n.clone(), usage: "sig" }
    }
}

impl SigningKey {
    /// Makes a key pair. Takes 0.1 seconds of CPU or more: use [`super::cpu::run`] or a background thread.
    pub fn generate() -> Result<Self, KeysError> {
        Self::from_pair(KeyPair::generate(KeySize::Rsa2048).map_err(|_| KeysError::Generator)?)
    }

    pub fn from_pkcs8(der: &[u8]) -> Result<Self, KeysError> {
        Self::from_pair(KeyPair::from_pkcs8(der).map_err(|e| KeysError::BadSigningKey(e.to_string()))?)
    }

    /// PKCS#8 DER, to be sealed.
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeysError> {
        let der: Pkcs8V1Der<'_> =
            self.pair.as_der().map_err(|_| KeysError::BadSigningKey("it cannot be written".into()))?;
        Ok(Zeroizing::new(der.as_ref().to_vec()))
    }

    pub fn public(&self) -> &Arc<PublicKey> {
        &self.public
    }

    /// The RS256 signature (RSASSA-PKCS1-v1_5 with SHA-256).
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        self.sign_as(&RSA_PKCS1_SHA256, message)
    }

    /// The RS512 signature (RSASSA-PKCS1-v1_5 with SHA-512).
    pub fn sign_sha512(&self, message: &[u8]) -> Result<Vec<u8>, Fault> {
        self.sign_as(&RSA_PKCS1_SHA512, message)
    }

    fn sign_as(&self, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        self.pair.sign(encoding, &SystemRandom::new(), message, &mut signature).map_err(Fault::internal)?;
        Ok(signature)
    }

    fn from_pair(pair: KeyPair) -> Result<Self, KeysError> {
        let der = pair.public_key().as_ref();
        let parsed = Rsa::public_key_from_der_pkcs1(der).map_err(|e| KeysError::BadSigningKey(e.to_string()))?;
        let (n, e) = (URL_SAFE_NO_PAD.encode(parsed.n().to_vec()), URL_SAFE_NO_PAD.encode(parsed.e().to_vec()));
        // The JWK thumbprint (RFC 7638) is the key id, so it need not be stored and no two keys share one.
        let thumbprint = digest::digest(&digest::SHA256, format!(r#"{{"e":"{e}","kty":"RSA","n":"{n}"}}"#).as_bytes());
        let kid = STANDARD.encode(thumbprint);
        let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"kid":"{kid}","alg":"RS256"}}"#));
        let decoding = DecodingKey::from_rsa_der(der);
        Ok(Self { pair, public: Arc::new(PublicKey { kid, n, e, decoding }), header })
    }
}

/// The key pairs of a pool: two that sign, and what a rotation keeps beside them.
pub struct PoolKeys {
    /// Signs ID tokens.
    pub id: SigningKey,
    /// Signs access tokens.
    pub access: SigningKey,
    /// Public keys of pairs that signed before, until their last token has expired.
    earlier: Vec<EarlierKey>,
    /// The pairs that sign from a moment on; they are published already.
    next: Option<(Timestamp, Arc<PoolKeys>)>,
}

/// A public key that signs no more.
#[derive(Clone)]
struct EarlierKey {
    key: Arc<PublicKey>,
    until: Timestamp,
}

/// The sealed form: both private keys in PKCS#8.
#[derive(Serialize, Deserialize)]
struct Sealed {
    #[serde(with = "serde_bytes")]
    id: Vec<u8>,
    #[serde(with = "serde_bytes")]
    access: Vec<u8>,
    #[serde(default)]
    earlier: Vec<SealedEarlier>,
    // Sealed values have no names of members, so all of them are written, and new ones stand at the end.
    #[serde(default)]
    next: Option<(Timestamp, Box<Sealed>)>,
}

/// A public key in the sealed form.
#[derive(Serialize, Deserialize)]
struct SealedEarlier {
    kid: String,
    n: String,
    e: String,
    until: Timestamp,
}

impl Drop for Sealed {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.id);
        zeroize::Zeroize::zeroize(&mut self.access);
    }
}

impl PoolKeys {
    /// Two new key pairs.
    pub fn new(id: SigningKey, access: SigningKey) -> Self {
        Self { id, access, earlier: Vec::new(), next: None }
    }

    /// All keys, sealed and bound to the pool: about 2.5 kB, and as much again during a rotation.
    pub fn seal(&self, sealer: &Sealer, pool_id: &str) -> Result<Vec<u8>, Fault> {
        sealer.seal_value(Purpose::SigningKey, pool_id.as_bytes(), &self.to_sealed()?)
    }

    /// Opens the result of [`PoolKeys::seal`]. The keys are validated, which takes about 0.3 ms.
    pub fn open(sealer: &Sealer, pool_id: &str, sealed: &[u8]) -> Result<Self, Fault> {
        let all: Sealed =
            sealer.open_value(Purpose::SigningKey, pool_id.as_bytes(), sealed).map_err(Fault::internal)?;
        Self::from_sealed(&all)
    }

    /// A public key of the pool, of whatever time: tokens say themselves when they end.
    pub fn public(&self, kid: &str) -> Option<&Arc<PublicKey>> {
        let next = self.next.iter().flat_map(|(_, next)| [next.id.public(), next.access.public()]);
        let earlier = self.earlier.iter().map(|earlier| &earlier.key);
        [self.id.public(), self.access.public()].into_iter().chain(next).chain(earlier).find(|key| key.kid() == kid)
    }

    /// All public keys that verifiers need now: those that sign, those that will, and those of tokens that still live.
    pub fn jwks(&self, now: Timestamp) -> Vec<Jwk> {
        let next = self.next.iter().flat_map(|(_, next)| [next.id.public(), next.access.public()]);
        let earlier = self.earlier.iter().filter(|earlier| now < earlier.until).map(|earlier| &earlier.key);
        let keys = [self.id.public(), self.access.public()].into_iter().chain(next).chain(earlier);
        keys.map(|key| key.jwk()).collect()
    }
}

/// Keys for unit tests, made once per run.
#[cfg(test)]
pub(crate) fn test_keys() -> &'static PoolKeys {
    #![expect(clippy::unwrap_used, reason = "tests")]
    static KEYS: std::sync::LazyLock<PoolKeys> =
        std::sync::LazyLock::new(|| PoolKeys::new(SigningKey::generate().unwrap(), SigningKey::generate().unwrap()));
    &KEYS
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::keys::seal::test_sealer;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    #[test]
    fn sealed_keys_come_back_for_their_own_pool_only() {
        let (sealer, keys) = (test_sealer(1), test_keys());
        let sealed = keys.seal(&sealer, "us-east-1_A").unwrap();
        assert!(sealed.len() < 2600, "{}", sealed.len());
        let opened = PoolKeys::open(&sealer, "us-east-1_A", &sealed).unwrap();
        assert_eq!(opened.jwks(NOW), keys.jwks(NOW));
        assert_eq!(opened.access.sign(b"x").unwrap(), keys.access.sign(b"x").unwrap());
        assert!(PoolKeys::open(&sealer, "us-east-1_B", &sealed).is_err());
        assert!(PoolKeys::open(&test_sealer(2), "us-east-1_A", &sealed).is_err());
        assert!(SigningKey::from_pkcs8(b"junk").is_err());
    }

    #[test]
    fn jwks_lists_both_in_cognitos_form() {
        let keys = test_keys();
        let json = serde_json::to_string(&keys.jwks(NOW)).unwrap();
        assert!(json.starts_with(r#"[{"alg":"RS256","e":"AQAB","kid":""#) && json.ends_with(r#"","use":"sig"}]"#));
        let jwks = keys.jwks(NOW);
        assert_eq!(jwks.len(), 2);
        let (id, access) = (jwks.first().unwrap(), jwks.last().unwrap());
        assert_ne!(id.kid, access.kid);
        assert_eq!(URL_SAFE_NO_PAD.decode(&id.n).unwrap().len(), 256);
        assert_eq!(&keys.public(&access.kid).unwrap().jwk(), access);
        assert!(keys.public("").is_none());
    }
}
