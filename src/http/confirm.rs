//! `GET /confirmUser`: the link in a mail that confirms a sign-up (`CONFIRM_WITH_LINK`).

use super::call::Call;
use crate::domain::{pools, users::registration};
use crate::fault::Fault;
use actix_web::http::StatusCode;
use actix_web::{HttpResponse, web};
use serde::Deserialize;

const PAGE: &str = include_str!("../../static/message.html");
/// Longest value that is looked at.
const MAX: usize = 2048;

/// What the link says.
#[derive(Deserialize)]
pub(super) struct Link {
    client_id: String,
    user_name: String,
    confirmation_code: String,
}

/// Confirms, and says so.
pub(super) async fn confirm(Call(cx): Call, link: Option<web::Query<Link>>) -> HttpResponse {
    let Some(link) = link.map(web::Query::into_inner) else {
        return page(
            StatusCode::BAD_REQUEST,
            "This link is incomplete",
            "Open it from the mail once more, or copy it whole.",
        );
    };
    let confirmed = async {
        if [&link.client_id, &link.user_name, &link.confirmation_code].into_iter().any(|text| text.len() > MAX) {
            return Err(Fault::invalid("too long"));
        }
        let client = pools::client(&cx.services.store, &link.client_id).await?;
        registration::confirm(&cx, &client, &link.user_name, &link.confirmation_code, false).await
    };
    match confirmed.await {
        Ok(_) => page(StatusCode::OK, "Your registration has been confirmed", "You can close this page and sign in."),
        Err(Fault::Internal(source)) => {
            tracing::error!(request_id = cx.request_id, error = %source, "a confirmation link could not be followed");
            page(StatusCode::INTERNAL_SERVER_ERROR, "Something went wrong", "Please try the link again in a moment.")
        }
        // The account is confirmed, but a function of the pool failed after it; its words are for people.
        Err(fault) if fault.name().contains("Lambda") => {
            page(StatusCode::BAD_REQUEST, "Something went wrong", &crate::delivery::html::escape(fault.message()))
        }
        Err(_) => page(
            StatusCode::BAD_REQUEST,
            "This link does not work any more",
            "It was used before, it has expired, or a newer one was sent. Ask for a new one where you signed up.",
        ),
    }
}

fn page(status: StatusCode, title: &str, text: &str) -> HttpResponse {
    HttpResponse::build(status)
        .content_type("text/html; charset=utf-8")
        .insert_header((
            "Content-Security-Policy",
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ))
        .insert_header(("X-Content-Type-Options", "nosniff"))
        .insert_header(("Referrer-Policy", "no-referrer"))
        .insert_header(("Cache-Control", "no-store"))
        .body(PAGE.replace("{title}", title).replace("{text}", text))
}
