//! Attribute mapping: from the claims of a provider to the attributes of the pool, at every sign-in.

use crate::domain::pools::{clients, schema};
use crate::domain::users::Attributes;
use crate::federation::{FederationError, ProviderClaims};
use crate::model::{Client, Contact, IdentityProvider, Pool, User, percent};
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use serde_json::Value;

/// The key of the mapping that says which claim names the subject.
const SUBJECT: &str = "username";
/// The claim that names the subject, where the mapping names none.
const DEFAULT_CLAIM: &str = "sub";
/// The longest subject, in characters: a username has 128 at most.
const MAX_USERNAME: usize = 128;

/// Who the user is at the provider. By default that is the verified subject; a mapping may name another claim.
pub(super) fn subject(
    provider: &IdentityProvider,
    subject: &str,
    claims: &ProviderClaims,
) -> Result<String, FederationError> {
    let claim = provider.attribute_mapping.get(SUBJECT).map_or(DEFAULT_CLAIM, String::as_str);
    let mapped = match claims.get(claim) {
        Some(value) => text(value).unwrap_or_default(),
        // SAML's NameID is no attribute, and who is known by another claim must not come as somebody else without it.
        None if claim == DEFAULT_CLAIM || provider.kind == Kind::Saml => subject.to_owned(),
        None => String::new(),
    };
    let found = mapped.trim().to_owned();
    if found.is_empty() {
        return Err(FederationError::NoSubject);
    }
    if found.chars().count() + provider.name.chars().count() + 1 > MAX_USERNAME || found.chars().any(char::is_control) {
        return Err(FederationError::Attribute(format!(
            "username: the subject of a user must have no control characters, and at most {} characters",
            MAX_USERNAME.saturating_sub(provider.name.chars().count() + 1)
        )));
    }
    Ok(found)
}

/// A claim's value as an attribute has it: `None` where the claim is null. Several values are a list in brackets, each
/// encoded as in forms, so that no value can pass for two.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) | Value::Object(_) => Some(value.to_string()),
        Value::Array(values) => {
            let encoded = values.iter().filter_map(text).map(|one| encoded(&one));
            Some(format!("[{}]", encoded.collect::<Vec<_>>().join(",")))
        }
    }
}

/// A value of a list: only letters, digits, `.`, `-`, `*` and `_` stay as they are.
fn encoded(text: &str) -> String {
    percent::encode(text.as_bytes(), Some(b' ')).replace(' ', "+").replace('~', "%7E").replace("%2A", "*")
}

/// The values that claims give to attributes; an empty value takes the attribute away. What the client may not write is
/// passed over, as at AWS, and so is what the provider did not say.
pub(super) fn mapped(
    (pool, client): (&Pool, &Client),
    provider: &IdentityProvider,
    claims: &ProviderClaims,
) -> Result<Attributes, FederationError> {
    let mut found = Attributes::new();
    let flags = [Contact::Email.verified(), Contact::Phone.verified()];
    for (name, claim) in provider.attribute_mapping.iter().filter(|(name, _)| *name != SUBJECT) {
        let Some(value) = claims.get(claim).and_then(text) else { continue };
        let Some(definition) = pool.attribute(name) else {
            return Err(FederationError::Attribute(format!(
                "Invalid user attributes: {name}: Attribute does not exist in the schema. "
            )));
        };
        if !clients::may_write(client, name) && !flags.contains(&name.as_str()) {
            continue;
        }
        let value = if value.trim().is_empty() { String::new() } else { value };
        if value.is_empty() {
            if definition.required == Some(true) {
                return Err(FederationError::Attribute("Required attribute cannot be deleted ".into()));
            }
        } else {
            schema::check_value(definition, &value).map_err(FederationError::Attribute)?;
        }
        found.insert(name.clone(), value);
    }
    Ok(found)
}

/// Writes mapped values into a user who has been here before. A value that may not change must be the same.
pub(super) fn update(pool: &Pool, user: &mut User, mapped: &Attributes) -> Result<(), FederationError> {
    for (name, value) in mapped {
        let fixed = pool.attribute(name).is_some_and(|definition| definition.mutable == Some(false));
        if fixed && user.attribute(name).is_some_and(|old| old != value) {
            return Err(FederationError::Attribute(format!("user.{name}: Attribute cannot be updated.\n")));
        }
    }
    write(&mut user.attributes, mapped);
    for contact in [Contact::Email, Contact::Phone] {
        if mapped.contains_key(contact.attribute()) {
            user.pending.remove(contact.attribute());
        }
    }
    Ok(())
}

/// Writes mapped values. An address or number from a provider is unverified unless the provider says otherwise.
pub(super) fn write(attributes: &mut Attributes, mapped: &Attributes) {
    for contact in [Contact::Email, Contact::Phone] {
        if mapped.contains_key(contact.attribute()) {
            attributes.insert(contact.verified().to_owned(), "false".to_owned());
        }
    }
    for (name, value) in mapped {
        if value.is_empty() {
            attributes.remove(name);
        } else if Contact::Email.verified() == name || Contact::Phone.verified() == name {
            attributes.insert(name.clone(), value.to_ascii_lowercase());
        } else {
            attributes.insert(name.clone(), value.clone());
        }
    }
    for contact in [Contact::Email, Contact::Phone] {
        if !attributes.contains_key(contact.attribute()) {
            attributes.remove(contact.verified());
        }
    }
}

/// Fails unless every attribute that the pool requires is there.
pub(super) fn check_required(pool: &Pool, attributes: &Attributes) -> Result<(), FederationError> {
    let required = pool.schema.iter().filter(|definition| definition.required == Some(true));
    let missing: Vec<String> = required
        .filter_map(|definition| definition.name.clone())
        .filter(|name| name != "sub" && attributes.get(name).is_none_or(String::is_empty))
        .collect();
    if missing.is_empty() { Ok(()) } else { Err(FederationError::MissingAttributes(missing)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn claims_become_text() {
        for (value, expected) in [
            (json!("a b"), Some("a b")),
            (json!(true), Some("true")),
            (json!(17), Some("17")),
            (json!(null), None),
            (json!(["a", "b c", "x,y", "[z]"]), Some("[a,b+c,x%2Cy,%5Bz%5D]")),
            (json!([]), Some("[]")),
            (json!(["*._-~ü"]), Some("[*._-%7E%C3%BC]")),
            (json!({"a": 1}), Some(r#"{"a":1}"#)),
        ] {
            assert_eq!(text(&value).as_deref(), expected, "{value}");
        }
    }
}
