//! What an assertion says (SAML core 2.3), read from verified text alone. Parts that may stand once are refused when
//! they stand twice, so that nobody has to choose between two.

use super::document::{at_most_one, elements, is, is_space, text, trimmed};
use super::refusal::Refusal;
use super::signature::{DS, Verified, is_name};
use super::xml_time;
use crate::clock::Timestamp;
use roxmltree::Node;
use serde::{Deserialize, Serialize};

pub const SAML: &str = "urn:oasis:names:tc:SAML:2.0:assertion";
const BEARER: &str = "urn:oasis:names:tc:SAML:2.0:cm:bearer";
const ENTITY: &str = "urn:oasis:names:tc:SAML:2.0:nameid-format:entity";
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// Most attributes, and most values of one.
const MAX_ATTRIBUTES: usize = 500;
/// Longest name identifier, in characters.
const LONGEST_NAME: usize = 1024;

/// An assertion, not yet held against time and place.
#[derive(Debug, Clone)]
pub struct Assertion {
    pub id: String,
    pub issuer: String,
    pub issued: Timestamp,
    pub name_id: NameId,
    pub confirmations: Vec<Confirmation>,
    pub not_before: Option<Timestamp>,
    pub not_on_or_after: Option<Timestamp>,
    /// The audiences of each restriction: one of each must fit.
    pub audiences: Vec<Vec<String>>,
    /// Whether there is a condition that this reader does not know, which makes an assertion unusable.
    pub unknown_condition: bool,
    pub session: Option<AuthnSession>,
    /// By full `Name`, in the order of the assertion.
    pub attributes: Vec<(String, Vec<String>)>,
}

/// `NameID`: whom the assertion is about.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NameId {
    pub value: String,
    pub format: Option<String>,
    pub name_qualifier: Option<String>,
    pub sp_name_qualifier: Option<String>,
}

/// A bearer's `SubjectConfirmationData`.
#[derive(Debug, Clone, Default)]
pub struct Confirmation {
    pub recipient: Option<String>,
    pub in_response_to: Option<String>,
    pub not_before: Option<Timestamp>,
    pub not_on_or_after: Option<Timestamp>,
}

/// `AuthnStatement`: the user's session at the provider.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuthnSession {
    pub index: Option<String>,
    pub not_on_or_after: Option<Timestamp>,
    /// `AuthnContextClassRef`.
    pub context: Option<String>,
}

impl Assertion {
    /// Reads an assertion.
    pub fn read(verified: &Verified) -> Result<Self, Refusal> {
        let document = verified.document()?;
        let node = document.root_element();
        if !is(node, SAML, "Assertion") || node.attribute("Version") != Some("2.0") {
            return Err(Refusal::Malformed("it is not an assertion of SAML 2.0"));
        }
        const KNOWN: [&str; 8] = [
            "Issuer",
            "Subject",
            "Conditions",
            "Advice",
            "AuthnStatement",
            "AttributeStatement",
            "AuthzDecisionStatement",
            "Statement",
        ];
        let inside = elements(node)?;
        if !inside.iter().all(|child| {
            is(*child, DS, "Signature")
                || child.tag_name().namespace() == Some(SAML) && KNOWN.contains(&child.tag_name().name())
        }) {
            return Err(Refusal::Malformed("the assertion has an element that it cannot have"));
        }
        let id = node.attribute("ID").filter(|id| is_name(id));
        let subject = at_most_one(node, SAML, "Subject")?.ok_or(Refusal::NoNameId)?;
        let conditions = at_most_one(node, SAML, "Conditions")?;
        let statements = inside.iter().copied();
        let mut read = Self {
            id: id.ok_or(Refusal::Malformed("the assertion has no ID"))?.to_owned(),
            issuer: issuer(node)?.ok_or(Refusal::Issuer)?,
            issued: time_of(node, "IssueInstant")?.ok_or(Refusal::Malformed("the assertion has no IssueInstant"))?,
            name_id: name_id(subject)?.ok_or(Refusal::NoNameId)?,
            confirmations: confirmations(subject)?,
            not_before: None,
            not_on_or_after: None,
            audiences: Vec::new(),
            unknown_condition: false,
            session: session(statements.clone().filter(|node| is(*node, SAML, "AuthnStatement")))?,
            attributes: attributes(statements.filter(|node| is(*node, SAML, "AttributeStatement")))?,
        };
        if let Some(conditions) = conditions {
            read.not_before = time_of(conditions, "NotBefore")?;
            read.not_on_or_after = time_of(conditions, "NotOnOrAfter")?;
            for condition in elements(conditions)? {
                if is(condition, SAML, "AudienceRestriction") {
                    read.audiences.push(audiences(condition)?);
                } else if !is(condition, SAML, "OneTimeUse") && !is(condition, SAML, "ProxyRestriction") {
                    read.unknown_condition = true;
                }
            }
        }
        Ok(read)
    }
}

