//! X.509 certificates: makes them for the server's SAML keys and checks those of others.

use super::error::KeysError;
use super::signing::SigningKey;
use crate::clock::Timestamp;
use crate::fault::Fault;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{BasicConstraints, KeyUsage};
use openssl::x509::{X509, X509NameBuilder};

/// Validity in seconds: ten years.
const VALIDITY: i64 = 3650 * 86_400;

/// A self-signed certificate (X.509 v3, SHA-256) in DER. `name` is the common name, at most 64 characters; `from`
/// begins the validity of ten years.
pub fn self_signed(key: &SigningKey, name: &str, from: Timestamp) -> Result<Vec<u8>, Fault> {
    let serial: [u8; 16] = crate::rng::bytes()?;
    let private = key.to_pkcs8().map_err(Fault::internal)?;
    let private = PKey::private_key_from_pkcs8(&private)
        .map_err(|e| KeysError::BadSigningKey(e.to_string()))
        .map_err(Fault::internal)?;
    build(&private, name, from.secs(), serial).map_err(Fault::internal)
}

fn build(private: &PKey<Private>, name: &str, from: i64, mut serial: [u8; 16]) -> Result<Vec<u8>, ErrorStack> {
    let mut subject = X509NameBuilder::new()?;
    subject.append_entry_by_nid(Nid::COMMONNAME, name)?;
    let subject = subject.build();
    // Serial numbers must be positive.
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7F | 0x40;
    }
    let serial = BigNum::from_slice(&serial)?.to_asn1_integer()?;
    let (not_before, not_after) = (Asn1Time::from_unix(from)?, Asn1Time::from_unix(from.saturating_add(VALIDITY))?);
    let mut certificate = X509::builder()?;
    certificate.set_version(2)?;
    certificate.set_serial_number(&serial)?;
    certificate.set_subject_name(&subject)?;
    certificate.set_issuer_name(&subject)?;
    certificate.set_not_before(&not_before)?;
    certificate.set_not_after(&not_after)?;
    certificate.set_pubkey(private)?;
    certificate.append_extension(BasicConstraints::new().critical().build()?)?;
    certificate.append_extension(KeyUsage::new().critical().digital_signature().key_encipherment().build()?)?;
    certificate.sign(private, MessageDigest::sha256())?;
    certificate.build().to_der()
}

/// Whether the bytes are an X.509 certificate in DER.
pub fn is_certificate(der: &[u8]) -> bool {
    X509::from_der(der).is_ok()
}

/// Whether the text is a P-256 private key as Apple issues them: PKCS#8 in base64, with or without PEM lines.
pub fn is_p256_private(text: &str) -> bool {
    private_key(text).is_some_and(|key| is_p256(&key))
}

/// Whether the text is a private key that can sign assertions: one on P-256, or an RSA key of 2048 bits or more.
pub fn is_assertion_key(text: &str) -> bool {
    private_key(text).is_some_and(|key| is_p256(&key) || key.rsa().is_ok_and(|rsa| rsa.size() >= 256))
}

pub(super) fn is_p256(key: &PKey<Private>) -> bool {
    key.ec_key().is_ok_and(|key| key.group().curve_name() == Some(Nid::X9_62_PRIME256V1))
}

/// The private key in a text: PKCS#8 in base64, with or without PEM lines.
pub(super) fn private_key(text: &str) -> Option<PKey<Private>> {
    use base64::Engine as _;
    let body: String =
        text.lines().filter(|line| !line.starts_with("-----")).flat_map(str::split_ascii_whitespace).collect();
    let der = zeroize::Zeroizing::new(base64::engine::general_purpose::STANDARD.decode(body).ok()?);
    PKey::private_key_from_pkcs8(&der).ok()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::keys::signing::test_keys;

    #[test]
    fn a_certificate_is_its_keys_own() {
        let key = &test_keys().id;
        let der = self_signed(key, "us-east-1_A", Timestamp::from_secs(1_767_225_600)).unwrap();
        assert!(is_certificate(&der) && !is_certificate(b"junk"));
        let certificate = X509::from_der(&der).unwrap();
        let public = certificate.public_key().unwrap();
        assert!(certificate.verify(&public).unwrap());
        assert_eq!(certificate.not_before().to_string(), "Jan  1 00:00:00 2026 GMT");
        let signature = key.sign(b"message").unwrap();
        let mut verifier = openssl::sign::Verifier::new(MessageDigest::sha256(), &public).unwrap();
        assert!(verifier.verify_oneshot(&signature, b"message").unwrap());
    }

    #[test]
    fn apples_keys_are_told_from_others() {
        let group = openssl::ec::EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
        let key = PKey::from_ec_key(openssl::ec::EcKey::generate(&group).unwrap()).unwrap();
        let pem = String::from_utf8(key.private_key_to_pem_pkcs8().unwrap()).unwrap();
        let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
        assert!(is_p256_private(&pem) && is_p256_private(&bare));
        let rsa = PKey::private_key_from_pkcs8(&test_keys().id.to_pkcs8().unwrap()).unwrap();
        let rsa = String::from_utf8(rsa.private_key_to_pem_pkcs8().unwrap()).unwrap();
        assert!(!is_p256_private(&rsa) && !is_p256_private("secret") && !is_p256_private(""));
    }
}
