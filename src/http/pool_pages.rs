//! Endpoints and pages of pools: `https://<domain>/oauth2/token`, `<server>/<poolId>/oauth2/token`.

use super::call::{Call, Incoming, Outcome, read};
use super::host::host;
use super::pages::not_found;
use crate::context::Context;
use crate::domain::pools::hosts;
use crate::fault::Fault;
use crate::hosted;
use crate::oauth::{self, PoolRequest};
use crate::web::{Method, Parameters, Request, Response};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, web};
use tracing::Instrument as _;

/// The longest query, in bytes.
const MAX_QUERY: usize = 8 * 1024;
/// What a form's content type begins with.
const FORM: &str = "application/x-www-form-urlencoded";

/// A request to any path that is no other's: a pool's endpoint or page, or nothing.
pub(super) async fn pool_page(request: HttpRequest, Call(cx): Call, payload: web::Payload) -> HttpResponse {
    let address = match hosts::resolve(&cx, host(&request), request.path()).await {
        Ok(Some(address)) if address.by_host || is_endpoint(&address.path) => address,
        Ok(_) => return not_found(request, Call(cx), payload).await,
        Err(fault) => return respond(Err(fault), &cx.request_id),
    };
    if request.query_string().len() > MAX_QUERY {
        return HttpResponse::UriTooLong().finish();
    }
    let incoming = match read(&cx, &request, payload).await {
        Ok(incoming) => incoming,
        Err(response) => return response,
    };
    // It runs to its end even if the client hangs up, so that a wrong guess counts whether or not anyone reads the
    // answer.
    let lane = cx.clone();
    let task = async move { lane.in_lane(answer(cx, incoming, address)).await };
    match tokio::task::spawn_local(task.in_current_span()).await {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a request ended without an answer");
            HttpResponse::InternalServerError().finish()
        }
    }
}

/// Whether a path below a pool's id can be one of its endpoints: everything else that looks like it has its own route.
fn is_endpoint(path: &str) -> bool {
    path != "/"
}

async fn answer(cx: Context, incoming: Incoming, address: hosts::PoolAddress) -> HttpResponse {
    let request_id = cx.request_id.clone();
    respond(pool_answer(&cx, incoming, address).await, &request_id)
}

async fn pool_answer(cx: &Context, incoming: Incoming, address: hosts::PoolAddress) -> Result<Response, Fault> {
    let read = &incoming.request;
    let nothing = || Response::new(404).with("Content-Type", "text/plain; charset=utf-8");
    let Some(pool) = hosts::pool(cx, &address).await? else { return Ok(nothing()) };
    // A program that asks whether the link in a mail is there does not follow it.
    if read.method == "HEAD" && address.path == "/confirmUser" {
        return Ok(Response::new(200));
    }
    let headers = read.headers.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let mut request = Request {
        method: match read.method.as_str() {
            // Monitors and prefetchers ask that way, and must not sign anybody out.
            "HEAD" if address.path == "/logout" => Method::Other,
            "GET" | "HEAD" => Method::Get,
            "POST" => Method::Post,
            _ => Method::Other,
        },
        path: address.path,
        raw_query: read.query.clone(),
        query: Parameters::default(),
        form: Parameters::default(),
        body: Vec::new(),
        headers,
        base_url: String::new(),
        secure: read.secure,
    };
    let named_host = request.header("host").unwrap_or_default().to_owned();
    request.base_url = if address.by_host {
        format!("{}://{named_host}", if request.secure { "https" } else { "http" })
    } else {
        format!("{}/{}", cx.services.config.server.public_url.trim_end_matches('/'), pool.id)
    };
    let is_form = request.header("content-type").is_some_and(|value| value.trim_start().starts_with(FORM));
    let form = if is_form { std::str::from_utf8(&read.body).ok() } else { Some("") };
    let (Some(query), Some(form)) = (Parameters::parse(&request.raw_query), form.and_then(Parameters::parse)) else {
        return Ok(Response::new(400));
    };
    (request.query, request.form) = (query, form);
    if !is_form {
        request.body = read.body.clone();
    }
    // Endpoints that programs call have no look.
    let is_page = !request.path.starts_with("/oauth2/")
        || matches!(request.path.as_str(), "/oauth2/authorize" | "/oauth2/idpresponse");
    let managed =
        is_page && hosts::has_managed_login(cx, &pool, if address.by_host { &named_host } else { "" }).await?;
    let at = PoolRequest { cx, pool: &pool, request: &request, managed };
    match oauth::answer(at).await {
        Some(answer) => answer,
        None => hosted::answer(at).await.unwrap_or_else(|| Ok(nothing())),
    }
}

pub(super) fn respond(answer: Result<Response, Fault>, request_id: &str) -> HttpResponse {
    let response = answer.unwrap_or_else(|fault| {
        tracing::error!(error = %fault, "a page or endpoint of a pool failed");
        Response::new(500).failing(fault.name().to_owned())
    });
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponseBuilder::new(status);
    for (name, value) in response.headers {
        builder.append_header((name, value));
    }
    builder.insert_header(("X-Content-Type-Options", "nosniff"));
    builder.insert_header(("x-amz-cognito-request-id", request_id.to_owned()));
    let mut built = builder.body(response.body);
    built.extensions_mut().insert(Outcome { operation: None, fault: response.fault });
    built
}
