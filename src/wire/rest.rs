//! REST-JSON: the operation by method and path; members in path, query, headers and body.

use super::fault::{code_and_status, serialization};
use super::json;
use super::message::{Request, Response};
use super::model::{Kind, Member, Operation, Place, Service, Shape};
use super::uri;
use crate::context::Context;
use crate::fault::Fault;
use base64::Engine as _;
use serde_json::{Map, Value, json as value};

const TYPE: &str = "application/json";

/// The service's operation of this method and path, and its labels as they stand in the path.
pub(super) fn route(service: Service, request: &Request) -> Option<(&'static Operation, Vec<(&'static str, &str)>)> {
    let path: Vec<&str> = request.path.trim_start_matches('/').split('/').collect();
    // HEAD is GET without the body of its answer.
    let method = if request.method == "HEAD" { "GET" } else { request.method.as_str() };
    service.model().operations.iter().filter(|operation| operation.method == method).find_map(|operation| {
        let pattern: Vec<&'static str> = operation.uri.trim_start_matches('/').split('/').collect();
        if pattern.len() != path.len() {
            return None;
        }
        let mut labels = Vec::new();
        for (expected, found) in pattern.into_iter().zip(&path) {
            match expected.strip_prefix('{').and_then(|label| label.strip_suffix('}')) {
                Some(label) => labels.push((label, *found)),
                None if expected == *found => {}
                None => return None,
            }
        }
        Some((operation, labels))
    })
}

/// The input of an operation, from all the places where its members are.
pub(super) fn input(request: &Request, operation: &Operation, labels: &[(&str, &str)]) -> Result<Value, Fault> {
    let Some(Shape { kind: Kind::Structure(members), .. }) = operation.input else {
        return Ok(Value::Object(Map::new()));
    };
    // A body that is one member's bytes holds no others.
    let mut object = match members.iter().any(|member| member.place == Place::Payload) {
        true => Map::new(),
        false => json::object(&request.body)?,
    };
    for member in *members {
        let found = match member.place {
            Place::Body => continue,
            Place::Label(name) => match labels.iter().find(|(label, _)| *label == name) {
                Some((_, raw)) => Some(text(uri::decode(raw, false))?),
                None => None,
            },
            Place::Query(name) => match uri::pairs(&request.query, true).find(|(key, _)| key == name.as_bytes()) {
                Some((_, raw)) => Some(text(raw)?),
                None => None,
            },
            Place::Payload => Some(base64::engine::general_purpose::STANDARD.encode(&request.body)),
            Place::Header(name) => request.headers.get(&name.to_ascii_lowercase()).map(str::to_owned),
        };
        // A member with another place is not taken from the body.
        object.remove(member.name);
        if let Some(found) = found {
            object.insert(member.name.to_owned(), typed(member, found)?);
        }
    }
    Ok(Value::Object(object))
}

fn text(bytes: Vec<u8>) -> Result<String, Fault> {
    String::from_utf8(bytes).map_err(|_| serialization("The request's address is not UTF-8"))
}

fn typed(member: &Member, text: String) -> Result<Value, Fault> {
    let wrong = |what: &str| serialization(format!("{} can not be converted to {what}", member.name));
    Ok(match member.shape.kind {
        Kind::Integer => text.parse::<i32>().map_err(|_| wrong("an Integer"))?.into(),
        Kind::Long => text.parse::<i64>().map_err(|_| wrong("a Long"))?.into(),
        Kind::Boolean => text.parse::<bool>().map_err(|_| wrong("a Boolean"))?.into(),
        _ => Value::String(text),
    })
}

/// A successful answer.
pub(super) fn success(cx: &Context, output: Option<&Value>) -> Response {
    Response::api(cx, 200, TYPE, output.map(Value::to_string).unwrap_or_default().into_bytes())
}

/// A fault of a REST service.
pub(super) fn failure(cx: &Context, service: Service, operation: Option<&Operation>, fault: &Fault) -> Response {
    let (code, status) = code_and_status(service, operation, fault);
    let body = value!({"__type": code, "message": fault.message()});
    Response::api(cx, status, TYPE, body.to_string().into_bytes()).with_error(code, fault)
}
