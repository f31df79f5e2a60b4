//! Checks a JSON value against a shape: wrong types are serialization faults, broken constraints are collected into one
//! message in AWS's words.

use super::fault::serialization;
use super::model::{Kind, Member, Shape};
use crate::fault::Fault;
use crate::shapes::parse_timestamp;
use base64::Engine as _;
use serde_json::{Map, Number, Value};

/// The most violations in one message, so that a hostile body does not make a larger answer.
const MAX_VIOLATIONS: usize = 100;
/// How many characters of a value a message shows.
const MAX_SHOWN_CHARS: usize = 256;

/// Checks `value` against `shape` and normalises it (null entries of maps are dropped, whole floats become integers).
/// Returns the violations, one text each; `Err` is a `SerializationException`.
pub(super) fn check(shape: &'static Shape, value: &mut Value) -> Result<Vec<String>, Fault> {
    let mut walk = Walk { path: Vec::new(), violations: Vec::new() };
    walk.value(shape, value)?;
    Ok(walk.violations)
}

/// AWS's sentence for violations, e.g. `1 validation error detected: Value null at 'userPoolId' failed to ...`.
pub(super) fn sentence(violations: &[String]) -> String {
    let plural = if violations.len() == 1 { "" } else { "s" };
    format!("{} validation error{plural} detected: {}", violations.len(), violations.join("; "))
}

enum Step {
    Member(&'static str),
    Index(usize),
    Key(String),
}

struct Walk {
    path: Vec<Step>,
    violations: Vec<String>,
}

impl Walk {
    fn value(&mut self, shape: &'static Shape, value: &mut Value) -> Result<(), Fault> {
        match (&shape.kind, &mut *value) {
            (Kind::Structure(members), Value::Object(object)) => return self.structure(members, object),
            (Kind::List(member), Value::Array(values)) => self.list(member, values)?,
            (Kind::Map(key, member), Value::Object(object)) => self.map(key, member, object)?,
            (Kind::Document, _) => {}
            (Kind::Structure(_), other) => return Err(unexpected(other, "a structure")),
            (Kind::List(_), other) => return Err(unexpected(other, "a list")),
            (Kind::Map(..), other) => return Err(unexpected(other, "a map")),
            _ => scalar(shape, value)?,
        }
        for constraint in broken_constraints(shape, value) {
            self.violate(shape, Some(value), &constraint);
        }
        Ok(())
    }

    fn structure(&mut self, members: &'static [Member], object: &mut Map<String, Value>) -> Result<(), Fault> {
        for member in members {
            self.path.push(Step::Member(member.name));
            match object.get_mut(member.name) {
                Some(value) if !value.is_null() => self.value(member.shape, value)?,
                _ if member.required => self.violate(member.shape, None, "Member must not be null"),
                _ => {}
            }
            self.path.pop();
        }
        Ok(())
    }

    fn list(&mut self, member: &'static Shape, values: &mut [Value]) -> Result<(), Fault> {
        let nested = matches!(member.kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(..));
        let mut bad = false;
        for (i, value) in values.iter_mut().enumerate() {
            if !nested {
                bad |= value.is_null() || is_broken(member, value)?;
                continue;
            }
            self.path.push(Step::Index(i));
            match value {
                Value::Null => self.violate(member, None, "Member must not be null"),
                value => self.value(member, value)?,
            }
            self.path.pop();
        }
        if bad {
            let shown = Value::Array(values.to_vec());
            let rules = Some(rules(member))
                .filter(|rules| !rules.is_empty())
                .unwrap_or_else(|| "Member must not be null".to_owned());
            self.violate(member, Some(&shown), &format!("Member must satisfy constraint: [{rules}]"));
        }
        Ok(())
    }

