//! A certificate for given host names under an authority of its own, for programs that can be told to trust it.

use crate::clock::Timestamp;
use crate::fault::Fault;
use openssl::asn1::Asn1Time;
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Name, X509NameBuilder};

/// Validity in days: Apple's systems accept no more.
pub const VALIDITY_DAYS: i64 = 825;

/// An authority's certificate, and a server's certificate and key under it, all PEM. The authority's own key is gone:
/// nothing else can be issued in its name.
pub struct LocalAuthority {
    pub authority: Vec<u8>,
    pub certificate: Vec<u8>,
    pub key: Vec<u8>,
}

/// Makes an authority and a certificate for host names, valid from `now`. P-256, SHA-256.
pub fn issue(names: &[String], now: Timestamp) -> Result<LocalAuthority, Fault> {
    let serials = [crate::rng::bytes()?, crate::rng::bytes()?];
    build(names, now, serials).map_err(Fault::internal)
}

fn build(names: &[String], now: Timestamp, [first, second]: [[u8; 16]; 2]) -> Result<LocalAuthority, ErrorStack> {
    let authority_key = new_key()?;
    let authority_name = name("Poolhouse local authority")?;
    let mut builder = begin(&authority_key, now, first)?;
    builder.set_subject_name(&authority_name)?;
    builder.set_issuer_name(&authority_name)?;
    builder.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build()?)?;
    builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build()?)?;
    let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
    builder.append_extension(identifier)?;
    builder.sign(&authority_key, MessageDigest::sha256())?;
    let authority = builder.build();

    let key = new_key()?;
    let mut builder = begin(&key, now, second)?;
    // A common name has at most 64 characters; clients go by the alternative names.
    let common_name = names.first().map(|name| name.get(..64).unwrap_or(name));
    let subject = name(common_name.unwrap_or("localhost"))?;
    builder.set_subject_name(&subject)?;
    builder.set_issuer_name(&authority_name)?;
    builder.append_extension(BasicConstraints::new().critical().build()?)?;
    builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
    builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
    let mut alternatives = SubjectAlternativeName::new();
    for name in names {
        alternatives.dns(name);
    }
    let context = builder.x509v3_context(Some(&authority), None);
    let extensions = [alternatives.build(&context)?, AuthorityKeyIdentifier::new().keyid(true).build(&context)?];
    for extension in extensions {
        builder.append_extension(extension)?;
    }
    builder.sign(&authority_key, MessageDigest::sha256())?;
    Ok(LocalAuthority {
        authority: authority.to_pem()?,
        certificate: builder.build().to_pem()?,
        key: key.private_key_to_pem_pkcs8()?,
    })
}

fn new_key() -> Result<PKey<Private>, ErrorStack> {
    PKey::from_ec_key(EcKey::generate(EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?.as_ref())?)
}

fn name(common_name: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
    Ok(name.build())
}

fn begin(key: &PKey<Private>, now: Timestamp, mut serial: [u8; 16]) -> Result<X509Builder, ErrorStack> {
    // Serial numbers must be positive.
    if let Some(first) = serial.first_mut() {
        *first = *first & 0x7F | 0x40;
    }
    let mut builder = X509::builder()?;
    builder.set_version(2)?;
    let serial = BigNum::from_slice(&serial)?.to_asn1_integer()?;
    builder.set_serial_number(&serial)?;
    // An hour back, for clocks that are behind.
    let from = now.secs() - 3600;
    let (not_before, not_after) = (Asn1Time::from_unix(from)?, Asn1Time::from_unix(from + VALIDITY_DAYS * 86_400)?);
    builder.set_not_before(&not_before)?;
    builder.set_not_after(&not_after)?;
    builder.set_pubkey(key)?;
    Ok(builder)
}
