//! Authorities of the server's own and certificates under them, for programs that can be told to trust them; and what a
//! public authority is asked with.

use crate::clock::Timestamp;
use crate::fault::Fault;
use openssl::asn1::{Asn1Object, Asn1OctetString, Asn1Time, Asn1TimeRef};
use openssl::bn::BigNum;
use openssl::ec::{EcGroup, EcKey};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private};
use openssl::stack::Stack;
use openssl::x509::extension::{
    AuthorityKeyIdentifier, BasicConstraints, ExtendedKeyUsage, KeyUsage, SubjectAlternativeName, SubjectKeyIdentifier,
};
use openssl::x509::{X509, X509Builder, X509Extension, X509Name, X509NameBuilder, X509Req};
use std::net::IpAddr;

/// Validity of a server's certificate in days: Apple's systems accept no more.
pub const VALIDITY_DAYS: i64 = 825;
/// Validity of an authority that is kept, in days.
const AUTHORITY_DAYS: i64 = 3650;
/// NameConstraints (RFC 5280, section 4.2.1.10) in DER: names under `localhost`, 127.0.0.0/8 and ::1, nothing else.
const LOOPBACK_ONLY: &[u8] = b"\x30\x3F\xA0\x3D\
    \x30\x0B\x82\x09localhost\
    \x30\x0A\x87\x08\x7F\0\0\0\xFF\0\0\0\
    \x30\x22\x87\x20\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\x01\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF";

/// An authority's certificate, and a server's certificate and key under it, all PEM. The authority's own key is gone:
/// nothing else can be issued in its name.
pub struct LocalAuthority {
    pub authority: Vec<u8>,
    pub certificate: Vec<u8>,
    pub key: Vec<u8>,
}

/// A server's certificate and key, PEM.
pub struct Issued {
    pub certificate: Vec<u8>,
    pub key: Vec<u8>,
}

/// An authority with its key.
pub struct Authority {
    certificate: X509,
    key: PKey<Private>,
}

/// What an authority is to be.
struct Plan<'a> {
    subject: &'a str,
    days: i64,
    loopback_only: bool,
}

/// Makes an authority and a certificate for host names, valid from `now`. P-256, SHA-256.
pub fn issue(names: &[String], now: Timestamp) -> Result<LocalAuthority, Fault> {
    let plan = Plan { subject: "Poolhouse local authority", days: VALIDITY_DAYS, loopback_only: false };
    let authority = Authority::build(&plan, now, crate::rng::bytes()?).map_err(Fault::internal)?;
    let issued = authority.issue(names, now, VALIDITY_DAYS)?;
    let authority = authority.certificate.to_pem().map_err(Fault::internal)?;
    Ok(LocalAuthority { authority, certificate: issued.certificate, key: issued.key })
}

impl Authority {
    /// An authority for the names of this machine (`localhost`, those under it, loopback addresses): verifiers take
    /// nothing else from it. `subject` tells several of them apart, since programs find an authority by its name.
    pub fn for_loopback(subject: &str, now: Timestamp) -> Result<Self, Fault> {
        let plan = Plan { subject, days: AUTHORITY_DAYS, loopback_only: true };
        Self::build(&plan, now, crate::rng::bytes()?).map_err(Fault::internal)
    }

    /// The authority that [`Self::to_pem`] wrote down.
    pub fn from_pem(certificate: &[u8], key: &[u8]) -> Result<Self, Fault> {
        let certificate = X509::from_pem(certificate).map_err(Fault::internal)?;
        let key = PKey::private_key_from_pem(key).map_err(Fault::internal)?;
        let fits = certificate.public_key().is_ok_and(|public| public.public_eq(&key));
        if fits { Ok(Self { certificate, key }) } else { Err(Fault::internal("the key is not the certificate's")) }
    }

    pub fn to_pem(&self) -> Result<Issued, Fault> {
        let pem = || {
            Ok::<_, ErrorStack>(Issued {
                certificate: self.certificate.to_pem()?,
                key: self.key.private_key_to_pem_pkcs8()?,
            })
        };
        pem().map_err(Fault::internal)
    }

