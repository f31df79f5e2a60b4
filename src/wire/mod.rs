//! Owns the wire: protocols (AWS JSON 1.1, REST-JSON, Query/XML), signatures, the checks of the models, faults as
//! bytes. Hands off what operations do to `ops`, who may call to `domain::access`. Must not know the HTTP framework or
//! the rules of users and pools.
//!
//! A call: find the operation ([`Request`]'s target, path or form), verify the signature if the model says it is
//! signed, decode, ask the key's policy, check every constraint of the model, run `ops::<service>::<operation>`,
//! render.

mod auth;
mod check;
mod conform;
mod date;
mod dispatch;
mod fault;
mod json;
mod limits;
mod local;
mod message;
pub mod model;
mod query;
mod rest;
mod secrets;
pub mod sigv4;
mod tables;
mod uri;

#[cfg(test)]
mod codegen {
    //! The generator's parts that have tests.
    mod names;
    mod patterns;
}
#[cfg(test)]
mod tests;

pub use conform::{HEADER as NONCONFORMING, deviations};
pub use limits::max_body_bytes;
pub use local::is_local_host;
pub use message::{Headers, Request, Response};

use crate::context::Context;
use crate::fault::Fault;
use model::{Operation, Protocol, Service};
use serde_json::Value;

/// Answers a call of an API. Anything that is none gets AWS's "did not understand".
pub async fn answer(mut cx: Context, request: &Request) -> Response {
    let call = match find(request) {
        Ok(Some(call)) => call,
        Ok(None) => return json::bad_request(&cx),
        Err(service) => return render(&cx, service, None, Err(fault::unknown_operation())),
    };
    tracing::Span::current().record("operation", call.operation.name);
    let result = run(&mut cx, request, &call).await;
    let deviation = conform::deviation(call.operation, &result);
    match &result {
        Err(Fault::Internal(source)) => {
            tracing::error!(operation = call.operation.name, error = %chain(source.as_ref()), "internal error");
        }
        Err(Fault::Protocol { status: 500, message, .. }) => {
            tracing::error!(operation = call.operation.name, error = %message, "the operation failed inside the server");
        }
        _ => {}
    }
    let mut response = render(&cx, call.service, Some(call.operation), result);
    if let Some(deviation) = deviation {
        conform::report(call.operation, &deviation, &mut response);
    }
    response.operation = Some(format!("{}:{}", call.service.model().signing_name, call.operation.name));
    response
}

/// Checks a signed request to a page of administrators, which is no operation of an API.
pub async fn admit(cx: &mut Context, request: &Request, action: &str, resource: &str) -> Result<(), Fault> {
    let caller = auth::authenticate(cx, request, Service::Admin.model().signing_name).await?;
    crate::domain::access::authorize(&caller, action, resource)
}

/// Decodes and checks a body for an operation as [`answer`] does, without running it; for tests of hostile input.
pub fn decode(service: Service, operation: &'static Operation, request: &Request) -> Result<Value, Fault> {
    let call = Call { service, operation, input: Input::of(service, request).ok_or_else(fault::unknown_operation)? };
    let mut input = call.input(request)?;
    checked(&call, &mut input)?;
    Ok(input)
}

/// An operation that was asked for, and where its input is.
struct Call<'a> {
    service: Service,
    operation: &'static Operation,
    input: Input<'a>,
}

enum Input<'a> {
    Json,
    Rest(Vec<(&'static str, &'a str)>),
    Query(query::Form),
}

impl<'a> Input<'a> {
    fn of(service: Service, request: &'a Request) -> Option<Self> {
        Some(match service.protocol() {
            Protocol::Json => Self::Json,
            Protocol::Rest => Self::Rest(rest::route(service, request)?.1),
            Protocol::Query => Self::Query(query::Form::read(request)),
        })
    }
}

impl Call<'_> {
    fn input(&self, request: &Request) -> Result<Value, Fault> {
        match &self.input {
            Input::Json => json::object(&request.body).map(Value::Object),
            Input::Rest(labels) => rest::input(request, self.operation, labels),
            Input::Query(form) => form.input(self.operation),
        }
    }
}

