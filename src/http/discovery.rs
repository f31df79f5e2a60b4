//! What verifiers of tokens read: a pool's keys and its OpenID configuration.

use super::call::{Call, Outcome};
use crate::fault::Fault;
use crate::oauth::discovery;
use actix_web::{HttpResponse, web};
use serde_json::{Value, json};

/// `GET /{poolId}/.well-known/jwks.json`.
pub(super) async fn jwks(Call(cx): Call, pool: web::Path<String>) -> HttpResponse {
    document(&cx.request_id, discovery::jwks(&cx, &pool).await)
}

/// `GET /{poolId}/.well-known/openid-configuration`.
pub(super) async fn configuration(Call(cx): Call, pool: web::Path<String>) -> HttpResponse {
    document(&cx.request_id, discovery::configuration(&cx, &pool).await)
}

fn document(request_id: &str, found: Result<Value, Fault>) -> HttpResponse {
    let (mut builder, body, fault) = match found {
        Ok(document) => {
            let mut builder = HttpResponse::Ok();
            builder.insert_header(("Cache-Control", "public, max-age=86400"));
            (builder, document, None)
        }
        Err(Fault::Internal(error)) => {
            tracing::error!(request_id, %error, "internal error");
            (
                HttpResponse::InternalServerError(),
                json!({"message": "Internal error"}),
                Some("InternalErrorException".to_owned()),
            )
        }
        Err(fault) => (HttpResponse::NotFound(), json!({"message": fault.message()}), Some(fault.name().to_owned())),
    };
    let mut response = builder
        .insert_header(("Access-Control-Allow-Origin", "*"))
        .insert_header(("x-amzn-RequestId", request_id.to_owned()))
        .json(body);
    response.extensions_mut().insert(Outcome { operation: None, fault });
    response
}