    /// When it ends.
    pub fn expires(&self) -> Result<Timestamp, Fault> {
        moment(self.certificate.not_after()).map_err(Fault::internal)
    }

    /// A certificate for host names and addresses, valid for some days from `now`.
    pub fn issue(&self, names: &[String], now: Timestamp, days: i64) -> Result<Issued, Fault> {
        self.build_leaf(names, now, days, crate::rng::bytes()?).map_err(Fault::internal)
    }

    fn build(plan: &Plan<'_>, now: Timestamp, serial: [u8; 16]) -> Result<Self, ErrorStack> {
        let key = new_key()?;
        let subject = name(plan.subject)?;
        let mut builder = begin(&key, now, plan.days, serial)?;
        builder.set_subject_name(&subject)?;
        builder.set_issuer_name(&subject)?;
        builder.append_extension(BasicConstraints::new().critical().ca().pathlen(0).build()?)?;
        builder.append_extension(KeyUsage::new().critical().key_cert_sign().crl_sign().build()?)?;
        if plan.loopback_only {
            let constraints = Asn1OctetString::new_from_bytes(LOOPBACK_ONLY)?;
            let kind = Asn1Object::from_str("2.5.29.30")?;
            builder.append_extension(X509Extension::new_from_der(&kind, true, &constraints)?)?;
        }
        let identifier = SubjectKeyIdentifier::new().build(&builder.x509v3_context(None, None))?;
        builder.append_extension(identifier)?;
        builder.sign(&key, MessageDigest::sha256())?;
        Ok(Self { certificate: builder.build(), key })
    }

    fn build_leaf(&self, names: &[String], now: Timestamp, days: i64, serial: [u8; 16]) -> Result<Issued, ErrorStack> {
        let key = new_key()?;
        let mut builder = begin(&key, now, days, serial)?;
        // A common name has at most 64 characters; clients go by the alternative names.
        let common_name = names.first().map(|name| name.get(..64).unwrap_or(name));
        let subject = name(common_name.unwrap_or("localhost"))?;
        builder.set_subject_name(&subject)?;
        builder.set_issuer_name(self.certificate.subject_name())?;
        builder.append_extension(BasicConstraints::new().critical().build()?)?;
        builder.append_extension(KeyUsage::new().critical().digital_signature().build()?)?;
        builder.append_extension(ExtendedKeyUsage::new().server_auth().build()?)?;
        let context = builder.x509v3_context(Some(&self.certificate), None);
        let extensions =
            [alternatives(names).build(&context)?, AuthorityKeyIdentifier::new().keyid(true).build(&context)?];
        for extension in extensions {
            builder.append_extension(extension)?;
        }
        builder.sign(&self.key, MessageDigest::sha256())?;
        Ok(Issued { certificate: builder.build().to_pem()?, key: key.private_key_to_pem_pkcs8()? })
    }
}

/// What an authority is asked with for one host name: a new key (PKCS#8, PEM) and a request signed by it (PKCS#10,
/// DER).
pub struct CertificateRequest {
    pub key: Vec<u8>,
    pub request: Vec<u8>,
}

/// Makes a request for a certificate of a host name. P-256, SHA-256.
pub fn request(host: &str) -> Result<CertificateRequest, Fault> {
    build_request(host).map_err(Fault::internal)
}

fn build_request(host: &str) -> Result<CertificateRequest, ErrorStack> {
    let key = new_key()?;
    let mut builder = X509Req::builder()?;
    builder.set_version(0)?;
    builder.set_pubkey(&key)?;
    let mut extensions = Stack::new()?;
    extensions.push(alternatives(&[host.to_owned()]).build(&builder.x509v3_context(None))?)?;
    builder.add_extensions(&extensions)?;
    builder.sign(&key, MessageDigest::sha256())?;
    Ok(CertificateRequest { key: key.private_key_to_pem_pkcs8()?, request: builder.build().to_der()? })
}

/// From when until when the first certificate of a PEM text is valid.
pub fn validity(pem: &[u8]) -> Result<(Timestamp, Timestamp), Fault> {
    let read = || {
        let certificate = X509::from_pem(pem)?;
        Ok::<_, ErrorStack>((moment(certificate.not_before())?, moment(certificate.not_after())?))
    };
    read().map_err(Fault::internal)
}

