//! Parses metadata of SAML 2.0 identity providers (saml-metadata-2.0-os). The XML is untrusted: document types (and
//! with them entities) are refused, depth and size are bounded, and one document describes one provider.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use quick_xml::NsReader;
use quick_xml::events::{BytesStart, Event};
use quick_xml::name::ResolveResult;

const METADATA: &[u8] = b"urn:oasis:names:tc:SAML:2.0:metadata";
const SIGNATURES: &[u8] = b"http://www.w3.org/2000/09/xmldsig#";
const REDIRECT: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect";
const POST: &str = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST";
/// Largest document, in bytes.
pub const LARGEST: usize = 512 * 1024;
/// Deepest nesting of elements.
const DEEPEST: usize = 64;
/// Most attributes of an element, namespace declarations included: each name is looked up among all declarations around
/// it.
const MAX_ATTRIBUTES: usize = 32;
/// Most elements in a document.
const MAX_ELEMENTS: usize = 10_000;
/// Most signing certificates of a provider.
const MAX_CERTIFICATES: usize = 16;
/// Longest name or address.
const LONGEST: usize = 2048;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    pub entity_id: String,
    /// The address for requests by HTTP-Redirect.
    pub sso_redirect: Option<String>,
    /// The address for requests by HTTP-POST.
    pub sso_post: Option<String>,
    /// The address for logouts by HTTP-Redirect.
    pub slo_redirect: Option<String>,
    /// The address for logouts by HTTP-POST.
    pub slo_post: Option<String>,
    /// Whether requests must be signed.
    pub wants_signed: bool,
    /// Signing certificates in DER; not validated yet.
    pub certificates: Vec<Vec<u8>>,
}

/// The elements that matter.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Element {
    Entity,
    Provider,
    SigningKey,
    Certificate,
    Other,
}

/// Parses a document; the error describes the problem.
pub fn parse(xml: &[u8]) -> Result<Metadata, String> {
    if xml.len() > LARGEST {
        return Err(format!("the document is larger than {LARGEST} bytes"));
    }
    let text = std::str::from_utf8(xml).map_err(|_| "the document is not UTF-8")?;
    let mut reader = NsReader::from_str(text.trim_start_matches('\u{feff}'));
    let mut walk = Walk::default();
    loop {
        let (namespace, event) =
            reader.read_resolved_event().map_err(|error| format!("the document is not XML: {error}"))?;
        match event {
            Event::Start(start) => walk.open(&namespace, &start)?,
            Event::Empty(start) => {
                walk.open(&namespace, &start)?;
                walk.close()?;
            }
            Event::End(_) => walk.close()?,
            Event::Text(text) => walk.text(&text.decode().map_err(|error| error.to_string())?),
            Event::CData(text) => walk.text(&text.decode().map_err(|error| error.to_string())?),
            Event::DocType(_) => return Err("the document has a document type, which is not allowed".into()),
            // Some documents write line ends in certificates as character references. Other references are not needed.
            Event::GeneralRef(reference) => match reference.resolve_char_ref() {
                Ok(Some(c)) => walk.text(c.encode_utf8(&mut [0; 4])),
                _ => walk.text("&"),
            },
            Event::Eof => break,
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
        }
    }
    walk.finish()
}

#[derive(Default)]
struct Walk {
    path: Vec<Element>,
    elements: usize,
    found: Metadata,
    providers: usize,
    certificate: String,
}

