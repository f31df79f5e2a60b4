//! The model files, read into what the generator needs.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Values that the API documents and accepts, though its model does not list them: shape, value.
const UNLISTED: [(&str, &str); 1] = [("ExplicitAuthFlowsType", "ALLOW_CLIENT_TOKEN_AUTH")];

/// One service's model.
pub struct Model {
    /// `endpointPrefix`, which is also the signing name.
    pub signing_name: String,
    /// `targetPrefix` of AWS JSON services.
    pub target_prefix: String,
    /// Operations by name.
    pub operations: BTreeMap<String, Operation>,
    /// Shapes that some operation's input or output reaches.
    pub shapes: BTreeMap<String, Shape>,
    /// Exceptions' wire code and HTTP status where the model gives them.
    pub exceptions: BTreeMap<String, (String, u16)>,
}

/// One operation.
pub struct Operation {
    pub signed: bool,
    pub method: String,
    pub uri: String,
    pub input: Option<String>,
    pub output: Option<String>,
    pub wrapper: Option<String>,
    pub errors: Vec<String>,
    /// `policyAction`, an addition of our own: the name that policies use where it is not the operation's.
    pub action: Option<String>,
}

/// One shape.
pub struct Shape {
    pub kind: Kind,
    pub min: Option<i64>,
    pub max: Option<i64>,
    pub pattern: Option<String>,
    pub sensitive: bool,
}

/// What a shape is made of. Names refer to other shapes, which may form circles; `wire::model::Kind`, which the server
/// reads, has references to tables instead. The two cannot be one type: this program writes the source of those tables
/// and runs before the server is compiled.
pub enum Kind {
    Structure(Vec<Member>),
    List(String),
    Map(String, String),
    Enum(Vec<String>),
    Text,
    Integer,
    Long,
    Boolean,
    Timestamp,
    Blob,
    Document,
}

/// A member of a structure.
pub struct Member {
    pub name: String,
    pub shape: String,
    pub required: bool,
    pub location: Option<(String, String)>,
}

impl Model {
    /// Reads a model file.
    pub fn parse(text: &str) -> Result<Self, String> {
        let root: Value = serde_json::from_str(text).map_err(|e| e.to_string())?;
        let all = root.get("shapes").and_then(Value::as_object).ok_or("no shapes")?;
        let mut operations = BTreeMap::new();
        let mut shapes = BTreeMap::new();
        for (name, value) in root.get("operations").and_then(Value::as_object).ok_or("no operations")? {
            let operation = operation(value)?;
            for shape in [&operation.input, &operation.output].into_iter().flatten() {
                reach(shape, all, &mut shapes)?;
            }
            operations.insert(name.clone(), operation);
        }
        for (name, value) in UNLISTED {
            if let Some(Shape { kind: Kind::Enum(values), .. }) = shapes.get_mut(name)
                && !values.iter().any(|known| known == value)
            {
                values.push(value.to_owned());
            }
        }
        let exceptions = all
            .iter()
            .filter(|(_, shape)| shape.get("exception").is_some())
            .map(|(name, shape)| {
                let error = shape.get("error");
                let code = error.and_then(|e| text_of(e, "code")).unwrap_or_else(|| name.clone());
                let fault = shape.get("fault").is_some();
                let status = error
                    .and_then(|e| e.get("httpStatusCode"))
                    .and_then(Value::as_u64)
                    .and_then(|n| u16::try_from(n).ok());
                (name.clone(), (code, status.unwrap_or(if fault { 500 } else { 400 })))
            })
            .collect();
        let metadata = root.get("metadata").ok_or("no metadata")?;
        Ok(Self {
            signing_name: text_of(metadata, "endpointPrefix").ok_or("no endpointPrefix")?,
            target_prefix: text_of(metadata, "targetPrefix").unwrap_or_default(),
            operations,
            shapes,
            exceptions,
        })
    }

    /// The shape called `name`.
    pub fn shape(&self, name: &str) -> Result<&Shape, String> {
        self.shapes.get(name).ok_or_else(|| format!("no shape {name}"))
    }

