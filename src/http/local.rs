//! Whether a request names this machine as its host: see [`crate::wire::is_local_host`].

use actix_web::HttpRequest;
use actix_web::http::header::HOST;

/// Whether the request names a loopback address or `localhost` as its host.
pub(super) fn is_local(request: &HttpRequest) -> bool {
    request.headers().get(HOST).and_then(|host| host.to_str().ok()).is_some_and(crate::wire::is_local_host)
}
