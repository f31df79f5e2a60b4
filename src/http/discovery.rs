//! What verifiers of tokens read: a pool's keys and its OpenID configuration, at the issuer's path and on the hosts of
//! the pool's domains.

use super::call::{Call, Outcome};
use super::host::host;
use crate::context::Context;
use crate::domain::identities::identity_token;
use crate::domain::pools::hosts;
use crate::fault::Fault;
use crate::oauth::discovery;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

/// `GET .../.well-known/jwks.json`.
pub(super) async fn jwks(request: HttpRequest, Call(cx): Call) -> HttpResponse {
    let found = match pool_id(&cx, &request).await {
        Ok(pool_id) => discovery::jwks(&cx, &pool_id).await,
        Err(fault) => Err(fault),
    };
    // New keys are announced for as long as the set may be kept, so this is no longer than that.
    document(&cx.request_id, found, 3600)
}

/// `GET .../.well-known/openid-configuration`.
pub(super) async fn configuration(request: HttpRequest, Call(cx): Call) -> HttpResponse {
    if request.match_info().get("pool").is_none() && is_identity_host(&cx, &request) {
        return document(&cx.request_id, Ok(identity_token::configuration(&cx)), 86_400);
    }
    let found = match pool_id(&cx, &request).await {
        Ok(pool_id) => discovery::configuration(&cx, &pool_id).await,
        Err(fault) => Err(fault),
    };
    document(&cx.request_id, found, 86_400)
}

/// `GET /cognito-identity/.well-known/jwks_uri`: the keys of the tokens of identity pools.
pub(super) async fn identity_jwks(Call(cx): Call) -> HttpResponse {
    // As with user pools; keys of identity pools do not rotate by themselves.
    document(&cx.request_id, identity_token::jwks(&cx).await, 3600)
}

/// `GET /cognito-identity/.well-known/openid-configuration`.
pub(super) async fn identity_configuration(Call(cx): Call) -> HttpResponse {
    document(&cx.request_id, Ok(identity_token::configuration(&cx)), 86_400)
}

/// Whether the request came to the host of the issuer of identity pools, which then has no path.
fn is_identity_host(cx: &Context, request: &HttpRequest) -> bool {
    let rest = identity_token::issuer(cx).split_once("://").map(|(_, rest)| rest);
    rest.is_some_and(|rest| rest.eq_ignore_ascii_case(host(request)))
}

/// The pool whose document is asked for. A pool that the path names counts before one that the host names: issuers
/// stay readable under every name of the server.
async fn pool_id(cx: &Context, request: &HttpRequest) -> Result<String, Fault> {
    if let Some(id) = request.match_info().get("pool") {
        return Ok(id.to_owned());
    }
    let address = hosts::resolve(cx, host(request), request.path()).await?;
    address.map(|address| address.pool_id).ok_or_else(|| Fault::not_found("No user pool has this host."))
}

/// A document that may be kept for so many seconds.
fn document(request_id: &str, found: Result<Value, Fault>, seconds: u32) -> HttpResponse {
    let (mut builder, body, fault) = match found {
        Ok(document) => {
            let mut builder = HttpResponse::Ok();
            builder.insert_header(("Cache-Control", format!("public, max-age={seconds}")));
            (builder, document, None)
        }
        Err(Fault::Internal(error)) => {
            tracing::error!(%error, "internal error");
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