    /// Whether values of this shape may hold something that must not be shown, at any depth.
    pub fn sensitive(&self, name: &str) -> bool {
        let Some(shape) = self.shapes.get(name) else { return false };
        shape.sensitive
            || match &shape.kind {
                Kind::List(member) => self.sensitive(member),
                Kind::Map(key, value) => self.sensitive(key) || self.sensitive(value),
                Kind::Structure(members) => members.iter().any(|m| self.sensitive(&m.shape)),
                _ => false,
            }
    }
}

fn text_of(value: &Value, key: &str) -> Option<String> {
    value.get(key).and_then(Value::as_str).map(str::to_owned)
}

fn operation(value: &Value) -> Result<Operation, String> {
    let http = value.get("http").ok_or("operation without http")?;
    let errors = value.get("errors").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    Ok(Operation {
        signed: text_of(value, "authtype").as_deref() != Some("none"),
        method: text_of(http, "method").ok_or("operation without method")?,
        uri: text_of(http, "requestUri").ok_or("operation without requestUri")?,
        input: value.get("input").and_then(|v| text_of(v, "shape")),
        output: value.get("output").and_then(|v| text_of(v, "shape")),
        wrapper: value.get("output").and_then(|v| text_of(v, "resultWrapper")),
        errors: errors.iter().filter_map(|e| text_of(e, "shape")).collect(),
        action: text_of(value, "policyAction"),
    })
}

fn reach(name: &str, all: &serde_json::Map<String, Value>, found: &mut BTreeMap<String, Shape>) -> Result<(), String> {
    let mut seen = BTreeSet::new();
    let mut open = vec![name.to_owned()];
    while let Some(name) = open.pop() {
        if found.contains_key(&name) || !seen.insert(name.clone()) {
            continue;
        }
        let value = all.get(&name).ok_or_else(|| format!("no shape {name}"))?;
        let shape = shape(value).map_err(|e| format!("{name}: {e}"))?;
        match &shape.kind {
            Kind::Structure(members) => open.extend(members.iter().map(|m| m.shape.clone())),
            Kind::List(member) => open.push(member.clone()),
            Kind::Map(key, value) => open.extend([key.clone(), value.clone()]),
            _ => {}
        }
        found.insert(name, shape);
    }
    Ok(())
}

fn shape(value: &Value) -> Result<Shape, String> {
    let target = |key: &str| value.get(key).and_then(|v| text_of(v, "shape")).ok_or_else(|| format!("no {key}"));
    let kind = match text_of(value, "type").as_deref() {
        Some("structure") if value.get("document").is_some() => Kind::Document,
        Some("structure") => Kind::Structure(members(value)?),
        Some("list") => Kind::List(target("member")?),
        Some("map") => Kind::Map(target("key")?, target("value")?),
        Some("string") => match value.get("enum").and_then(Value::as_array) {
            Some(values) => Kind::Enum(values.iter().filter_map(Value::as_str).map(str::to_owned).collect()),
            None => Kind::Text,
        },
        Some("integer") => Kind::Integer,
        Some("long") => Kind::Long,
        Some("boolean") => Kind::Boolean,
        Some("timestamp") => Kind::Timestamp,
        Some("blob") => Kind::Blob,
        other => return Err(format!("type {other:?} is not known")),
    };
    let number = |key: &str| value.get(key).and_then(Value::as_i64);
    Ok(Shape {
        kind,
        min: number("min"),
        max: number("max"),
        pattern: text_of(value, "pattern"),
        sensitive: value.get("sensitive").is_some(),
    })
}

fn members(value: &Value) -> Result<Vec<Member>, String> {
    let required: BTreeSet<&str> = value
        .get("required")
        .and_then(Value::as_array)
        .map(|names| names.iter().filter_map(Value::as_str).collect())
        .unwrap_or_default();
    let payload = text_of(value, "payload");
    let members = value.get("members").and_then(Value::as_object).ok_or("structure without members")?;
    members
        .iter()
        .map(|(name, member)| {
            Ok(Member {
                name: name.clone(),
                shape: text_of(member, "shape").ok_or_else(|| format!("member {name} without shape"))?,
                required: required.contains(name.as_str()),
                location: text_of(member, "location")
                    .or_else(|| (payload.as_deref() == Some(name)).then(|| "payload".to_owned()))
                    .map(|location| (location, text_of(member, "locationName").unwrap_or_else(|| name.clone()))),
            })
        })
        .collect()
}
