//! Structs and enums of the shapes, with their serde by wire name.

use super::model::{Kind, Member, Model};
use super::names;
use std::fmt::Write;

/// The text of one service's types.
pub fn types(model: &Model) -> Result<String, String> {
    let mut out = String::from("use crate::shapes::scalar;\n");
    for (name, shape) in &model.shapes {
        match &shape.kind {
            Kind::Structure(members) => structure(&mut out, model, name, members)?,
            Kind::Enum(values) => enumeration(&mut out, name, values),
            _ => {}
        }
    }
    Ok(out)
}

fn put(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String cannot fail.
    let _ = out.write_fmt(text);
}

fn rust_type(model: &Model, name: &str) -> Result<String, String> {
    Ok(match &model.shape(name)?.kind {
        Kind::Structure(_) | Kind::Enum(_) => name.to_owned(),
        Kind::List(member) => format!("Vec<{}>", plain(model, member)?),
        Kind::Map(_, value) => format!("std::collections::BTreeMap<String, {}>", plain(model, value)?),
        Kind::Text => "String".into(),
        Kind::Integer => "i32".into(),
        Kind::Long => "i64".into(),
        Kind::Boolean => "bool".into(),
        Kind::Timestamp => "crate::clock::Timestamp".into(),
        Kind::Blob => "scalar::Blob".into(),
        Kind::Document => "serde_json::Value".into(),
    })
}

fn plain(model: &Model, name: &str) -> Result<String, String> {
    match model.shape(name)?.kind {
        Kind::Timestamp => Err(format!("{name}: timestamps inside lists and maps are not handled")),
        _ => rust_type(model, name),
    }
}

fn doc(model: &Model, member: &Member) -> Result<String, String> {
    let shape = model.shape(&member.shape)?;
    let unit = match shape.kind {
        Kind::List(_) | Kind::Map(..) => " entries",
        Kind::Text => " characters",
        Kind::Blob => " bytes",
        _ => "",
    };
    let bounds = match (shape.min, shape.max) {
        (Some(min), Some(max)) => format!(", {min} to {max}{unit}"),
        (Some(min), None) => format!(", at least {min}{unit}"),
        (None, Some(max)) => format!(", at most {max}{unit}"),
        (None, None) => String::new(),
    };
    Ok(format!("`{}` ({}{bounds}).", member.name, if member.required { "required" } else { "optional" }))
}