fn moment(time: &Asn1TimeRef) -> Result<Timestamp, ErrorStack> {
    let since = Asn1Time::from_unix(0)?.diff(time)?;
    Ok(Timestamp::from_secs(i64::from(since.days) * 86_400 + i64::from(since.secs)))
}

fn alternatives(names: &[String]) -> SubjectAlternativeName {
    let mut alternatives = SubjectAlternativeName::new();
    for name in names {
        match name.parse::<IpAddr>() {
            Ok(_) => alternatives.ip(name),
            Err(_) => alternatives.dns(name),
        };
    }
    alternatives
}

fn new_key() -> Result<PKey<Private>, ErrorStack> {
    PKey::from_ec_key(EcKey::generate(EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?.as_ref())?)
}

fn name(common_name: &str) -> Result<X509Name, ErrorStack> {
    let mut name = X509NameBuilder::new()?;
    name.append_entry_by_nid(Nid::COMMONNAME, common_name)?;
    Ok(name.build())
}

fn begin(key: &PKey<Private>, now: Timestamp, days: i64, mut serial: [u8; 16]) -> Result<X509Builder, ErrorStack> {
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
    let (not_before, not_after) = (Asn1Time::from_unix(from)?, Asn1Time::from_unix(from + days * 86_400)?);
    builder.set_not_before(&not_before)?;
    builder.set_not_after(&not_after)?;
    builder.set_pubkey(key)?;
    Ok(builder)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::clock::Clock;
    use openssl::stack::Stack;
    use openssl::x509::store::X509StoreBuilder;
    use openssl::x509::{X509StoreContext, X509VerifyResult};

    fn verify(authority: &Authority, names: &[&str]) -> X509VerifyResult {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let leaf = X509::from_pem(&authority.issue(&names, Clock::System.now(), 90).unwrap().certificate).unwrap();
        let mut store = X509StoreBuilder::new().unwrap();
        store.add_cert(authority.certificate.clone()).unwrap();
        let mut context = X509StoreContext::new().unwrap();
        context
            .init(&store.build(), &leaf, &Stack::new().unwrap(), |context| {
                context.verify_cert()?;
                Ok(context.error())
            })
            .unwrap()
    }

    #[test]
    fn an_authority_for_loopback_vouches_for_nothing_else() {
        let made = Authority::for_loopback("Poolhouse development", Clock::System.now()).unwrap();
        let pem = made.to_pem().unwrap();
        let authority = Authority::from_pem(&pem.certificate, &pem.key).unwrap();
        assert_eq!(verify(&authority, &["localhost", "127.0.0.1", "::1"]), X509VerifyResult::OK);
        assert_eq!(verify(&authority, &["shop.auth.localhost"]), X509VerifyResult::OK);
        for other in ["example.com", "10.0.0.1", "notlocalhost", "2001:db8::1"] {
            assert_ne!(verify(&authority, &[other]), X509VerifyResult::OK, "{other}");
        }
        let other = Authority::for_loopback("Another", Clock::System.now()).unwrap().to_pem().unwrap();
        assert!(Authority::from_pem(&pem.certificate, &other.key).is_err());
    }

    #[test]
    fn validity_is_read_from_the_certificate() {
        let now = Timestamp::from_secs(1_767_225_600);
        let issued = Authority::for_loopback("x", now).unwrap().issue(&["localhost".into()], now, 90).unwrap();
        let (from, until) = validity(&issued.certificate).unwrap();
        assert_eq!(from.secs(), now.secs() - 3600);
        assert_eq!(until.secs() - from.secs(), 90 * 86_400);
        assert!(validity(b"").is_err());
    }

    #[test]
    fn a_request_names_its_host_and_is_signed() {
        let made = request("login.example.com").unwrap();
        let request = X509Req::from_der(&made.request).unwrap();
        assert!(request.verify(&PKey::private_key_from_pem(&made.key).unwrap()).unwrap());
        assert!(String::from_utf8_lossy(&made.request).contains("login.example.com"));
    }
}
