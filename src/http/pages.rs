//! The few pages that are not the API: health, the front page, and the answer for unknown paths.

use super::call::{Call, api};
use super::host::host;
use super::pool_pages::pool_page;
use crate::domain::pools::hosts;
use crate::ops::admin;
use actix_web::http::Method;
use actix_web::{HttpRequest, HttpResponse, web};

const FRONT: &str = include_str!("../../static/front.html");

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the store answers, so calls can be served.
pub(super) async fn readyz(Call(cx): Call) -> HttpResponse {
    match admin::check_ready(&cx).await {
        Ok(()) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(error) => {
            tracing::error!(%error, "the store does not answer");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body("the store does not answer\n")
        }
    }
}

/// `GET /`: an STS call in query form, or the front page for a browser.
pub(super) async fn front(request: HttpRequest, call: Call, payload: web::Payload) -> HttpResponse {
    if request.query_string().contains("Action=") {
        return api(request, call, payload).await;
    }
    match hosts::resolve(&call.0, host(&request), "/").await {
        Ok(Some(address)) if address.by_host => return pool_page(request, call, payload).await,
        Ok(_) => {}
        Err(error) => tracing::error!(%error, "the pool of a host cannot be found"),
    }
    let config = &call.0.services.config;
    let url = match config.server.public_url.as_str() {
        "" => format!("{}://{}", if request.app_config().secure() { "https" } else { "http" }, host(&request)),
        url => url.to_owned(),
    };
    let url: String = url.chars().filter(|c| c.is_ascii_alphanumeric() || ":/.-_[]".contains(*c)).collect();
    let page = FRONT.replace("{version}", env!("CARGO_PKG_VERSION")).replace("{url}", &url);
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Cache-Control", "no-cache"))
        .body(page)
}

/// Every other path. A `POST` comes from a client that missed the API's path, so it gets the API's error.
pub(super) async fn not_found(request: HttpRequest, call: Call, payload: web::Payload) -> HttpResponse {
    if request.method() == Method::POST {
        return api(request, call, payload).await;
    }
    let text = "There is nothing at this path.\n\
        Poolhouse answers Cognito's API at POST / and a pool's keys at /{poolId}/.well-known/jwks.json.\n";
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(text)
}