fn structure(out: &mut String, model: &Model, name: &str, members: &[Member]) -> Result<(), String> {
    let sensitive = members.iter().any(|m| {
        let own = |n: &str| model.shapes.get(n).is_some_and(|s| s.sensitive);
        own(&m.shape)
            || match model.shapes.get(&m.shape).map(|s| &s.kind) {
                Some(Kind::List(member)) => own(member),
                Some(Kind::Map(key, value)) => own(key) || own(value),
                _ => false,
            }
    });
    let debug = if sensitive { "" } else { ", Debug" };
    put(out, format_args!("\n/// `{name}`.\n#[derive(Clone, PartialEq, Default{debug})]\npub struct {name} {{\n"));
    let (mut optional, mut write, mut read, mut wire) = (String::new(), String::new(), String::new(), String::new());
    for (i, member) in members.iter().enumerate() {
        let field = names::field(&member.name);
        let rust = rust_type(model, &member.shape)?;
        let moment = matches!(model.shape(&member.shape)?.kind, Kind::Timestamp);
        let declared = if member.required { rust } else { format!("Option<{rust}>") };
        put(out, format_args!("    /// {}\n    pub {field}: {declared},\n", doc(model, member)?));
        put(&mut wire, format_args!("{:?}, ", member.name));
        let value = |of: &str| if moment { format!("&scalar::Moment({of})") } else { format!("&{of}") };
        if member.required {
            put(
                &mut write,
                format_args!("        out.serialize_field({:?}, {})?;\n", member.name, value(&format!("self.{field}"))),
            );
        } else {
            put(&mut optional, format_args!(" + usize::from(self.{field}.is_some())"));
            let shown = if moment { "&scalar::Moment(*value)" } else { "value" };
            put(
                &mut write,
                format_args!(
                    "        if let Some(value) = &self.{field} {{ out.serialize_field({:?}, {shown})?; }}\n",
                    member.name
                ),
            );
        }
        let get = match (moment, member.required) {
            (true, true) => "map.next_value::<scalar::Moment>()?.0",
            (true, false) => "map.next_value::<Option<scalar::Moment>>()?.map(|m| m.0)",
            (false, _) => "map.next_value()?",
        };
        put(&mut read, format_args!("            {i} => self.{field} = {get},\n"));
    }
    out.push_str("}\n");
    if sensitive {
        put(
            out,
            format_args!(
                "impl std::fmt::Debug for {name} {{\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ f.write_str({name:?}) }}\n}}\n"
            ),
        );
    }
    let count = match members.iter().filter(|member| member.required).count() {
        0 if !optional.is_empty() => optional.trim_start_matches(" + ").to_owned(),
        required => format!("{required}{optional}"),
    };
    let body = match members {
        [] => "        let _ = member;\n        scalar::skip(map)\n".to_owned(),
        _ => {
            format!("        match member {{\n{read}            _ => scalar::skip(map)?,\n        }}\n        Ok(())\n")
        }
    };
    let mutable = if members.is_empty() { "" } else { "mut " };
    put(
        out,
        format_args!(
            "impl serde::Serialize for {name} {{\n    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {{\n        \
             use serde::ser::SerializeStruct as _;\n        let {mutable}out = s.serialize_struct({name:?}, {count})?;\n{write}        out.end()\n    }}\n}}\n\
             impl scalar::Members for {name} {{\n    const NAME: &'static str = {name:?};\n    const FIELDS: &'static [&'static str] = &[{wire}];\n    \
             fn read<'de, A: serde::de::MapAccess<'de>>(&mut self, member: usize, map: &mut A) -> Result<(), A::Error> {{\n{body}    }}\n}}\n\
             impl<'de> serde::Deserialize<'de> for {name} {{\n    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {{ scalar::members(d) }}\n}}\n"
        ),
    );
    Ok(())
}

fn enumeration(out: &mut String, name: &str, values: &[String]) {
    let (mut declared, mut shown, mut all) = (String::new(), String::new(), String::new());
    for (i, value) in values.iter().enumerate() {
        let variant = names::variant(value);
        put(
            &mut declared,
            format_args!("    /// `{value}`.\n{}    {variant},\n", if i == 0 { "    #[default]\n" } else { "" }),
        );
        put(&mut shown, format_args!("            Self::{variant} => {value:?},\n"));
        put(&mut all, format_args!("Self::{variant}, "));
    }
    put(
        out,
        format_args!(
            "\n/// `{name}`.\n#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Debug)]\npub enum {name} {{\n{declared}}}\n\
             impl {name} {{\n    /// Every value, in the model's order.\n    pub const ALL: &'static [Self] = &[{all}];\n\n    \
             /// The value's name on the wire.\n    \
             pub fn as_str(self) -> &'static str {{\n        match self {{\n{shown}        }}\n    }}\n\n    \
             /// The value of this name.\n    \
             pub fn parse(name: &str) -> Option<Self> {{ Self::ALL.iter().copied().find(|value| value.as_str() == name) }}\n}}\n\
             impl std::fmt::Display for {name} {{\n    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{ f.write_str(self.as_str()) }}\n}}\n\
             impl serde::Serialize for {name} {{\n    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {{ s.serialize_str(self.as_str()) }}\n}}\n\
             impl<'de> serde::Deserialize<'de> for {name} {{\n    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {{ scalar::one_of(d, {name:?}, Self::parse) }}\n}}\n"
        ),
    );
}
