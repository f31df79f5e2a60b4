//! AWS JSON 1.1: the operation in `X-Amz-Target`, everything else in the body.

use super::fault::{code_and_status, serialization};
use super::limits;
use super::message::{Request, Response};
use super::model::{Operation, Service};
use crate::context::Context;
use crate::fault::Fault;
use serde_json::{Map, Value, json};

const TYPE: &str = "application/x-amz-json-1.1";

/// The service and the operation's name that `X-Amz-Target` asks for; `None` without the header or for an unknown
/// service.
pub(super) fn target(request: &Request) -> Option<(Service, &str)> {
    let (prefix, name) = request.headers.get("x-amz-target")?.split_once('.')?;
    let service =
        Service::ALL.into_iter().find(|service| service.model().target_prefix == prefix && !prefix.is_empty())?;
    Some((service, name))
}

/// A JSON object from a body; an empty body is an empty object.
pub(super) fn object(body: &[u8]) -> Result<Map<String, Value>, Fault> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    if limits::json_values(body) > limits::MAX_JSON_VALUES {
        return Err(serialization(format!("The body has more than {} values", limits::MAX_JSON_VALUES)));
    }
    match serde_json::from_slice(body) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(serialization("Unexpected start of the body; it must be a JSON object")),
        // serde_json's words name a place in the body and never its content.
        Err(error) => Err(serialization(error.to_string())),
    }
}

/// A successful answer; `None` is an operation without output, whose body is empty.
pub(super) fn success(cx: &Context, output: Option<&Value>) -> Response {
    let body = output.map(Value::to_string).unwrap_or_default();
    Response::api(cx, 200, TYPE, body.into_bytes())
}

/// A fault of a JSON service.
pub(super) fn failure(cx: &Context, service: Service, operation: Option<&Operation>, fault: &Fault) -> Response {
    let (code, status) = code_and_status(service, operation, fault);
    let body = match fault.message() {
        "" => json!({"__type": code}),
        message => json!({"__type": code, "message": message}),
    };
    Response::api(cx, status, TYPE, body.to_string().into_bytes()).with_error(code, fault)
}

/// The answer to a request that is no API call at all.
pub(super) fn bad_request(cx: &Context) -> Response {
    let body = json!({"code": "BadRequest", "message": "The server did not understand the operation that was requested.", "type": "client"});
    Response::api(cx, 400, TYPE, body.to_string().into_bytes())
}
