//! Descriptors of shapes and operations as statics, for decoding, checking and signing.

use super::model::{Kind, Model, Shape};
use super::names;
use super::patterns;
use std::collections::BTreeMap;
use std::fmt::Write;

/// The text of one service's tables.
pub fn tables(model: &Model, service: &str) -> Result<String, String> {
    let pattern = if model.shapes.values().any(|shape| shape.pattern.is_some()) { "Pattern, " } else { "" };
    let mut out =
        format!("use crate::wire::model::{{Kind, Member, Model, Operation, {pattern}Place, Service, Shape}};\n");
    let mut patterns: BTreeMap<&str, usize> = BTreeMap::new();
    for pattern in model.shapes.values().filter_map(|s| s.pattern.as_deref()) {
        let next = patterns.len();
        if let std::collections::btree_map::Entry::Vacant(entry) = patterns.entry(pattern) {
            entry.insert(next);
            line(
                &mut out,
                format_args!(
                    "static PATTERN_{next}: Pattern = Pattern::new({pattern:?}, {:?});",
                    patterns::translate(pattern)?
                ),
            );
        }
    }
    for (name, shape) in &model.shapes {
        let kind = kind(shape)?;
        let pattern = shape
            .pattern
            .as_deref()
            .and_then(|p| patterns.get(p))
            .map_or("None".to_owned(), |i| format!("Some(&PATTERN_{i})"));
        line(
            &mut out,
            format_args!(
                "static {}: Shape = Shape {{ name: {name:?}, kind: {kind}, min: {:?}, max: {:?}, pattern: {pattern}, sensitive: {} }};",
                names::upper(name),
                shape.min,
                shape.max,
                model.sensitive(name),
            ),
        );
    }
    out.push_str("static OPERATIONS: &[Operation] = &[\n");
    for (name, operation) in &model.operations {
        let shape = |name: &Option<String>| {
            name.as_deref().map_or("None".to_owned(), |name| format!("Some(&{})", names::upper(name)))
        };
        line(
            &mut out,
            format_args!(
                "    Operation {{ name: {name:?}, function: {:?}, action: {:?}, signed: {}, method: {:?}, uri: {:?}, input: {}, output: {}, wrapper: {:?}, errors: &{:?} }},",
                names::snake(name),
                operation.action.as_deref().unwrap_or(name),
                operation.signed,
                operation.method,
                operation.uri,
                shape(&operation.input),
                shape(&operation.output),
                operation.wrapper.as_deref().unwrap_or_default(),
                operation.errors,
            ),
        );
    }
    out.push_str("];\n");
    let exceptions: Vec<(&str, &str, u16)> =
        model.exceptions.iter().map(|(name, (code, status))| (name.as_str(), code.as_str(), *status)).collect();
    line(
        &mut out,
        format_args!(
            "/// The service's model.\npub static MODEL: Model = Model {{ service: Service::{service}, signing_name: {:?}, target_prefix: {:?}, operations: OPERATIONS, exceptions: &{exceptions:?} }};",
            model.signing_name, model.target_prefix,
        ),
    );
    Ok(out)
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = writeln!(out, "{text}");
}

fn kind(shape: &Shape) -> Result<String, String> {
    Ok(match &shape.kind {
        Kind::Structure(members) => {
            let mut text = String::from("Kind::Structure(&[");
            for member in members {
                let place = match &member.location {
                    None => "Place::Body".to_owned(),
                    Some((location, name)) => match location.as_str() {
                        "uri" => format!("Place::Label({name:?})"),
                        "querystring" => format!("Place::Query({name:?})"),
                        "header" => format!("Place::Header({name:?})"),
                        "payload" => "Place::Payload".to_owned(),
                        other => return Err(format!("{}: location {other} is not known", member.name)),
                    },
                };
                let target = names::upper(&member.shape);
                let _ = write!(
                    text,
                    "Member {{ name: {:?}, required: {}, place: {place}, shape: &{target} }}, ",
                    member.name, member.required
                );
            }
            text + "])"
        }
        Kind::List(member) => format!("Kind::List(&{})", names::upper(member)),
        Kind::Map(key, value) => format!("Kind::Map(&{}, &{})", names::upper(key), names::upper(value)),
        Kind::Enum(values) => format!("Kind::Enum(&{values:?})"),
        Kind::Text => "Kind::Text".into(),
        Kind::Integer => "Kind::Integer".into(),
        Kind::Long => "Kind::Long".into(),
        Kind::Boolean => "Kind::Boolean".into(),
        Kind::Timestamp => "Kind::Timestamp".into(),
        Kind::Blob => "Kind::Blob".into(),
        Kind::Document => "Kind::Document".into(),
    })
}
