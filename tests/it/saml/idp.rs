//! A small identity provider: writes responses in canonical form with OpenSSL alone, so that nothing of the server's
//! own canonicalisation takes part in what it signs.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use openssl::asn1::Asn1Time;
use openssl::ec::{EcGroup, EcKey};
use openssl::encrypt::Encrypter;
use openssl::hash::{MessageDigest, hash};
use openssl::nid::Nid;
use openssl::pkey::{PKey, Private, Public};
use openssl::rsa::{Padding, Rsa};
use openssl::sign::Signer;
use openssl::symm::{Cipher, encrypt, encrypt_aead};
use openssl::x509::X509;
use poolhouse::clock::Timestamp;
use std::sync::LazyLock;

pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
pub const ENTITY: &str = "https://idp.example.com/metadata";
pub const AUDIENCE: &str = "urn:amazon:cognito:sp:us-east-1_Pool00001";
pub const ADDRESS: &str = "https://app.example.com/saml2/idpresponse";
pub const REQUEST: &str = "_request-1";
pub const NOW: Timestamp = Timestamp(1_800_000_000_000);
const SIGNATURE_HERE: &str = "{signature}";

/// Signs as a provider does.
pub struct Idp {
    pub key: PKey<Private>,
    pub certificate: Vec<u8>,
}

pub static IDP: LazyLock<Idp> = LazyLock::new(Idp::rsa);
pub static OTHER: LazyLock<Idp> = LazyLock::new(Idp::rsa);
pub static CURVE: LazyLock<Idp> = LazyLock::new(|| {
    let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    Idp::new(PKey::from_ec_key(EcKey::generate(&group).unwrap()).unwrap())
});
/// The service provider's key for decryption.
pub static OURS: LazyLock<Idp> = LazyLock::new(Idp::rsa);

impl Idp {
    pub fn rsa() -> Self {
        Self::new(PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap())
    }

    pub fn new(key: PKey<Private>) -> Self {
        let mut certificate = X509::builder().unwrap();
        certificate.set_pubkey(&key).unwrap();
        certificate.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
        certificate.set_not_after(&Asn1Time::days_from_now(3650).unwrap()).unwrap();
        certificate.sign(&key, MessageDigest::sha256()).unwrap();
        Self { certificate: certificate.build().to_der().unwrap(), key }
    }

    /// Puts a signature over `canonical` where the marker stands in it.
    pub fn sign(&self, canonical: &str, form: &Signing) -> String {
        let plain = canonical.replace(SIGNATURE_HERE, "");
        canonical.replace(SIGNATURE_HERE, &self.signature(&plain, form))
    }

    /// A `Signature` element over a canonical text.
    pub fn signature(&self, canonical: &str, form: &Signing) -> String {
        let digest = STANDARD.encode(hash(form.hash, canonical.as_bytes()).unwrap());
        let info = form.signed_info.replace("{digest}", &digest);
        let info = info.replace("{id}", &form.id).replace("{algorithm}", &form.algorithm);
        let info = info.replace("{digest-algorithm}", &form.digest_algorithm);
        let mut signer = Signer::new(form.hash, &self.key).unwrap();
        let mut value = signer.sign_oneshot_to_vec(info.as_bytes()).unwrap();
        if form.algorithm.contains("ecdsa") {
            let pair = openssl::ecdsa::EcdsaSig::from_der(&value).unwrap();
            value = [pair.r().to_vec_padded(32).unwrap(), pair.s().to_vec_padded(32).unwrap()].concat();
        }
        // Around it the prefix is declared already, and canonical text declares it once.
        let info = info.replacen(&format!(" xmlns:ds=\"{DS}\""), "", 1);
        format!(
            "<ds:Signature xmlns:ds=\"{DS}\">{info}<ds:SignatureValue>{}</ds:SignatureValue><ds:KeyInfo><ds:X509Data>\
             <ds:X509Certificate>{}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></ds:Signature>",
            STANDARD.encode(value),
            STANDARD.encode(&self.certificate)
        )
    }
}

/// How something is signed.
#[derive(Clone)]
pub struct Signing {
    pub id: String,
    pub hash: MessageDigest,
    pub algorithm: String,
    pub digest_algorithm: String,
    /// With `{id}`, `{digest}` and the algorithms; in canonical form.
    pub signed_info: String,
}

impl Signing {
    pub fn of(id: &str) -> Self {
        Self {
            id: id.into(),
            hash: MessageDigest::sha256(),
            algorithm: "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256".into(),
            digest_algorithm: "http://www.w3.org/2001/04/xmlenc#sha256".into(),
            signed_info: format!(
                "<ds:SignedInfo xmlns:ds=\"{DS}\"><ds:CanonicalizationMethod \
                 Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
                 <ds:SignatureMethod Algorithm=\"{{algorithm}}\"></ds:SignatureMethod>\
                 <ds:Reference URI=\"#{{id}}\"><ds:Transforms>\
                 <ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"></ds:Transform>\
                 <ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform></ds:Transforms>\
                 <ds:DigestMethod Algorithm=\"{{digest-algorithm}}\"></ds:DigestMethod>\
                 <ds:DigestValue>{{digest}}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
            ),
        }
    }

