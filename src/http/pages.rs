//! The few pages that are not the API: health, the front page, and what is at no path.

use super::call::{Call, api};
use crate::store::{Key, Read as _};
use actix_web::http::{Method, header};
use actix_web::{HttpRequest, HttpResponse, web};

const FRONT: &str = include_str!("../../static/front.html");

/// `GET /healthz`: the process answers.
pub(super) async fn healthz() -> HttpResponse {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// `GET /readyz`: the store answers, so calls can be served.
pub(super) async fn readyz(Call(cx): Call) -> HttpResponse {
    match cx.services.store.bytes(&Key::new(0)).await {
        Ok(_) => HttpResponse::Ok().content_type("text/plain").body("ready\n"),
        Err(error) => {
            tracing::error!(request_id = cx.request_id, %error, "the store does not answer");
            HttpResponse::ServiceUnavailable().content_type("text/plain").body("the store does not answer\n")
        }
    }
}

/// `GET /`: an STS call in query form, or somebody with a browser.
pub(super) async fn front(request: HttpRequest, call: Call, payload: web::Payload) -> HttpResponse {
    if request.query_string().contains("Action=") {
        return api(request, call, payload).await;
    }
    let config = &call.0.services.config;
    let url = match (
        config.server.public_url.as_str(),
        request.headers().get(header::HOST).and_then(|host| host.to_str().ok()),
    ) {
        ("", Some(host)) => format!("{}://{host}", if config.server.tls() { "https" } else { "http" }),
        (url, _) => url.to_owned(),
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

/// Everything else. `POST` is some client that missed the API.
pub(super) async fn nothing(request: HttpRequest, call: Call, payload: web::Payload) -> HttpResponse {
    if request.method() == Method::POST {
        return api(request, call, payload).await;
    }
    let words = "There is nothing at this path.\nPoolhouse answers Cognito's API at POST / and a pool's keys at /{poolId}/.well-known/jwks.json.\n";
    HttpResponse::NotFound().content_type("text/plain; charset=utf-8").body(words)
}
