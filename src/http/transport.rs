//! Middleware for what a request's transport decides: plain HTTP that is led to https, a TLS version that is too low
//! for the host, `Strict-Transport-Security`.

use super::host::host;
use super::peer::Peer;
use crate::certificates::TlsFloor;
use crate::context::Context;
use crate::domain::pools::hosts;
use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderValue, LOCATION, STRICT_TRANSPORT_SECURITY};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse, web};
use std::net::SocketAddr;

/// Paths that are answered in plain HTTP even where everything else is led to https: authorities and the server itself
/// check there that a name leads here.
pub(super) const CHECKS: [&str; 2] = ["/.well-known/acme-challenge/", "/.well-known/poolhouse-domain/"];

/// The address of the listener that leads to https.
#[derive(Debug, Clone, Copy)]
pub(super) struct RedirectAddress(pub Option<SocketAddr>);

/// What is known of a connection with TLS.
#[derive(Debug, Clone, Copy)]
pub(super) struct ConnectionTls {
    pub version: TlsFloor,
}

pub(super) async fn transport<B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let Some(cx) = request.extensions().get::<Context>().cloned() else {
        return Ok(request.into_response(HttpResponse::InternalServerError().finish()));
    };
    let name = hosts::name_of(host(request.request()));
    let leads_on = request.app_data::<web::Data<RedirectAddress>>().and_then(|address| address.0);
    if leads_on == Some(request.app_config().local_addr())
        && !CHECKS.iter().any(|path| request.path().starts_with(path))
    {
        let response = redirect(&cx, &request, &name).await;
        return Ok(request.into_response(response));
    }
    let version = request.conn_data::<ConnectionTls>().map(|connection| connection.version);
    if version.is_some_and(|version| cx.services.certificates.custom_floor(&name) > Some(version)) {
        // The connection was made for another name, so its handshake could not be refused.
        return Ok(request.into_response(HttpResponse::MisdirectedRequest().finish()));
    }
    let secure = request.extensions().get::<Peer>().is_some_and(|peer| peer.secure);
    let mut response = next.call(request).await?.map_into_boxed_body();
    let server = &cx.services.config.server;
    if secure
        && !server.dev
        && server.hsts_seconds > 0
        && hosts::is_pool_name(&cx, &name)
        && let Ok(value) = HeaderValue::from_str(&format!("max-age={}", server.hsts_seconds))
    {
        response.headers_mut().insert(STRICT_TRANSPORT_SECURITY, value);
    }
    Ok(response)
}

/// Leads to the same page over https, for names that are this server's; others could be anyone's.
async fn redirect(cx: &Context, request: &ServiceRequest, name: &str) -> HttpResponse {
    let own = hosts::is_servers_name(cx, name).await.unwrap_or_else(|error| {
        tracing::error!(%error, "internal error");
        false
    });
    if !own {
        return HttpResponse::NotFound().content_type("text/plain").body("There is nothing under this name.\n");
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let status = match *request.method() {
        Method::GET | Method::HEAD => StatusCode::MOVED_PERMANENTLY,
        // Method and body stay.
        _ => StatusCode::PERMANENT_REDIRECT,
    };
    HttpResponse::build(status).insert_header((LOCATION, format!("{}{path}", hosts::url_on(cx, name)))).finish()
}