    pub fn edit(mut self, from: &str, to: &str) -> Self {
        assert!(self.signed_info.contains(from), "{from}");
        self.signed_info = self.signed_info.replace(from, to);
        self
    }

    pub fn with(mut self, hash: MessageDigest, algorithm: &str, digest: &str) -> Self {
        (self.hash, self.algorithm, self.digest_algorithm) = (hash, algorithm.into(), digest.into());
        self
    }
}

/// The parts of a response; what a test does not name is as it should be.
#[derive(Clone)]
pub struct Parts {
    pub response_id: String,
    pub assertion_id: String,
    pub name_id: String,
    pub issuer: String,
    pub destination: String,
    pub recipient: String,
    pub audience: String,
    pub in_response_to: Option<String>,
    pub confirmed_request: Option<String>,
    pub issued: i64,
    pub not_before: i64,
    pub not_on_or_after: i64,
    pub status: String,
    pub attributes: String,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            response_id: "_response".into(),
            assertion_id: "_assertion".into(),
            name_id: "alice".into(),
            issuer: ENTITY.into(),
            destination: ADDRESS.into(),
            recipient: ADDRESS.into(),
            audience: AUDIENCE.into(),
            in_response_to: Some(REQUEST.into()),
            confirmed_request: Some(REQUEST.into()),
            issued: 0,
            not_before: -30,
            not_on_or_after: 300,
            status: format!("{}:Success", "urn:oasis:names:tc:SAML:2.0:status"),
            attributes: attribute("email", &["alice@example.com"]),
        }
    }
}

pub fn attribute(name: &str, values: &[&str]) -> String {
    let values: String =
        values.iter().map(|value| format!("<saml:AttributeValue>{value}</saml:AttributeValue>")).collect();
    format!("<saml:Attribute Name=\"{name}\">{values}</saml:Attribute>")
}

/// A time, in seconds from now.
pub fn at(seconds: i64) -> String {
    let moment = time::OffsetDateTime::from_unix_timestamp(NOW.secs() + seconds).unwrap();
    moment.format(&time::format_description::well_known::Rfc3339).unwrap()
}

impl Parts {
    /// The assertion in canonical form, with a place for a signature.
    pub fn assertion(&self) -> String {
        let request = self.confirmed_request.as_ref().map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        let (begin, end, issued) = (at(self.not_before), at(self.not_on_or_after), at(self.issued));
        format!(
            "<saml:Assertion xmlns:saml=\"{SAML}\" ID=\"{}\" IssueInstant=\"{issued}\" Version=\"2.0\">\
             <saml:Issuer>{}</saml:Issuer>{SIGNATURE_HERE}<saml:Subject>\
             <saml:NameID Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\">{}</saml:NameID>\
             <saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:cm:bearer\">\
             <saml:SubjectConfirmationData{request} NotOnOrAfter=\"{end}\" Recipient=\"{}\">\
             </saml:SubjectConfirmationData></saml:SubjectConfirmation></saml:Subject>\
             <saml:Conditions NotBefore=\"{begin}\" NotOnOrAfter=\"{end}\"><saml:AudienceRestriction>\
             <saml:Audience>{}</saml:Audience></saml:AudienceRestriction></saml:Conditions>\
             <saml:AuthnStatement AuthnInstant=\"{issued}\" SessionIndex=\"session-7\"><saml:AuthnContext>\
             <saml:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:Password</saml:AuthnContextClassRef>\
             </saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement>{}</saml:AttributeStatement>\
             </saml:Assertion>",
            self.assertion_id, self.issuer, self.name_id, self.recipient, self.audience, self.attributes
        )
    }

    /// A response around something, in canonical form, with a place for a signature.
    pub fn response(&self, inside: &str) -> String {
        let request = self.in_response_to.as_ref().map_or_else(String::new, |id| format!(" InResponseTo=\"{id}\""));
        format!(
            "<samlp:Response xmlns:samlp=\"{PROTOCOL}\" Destination=\"{}\" ID=\"{}\"{request} IssueInstant=\"{}\" \
             Version=\"2.0\"><saml:Issuer xmlns:saml=\"{SAML}\">{}</saml:Issuer>{SIGNATURE_HERE}<samlp:Status>\
             <samlp:StatusCode Value=\"{}\"></samlp:StatusCode></samlp:Status>{inside}</samlp:Response>",
            self.destination,
            self.response_id,
            at(self.issued),
            self.issuer,
            self.status
        )
    }

    pub fn signed_assertion(&self, idp: &Idp) -> String {
        idp.sign(&self.assertion(), &Signing::of(&self.assertion_id))
    }

    /// An unsigned response around a signed assertion.
    pub fn with_signed_assertion(&self, idp: &Idp) -> String {
        plain(&self.response(&self.signed_assertion(idp)))
    }

