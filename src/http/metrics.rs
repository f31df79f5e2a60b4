//! `/metrics`: counts for Prometheus, for whoever has the token of the settings.

use super::call::Call;
use crate::secret::same;
use actix_web::http::header::AUTHORIZATION;
use actix_web::{HttpRequest, HttpResponse};

/// `GET /metrics`.
pub(super) async fn metrics(request: HttpRequest, Call(cx): Call) -> HttpResponse {
    let Some(token) = &cx.services.config.server.metrics_token else {
        return HttpResponse::NotFound().body("There are no metrics: server.metrics_token is not set.\n");
    };
    let given = request
        .headers()
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "));
    if !given.is_some_and(|given| same(given.trim().as_bytes(), token.reveal().as_bytes())) {
        return HttpResponse::Unauthorized()
            .insert_header(("WWW-Authenticate", "Bearer"))
            .body("The token is missing or wrong.\n");
    }
    HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(cx.services.triggers.functions().stats().render())
}
