//! Query/XML: a form in, XML out.

use super::fault::{code_and_status, serialization};
use super::limits;
use super::message::{Request, Response};
use super::model::{Kind, Operation, Service, Shape};
use super::{date, uri};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::BTreeMap;

const TYPE: &str = "text/xml";
const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";

/// Whether the body is a form, as its `Content-Type` says.
pub(super) fn is_form(request: &Request) -> bool {
    let kind = request.headers.get("content-type").unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    kind.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}

/// The parameters of a form by name; the first of each name counts.
#[derive(Debug, Default)]
pub(super) struct Form(BTreeMap<String, String>);

impl Form {
    /// The form of a request: its body for POST, its query otherwise. Parts that are not UTF-8 are left out, and so are
    /// those beyond [`limits::MAX_PARAMETERS`].
    pub fn read(request: &Request) -> Self {
        let text = if request.method == "POST" {
            String::from_utf8_lossy(&request.body)
        } else {
            Cow::Borrowed(request.query.as_str())
        };
        let mut form = BTreeMap::new();
        for (name, value) in uri::pairs(&text, true).take(limits::MAX_PARAMETERS) {
            if let (Ok(name), Ok(value)) = (String::from_utf8(name), String::from_utf8(value)) {
                form.entry(name).or_insert(value);
            }
        }
        Self(form)
    }

    /// A parameter.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The input of an operation.
    pub fn input(&self, operation: &Operation) -> Result<Value, Fault> {
        let input = operation.input.map(|shape| self.value(shape, "")).transpose()?.flatten();
        Ok(input.unwrap_or_else(|| Value::Object(Map::new())))
    }

    /// The value of a name; structures and lists go on with a dot. `None` if nothing is there.
    fn value(&self, shape: &'static Shape, name: &str) -> Result<Option<Value>, Fault> {
        let child = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
        let has =
            |prefix: &str| self.0.range(prefix.to_owned()..).next().is_some_and(|(name, _)| name.starts_with(prefix));
        match &shape.kind {
            Kind::Structure(members) => {
                let mut object = Map::new();
                for member in *members {
                    if let Some(value) = self.value(member.shape, &child(member.name))? {
                        object.insert(member.name.to_owned(), value);
                    }
                }
                Ok((name.is_empty() || has(&format!("{name}."))).then_some(Value::Object(object)))
            }
            Kind::List(member) => {
                let mut values = Vec::new();
                // Entries are numbered from 1 without gaps, so the loop is no longer than the form.
                loop {
                    let name = child(&format!("member.{}", values.len() + 1));
                    if !has(&name) {
                        break;
                    }
                    let Some(value) = self.value(member, &name)? else { break };
                    values.push(value);
                }
                Ok((!values.is_empty()).then_some(Value::Array(values)))
            }
            _ => self.get(name).map(|text| scalar(shape, name, text)).transpose(),
        }
    }
}

fn scalar(shape: &Shape, name: &str, text: &str) -> Result<Value, Fault> {
    let wrong = |what: &str| serialization(format!("{name} can not be converted to {what}"));
    Ok(match shape.kind {
        Kind::Integer | Kind::Long => text.parse::<i64>().map_err(|_| wrong("a number"))?.into(),
        Kind::Boolean => text.parse::<bool>().map_err(|_| wrong("a truth value"))?.into(),
        Kind::Structure(_) | Kind::List(_) | Kind::Map(..) => return Err(wrong("a structure")),
        _ => Value::String(text.to_owned()),
    })
}

/// A successful answer.
pub(super) fn success(cx: &Context, operation: &Operation, output: Option<&Value>) -> Response {
    let name = operation.name;
    let mut result = String::new();
    if let (Some(shape), Some(output)) = (operation.output, output) {
        write(&mut result, operation.wrapper, shape, output);
    }
    let body = format!(
        "<{name}Response xmlns=\"{NAMESPACE}\">{result}<ResponseMetadata><RequestId>{}</RequestId></ResponseMetadata></{name}Response>",
        escape(&cx.request_id)
    );
    Response::api(cx, 200, TYPE, body.into_bytes())
}

/// A fault of a Query service.
pub(super) fn failure(cx: &Context, operation: Option<&Operation>, fault: &Fault) -> Response {
    let (code, status) = code_and_status(Service::Sts, operation, fault);
    let kind = if status < 500 { "Sender" } else { "Receiver" };
    let body = format!(
        "<ErrorResponse xmlns=\"{NAMESPACE}\"><Error><Type>{kind}</Type><Code>{}</Code><Message>{}</Message></Error><RequestId>{}</RequestId></ErrorResponse>",
        escape(code),
        escape(fault.message()),
        escape(&cx.request_id)
    );
    Response::api(cx, status, TYPE, body.into_bytes()).with_error(code, fault)
}

fn write(out: &mut String, element: &str, shape: &Shape, value: &Value) {
    out.push_str(&format!("<{element}>"));
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(object)) => {
            for member in *members {
                if let Some(value) = object.get(member.name) {
                    write(out, member.name, member.shape, value);
                }
            }
        }
        (Kind::List(member), Value::Array(values)) => {
            values.iter().for_each(|value| write(out, "member", member, value))
        }
        (Kind::Timestamp, Value::Number(seconds)) => {
            out.push_str(&date::iso(Timestamp::from_secs(seconds.as_f64().unwrap_or_default() as i64)));
        }
        (_, Value::String(text)) => out.push_str(&escape(text)),
        (_, other) => out.push_str(&escape(&other.to_string())),
    }
    out.push_str(&format!("</{element}>"));
}

/// Text as XML can carry it: the five escapes, and no control characters, for which XML has no form.
fn escape(text: &str) -> String {
    let clean: String = text.chars().filter(|c| !c.is_control() || matches!(c, '\t' | '\n' | '\r')).collect();
    quick_xml::escape::escape(clean.as_str()).into_owned()
}
