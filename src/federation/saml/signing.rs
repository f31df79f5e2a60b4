//! Signs what this server sends: queries of the redirect binding, and messages of the POST binding.

use super::algorithms::Digest;
use super::canonical::{Form, canonicalize};
use super::document;
use crate::fault::Fault;
use crate::keys::signing::SigningKey;
use crate::model::percent;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::write::DeflateEncoder;
use std::io::Write as _;

const RSA_SHA256: &str = "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256";

/// The name under which a message travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    Request,
    Response,
}

impl Parameter {
    pub fn name(self) -> &'static str {
        match self {
            Self::Request => "SAMLRequest",
            Self::Response => "SAMLResponse",
        }
    }
}

/// A message on its way.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    pub parameter: Parameter,
    pub xml: &'a str,
    pub relay_state: Option<&'a str>,
    /// Where it goes.
    pub address: &'a str,
}

impl Outgoing<'_> {
    /// The URL of the redirect binding (SAML bindings 3.4.4), signed if there is a key.
    pub fn redirect(&self, key: Option<&SigningKey>) -> Result<String, Fault> {
        let mut deflate = DeflateEncoder::new(Vec::new(), Compression::default());
        deflate.write_all(self.xml.as_bytes()).map_err(Fault::internal)?;
        let message = STANDARD.encode(deflate.finish().map_err(Fault::internal)?);
        let mut query = format!("{}={}", self.parameter.name(), encoded(&message));
        if let Some(state) = self.relay_state {
            query.push_str(&format!("&RelayState={}", encoded(state)));
        }
        if let Some(key) = key {
            query.push_str(&format!("&SigAlg={}", encoded(RSA_SHA256)));
            let signature = STANDARD.encode(key.sign(query.as_bytes())?);
            query.push_str(&format!("&Signature={}", encoded(&signature)));
        }
        let joint = if self.address.contains('?') { '&' } else { '?' };
        Ok(format!("{}{joint}{query}", self.address))
    }
}

/// The message in base64 for the POST binding (SAML bindings 3.5.4), signed. `xml` is one that this server wrote: its
/// root has `id`, and `Issuer` first.
pub fn posted(xml: &str, id: &str, key: &SigningKey) -> Result<String, Fault> {
    let document = document::parse(xml).map_err(Fault::internal)?;
    let digest = Digest::Sha256.hash(canonicalize(document.root_element(), Form::default()).as_bytes());
    let digest = STANDARD.encode(digest.unwrap_or_default());
    let info = format!(
        "<ds:SignedInfo xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">\
         <ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:CanonicalizationMethod>\
         <ds:SignatureMethod Algorithm=\"{RSA_SHA256}\"></ds:SignatureMethod><ds:Reference URI=\"#{id}\">\
         <ds:Transforms><ds:Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\">\
         </ds:Transform><ds:Transform Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"></ds:Transform>\
         </ds:Transforms><ds:DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"></ds:DigestMethod>\
         <ds:DigestValue>{digest}</ds:DigestValue></ds:Reference></ds:SignedInfo>"
    );
    // Written in canonical form, so it is signed as it stands.
    let value = STANDARD.encode(key.sign(info.as_bytes())?);
    let signature = format!(
        "<ds:Signature xmlns:ds=\"http://www.w3.org/2000/09/xmldsig#\">{info}\
         <ds:SignatureValue>{value}</ds:SignatureValue></ds:Signature>"
    );
    const ISSUER_END: &str = "</saml:Issuer>";
    Ok(STANDARD.encode(xml.replacen(ISSUER_END, &format!("{ISSUER_END}{signature}"), 1)))
}

fn encoded(text: &str) -> String {
    percent::encode(text.as_bytes(), None)
}
