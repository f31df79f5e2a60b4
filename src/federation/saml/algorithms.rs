//! The algorithms of XML signatures that are accepted: RSA (PKCS#1 v1.5) and ECDSA with SHA-2, and with SHA-1 for
//! providers that are set to allow it. Keyed hashes are none of them, so a public key never serves as a secret.

use super::refusal::Refusal;
use openssl::bn::BigNum;
use openssl::ecdsa::EcdsaSig;
use openssl::hash::{MessageDigest, hash};
use openssl::pkey::{Id, PKey, Public};
use openssl::sign::Verifier;
use openssl::x509::X509;

/// The smallest RSA key that verifies, in bits.
const SMALLEST_RSA: u32 = 2048;

/// A hash function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digest {
    Sha1,
    Sha256,
    Sha384,
    Sha512,
}

impl Digest {
    /// By the identifiers of XML-DSig and XML-Enc.
    pub fn of(uri: &str) -> Option<Self> {
        Some(match uri {
            "http://www.w3.org/2000/09/xmldsig#sha1" => Self::Sha1,
            "http://www.w3.org/2001/04/xmlenc#sha256" => Self::Sha256,
            "http://www.w3.org/2001/04/xmldsig-more#sha384" => Self::Sha384,
            "http://www.w3.org/2001/04/xmlenc#sha512" => Self::Sha512,
            _ => return None,
        })
    }

    pub fn openssl(self) -> MessageDigest {
        match self {
            Self::Sha1 => MessageDigest::sha1(),
            Self::Sha256 => MessageDigest::sha256(),
            Self::Sha384 => MessageDigest::sha384(),
            Self::Sha512 => MessageDigest::sha512(),
        }
    }

    /// The hash of a text.
    pub fn hash(self, text: &[u8]) -> Option<Vec<u8>> {
        hash(self.openssl(), text).ok().map(|digest| digest.to_vec())
    }
}

/// A signature algorithm.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SignatureAlgorithm {
    kind: Id,
    digest: Digest,
}

impl SignatureAlgorithm {
    /// By the identifier in `SignatureMethod` or `SigAlg`.
    pub fn of(uri: &str) -> Option<Self> {
        let (kind, digest) = match uri {
            "http://www.w3.org/2000/09/xmldsig#rsa-sha1" => (Id::RSA, Digest::Sha1),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256" => (Id::RSA, Digest::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha384" => (Id::RSA, Digest::Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#rsa-sha512" => (Id::RSA, Digest::Sha512),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1" => (Id::EC, Digest::Sha1),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256" => (Id::EC, Digest::Sha256),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha384" => (Id::EC, Digest::Sha384),
            "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha512" => (Id::EC, Digest::Sha512),
            _ => return None,
        };
        Some(Self { kind, digest })
    }

    pub fn uses_sha1(self) -> bool {
        self.digest == Digest::Sha1
    }
}

/// The keys of one provider, from its metadata alone.
#[derive(Clone)]
pub struct TrustedKeys {
    keys: Vec<PKey<Public>>,
    /// Whether signatures with SHA-1 are accepted.
    pub allow_sha1: bool,
}

impl TrustedKeys {
    /// The keys of certificates in DER. Those that cannot be read, or are too weak, verify nothing. A certificate's
    /// own dates and signature mean nothing: the metadata says that the provider signs with its key.
    pub fn new(certificates: &[Vec<u8>], allow_sha1: bool) -> Self {
        let keys = certificates.iter().filter_map(|der| X509::from_der(der).ok()?.public_key().ok());
        Self { keys: keys.filter(is_strong).collect(), allow_sha1 }
    }

    /// Whether one of the keys made the signature.
    pub fn verify(&self, algorithm: SignatureAlgorithm, text: &[u8], signature: &[u8]) -> bool {
        if algorithm.uses_sha1() && !self.allow_sha1 {
            return false;
        }
        let fitting = self.keys.iter().filter(|key| key.id() == algorithm.kind);
        let mut outcomes = fitting.map(|key| verify(key, algorithm, text, signature));
        outcomes.any(|outcome| outcome == Some(true))
    }
}

fn is_strong(key: &PKey<Public>) -> bool {
    match key.id() {
        Id::RSA => key.bits() >= SMALLEST_RSA,
        Id::EC => key.bits() >= 256,
        _ => false,
    }
}

fn verify(key: &PKey<Public>, algorithm: SignatureAlgorithm, text: &[u8], signature: &[u8]) -> Option<bool> {
    let mut verifier = Verifier::new(algorithm.digest.openssl(), key).ok()?;
    if algorithm.kind == Id::RSA {
        return verifier.verify_oneshot(signature, text).ok();
    }
    // XML-DSig writes an ECDSA signature as r and s, each as long as the group's order.
    let width = usize::try_from(key.bits().div_ceil(8)).ok()?;
    if signature.len() != width * 2 {
        return None;
    }
    let (r, s) = signature.split_at_checked(width)?;
    let pair = EcdsaSig::from_private_components(BigNum::from_slice(r).ok()?, BigNum::from_slice(s).ok()?).ok()?;
    verifier.verify_oneshot(&pair.to_der().ok()?, text).ok()
}

/// A digest's identifier that is allowed with these keys.
pub fn allowed_digest(uri: &str, keys: &TrustedKeys) -> Result<Digest, Refusal> {
    let digest = Digest::of(uri).filter(|digest| *digest != Digest::Sha1 || keys.allow_sha1);
    digest.ok_or(Refusal::Malformed("the digest algorithm is not allowed"))
}
