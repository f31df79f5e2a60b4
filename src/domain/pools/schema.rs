//! The attributes that users of a pool can have (Cognito: SchemaAttributes).

use crate::fault::Fault;
use crate::shapes::idp::{
    AttributeDataType as Type, NumberAttributeConstraintsType as NumberBounds, SchemaAttributeType as Attribute,
    StringAttributeConstraintsType as TextBounds,
};

/// Longest value of a text attribute.
const MAX_TEXT: i64 = 2048;

/// The standard attributes with their types and lengths (OIDC Core section 5.1 and Cognito's `updated_at`,
/// `identities`).
fn standard() -> Vec<Attribute> {
    STANDARD.into_iter().map(standard_attribute).collect()
}

fn standard_attribute(name: &str) -> Attribute {
    let (min, max) = match name {
        "sub" => ("1", "2048"),
        "birthdate" => ("10", "10"),
        _ => ("0", "2048"),
    };
    let kind = match name {
        "email_verified" | "phone_number_verified" => Type::Boolean,
        "updated_at" => Type::Number,
        _ => Type::String,
    };
    let texts = match name {
        "identities" => TextBounds::default(),
        _ => TextBounds { min_length: Some(min.into()), max_length: Some(max.into()) },
    };
    Attribute {
        name: Some(name.into()),
        attribute_data_type: Some(kind),
        developer_only_attribute: Some(false),
        mutable: Some(name != "sub"),
        required: Some(name == "sub"),
        string_attribute_constraints: (kind == Type::String).then_some(texts),
        number_attribute_constraints: (kind == Type::Number)
            .then(|| NumberBounds { min_value: Some("0".into()), max_value: None }),
    }
}

/// The names of the standard attributes.
const STANDARD: [&str; 21] = [
    "sub",
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website",
    "email",
    "email_verified",
    "gender",
    "birthdate",
    "zoneinfo",
    "locale",
    "phone_number",
    "phone_number_verified",
    "address",
    "updated_at",
    "identities",
];

/// Whether `name` is one of the standard attributes. Asked for every attribute of every token.
pub fn is_standard(name: &str) -> bool {
    STANDARD.contains(&name)
}

/// Whether `name` is a custom attribute that only administrators read and write.
pub fn is_developer_only(name: &str) -> bool {
    name.starts_with("dev:")
}

/// The schema of a new pool: the standard attributes with the changes asked for, then the custom ones.
pub fn build(asked: &[Attribute], max_custom: usize) -> Result<Vec<Attribute>, Fault> {
    let mut schema = standard();
    for attribute in asked {
        let name = named(attribute)?;
        match schema.iter_mut().find(|a| a.name.as_deref() == Some(name)) {
            Some(own) => adjust(own, attribute, name)?,
            None => add(&mut schema, attribute, max_custom)?,
        }
    }
    Ok(schema)
}

/// Adds custom attributes to a schema that is in use (AddCustomAttributes).
pub fn extend(schema: &mut Vec<Attribute>, asked: &[Attribute], max_custom: usize) -> Result<(), Fault> {
    asked.iter().try_for_each(|attribute| add(schema, attribute, max_custom))
}

/// How many custom attributes a schema has.
pub fn custom_count(schema: &[Attribute]) -> usize {
    schema.len().saturating_sub(STANDARD.len())
}

fn named(attribute: &Attribute) -> Result<&str, Fault> {
    attribute.name.as_deref().ok_or_else(|| Fault::invalid("Invalid schema attribute: Name is required."))
}

fn adjust(own: &mut Attribute, asked: &Attribute, name: &str) -> Result<(), Fault> {
    let other_type = asked.attribute_data_type.is_some() && asked.attribute_data_type != own.attribute_data_type;
    if other_type || asked.developer_only_attribute == Some(true) {
        return Err(Fault::invalid(format!(
            "You can not change AttributeDataType or set developerOnlyAttribute for standard schema attribute {name}"
        )));
    }
    if name == "sub" {
        return Ok(());
    }
    own.required = Some(asked.required.unwrap_or(false));
    own.mutable = Some(asked.mutable.unwrap_or(true));
    let kind = own.attribute_data_type;
    if let Some(bounds) = asked.string_attribute_constraints.as_ref().filter(|_| kind == Some(Type::String)) {
        own.string_attribute_constraints = Some(text_bounds(name, bounds)?);
    }
    if let Some(bounds) = asked.number_attribute_constraints.as_ref().filter(|_| kind == Some(Type::Number)) {
        own.number_attribute_constraints = Some(number_bounds(name, bounds)?);
    }
    Ok(())
}

