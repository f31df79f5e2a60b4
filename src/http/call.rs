//! Between actix's requests and responses and those of `wire`.

use super::peer::Peer;
use super::shares::{Share, Shares};
use crate::context::Context;
use crate::wire;
use actix_web::dev::Payload;
use actix_web::error::ErrorInternalServerError;
use actix_web::http::StatusCode;
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse, HttpResponseBuilder, web};
use futures::StreamExt as _;
use std::future::{Ready, ready};
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument as _;

/// The context of the current request, as an argument of a handler.
pub(super) struct Call(pub Context);

impl FromRequest for Call {
    type Error = Error;
    type Future = Ready<Result<Self, Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let context = request.extensions().get::<Context>().cloned();
        ready(context.map(Self).ok_or_else(|| ErrorInternalServerError("the request has no context")))
    }
}

/// What the log line tells about a response.
#[derive(Debug, Clone, Default)]
pub(super) struct Outcome {
    pub operation: Option<String>,
    /// The error's name.
    pub fault: Option<String>,
}

/// A request that was read, and its part of the bytes of all bodies; to be kept until it is answered.
pub(super) struct Incoming {
    pub request: wire::Request,
    _share: Share,
}

/// Reads a whole request, within the configured time and the size that its operation may have. `Err` is the answer to
/// a request beyond them.
pub(super) async fn read(cx: &Context, request: &HttpRequest, payload: web::Payload) -> Result<Incoming, HttpResponse> {
    let config = &cx.services.config.server;
    let mut headers = wire::Headers::default();
    for (name, value) in request.headers() {
        headers.push(name, String::from_utf8_lossy(value.as_bytes()));
    }
    let mut read = wire::Request {
        method: request.method().as_str().to_owned(),
        path: request.uri().path().to_owned(),
        query: request.uri().query().unwrap_or_default().to_owned(),
        headers,
        body: Vec::new(),
        secure: request.extensions().get::<Peer>().is_some_and(|peer| peer.secure),
    };
    let Some(shares) = request.app_data::<web::Data<Shares>>() else {
        return Err(HttpResponse::InternalServerError().finish());
    };
    let mut share = Arc::clone(shares).begin(cx.source_ip);
    let max_bytes = wire::max_body_bytes(&read).min(config.max_body_bytes);
    let limit = Duration::from_secs(config.request_timeout_seconds);
    match tokio::time::timeout(limit, body(payload, max_bytes, &mut share)).await {
        Ok(body) => read.body = body?,
        Err(_) => return Err(HttpResponse::RequestTimeout().force_close().finish()),
    }
    Ok(Incoming { request: read, _share: share })
}

async fn body(mut payload: web::Payload, max_bytes: usize, share: &mut Share) -> Result<Vec<u8>, HttpResponse> {
    let mut body = Vec::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| HttpResponse::BadRequest().force_close().finish())?;
        if body.len() + chunk.len() > max_bytes {
            return Err(HttpResponse::PayloadTooLarge()
                .force_close()
                .body(format!("The body is larger than {max_bytes} bytes.\n")));
        }
        if !share.grow(chunk.len()) {
            return Err(HttpResponse::ServiceUnavailable()
                .force_close()
                .insert_header(("Retry-After", "1"))
                .body("Too many request bodies are under way. Try again in a moment.\n"));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// A response of `wire` as actix sends it.
pub(super) fn respond(response: wire::Response) -> HttpResponse {
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponseBuilder::new(status);
    for header in response.headers {
        builder.insert_header(header);
    }
    let mut built = builder.body(response.body);
    built.extensions_mut().insert(Outcome { operation: response.operation, fault: response.fault });
    built
}

/// A call of one of AWS's APIs. It runs to its end even if the client hangs up, so that a wrong guess counts whether or
/// not anyone reads the answer.
pub(super) async fn api(request: HttpRequest, Call(cx): Call, payload: web::Payload) -> HttpResponse {
    let incoming = match read(&cx, &request, payload).await {
        Ok(incoming) => incoming,
        Err(response) => return response,
    };
    let lane = cx.clone();
    let call = async move { lane.in_lane(wire::answer(cx, &incoming.request)).await };
    match tokio::task::spawn_local(call.in_current_span()).await {
        Ok(response) => respond(response),
        Err(error) => {
            tracing::error!(%error, "a call ended without an answer");
            HttpResponse::InternalServerError().finish()
        }
    }
}