impl Walk {
    fn open(&mut self, namespace: &ResolveResult<'_>, start: &BytesStart<'_>) -> Result<(), String> {
        self.elements += 1;
        if self.elements > MAX_ELEMENTS {
            return Err(format!("the document has more than {MAX_ELEMENTS} elements"));
        }
        if start.attributes().with_checks(false).nth(MAX_ATTRIBUTES).is_some() {
            return Err(format!("an element has more than {MAX_ATTRIBUTES} attributes"));
        }
        if self.path.len() >= DEEPEST {
            return Err("the document's elements lie too deep in each other".into());
        }
        let (in_metadata, in_signatures) = match namespace {
            ResolveResult::Bound(bound) => (bound.as_ref() == METADATA, bound.as_ref() == SIGNATURES),
            _ => (false, false),
        };
        let local = start.local_name();
        let inside = self.path.last().copied();
        let element = match local.as_ref() {
            b"EntityDescriptor" if in_metadata => {
                if self.providers == 0 {
                    self.found.entity_id = attribute(start, "entityID")?.unwrap_or_default();
                }
                Element::Entity
            }
            b"IDPSSODescriptor" if in_metadata && inside == Some(Element::Entity) => {
                self.providers += 1;
                self.found.wants_signed =
                    matches!(attribute(start, "WantAuthnRequestsSigned")?.as_deref(), Some("true" | "1"));
                Element::Provider
            }
            b"SingleSignOnService" if in_metadata && inside == Some(Element::Provider) => {
                let (binding, location) = endpoint(start)?;
                match binding.as_str() {
                    REDIRECT => self.found.sso_redirect.get_or_insert(location),
                    POST => self.found.sso_post.get_or_insert(location),
                    _ => return self.enter(Element::Other),
                };
                Element::Other
            }
            b"SingleLogoutService" if in_metadata && inside == Some(Element::Provider) => {
                let (binding, location) = endpoint(start)?;
                match binding.as_str() {
                    REDIRECT => self.found.slo_redirect.get_or_insert(location),
                    POST => self.found.slo_post.get_or_insert(location),
                    _ => return self.enter(Element::Other),
                };
                Element::Other
            }
            b"KeyDescriptor" if in_metadata && inside == Some(Element::Provider) => {
                match attribute(start, "use")?.as_deref() {
                    None | Some("signing") => Element::SigningKey,
                    Some(_) => Element::Other,
                }
            }
            b"X509Certificate" if in_signatures && self.path.contains(&Element::SigningKey) => {
                self.certificate.clear();
                Element::Certificate
            }
            _ => Element::Other,
        };
        self.enter(element)
    }

    fn enter(&mut self, element: Element) -> Result<(), String> {
        self.path.push(element);
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.path.last() == Some(&Element::Certificate) {
            self.certificate.push_str(text);
        }
    }

    fn close(&mut self) -> Result<(), String> {
        if self.path.pop() != Some(Element::Certificate) {
            return Ok(());
        }
        let plain: String = self.certificate.split_ascii_whitespace().collect();
        let der = STANDARD.decode(plain).map_err(|_| "a certificate is not base64")?;
        if !self.found.certificates.contains(&der) {
            self.found.certificates.push(der);
        }
        if self.found.certificates.len() > MAX_CERTIFICATES {
            return Err(format!("the provider has more than {MAX_CERTIFICATES} certificates"));
        }
        Ok(())
    }

    fn finish(self) -> Result<Metadata, String> {
        if !self.path.is_empty() {
            return Err("the document ends in the middle of an element".into());
        }
        match self.providers {
            0 => Err("the document describes no identity provider (IDPSSODescriptor)".into()),
            1 if self.found.entity_id.is_empty() => Err("the provider has no entityID".into()),
            1 if self.found.certificates.is_empty() => Err("the provider has no signing certificate".into()),
            1 => Ok(self.found),
            _ => Err("the document describes more than one identity provider".into()),
        }
    }
}