/// Adds a custom attribute. As at AWS, it must say its type, and constraints of another type are dropped. Mutable is
/// the default: an attribute that is immutable by mistake stays so for ever.
fn add(schema: &mut Vec<Attribute>, asked: &Attribute, max_custom: usize) -> Result<(), Fault> {
    let short = named(asked)?;
    let developer = asked.developer_only_attribute.unwrap_or(false);
    let name = if developer { format!("dev:custom:{short}") } else { format!("custom:{short}") };
    if asked.required == Some(true) {
        return Err(Fault::invalid("Required custom attributes are not supported currently."));
    }
    if schema.iter().any(|a| a.name.as_deref() == Some(name.as_str())) {
        return Err(Fault::invalid(format!("{name}: Existing attribute already has name {name}.")));
    }
    if custom_count(schema) >= max_custom {
        return Err(Fault::invalid(format!("A user pool can have at most {max_custom} custom attributes.")));
    }
    let Some(kind) = asked.attribute_data_type else {
        return Err(Fault::invalid(
            "Invalid AttributeDataType input, consider using the provided AttributeDataType enum.",
        ));
    };
    let texts = asked.string_attribute_constraints.as_ref().filter(|_| kind == Type::String);
    let texts = texts.map(|bounds| text_bounds(&name, bounds)).transpose()?;
    let numbers = asked.number_attribute_constraints.as_ref().filter(|_| kind == Type::Number);
    let numbers = numbers.map(|bounds| number_bounds(&name, bounds)).transpose()?;
    schema.push(Attribute {
        name: Some(name),
        attribute_data_type: Some(kind),
        developer_only_attribute: Some(developer),
        mutable: Some(asked.mutable.unwrap_or(true)),
        required: Some(false),
        // AWS answers `{}` where nothing was set.
        string_attribute_constraints: (kind == Type::String).then(|| texts.unwrap_or_default()),
        number_attribute_constraints: (kind == Type::Number).then(|| numbers.unwrap_or_default()),
    });
    Ok(())
}

fn bound(name: &str, what: &str, value: Option<&String>) -> Result<Option<i64>, Fault> {
    let Some(text) = value else { return Ok(None) };
    text.trim().parse().map(Some).map_err(|_| Fault::invalid(format!("user.{name}: {what} must be an integer.")))
}

fn text_bounds(name: &str, bounds: &TextBounds) -> Result<TextBounds, Fault> {
    let min = bound(name, "Min length", bounds.min_length.as_ref())?;
    let max = bound(name, "Max length", bounds.max_length.as_ref())?;
    if max.is_some_and(|max| max > MAX_TEXT) || min.is_some_and(|min| min > MAX_TEXT) {
        return Err(Fault::invalid(format!(
            "user.{name}: String attributes cannot have a length of more than {MAX_TEXT}"
        )));
    }
    if min.is_some_and(|n| n < 0) || max.is_some_and(|n| n < 0) {
        return Err(Fault::invalid(format!("user.{name}: Lengths cannot be negative.")));
    }
    if let (Some(min), Some(max)) = (min, max)
        && max < min
    {
        return Err(Fault::invalid(format!("user.{name}: Max length cannot be less than min length.")));
    }
    Ok(bounds.clone())
}

fn number_bounds(name: &str, bounds: &NumberBounds) -> Result<NumberBounds, Fault> {
    let min = bound(name, "Min value", bounds.min_value.as_ref())?;
    let max = bound(name, "Max value", bounds.max_value.as_ref())?;
    if let (Some(min), Some(max)) = (min, max)
        && max < min
    {
        return Err(Fault::invalid(format!("user.{name}: Max value cannot be less than min value.")));
    }
    Ok(bounds.clone())
}

/// Checks one value against its attribute's type and bounds; `Err` says what is wrong in Cognito's words.
pub fn check_value(attribute: &Attribute, value: &str) -> Result<(), String> {
    let name = attribute.name.as_deref().unwrap_or_default();
    match attribute.attribute_data_type.unwrap_or(Type::String) {
        Type::String => {
            let length = i64::try_from(value.chars().count()).unwrap_or(i64::MAX);
            let bounds = attribute.string_attribute_constraints.clone().unwrap_or_default();
            let min = bounds.min_length.and_then(|n| n.parse().ok()).unwrap_or(0);
            let max = bounds.max_length.and_then(|n| n.parse().ok()).unwrap_or(MAX_TEXT);
            if length > max {
                return Err(format!("user.{name}: String must be no longer than {max} characters"));
            }
            if length < min {
                return Err(format!("user.{name}: String must be at least {min} characters"));
            }
            Ok(())
        }
        Type::Number => {
            let number: f64 = value.parse().map_err(|_| format!("user.{name}: Number format is incorrect"))?;
            let bounds = attribute.number_attribute_constraints.clone().unwrap_or_default();
            if !number.is_finite() {
                return Err(format!("user.{name}: Number format is incorrect"));
            }
            if let Some(max) = bounds.max_value.and_then(|n| n.parse::<f64>().ok()).filter(|max| number > *max) {
                return Err(format!("user.{name}: Number must be no more than {max}"));
            }
            if let Some(min) = bounds.min_value.and_then(|n| n.parse::<f64>().ok()).filter(|min| number < *min) {
                return Err(format!("user.{name}: Number must be at least {min}"));
            }
            Ok(())
        }
        Type::Boolean if matches!(value.to_ascii_lowercase().as_str(), "true" | "false") => Ok(()),
        Type::Boolean => Err(format!("user.{name}: Boolean must be either true or false")),
        Type::DateTime => {
            use time::format_description::well_known::{Iso8601, Rfc3339};
            let epoch = value.parse::<i64>().is_ok();
            let text = time::OffsetDateTime::parse(value, &Rfc3339).is_ok()
                || time::Date::parse(value, &Iso8601::DATE).is_ok();
            if epoch || text { Ok(()) } else { Err(format!("user.{name}: DateTime format is incorrect")) }
        }
    }
}
