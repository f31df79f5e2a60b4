//! The messages that this server sends: requests to sign a user in or out, and answers to requests to sign one out.

use super::assertion::{NameId, SAML};
use super::document::escaped;
use super::response::PROTOCOL;
use super::xml_time;
use crate::clock::Timestamp;
use crate::rng::{self, RngError};
use std::time::Duration;

pub const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// How long a request to sign out is good for.
const LOGOUT_LIFE: Duration = Duration::from_secs(300);

/// A new message id: `_` and a UUID.
pub fn new_id() -> Result<String, RngError> {
    Ok(format!("_{}", rng::uuid()?))
}

/// From whom a message is, and where it goes.
#[derive(Debug, Clone, Copy)]
pub struct Header<'a> {
    pub id: &'a str,
    pub issued: Timestamp,
    /// Our entity id.
    pub issuer: &'a str,
    pub destination: &'a str,
}

impl Header<'_> {
    /// A message: `attributes` and `inside` are XML.
    fn message(&self, name: &str, attributes: &str, inside: &str) -> String {
        format!(
            "<samlp:{name} xmlns:samlp=\"{PROTOCOL}\" xmlns:saml=\"{SAML}\" ID=\"{}\" Version=\"2.0\" \
             IssueInstant=\"{}\" Destination=\"{}\"{attributes}><saml:Issuer>{}</saml:Issuer>{inside}</samlp:{name}>",
            escaped(self.id),
            xml_time::write(self.issued),
            escaped(self.destination),
            escaped(self.issuer),
        )
    }
}

/// `AuthnRequest` (SAML core 3.4.1).
#[derive(Debug, Clone, Copy)]
pub struct AuthnRequest<'a> {
    pub header: Header<'a>,
    /// Where the answer is to be posted.
    pub answer_to: &'a str,
    /// Whether the user must prove who they are, even within a session at the provider.
    pub force: bool,
}

impl AuthnRequest<'_> {
    pub fn xml(&self) -> String {
        let force = if self.force { " ForceAuthn=\"true\"" } else { "" };
        let attributes =
            format!("{force} ProtocolBinding=\"{POST}\" AssertionConsumerServiceURL=\"{}\"", escaped(self.answer_to));
        let policy = "<samlp:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified\" \
                      AllowCreate=\"true\"></samlp:NameIDPolicy>";
        self.header.message("AuthnRequest", &attributes, policy)
    }
}

/// `LogoutRequest` (SAML core 3.7.1) for one session of one user.
#[derive(Debug, Clone, Copy)]
pub struct LogoutRequest<'a> {
    pub header: Header<'a>,
    pub name_id: &'a NameId,
    pub session_index: Option<&'a str>,
}

impl LogoutRequest<'_> {
    pub fn xml(&self) -> String {
        let attributes = format!(" NotOnOrAfter=\"{}\"", xml_time::write(self.header.issued.plus(LOGOUT_LIFE)));
        let name = self.name_id;
        let qualifiers: String = [
            ("NameQualifier", &name.name_qualifier),
            ("SPNameQualifier", &name.sp_name_qualifier),
            ("Format", &name.format),
        ]
        .into_iter()
        .filter_map(|(attribute, value)| Some(format!(" {attribute}=\"{}\"", escaped(value.as_deref()?))))
        .collect();
        let mut inside = format!("<saml:NameID{qualifiers}>{}</saml:NameID>", escaped(&name.value));
        if let Some(index) = self.session_index {
            inside.push_str(&format!("<samlp:SessionIndex>{}</samlp:SessionIndex>", escaped(index)));
        }
        self.header.message("LogoutRequest", &attributes, &inside)
    }
}

/// `LogoutResponse` (SAML core 3.7.2) that reports success.
#[derive(Debug, Clone, Copy)]
pub struct LogoutResponse<'a> {
    pub header: Header<'a>,
    pub in_response_to: &'a str,
}

impl LogoutResponse<'_> {
    pub fn xml(&self) -> String {
        let attributes = format!(" InResponseTo=\"{}\"", escaped(self.in_response_to));
        let status = "<samlp:Status><samlp:StatusCode Value=\"urn:oasis:names:tc:SAML:2.0:status:Success\">\
                      </samlp:StatusCode></samlp:Status>";
        self.header.message("LogoutResponse", &attributes, status)
    }
}