/// The call in a request; `Err` names the service whose operation is unknown.
fn find(request: &Request) -> Result<Option<Call<'_>>, Service> {
    if request.path == "/" && request.headers.get("x-amz-target").is_some() {
        let (service, name) = json::target(request).ok_or(Service::Idp)?;
        let operation = service.model().operation(name).ok_or(service)?;
        return Ok(Some(Call { service, operation, input: Input::Json }));
    }
    if request.path == "/" {
        // What is no form is no call of STS, and is not read as one.
        if request.method == "POST" && !query::is_form(request) {
            return Ok(None);
        }
        let form = query::Form::read(request);
        let Some(action) = form.get("Action") else { return Ok(None) };
        let operation = Service::Sts.model().operation(action).ok_or(Service::Sts)?;
        return Ok(Some(Call { service: Service::Sts, operation, input: Input::Query(form) }));
    }
    let first = request.path.trim_start_matches('/').split('/').next();
    let service = match first {
        Some("identitypools") => Service::Sync,
        Some("_poolhouse") => Service::Admin,
        _ => return Ok(None),
    };
    let (operation, labels) = rest::route(service, request).ok_or(service)?;
    Ok(Some(Call { service, operation, input: Input::Rest(labels) }))
}

async fn run(cx: &mut Context, request: &Request, call: &Call<'_>) -> Result<Option<Value>, Fault> {
    let service = call.service.model().signing_name;
    let caller = if auth::needs_signature(call.operation, request) {
        Some(auth::authenticate(cx, request, service).await?)
    } else {
        None
    };
    let mut input = read_input(request, call).await?;
    let resource = match &caller {
        Some(_) => auth::resource(cx, service, call.operation, &input).await?,
        None => String::new(),
    };
    if let Some(caller) = &caller {
        let action = format!("{service}:{}", call.operation.action);
        crate::domain::access::authorize(caller, &action, &resource)?;
    }
    if matches!(call.service, Service::Idp | Service::Admin) {
        cx.services.risk.rates.operation(call.operation.name, cx.now)?;
    }
    checked(call, &mut input)?;
    let mut output = dispatch::call(cx, call.service, call.operation, input).await?;
    if let (Some(caller), Some(output)) = (&caller, &mut output) {
        secrets::withhold(caller, &resource, call.operation, output);
    }
    Ok(output)
}

/// The input of a call. A large body is parsed on another thread, so that other requests do not wait for it.
async fn read_input(request: &Request, call: &Call<'_>) -> Result<Value, Fault> {
    if !matches!(call.input, Input::Json) || request.body.len() <= limits::LARGE {
        return call.input(request);
    }
    let body = request.body.clone();
    let object = tokio::task::spawn_blocking(move || json::object(&body)).await.map_err(Fault::internal)?;
    object.map(Value::Object)
}

fn checked(call: &Call<'_>, input: &mut Value) -> Result<(), Fault> {
    let violations = call.operation.input.map(|shape| check::check(shape, input)).transpose()?.unwrap_or_default();
    if violations.is_empty() { Ok(()) } else { Err(fault::validation(call.service, &violations)) }
}

fn render(
    cx: &Context,
    service: Service,
    operation: Option<&'static Operation>,
    result: Result<Option<Value>, Fault>,
) -> Response {
    let mut response = match (result, service.protocol(), operation) {
        (Ok(output), Protocol::Json, _) => json::success(cx, output.as_ref()),
        (Ok(output), Protocol::Rest, _) => rest::success(cx, output.as_ref()),
        (Ok(output), Protocol::Query, Some(operation)) => query::success(cx, operation, output.as_ref()),
        (Ok(_), Protocol::Query, None) => query::failure(cx, None, &fault::unknown_operation()),
        (Err(fault), Protocol::Json, _) => json::failure(cx, service, operation, &fault),
        (Err(fault), Protocol::Rest, _) => rest::failure(cx, service, operation, &fault),
        (Err(fault), Protocol::Query, _) => query::failure(cx, operation, &fault),
    };
    if service == Service::Admin {
        response.headers.push(("Cache-Control", "no-store".into()));
        // Pages of other origins may do what a user's own access token opens, and nothing else.
        if operation.is_none_or(|operation| operation.signed) {
            response.headers.retain(|(name, _)| !name.starts_with("Access-Control-"));
        }
    }
    response
}

/// An error and its causes in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut out = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        out.push_str(&format!(": {error}"));
        cause = error.source();
    }
    out
}
