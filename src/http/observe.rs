//! Middleware around every request: its context (id, moment, origin), its tracing span, preflights, one log line.

use super::Connections;
use super::call::Outcome;
use super::peer::{Peer, is_unnamed_proxy, peer};
use crate::context::{Context, Services};
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::ConnectionType;
use actix_web::http::header::USER_AGENT;
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use std::net::IpAddr;
use std::sync::{Arc, Once};
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
    let connected = request.peer_addr().map(|address| address.ip());
    let from = peer(connected, request.app_config().secure(), request.headers(), &server.trusted_proxies);
    if is_unnamed_proxy(connected, request.headers(), &services.config) {
        warn_of_unnamed_proxy(connected);
    }
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
        language: None,
        metadata: Default::default(),
    };
    if let Some(response) = super::cors::preflight(request.request()) {
        return Ok(request.into_response(response));
    }
    let connections = request.app_data::<web::Data<Connections>>().cloned();
    let (method, path) = (request.method().clone(), request.path().to_owned());
    request.extensions_mut().insert(context.clone());
    request.extensions_mut().insert::<Peer>(from);
    // Every line that is logged while the request runs carries its id. At the level of errors, so that the id is there
    // whatever the filter lets through.
    let span = tracing::error_span!("request", request_id = context.request_id, operation = Empty);
    let mut response = context.in_lane(next.call(request)).instrument(span).await?.map_into_boxed_body();
    if connections.is_some_and(|connections| connections.are_scarce()) {
        response.response_mut().head_mut().set_connection_type(ConnectionType::Close);
    }
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

/// Warns once in the life of the process: a wrong setting does not change by itself.
fn warn_of_unnamed_proxy(peer: Option<IpAddr>) {
    static WARNED: Once = Once::new();
    WARNED.call_once(|| {
        let peer = peer.map(|peer| peer.to_string()).unwrap_or_default();
        tracing::warn!(
            "requests from {peer} carry X-Forwarded-For, but server.trusted_proxies does not name {peer}: all clients behind \
             this proxy count as one address, which limits.address.exempt leaves unlimited. Add it to server.trusted_proxies"
        );
    });
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::app;
    use crate::config::server::{LogFormat, ServerConfig};
    use crate::http::call::Call;
    use actix_web::{App, middleware, test};
    use std::sync::Mutex;

    #[derive(Clone, Default)]
    struct Captured(Arc<Mutex<Vec<u8>>>);

    impl std::io::Write for Captured {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[actix_web::test]
    async fn every_line_of_a_request_has_its_id() {
        let captured = Captured::default();
        let writer = captured.clone();
        // Only warnings pass, and the id is there all the same.
        let config = ServerConfig { log_format: LogFormat::Json, log_filter: "warn".into(), ..ServerConfig::default() };
        let subscriber = crate::telemetry::subscriber(&config, move || writer.clone(), false);
        let _guard = tracing::subscriber::set_default(subscriber);
        let app = app::App::for_tests().await.unwrap();
        let handler = async |Call(cx): Call| {
            tokio::task::yield_now().await;
            tracing::warn!("a line without an id of its own");
            cx.request_id
        };
        let service = App::new()
            .app_data(web::Data::from(app.services.clone()))
            .wrap(middleware::from_fn(observe))
            .default_service(web::to(handler));
        let service = test::init_service(service).await;
        let id = test::call_and_read_body(&service, test::TestRequest::get().to_request()).await;
        let id = String::from_utf8(id.to_vec()).unwrap();
        let log = String::from_utf8(captured.0.lock().unwrap().clone()).unwrap();
        let line = log.lines().find(|line| line.contains("without an id")).unwrap();
        assert!(id.len() == 36 && line.contains(&id), "{id} is not in {line}");
    }
}