fn endpoint(start: &BytesStart<'_>) -> Result<(String, String), String> {
    let both = attribute(start, "Binding")?.zip(attribute(start, "Location")?);
    both.ok_or_else(|| "an endpoint has no Binding or no Location".into())
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let Some(found) = start.try_get_attribute(name).map_err(|error| format!("an attribute is malformed: {error}"))?
    else {
        return Ok(None);
    };
    let value = found.unescape_value().map_err(|error| format!("attribute {name} is malformed: {error}"))?;
    if value.len() > LONGEST {
        return Err(format!("attribute {name} is longer than {LONGEST} bytes"));
    }
    Ok(Some(value.trim().to_owned()))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn document(inside: &str) -> String {
        format!(
            r#"<?xml version="1.0"?><md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"
            xmlns:ds="http://www.w3.org/2000/09/xmldsig#" entityID="https://idp.example.com/a&amp;b">
            <md:IDPSSODescriptor protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol">{inside}</md:IDPSSODescriptor>
            </md:EntityDescriptor>"#
        )
    }

    const KEY: &str = r#"<md:KeyDescriptor use="signing"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>
        AQ&#13;ID
        </ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>
        <md:KeyDescriptor use="encryption"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>BAUG</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"#;

    #[test]
    fn a_provider_is_read() {
        let endpoints = r#"
            <md:SingleLogoutService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/slo"/>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" Location="https://idp.example.com/post"/>
            <md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" Location="https://idp.example.com/sso?a=1&amp;b=2"/>"#;
        let found = parse(document(&format!("{KEY}{endpoints}")).as_bytes()).unwrap();
        assert_eq!(found.entity_id, "https://idp.example.com/a&b");
        assert_eq!(found.sso_redirect.as_deref(), Some("https://idp.example.com/sso?a=1&b=2"));
        assert_eq!(found.sso_post.as_deref(), Some("https://idp.example.com/post"));
        assert_eq!(found.slo_redirect.as_deref(), Some("https://idp.example.com/slo"));
        assert_eq!(found.certificates, [vec![1, 2, 3]], "the encryption key signs nothing");
    }

    #[test]
    fn hostile_documents_are_refused() {
        let bomb =
            format!("<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b SYSTEM \"file:///etc/passwd\">]>{}", document(KEY));
        assert!(parse(bomb.as_bytes()).unwrap_err().contains("document type"));
        let deep = format!("{}{}", "<a>".repeat(100), "</a>".repeat(100));
        assert!(parse(deep.as_bytes()).unwrap_err().contains("deep"));
        let declared =
            format!("<r{}>", (0..MAX_ATTRIBUTES + 1).map(|n| format!(" xmlns:a{n}='b'")).collect::<String>());
        assert!(parse(declared.as_bytes()).unwrap_err().contains("attributes"));
        let many = format!("<r>{}", "<a/>".repeat(MAX_ELEMENTS));
        assert!(parse(many.as_bytes()).unwrap_err().contains("elements"));
        assert!(parse(&vec![b' '; LARGEST + 1]).unwrap_err().contains("larger"));
        let two = format!("<x>{}{}</x>", document(KEY), document(KEY)).replace(r#"<?xml version="1.0"?>"#, "");
        assert!(parse(two.as_bytes()).unwrap_err().contains("more than one"));
        let entity = document(KEY).replace("entityID=\"", "entityID=\"&evil;");
        assert!(parse(entity.as_bytes()).is_err());
        for bad in ["", "<a>", "not xml", "<a></b>", &document(""), &document(&KEY.replace("&#13;", "&lt;")), "\u{0}"] {
            assert!(parse(bad.as_bytes()).is_err(), "{bad}");
        }
        let elsewhere = document(KEY).replace("urn:oasis:names:tc:SAML:2.0:metadata", "urn:other");
        assert!(parse(elsewhere.as_bytes()).is_err(), "the names mean nothing in another namespace");
    }

    proptest::proptest! {
        #[test]
        fn no_document_breaks_the_reader(at in 0usize..1200, inserted in "[<>&;/!\\[\\]'\"=:#a-z0-9\\x00 ]{0,12}", cut in 0usize..1200) {
            let mut text = document(KEY);
            text.insert_str((0..=at.min(text.len())).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0), &inserted);
            // Whatever is parsed must have the required parts.
            for xml in [text.as_str(), text.get(..cut).unwrap_or_default(), text.get(cut..).unwrap_or_default()] {
                if let Ok(found) = parse(xml.as_bytes()) {
                    proptest::prop_assert!(!found.entity_id.is_empty() && !found.certificates.is_empty());
                }
            }
        }
    }
}
