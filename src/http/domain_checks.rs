//! What shows that a host name leads here: to an authority that issues certificates, and to this server itself.

use super::call::Call;
use actix_web::{HttpResponse, web};

/// `GET /.well-known/acme-challenge/{token}` (RFC 8555, section 8.3).
pub(super) async fn challenge(Call(cx): Call, token: web::Path<String>) -> HttpResponse {
    answer(cx.services.certificates.challenge_answer(&token))
}

/// `GET /.well-known/poolhouse-domain/{token}`.
pub(super) async fn proof(Call(cx): Call, token: web::Path<String>) -> HttpResponse {
    answer(cx.services.certificates.domain_proof(&token))
}

fn answer(text: Option<String>) -> HttpResponse {
    match text {
        Some(text) => HttpResponse::Ok()
            .content_type("application/octet-stream")
            .insert_header(("Cache-Control", "no-store"))
            .insert_header(("X-Content-Type-Options", "nosniff"))
            .body(text),
        None => HttpResponse::NotFound().content_type("text/plain").body("There is no check under way here.\n"),
    }
}
