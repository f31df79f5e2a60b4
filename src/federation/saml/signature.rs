//! Enveloped XML signatures as SAML has them (SAML core 5.4): one reference, by ID, to the very element in which the
//! signature stands. What is read afterwards is [`Verified`]: the canonical text that was signed, never the message.

use super::algorithms::{Digest, SignatureAlgorithm, TrustedKeys, allowed_digest};
use super::canonical::{Form, canonicalize};
use super::document::{self, at_most_one, elements, is, trimmed};
use super::refusal::Refusal;
use crate::secret::same;
use roxmltree::{Document, Node};

pub const DS: &str = "http://www.w3.org/2000/09/xmldsig#";
const EXCLUSIVE: &str = "http://www.w3.org/2001/10/xml-exc-c14n#";
const EXCLUSIVE_WITH_COMMENTS: &str = "http://www.w3.org/2001/10/xml-exc-c14n#WithComments";
const ENVELOPED: &str = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";
/// Most prefixes of an `InclusiveNamespaces` list.
const MAX_PREFIXES: usize = 40;

/// An element whose signature is good: its canonical text, without the signature.
#[derive(Debug, Clone)]
pub struct Verified(String);

impl Verified {
    /// An element that needs no signature of its own, because what contains it was verified.
    pub(super) fn inside_of_verified(node: Node<'_, '_>) -> Self {
        Self(canonicalize(node, Form::default()))
    }

    /// The document that the signer signed.
    pub fn document(&self) -> Result<Document<'_>, Refusal> {
        document::parse(&self.0)
    }
}

/// The signature directly inside an element, if it has one.
pub fn of<'a, 'i>(node: Node<'a, 'i>) -> Result<Option<Node<'a, 'i>>, Refusal> {
    at_most_one(node, DS, "Signature")
}

/// Verifies the signature in `signed`, with keys from the provider's metadata alone: `KeyInfo` is not looked at.
pub fn verify(signed: Node<'_, '_>, keys: &TrustedKeys) -> Result<Verified, Refusal> {
    let wrong = || Refusal::Malformed("the signature does not have the form that SAML prescribes");
    let signature = of(signed)?.ok_or_else(wrong)?;
    let (info, value) = match elements(signature)?.as_slice() {
        [info, value] => (*info, *value),
        [info, value, key] if is(*key, DS, "KeyInfo") => (*info, *value),
        _ => return Err(wrong()),
    };
    if !is(info, DS, "SignedInfo") || !is(value, DS, "SignatureValue") {
        return Err(wrong());
    }
    let value = document::base64(value)?;
    // The signature is over the canonical text of SignedInfo; only what stands in that text counts.
    let claimed = SignedInfo::read(info)?;
    let text = canonicalize(info, Form { without: None, inclusive: &claimed.method.inclusive });
    let parsed = document::parse(&text)?;
    let info = SignedInfo::read(parsed.root_element())?;
    if info.method != claimed.method || !keys.verify(info.algorithm, text.as_bytes(), &value) {
        return Err(Refusal::Malformed("the signature is not one of the identity provider"));
    }
    let id = signed.attribute("ID").filter(|id| is_name(id)).ok_or_else(wrong)?;
    if info.reference.uri.strip_prefix('#') != Some(id) {
        return Err(Refusal::Malformed("the signature is over another element"));
    }
    let form = Form { without: Some(signature.id()), inclusive: &info.reference.method.inclusive };
    let text = canonicalize(signed, form);
    let digest = allowed_digest(&info.reference.digest, keys)?;
    let hash = digest.hash(text.as_bytes()).ok_or_else(wrong)?;
    if !same(&hash, &info.reference.value) {
        return Err(Refusal::Malformed("the signed element was changed"));
    }
    Ok(Verified(text))
}

/// A canonicalisation: only the exclusive one, whose prefix list matters.
#[derive(Debug, PartialEq, Eq)]
struct Method {
    inclusive: Vec<String>,
}

struct SignedInfo {
    method: Method,
    algorithm: SignatureAlgorithm,
    reference: Reference,
}