    /// A signed response around an unsigned assertion.
    pub fn with_signed_response(&self, idp: &Idp) -> String {
        idp.sign(&self.response(&plain(&self.assertion())), &Signing::of(&self.response_id))
    }

    pub fn with_both_signed(&self, idp: &Idp) -> String {
        let assertion = self.signed_assertion(idp);
        let response = self.response("{assertion}");
        let whole = response.replace("{assertion}", &assertion);
        idp.sign(&whole, &Signing::of(&self.response_id))
    }
}

/// Without a signature.
pub fn plain(text: &str) -> String {
    text.replace(SIGNATURE_HERE, "")
}

/// As it is posted.
pub fn encode(xml: &str) -> String {
    STANDARD.encode(xml)
}

/// How an assertion is encrypted.
#[derive(Clone, Copy)]
pub struct Encryption {
    pub content: &'static str,
    pub wrap: &'static str,
    /// `DigestMethod` and `MGF` of the wrapped key.
    pub parameters: &'static str,
    pub hash: fn() -> MessageDigest,
    pub mask: fn() -> MessageDigest,
}

pub const GCM: Encryption = Encryption {
    content: "http://www.w3.org/2009/xmlenc11#aes256-gcm",
    wrap: "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
    parameters: "<ds:DigestMethod xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\" \
                 Algorithm=\"http://www.w3.org/2000/09/xmldsig#sha1\"/>",
    hash: MessageDigest::sha1,
    mask: MessageDigest::sha1,
};

impl Encryption {
    /// The bytes of the content: vector, cipher text and, in GCM mode, tag.
    pub fn content(&self, plain: &[u8], key: &[u8; 32]) -> Vec<u8> {
        if self.content.ends_with("gcm") {
            let mut tag = [0; 16];
            let (vector, key) = ([3; 12], &key[..self.key_length()]);
            let cipher = if key.len() == 16 { Cipher::aes_128_gcm() } else { Cipher::aes_256_gcm() };
            let text = encrypt_aead(cipher, key, Some(&vector), &[], plain, &mut tag).unwrap();
            return [vector.as_slice(), &text, &tag].concat();
        }
        let (vector, key) = ([3; 16], &key[..self.key_length()]);
        let cipher = if key.len() == 16 { Cipher::aes_128_cbc() } else { Cipher::aes_256_cbc() };
        // OpenSSL's padding is one of those that XML encryption allows.
        [vector.as_slice(), &encrypt(cipher, key, Some(&vector), plain).unwrap()].concat()
    }

    fn key_length(&self) -> usize {
        if self.content.contains("128") { 16 } else { 32 }
    }

    pub fn element(&self, plain: &[u8]) -> String {
        let key = [9; 32];
        self.around(&self.content(plain, &key), &key[..self.key_length()])
    }

    /// The same, for whose public key this is.
    pub fn element_for(&self, public: &PKey<Public>, plain: &[u8]) -> String {
        let key = [9; 32];
        self.wrapped(Encrypter::new(public).unwrap(), &self.content(plain, &key), &key[..self.key_length()])
    }

    /// `EncryptedAssertion` around bytes, with their key wrapped for [`OURS`].
    pub fn around(&self, content: &[u8], key: &[u8]) -> String {
        self.wrapped(Encrypter::new(&OURS.key).unwrap(), content, key)
    }

    fn wrapped(&self, mut wrap: Encrypter<'_>, content: &[u8], key: &[u8]) -> String {
        wrap.set_rsa_padding(if self.wrap.contains("oaep") { Padding::PKCS1_OAEP } else { Padding::PKCS1 }).unwrap();
        if self.wrap.contains("oaep") {
            wrap.set_rsa_oaep_md((self.hash)()).unwrap();
            wrap.set_rsa_mgf1_md((self.mask)()).unwrap();
        }
        let mut wrapped = vec![0; wrap.encrypt_len(key).unwrap()];
        let length = wrap.encrypt(key, &mut wrapped).unwrap();
        wrapped.truncate(length);
        format!(
            "<saml:EncryptedAssertion xmlns:saml=\"{SAML}\"><xenc:EncryptedData \
             xmlns:xenc=\"http://www.w3.org/2001/04/xmlenc#\" Type=\"http://www.w3.org/2001/04/xmlenc#Element\">\
             <xenc:EncryptionMethod Algorithm=\"{}\"/><ds:KeyInfo xmlns:ds=\"{DS}\"><xenc:EncryptedKey>\
             <xenc:EncryptionMethod Algorithm=\"{}\">{}</xenc:EncryptionMethod><xenc:CipherData><xenc:CipherValue>{}\
             </xenc:CipherValue></xenc:CipherData></xenc:EncryptedKey></ds:KeyInfo><xenc:CipherData>\
             <xenc:CipherValue>{}</xenc:CipherValue></xenc:CipherData></xenc:EncryptedData></saml:EncryptedAssertion>",
            self.content,
            self.wrap,
            self.parameters,
            STANDARD.encode(wrapped),
            STANDARD.encode(content)
        )
    }
}