    fn map(
        &mut self,
        key: &'static Shape,
        member: &'static Shape,
        object: &mut Map<String, Value>,
    ) -> Result<(), Fault> {
        object.retain(|_, value| !value.is_null());
        let nested = matches!(member.kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(..));
        let (mut bad_keys, mut bad_values) = (false, false);
        for (name, value) in object.iter_mut() {
            bad_keys |= !broken_constraints(key, &Value::String(name.clone())).is_empty();
            if nested {
                self.path.push(Step::Key(name.clone()));
                self.value(member, value)?;
                self.path.pop();
            } else {
                bad_values |= is_broken(member, value)?;
            }
        }
        for (bad, shape, what) in [(bad_keys, key, "keys"), (bad_values, member, "value")] {
            if bad {
                let shown = Value::Object(object.clone());
                let hidden = key.sensitive || member.sensitive;
                self.violate_as(
                    hidden,
                    Some(&shown),
                    &format!("Map {what} must satisfy constraint: [{}]", rules(shape)),
                );
            }
        }
        Ok(())
    }

    fn violate(&mut self, shape: &Shape, value: Option<&Value>, constraint: &str) {
        self.violate_as(shape.sensitive, value, constraint);
    }

    fn violate_as(&mut self, hidden: bool, value: Option<&Value>, constraint: &str) {
        if self.violations.len() >= MAX_VIOLATIONS {
            return;
        }
        let shown = match value {
            None => "Value null at".to_owned(),
            Some(_) if hidden => "Value at".to_owned(),
            Some(value) => show(value).map_or_else(|| "Value at".to_owned(), |text| format!("Value '{text}' at")),
        };
        self.violations.push(format!("{shown} '{}' failed to satisfy constraint: {constraint}", self.place()));
    }

    /// The path as AWS shows it: members in lower camel case, list entries as `1.member`, map entries as `key.member`.
    fn place(&self) -> String {
        let mut out = String::new();
        for step in &self.path {
            if !out.is_empty() {
                out.push('.');
            }
            match step {
                Step::Member(name) => {
                    let mut chars = name.chars();
                    out.extend(chars.next().map(|c| c.to_ascii_lowercase()));
                    out.push_str(chars.as_str());
                }
                Step::Index(i) => out.push_str(&format!("{}.member", i + 1)),
                Step::Key(key) => {
                    out.extend(key.chars().take(MAX_SHOWN_CHARS));
                    out.push_str(".member");
                }
            }
        }
        out
    }
}

/// Whether a scalar breaks some constraint.
fn is_broken(shape: &Shape, value: &mut Value) -> Result<bool, Fault> {
    scalar(shape, value)?;
    Ok(!broken_constraints(shape, value).is_empty())
}

/// Checks the JSON type of a scalar and normalises numbers.
fn scalar(shape: &Shape, value: &mut Value) -> Result<(), Fault> {
    match (&shape.kind, &*value) {
        (Kind::Text | Kind::Enum(_), Value::String(_)) | (Kind::Boolean, Value::Bool(_)) | (Kind::Document, _) => {}
        (Kind::Integer | Kind::Long, Value::Number(number)) => *value = Value::Number(whole(shape, number)?),
        (Kind::Timestamp, Value::Number(_)) => {}
        (Kind::Timestamp, Value::String(text)) if parse_timestamp(text).is_some() => {}
        (Kind::Blob, Value::String(text)) if decoded_length(text).is_some() => {}
        (Kind::Blob, Value::String(_)) => return Err(serialization("Invalid base64 data")),
        (Kind::Text | Kind::Enum(_), other) => return Err(unexpected(other, "a String")),
        (Kind::Boolean, other) => return Err(unexpected(other, "a Boolean")),
        (Kind::Integer, other) => return Err(unexpected(other, "an Integer")),
        (Kind::Long, other) => return Err(unexpected(other, "a Long")),
        (Kind::Timestamp, other) => return Err(unexpected(other, "a timestamp")),
        (Kind::Blob, other) => return Err(unexpected(other, "a Blob")),
        (Kind::Structure(_) | Kind::List(_) | Kind::Map(..), other) => return Err(unexpected(other, "a structure")),
    }
    Ok(())
}

fn whole(shape: &Shape, number: &Number) -> Result<Number, Fault> {
    let n = match number.as_i64() {
        Some(n) => Some(n),
        // Whole floats are integers that some encoder wrote with a fraction; 2^53 bounds what a float holds exactly.
        None => number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() <= 9_007_199_254_740_992.0).map(|n| n as i64),
    };
    match n {
        Some(n) if matches!(shape.kind, Kind::Long) || i32::try_from(n).is_ok() => Ok(n.into()),
        _ => Err(serialization(format!(
            "NUMBER_VALUE can not be converted to {}",
            if matches!(shape.kind, Kind::Long) { "a Long" } else { "an Integer" }
        ))),
    }
}

