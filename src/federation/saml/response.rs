//! The answer of an identity provider (SAML core 3.3.3): from what was posted to the one assertion that is signed.

use super::algorithms::TrustedKeys;
use super::assertion::{Assertion, SAML, issuer};
use super::decryption::decrypt;
use super::document::{self, at_most_one, elements, is};
use super::refusal::{Refusal, Status};
use super::signature::{self, DS, Verified, is_name};
use super::xml_time;
use crate::clock::Timestamp;
use openssl::pkey::{PKey, Private};
use roxmltree::{Document, Node};

pub const PROTOCOL: &str = "urn:oasis:names:tc:SAML:2.0:protocol";
const SUCCESS: &str = "urn:oasis:names:tc:SAML:2.0:status:Success";

/// How messages of one provider are read.
pub struct Reader {
    /// From its metadata.
    pub keys: TrustedKeys,
    /// Our keys to which it encrypts; with none, only plain assertions are accepted, with any, only encrypted ones.
    pub decryption: Vec<PKey<Private>>,
}

/// A response with its one assertion, not yet held against time and place.
#[derive(Debug, Clone)]
pub struct Received {
    pub envelope: Envelope,
    pub assertion: Assertion,
}

/// What the message says around its content. Where the message itself has no signature, this can only be a reason to
/// refuse it.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub id: String,
    pub issued: Timestamp,
    pub issuer: Option<String>,
    pub destination: Option<String>,
    pub in_response_to: Option<String>,
    /// Whether it is signed.
    pub signed: bool,
}

impl Reader {
    /// Reads what a provider posted as `SAMLResponse`. Verifies and decrypts, so it belongs on the threads of
    /// [`crate::keys::cpu`].
    pub fn response(&self, encoded: &str) -> Result<Received, Refusal> {
        let text = decode(encoded)?;
        let document = document::parse(&text)?;
        let root = document.root_element();
        if !is(root, PROTOCOL, "Response") {
            return Err(Refusal::Malformed("it is not a response of SAML 2.0"));
        }
        survey(&document, root).map_err(|why| refused(why, Refusal::AssertionSignature))?;
        let signed = self.signed_message(root)?;
        let trusted = signed.as_ref().map(Verified::document).transpose()?;
        let seen = trusted.as_ref().map_or(root, Document::root_element);
        let envelope = Envelope::read(seen, signed.is_some())?;
        check_status(seen)?;
        let plain = at_most_one(root, SAML, "Assertion")?;
        let verified = match (plain, at_most_one(seen, SAML, "EncryptedAssertion")?) {
            (Some(_), None) if !self.decryption.is_empty() => return Err(Refusal::NotEncrypted),
            (None, Some(_)) if self.decryption.is_empty() => return Err(Refusal::UnexpectedEncryption),
            (Some(assertion), None) => {
                let inside = at_most_one(seen, SAML, "Assertion")?.filter(|_| signed.is_some());
                self.assertion(assertion, inside).map_err(|why| refused(why, Refusal::AssertionSignature))?
            }
            (None, Some(encrypted)) => {
                let text = decrypt(encrypted, &self.decryption)?;
                self.decrypted(&text, signed.is_some()).map_err(|why| refused(why, Refusal::Encrypted))?
            }
            _ => return Err(refused(Refusal::Malformed("it has no assertion"), Refusal::AssertionSignature)),
        };
        Ok(Received { envelope, assertion: Assertion::read(&verified)? })
    }

    /// The verified form of a message, if it is signed as a whole. A signature that is there must be good.
    pub(super) fn signed_message(&self, root: Node<'_, '_>) -> Result<Option<Verified>, Refusal> {
        match signature::of(root)? {
            None => Ok(None),
            Some(_) => {
                let verified = signature::verify(root, &self.keys);
                verified.map(Some).map_err(|why| refused(why, Refusal::ResponseSignature))
            }
        }
    }

    /// `inside`: the same assertion in the verified text of a signed message.
    fn assertion(&self, assertion: Node<'_, '_>, inside: Option<Node<'_, '_>>) -> Result<Verified, Refusal> {
        match (signature::of(assertion)?, inside) {
            (Some(_), _) => signature::verify(assertion, &self.keys),
            (None, Some(inside)) => Ok(Verified::inside_of_verified(inside)),
            (None, None) => Err(Refusal::Malformed("neither the response nor the assertion is signed")),
        }
    }

