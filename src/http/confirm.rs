//! `GET /confirmUser`: the link in a mail that confirms a sign-up.

use super::call::Call;
use crate::hosted::confirm_link::{Link, follow};
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};

pub(super) async fn confirm(Call(cx): Call, link: Option<web::Query<Link>>) -> HttpResponse {
    let page = follow(&cx, link.map(web::Query::into_inner)).await;
    HttpResponse::build(StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR))
        .content_type("text/html; charset=utf-8")
        .insert_header((
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .insert_header(("Cache-Control", "no-store"))
        .body(page.html)
}
