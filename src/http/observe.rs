//! Middleware around every request: its context (id, moment, origin), its tracing span, preflights, one log line.

use super::call::Outcome;
use super::peer::{Peer, peer};
use crate::context::{Context, Services};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::USER_AGENT;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use std::sync::Arc;
use std::time::Instant;
use tracing::Instrument as _;
use tracing::field::Empty;

/// The longest `User-Agent` that is kept, in characters.
const MAX_USER_AGENT: usize = 1024;

pub(super) async fn observe<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let begun = Instant::now();
    let Some(services) = request.app_data::<web::Data<Services>>().map(|data| Arc::clone(data)) else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let Ok(request_id) = crate::rng::uuid() else {
        tracing::error!("the operating system's random generator failed");
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let server = &services.config.server;
    let from =
        peer(request.peer_addr().map(|address| address.ip()), server.tls(), request.headers(), &server.trusted_proxies);
    let user_agent = request.headers().get(USER_AGENT).and_then(|value| value.to_str().ok());
    let user_agent = user_agent.map(|agent| agent.chars().take(MAX_USER_AGENT).collect());
    let now = services.clock.now();
    let context = Context {
        services,
        request_id,
        now,
        source_ip: from.address,
        user_agent,
        region: None,
        caller: None,
        metadata: Default::default(),
    };
    if let Some(response) = super::cors::preflight(request.request()) {
        return Ok(request.into_response(response));
    }
    let (method, path) = (request.method().clone(), request.path().to_owned());
    request.extensions_mut().insert(context.clone());
    request.extensions_mut().insert::<Peer>(from);
    // Every line that is logged while the request runs carries its id. At the level of errors, so that the id is there
    // whatever the filter lets through.
    let span = tracing::error_span!("request", request_id = context.request_id, operation = Empty);
    let response = context.in_lane(next.call(request)).instrument(span).await?.map_into_boxed_body();
    let outcome = response.response().extensions().get::<Outcome>().cloned().unwrap_or_default();
    let millis = begun.elapsed().as_micros() as f64 / 1000.0;
    tracing::info!(
        target: "poolhouse::request",
        request_id = context.request_id,
        from = %context.source_ip,
        method = %method,
        // Codes and tokens travel in queries, so the path alone is shown.
        path,
        operation = outcome.operation,
        fault = outcome.fault,
        status = response.status().as_u16(),
        millis,
    );
    Ok(response)
}