    fn decrypted(&self, text: &str, in_signed: bool) -> Result<Verified, Refusal> {
        let document = document::parse(text)?;
        let inside = elements(document.root_element())?;
        let [assertion] = inside.as_slice() else {
            return Err(Refusal::Malformed("something else than one assertion was encrypted"));
        };
        survey(&document, document.root_element())?;
        self.assertion(*assertion, Some(*assertion).filter(|_| in_signed))
    }
}

/// The text of a message in base64.
pub(super) fn decode(encoded: &str) -> Result<String, Refusal> {
    // Four characters for three bytes, and line ends.
    if encoded.len() > document::LARGEST * 4 {
        return Err(Refusal::TooLarge);
    }
    let bytes = document::decode_base64(encoded)?;
    String::from_utf8(bytes).map_err(|_| Refusal::Malformed("it is not UTF-8"))
}

/// Logs why, and tells only what.
fn refused(why: Refusal, outcome: Refusal) -> Refusal {
    tracing::info!("a SAML message was refused: {why}");
    outcome
}

/// Holds a document to one shape, so that there is nothing to mistake for something else: one message, one assertion
/// in it, signatures in these two alone.
fn survey(document: &Document<'_>, root: Node<'_, '_>) -> Result<(), Refusal> {
    let mut assertions = 0;
    for node in document.descendants().filter(Node::is_element) {
        let parent = node.parent_element();
        match node.tag_name().name() {
            "Assertion" | "EncryptedAssertion" => {
                assertions += 1;
                if node.tag_name().namespace() != Some(SAML) || parent != Some(root) || assertions > 1 {
                    return Err(Refusal::Malformed("it has more than one assertion, or one elsewhere than in itself"));
                }
            }
            "Response" if node != root => {
                return Err(Refusal::Malformed("it has another response in it"));
            }
            "Signature" => {
                let place = parent.is_some_and(|at| at == root || is(at, SAML, "Assertion"));
                if node.tag_name().namespace() != Some(DS) || !place {
                    return Err(Refusal::Malformed("there is a signature at a place where none belongs"));
                }
            }
            _ => {}
        }
    }
    const KNOWN: [(&str, &str); 6] = [
        (SAML, "Issuer"),
        (DS, "Signature"),
        (PROTOCOL, "Extensions"),
        (PROTOCOL, "Status"),
        (SAML, "Assertion"),
        (SAML, "EncryptedAssertion"),
    ];
    let known = |child: &Node<'_, '_>| KNOWN.iter().any(|(namespace, name)| is(*child, namespace, name));
    if elements(root)?.iter().all(known) {
        Ok(())
    } else {
        Err(Refusal::Malformed("it has an element that it cannot have"))
    }
}

impl Envelope {
    pub(super) fn read(root: Node<'_, '_>, signed: bool) -> Result<Self, Refusal> {
        if root.attribute("Version") != Some("2.0") {
            return Err(Refusal::Malformed("it is not a message of SAML 2.0"));
        }
        let attribute = |name| root.attribute(name).map(str::to_owned);
        let issued = root.attribute("IssueInstant").and_then(xml_time::parse);
        Ok(Self {
            id: attribute("ID").filter(|id| is_name(id)).ok_or(Refusal::Malformed("it has no ID"))?,
            issued: issued.ok_or(Refusal::Malformed("it has no IssueInstant"))?,
            issuer: issuer(root)?,
            destination: attribute("Destination"),
            in_response_to: attribute("InResponseTo"),
            signed,
        })
    }
}

/// Refuses a message that reports a failure.
pub(super) fn check_status(root: Node<'_, '_>) -> Result<(), Refusal> {
    let missing = || Refusal::Malformed("it has no status");
    let status = at_most_one(root, PROTOCOL, "Status")?.ok_or_else(missing)?;
    let code = at_most_one(status, PROTOCOL, "StatusCode")?.ok_or_else(missing)?;
    if code.attribute("Value") == Some(SUCCESS) {
        return Ok(());
    }
    let second = at_most_one(code, PROTOCOL, "StatusCode")?.and_then(|code| code.attribute("Value"));
    Err(Refusal::Status(Status::of(second.unwrap_or_default())))
}