struct Reference {
    uri: String,
    method: Method,
    /// The identifier of the hash function.
    digest: String,
    value: Vec<u8>,
}

impl SignedInfo {
    fn read(node: Node<'_, '_>) -> Result<Self, Refusal> {
        let wrong = Refusal::Malformed("SignedInfo does not have the form that SAML prescribes");
        let inside = elements(node)?;
        let [method, algorithm, reference] = inside.as_slice() else { return Err(wrong) };
        let named = is(*method, DS, "CanonicalizationMethod")
            && is(*algorithm, DS, "SignatureMethod")
            && is(*reference, DS, "Reference");
        if !named || !is(node, DS, "SignedInfo") {
            return Err(wrong);
        }
        // HMACOutputLength and the like have no place in the algorithms that are allowed.
        if !elements(*algorithm)?.is_empty() {
            return Err(wrong);
        }
        let algorithm = SignatureAlgorithm::of(algorithm_of(*algorithm)?);
        Ok(Self {
            method: canonicalization(*method)?,
            algorithm: algorithm.ok_or(Refusal::Malformed("the signature algorithm is not allowed"))?,
            reference: Reference::read(*reference)?,
        })
    }
}

impl Reference {
    fn read(node: Node<'_, '_>) -> Result<Self, Refusal> {
        let wrong = Refusal::Malformed("the signature's reference does not have the form that SAML prescribes");
        let inside = elements(node)?;
        let [transforms, digest, value] = inside.as_slice() else { return Err(wrong) };
        let named =
            is(*transforms, DS, "Transforms") && is(*digest, DS, "DigestMethod") && is(*value, DS, "DigestValue");
        let transforms = elements(*transforms)?;
        let [enveloped, exclusive] = transforms.as_slice() else { return Err(wrong) };
        let in_order = is(*enveloped, DS, "Transform") && is(*exclusive, DS, "Transform");
        let plain = elements(*enveloped)?.is_empty() && elements(*digest)?.is_empty();
        if !named || !in_order || !plain || algorithm_of(*enveloped)? != ENVELOPED {
            return Err(wrong);
        }
        let digest = algorithm_of(*digest)?;
        Digest::of(digest).ok_or(Refusal::Malformed("the digest algorithm is not allowed"))?;
        Ok(Self {
            uri: node.attribute("URI").ok_or(wrong)?.to_owned(),
            method: canonicalization(*exclusive)?,
            digest: digest.to_owned(),
            value: document::base64(*value)?,
        })
    }
}

/// The `Algorithm` of a method, which is its only attribute.
fn algorithm_of<'a>(node: Node<'a, '_>) -> Result<&'a str, Refusal> {
    let mut attributes = node.attributes();
    match (attributes.next(), attributes.next()) {
        (Some(only), None) if only.namespace().is_none() && only.name() == "Algorithm" => Ok(only.value()),
        _ => Err(Refusal::Malformed("an algorithm has no identifier, or parameters")),
    }
}

/// Reads `CanonicalizationMethod`, or the `Transform` that is one. With and without comments are the same here, since
/// documents have none.
fn canonicalization(node: Node<'_, '_>) -> Result<Method, Refusal> {
    let wrong = Refusal::Malformed("only exclusive canonicalisation is allowed");
    if !matches!(algorithm_of(node)?, EXCLUSIVE | EXCLUSIVE_WITH_COMMENTS) {
        return Err(wrong);
    }
    let inside = elements(node)?;
    let list = match inside.as_slice() {
        [] => "",
        [list] if is(*list, EXCLUSIVE, "InclusiveNamespaces") && trimmed(*list)?.is_empty() => {
            list.attribute("PrefixList").unwrap_or_default()
        }
        _ => return Err(wrong),
    };
    let inclusive: Vec<String> =
        list.split(document::is_space).filter(|prefix| !prefix.is_empty()).map(str::to_owned).collect();
    if inclusive.len() > MAX_PREFIXES { Err(wrong) } else { Ok(Method { inclusive }) }
}

/// Whether the text can be an ID (an NCName of ASCII characters).
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 256
        && bytes.next().is_some_and(|first| first.is_ascii_alphabetic() || first == b'_')
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.'))
}