fn decoded_length(text: &str) -> Option<usize> {
    base64::engine::general_purpose::STANDARD.decode(text).ok().map(|bytes| bytes.len())
}

fn unexpected(found: &Value, wanted: &str) -> Fault {
    serialization(match found {
        Value::Object(_) => "Start of structure or map found where not expected.".to_owned(),
        Value::Array(_) => "Start of list found where not expected".to_owned(),
        Value::String(_) => format!("STRING_VALUE can not be converted to {wanted}"),
        Value::Number(_) => format!("NUMBER_VALUE can not be converted to {wanted}"),
        Value::Bool(true) => format!("TRUE_VALUE can not be converted to {wanted}"),
        Value::Bool(false) => format!("FALSE_VALUE can not be converted to {wanted}"),
        Value::Null => format!("NULL_VALUE can not be converted to {wanted}"),
    })
}

/// The constraints of `shape` that `value` breaks, in AWS's words.
fn broken_constraints(shape: &Shape, value: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let size = match (&shape.kind, value) {
        (Kind::Text, Value::String(text)) => Some(text.chars().count()),
        (Kind::Blob, Value::String(text)) => decoded_length(text),
        (Kind::List(_), Value::Array(values)) => Some(values.len()),
        (Kind::Map(..), Value::Object(object)) => Some(object.len()),
        _ => None,
    };
    let measured = match size {
        Some(size) => i64::try_from(size).ok(),
        None if matches!(shape.kind, Kind::Integer | Kind::Long) => value.as_i64(),
        None => None,
    };
    if let Some(measured) = measured {
        if shape.min.is_some_and(|min| measured < min) {
            broken.extend(min_rule(shape));
        }
        if shape.max.is_some_and(|max| measured > max) {
            broken.extend(max_rule(shape));
        }
    }
    if let Value::String(text) = value {
        if shape.pattern.is_some_and(|pattern| !pattern.matches(text)) {
            broken.extend(form_rule(shape));
        }
        if let Kind::Enum(values) = shape.kind
            && !values.contains(&text.as_str())
        {
            broken.extend(form_rule(shape));
        }
    }
    broken
}

/// All constraints of a shape, as AWS lists them for the entries of lists and maps.
fn rules(shape: &Shape) -> String {
    [max_rule(shape), min_rule(shape), form_rule(shape)].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn measure(shape: &Shape) -> &'static str {
    if matches!(shape.kind, Kind::Integer | Kind::Long) { "value" } else { "length" }
}

fn min_rule(shape: &Shape) -> Option<String> {
    shape.min.map(|min| format!("Member must have {} greater than or equal to {min}", measure(shape)))
}

fn max_rule(shape: &Shape) -> Option<String> {
    shape.max.map(|max| format!("Member must have {} less than or equal to {max}", measure(shape)))
}

fn form_rule(shape: &Shape) -> Option<String> {
    match (&shape.kind, shape.pattern) {
        (Kind::Enum(values), _) => Some(format!("Member must satisfy enum value set: [{}]", values.join(", "))),
        (_, Some(pattern)) => Some(format!("Member must satisfy regular expression pattern: {}", pattern.source)),
        _ => None,
    }
}

/// A value as AWS shows it (Java's way); nothing for structures.
fn show(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(truth) => truth.to_string(),
        Value::Null => "null".to_owned(),
        Value::Array(values) => {
            let shown: Option<Vec<String>> = values.iter().take(MAX_SHOWN_CHARS).map(show).collect();
            format!("[{}]", shown?.join(", "))
        }
        Value::Object(object) => {
            let shown: Option<Vec<String>> = object
                .iter()
                .take(MAX_SHOWN_CHARS)
                .map(|(key, value)| {
                    (!value.is_object()).then(|| show(value)).flatten().map(|value| format!("{key}={value}"))
                })
                .collect();
            format!("{{{}}}", shown?.join(", "))
        }
    };
    Some(if text.chars().count() > MAX_SHOWN_CHARS {
        text.chars().take(MAX_SHOWN_CHARS).chain(['…']).collect()
    } else {
        text
    })
}
