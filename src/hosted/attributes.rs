//! Attributes and passwords as fields of a form: which there are, of what kind, and what was typed.

use super::visit::Visit;
use crate::domain::users::Attributes;
use crate::language::Argument;
use crate::shapes::idp::{UsernameAttributeType as Login, VerifiedAttributeType as Verified};
use serde_json::{Value, json};

/// The longest value of an attribute.
const MAX_VALUE: usize = 2048;
/// The most attributes that are read of a form.
const MAX_GIVEN: usize = 60;

/// What was typed into the fields `requiredAttributes[<name>]`.
pub fn given(visit: &Visit<'_>) -> Attributes {
    let named = visit.at.request.form.iter().filter_map(|(field, value)| {
        let name = field.strip_prefix("requiredAttributes[")?.strip_suffix(']')?;
        (name.len() <= 64 && value.len() <= MAX_VALUE).then(|| (name.to_owned(), value.trim().to_owned()))
    });
    named.take(MAX_GIVEN).filter(|(_, value)| !value.is_empty()).collect()
}

/// The attributes that a sign-up asks for: those that the pool requires, and what it verifies, without the sign-in
/// name.
pub fn of_sign_up(visit: &Visit<'_>) -> Vec<String> {
    let pool = visit.at.pool;
    let login = match pool.username_attributes.as_deref() {
        Some([Login::Email]) => Some("email"),
        Some([Login::PhoneNumber]) => Some("phone_number"),
        _ => None,
    };
    let required = pool.schema.iter().filter(|attribute| attribute.required == Some(true));
    let mut names: Vec<String> = required.filter_map(|attribute| attribute.name.clone()).collect();
    if pool.username_attributes.as_ref().is_none_or(|logins| logins.is_empty()) {
        for verified in pool.settings.auto_verified_attributes.iter().flatten() {
            let name = if *verified == Verified::Email { "email" } else { "phone_number" };
            // One way to reach the user is enough.
            if !names.iter().any(|other| other == "email" || other == "phone_number") {
                names.push(name.to_owned());
            }
        }
    }
    names.retain(|name| name != "sub" && Some(name.as_str()) != login);
    names
}

/// Fields for attributes, with what was typed.
pub fn missing(visit: &Visit<'_>, names: &[String], typed: &Attributes) -> Vec<Value> {
    names.iter().map(|name| field(visit, name, typed.get(name).map_or("", String::as_str))).collect()
}

fn field(visit: &Visit<'_>, name: &str, value: &str) -> Value {
    let (kind, autocomplete) = match name {
        "email" => ("email", "email"),
        "phone_number" => ("tel", "tel"),
        "birthdate" => ("date", "bday"),
        "given_name" => ("text", "given-name"),
        "family_name" => ("text", "family-name"),
        "middle_name" => ("text", "additional-name"),
        "name" => ("text", "name"),
        "nickname" | "preferred_username" => ("text", "nickname"),
        "gender" => ("text", "sex"),
        "address" => ("text", "street-address"),
        "locale" => ("text", "language"),
        "website" => ("url", "url"),
        "profile" | "picture" => ("url", "off"),
        _ => ("text", "off"),
    };
    let key = format!("attribute_{name}");
    let label = visit.words().find(&key, &[]).unwrap_or_else(|| readable(name));
    json!({
        "field": format!("requiredAttributes[{name}]"),
        "id": format!("attribute-{}", name.replace([':', '_'], "-")),
        "name": name,
        "label": label,
        "type": kind,
        "autocomplete": autocomplete,
        "placeholder": if name == "phone_number" { "+15550100" } else { "" },
        "value": value,
    })
}

/// `custom:favourite_colour` -> `Favourite colour`.
fn readable(name: &str) -> String {
    let bare = name.rsplit(':').next().unwrap_or(name).replace(['_', '-'], " ");
    let mut letters = bare.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// What the pool wants of a password, for the page: the kind of each rule, and its sentence.
pub fn password_rules(visit: &Visit<'_>) -> Vec<Value> {
    let policy = visit.at.pool.password_policy();
    let on = |flag: Option<bool>| flag == Some(true);
    let length = u64::try_from(policy.minimum_length.unwrap_or(8)).unwrap_or(8);
    let rules = [
        (on(policy.require_lowercase), "lowerletter", "rule_lower"),
        (on(policy.require_uppercase), "upperletter", "rule_upper"),
        (on(policy.require_numbers), "numbers", "rule_number"),
        (on(policy.require_symbols), "symbols", "rule_symbol"),
        (true, "length", "rule_length"),
    ];
    let rules = rules.into_iter().filter(|(wanted, ..)| *wanted);
    let text = |key| visit.text_with(key, &[("length", Argument::Number(length))]);
    rules.map(|(_, kind, key)| json!({"kind": kind, "text": text(key), "length": length})).collect()
}
