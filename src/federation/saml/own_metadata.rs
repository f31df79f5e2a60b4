//! The metadata by which an identity provider gets to know us (SAML metadata 2.4.4).

use super::document::escaped;
use super::requests::POST;
use super::response::PROTOCOL;
use super::signature::DS;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

const METADATA: &str = "urn:oasis:names:tc:SAML:2.0:metadata";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const FORMATS: [&str; 3] = [
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress",
    "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified",
];

/// What we are to one provider. Certificates are in DER.
#[derive(Debug, Clone)]
pub struct ServiceProvider<'a> {
    pub entity_id: &'a str,
    /// Where assertions are posted.
    pub assertions_to: &'a str,
    /// Where messages of single logout go.
    pub logout_at: &'a str,
    /// Of the keys that sign our messages.
    pub signing: &'a [&'a [u8]],
    /// Of the keys to encrypt to, the one to use first.
    pub encryption: &'a [&'a [u8]],
    pub signs_requests: bool,
}

impl ServiceProvider<'_> {
    pub fn xml(&self) -> String {
        let signing = self.signing.iter().map(|der| key("signing", der, ""));
        let methods: String = [
            "http://www.w3.org/2009/xmlenc11#aes256-gcm",
            "http://www.w3.org/2009/xmlenc11#aes128-gcm",
            "http://www.w3.org/2001/04/xmlenc#aes256-cbc",
            "http://www.w3.org/2001/04/xmlenc#aes128-cbc",
            "http://www.w3.org/2001/04/xmlenc#rsa-oaep-mgf1p",
        ]
        .map(|method| format!("<md:EncryptionMethod Algorithm=\"{method}\"/>"))
        .concat();
        let encryption = self.encryption.iter().map(|der| key("encryption", der, &methods));
        let keys: String = signing.chain(encryption).collect();
        let formats = FORMATS.map(|format| format!("<md:NameIDFormat>{format}</md:NameIDFormat>")).concat();
        let logout = escaped(self.logout_at);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<md:EntityDescriptor xmlns:md=\"{METADATA}\" \
             entityID=\"{}\"><md:SPSSODescriptor AuthnRequestsSigned=\"{}\" WantAssertionsSigned=\"true\" \
             protocolSupportEnumeration=\"{PROTOCOL}\">{keys}\
             <md:SingleLogoutService Binding=\"{POST}\" Location=\"{logout}\"/>\
             <md:SingleLogoutService Binding=\"{REDIRECT}\" Location=\"{logout}\"/>{formats}\
             <md:AssertionConsumerService Binding=\"{POST}\" Location=\"{}\" index=\"0\" isDefault=\"true\"/>\
             </md:SPSSODescriptor></md:EntityDescriptor>\n",
            escaped(self.entity_id),
            self.signs_requests,
            escaped(self.assertions_to),
        )
    }
}

fn key(purpose: &str, der: &[u8], methods: &str) -> String {
    format!(
        "<md:KeyDescriptor use=\"{purpose}\"><ds:KeyInfo xmlns:ds=\"{DS}\"><ds:X509Data><ds:X509Certificate>{}\
         </ds:X509Certificate></ds:X509Data></ds:KeyInfo>{methods}</md:KeyDescriptor>",
        STANDARD.encode(der)
    )
}
