//! The host that a request names.

use actix_web::HttpRequest;
use actix_web::http::header::HOST;

/// The `Host` header, or the authority of an HTTP/2 request; empty for none. Forwarded headers do not count.
pub(super) fn host(request: &HttpRequest) -> &str {
    let header = request.headers().get(HOST).and_then(|host| host.to_str().ok());
    header.or_else(|| request.uri().authority().map(|authority| authority.as_str())).unwrap_or_default()
}

/// Whether the request names a loopback address or `localhost` as its host: see [`crate::wire::is_local_host`].
pub(super) fn is_local(request: &HttpRequest) -> bool {
    crate::wire::is_local_host(host(request))
}
