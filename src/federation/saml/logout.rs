//! Messages of single logout that providers send: answers to our requests, and requests of their own.

use super::algorithms::SignatureAlgorithm;
use super::assertion::{NameId, name_id};
use super::document::{self, elements, is, trimmed};
use super::refusal::Refusal;
use super::response::{Envelope, PROTOCOL, Reader, check_status, decode};
use super::signature::Verified;
use super::xml_time;
use crate::clock::Timestamp;
use crate::model::percent;
use flate2::read::DeflateDecoder;
use roxmltree::{Document, Node};
use std::io::Read as _;

/// A provider's request to end sessions of a user.
#[derive(Debug, Clone)]
pub struct LogoutRequested {
    pub envelope: Envelope,
    pub name_id: NameId,
    /// The sessions that end; all of the user's if empty.
    pub session_indexes: Vec<String>,
    pub not_on_or_after: Option<Timestamp>,
}

impl Reader {
    /// Reads a posted `LogoutResponse`. It may be unsigned: the session here ended before the provider was asked, so
    /// the answer decides nothing, and is only matched with the request. A signature that is there must be good.
    pub fn logout_response(&self, encoded: &str) -> Result<Envelope, Refusal> {
        let text = decode(encoded)?;
        let document = document::parse(&text)?;
        let root = document.root_element();
        if !is(root, PROTOCOL, "LogoutResponse") {
            return Err(Refusal::Malformed("it is not a logout response of SAML 2.0"));
        }
        let signed = self.signed_message(root)?;
        let trusted = signed.as_ref().map(Verified::document).transpose()?;
        let seen = trusted.as_ref().map_or(root, Document::root_element);
        let envelope = Envelope::read(seen, signed.is_some())?;
        // Also a provider that could not end every session has done what it can.
        match check_status(seen) {
            Ok(()) | Err(Refusal::Status(_)) => Ok(envelope),
            Err(why) => Err(why),
        }
    }

    /// Reads a posted `LogoutRequest`, which must be signed.
    pub fn logout_request(&self, encoded: &str) -> Result<LogoutRequested, Refusal> {
        let text = decode(encoded)?;
        let document = document::parse(&text)?;
        let verified = self.signed_message(document.root_element())?.ok_or(Refusal::ResponseSignature)?;
        requested(verified.document()?.root_element())
    }

    /// Reads a `LogoutRequest` of the redirect binding, whose signature is over the query as it was sent.
    pub fn logout_redirect(&self, raw_query: &str) -> Result<LogoutRequested, Refusal> {
        let query = SignedQuery::read(raw_query)?;
        let algorithm = SignatureAlgorithm::of(&query.algorithm).ok_or(Refusal::ResponseSignature)?;
        if !self.keys.verify(algorithm, query.signed.as_bytes(), &query.signature) {
            return Err(Refusal::ResponseSignature);
        }
        let text = inflate(&query.message)?;
        requested(document::parse(&text)?.root_element())
    }
}

/// What a request says, from text that is signed.
fn requested(root: Node<'_, '_>) -> Result<LogoutRequested, Refusal> {
    if !is(root, PROTOCOL, "LogoutRequest") {
        return Err(Refusal::Malformed("it is not a logout request of SAML 2.0"));
    }
    let indexes = elements(root)?.into_iter().filter(|node| is(*node, PROTOCOL, "SessionIndex"));
    let until = root
        .attribute("NotOnOrAfter")
        .map(|written| xml_time::parse(written).ok_or(Refusal::Malformed("a time is not one of xs:dateTime in UTC")));
    Ok(LogoutRequested {
        envelope: Envelope::read(root, true)?,
        name_id: name_id(root)?.ok_or(Refusal::NoNameId)?,
        session_indexes: indexes.map(trimmed).collect::<Result<_, _>>()?,
        not_on_or_after: until.transpose()?,
    })
}

/// A query of the redirect binding (SAML bindings 3.4.4.1).
struct SignedQuery {
    /// The parameters that are signed, as they were sent, in the order that the binding prescribes.
    signed: String,
    algorithm: String,
    signature: Vec<u8>,
    message: Vec<u8>,
}

impl SignedQuery {
    fn read(raw: &str) -> Result<Self, Refusal> {
        let parameter = |name: &str| {
            let mut found = raw.split('&').filter_map(|pair| pair.split_once('=')).filter(|(other, _)| *other == name);
            match (found.next(), found.next()) {
                (Some((_, value)), None) => Ok(Some(value)),
                (None, _) => Ok(None),
                _ => Err(Refusal::Malformed("a parameter is given more than once")),
            }
        };
        let needed = |name| parameter(name)?.ok_or(Refusal::ResponseSignature);
        let plain = |value: &str| {
            String::from_utf8(percent::decode(value, true)).map_err(|_| Refusal::Malformed("it is not UTF-8"))
        };
        let (message, algorithm) = (needed("SAMLRequest")?, needed("SigAlg")?);
        let state = parameter("RelayState")?.map_or_else(String::new, |state| format!("&RelayState={state}"));
        Ok(Self {
            signed: format!("SAMLRequest={message}{state}&SigAlg={algorithm}"),
            algorithm: plain(algorithm)?,
            signature: document::decode_base64(&plain(needed("Signature")?)?)?,
            message: document::decode_base64(&plain(message)?)?,
        })
    }
}

/// The text of a message that was compressed, up to the bound of all messages.
fn inflate(message: &[u8]) -> Result<String, Refusal> {
    let bound = u64::try_from(document::LARGEST).unwrap_or(u64::MAX).saturating_mul(4);
    let mut text = String::new();
    let mut plain = DeflateDecoder::new(message).take(bound + 1);
    plain.read_to_string(&mut text).map_err(|_| Refusal::Malformed("it is not compressed text"))?;
    if u64::try_from(text.len()).is_ok_and(|length| length <= bound) { Ok(text) } else { Err(Refusal::TooLarge) }
}