/// The `Issuer` of a message or assertion.
pub fn issuer(node: Node<'_, '_>) -> Result<Option<String>, Refusal> {
    let Some(issuer) = at_most_one(node, SAML, "Issuer")? else { return Ok(None) };
    if issuer.attribute("Format").is_some_and(|format| format != ENTITY) {
        return Err(Refusal::Issuer);
    }
    trimmed(issuer).map(Some)
}

/// The `NameID` inside an element.
pub fn name_id(inside: Node<'_, '_>) -> Result<Option<NameId>, Refusal> {
    let Some(node) = at_most_one(inside, SAML, "NameID")? else { return Ok(None) };
    let value = trimmed(node)?;
    if value.is_empty() {
        return Err(Refusal::NoNameId);
    }
    if value.chars().nth(LONGEST_NAME).is_some() {
        return Err(Refusal::TooLarge);
    }
    only_basic_plane(&value)?;
    let attribute = |name| node.attribute(name).map(str::to_owned);
    Ok(Some(NameId {
        value,
        format: attribute("Format"),
        name_qualifier: attribute("NameQualifier"),
        sp_name_qualifier: attribute("SPNameQualifier"),
    }))
}

fn confirmations(subject: Node<'_, '_>) -> Result<Vec<Confirmation>, Refusal> {
    let mut found = Vec::new();
    for node in elements(subject)?.into_iter().filter(|node| is(*node, SAML, "SubjectConfirmation")) {
        if node.attribute("Method") != Some(BEARER) {
            continue;
        }
        if let Some(data) = at_most_one(node, SAML, "SubjectConfirmationData")? {
            found.push(Confirmation {
                recipient: data.attribute("Recipient").map(str::to_owned),
                in_response_to: data.attribute("InResponseTo").map(str::to_owned),
                not_before: time_of(data, "NotBefore")?,
                not_on_or_after: time_of(data, "NotOnOrAfter")?,
            });
        }
    }
    Ok(found)
}

fn audiences(restriction: Node<'_, '_>) -> Result<Vec<String>, Refusal> {
    let inside = elements(restriction)?;
    if !inside.iter().all(|node| is(*node, SAML, "Audience")) {
        return Err(Refusal::Audience);
    }
    inside.into_iter().map(trimmed).collect()
}

fn session<'a, 'i: 'a>(mut statements: impl Iterator<Item = Node<'a, 'i>>) -> Result<Option<AuthnSession>, Refusal> {
    let Some(statement) = statements.next() else { return Ok(None) };
    let context = match at_most_one(statement, SAML, "AuthnContext")? {
        Some(context) => at_most_one(context, SAML, "AuthnContextClassRef")?.map(trimmed).transpose()?,
        None => None,
    };
    Ok(Some(AuthnSession {
        index: statement.attribute("SessionIndex").map(str::to_owned),
        not_on_or_after: time_of(statement, "SessionNotOnOrAfter")?,
        context,
    }))
}

fn attributes<'a, 'i: 'a>(
    statements: impl Iterator<Item = Node<'a, 'i>>,
) -> Result<Vec<(String, Vec<String>)>, Refusal> {
    let mut found: Vec<(String, Vec<String>)> = Vec::new();
    for statement in statements {
        for node in elements(statement)? {
            if !is(node, SAML, "Attribute") {
                return Err(Refusal::Malformed("the assertion has an attribute that cannot be read"));
            }
            let name = node.attribute("Name").ok_or(Refusal::Malformed("an attribute has no name"))?;
            let values = values(node)?;
            // An attribute that stands in several places has all the values.
            match found.iter_mut().find(|(other, _)| other == name) {
                Some((_, all)) => all.extend(values),
                None => found.push((name.to_owned(), values)),
            }
            if found.len() > MAX_ATTRIBUTES || found.iter().any(|(_, all)| all.len() > MAX_ATTRIBUTES) {
                return Err(Refusal::TooLarge);
            }
        }
    }
    Ok(found)
}

fn values(attribute: Node<'_, '_>) -> Result<Vec<String>, Refusal> {
    let mut found = Vec::new();
    for value in elements(attribute)? {
        if !is(value, SAML, "AttributeValue") {
            return Err(Refusal::Malformed("an attribute has a value that cannot be read"));
        }
        if matches!(value.attribute((XSI, "nil")), Some("true" | "1")) {
            continue;
        }
        // A value may be an element of its own, as the persistent names of universities are.
        let all: String = match elements(value) {
            Ok(inside) if inside.len() == 1 => inside.into_iter().map(text).collect::<Result<_, _>>()?,
            _ => text(value)?,
        };
        let all = all.trim_matches(is_space).to_owned();
        only_basic_plane(&all)?;
        found.push(all);
    }
    Ok(found)
}

/// Cognito stores no characters of four bytes.
fn only_basic_plane(value: &str) -> Result<(), Refusal> {
    if value.chars().any(|c| u32::from(c) > 0xFFFF) { Err(Refusal::Character) } else { Ok(()) }
}

fn time_of(node: Node<'_, '_>, name: &str) -> Result<Option<Timestamp>, Refusal> {
    let Some(written) = node.attribute(name) else { return Ok(None) };
    xml_time::parse(written).map(Some).ok_or(Refusal::Malformed("a time is not one of xs:dateTime in UTC"))
}
