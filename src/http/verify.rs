//! `/_poolhouse/verify`: forward authorization for gateways.

use super::call::{Call, Outcome};
use crate::oauth::forward_auth;
use crate::web::Parameters;
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};

/// What a request must have, for gateways that append its own path and query (Envoy): such a gateway sets this header.
const NEEDS: &str = "x-poolhouse-require";

/// Any method: gateways ask with their own, or with that of the request.
pub(super) async fn verify(request: HttpRequest, Call(cx): Call) -> HttpResponse {
    let header = |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok());
    // A client's header must not count where the gateway speaks by the query.
    let is_appended = request.match_info().get("path").is_some_and(|path| !path.is_empty());
    let needs = if is_appended { header(NEEDS) } else { request.uri().query() };
    let needs = needs.and_then(Parameters::parse).unwrap_or_default();
    let answer = forward_auth::answer(&cx, &needs, header("authorization")).await;
    let response = match answer {
        Ok(response) => response,
        Err(error) => {
            tracing::error!(%error, "a token could not be checked for a gateway");
            return HttpResponse::InternalServerError().finish();
        }
    };
    let status = StatusCode::from_u16(response.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut builder = HttpResponseBuilder::new(status);
    for header in response.headers {
        builder.insert_header(header);
    }
    let mut built = builder.body(response.body);
    built.extensions_mut().insert(Outcome { operation: Some("verify".to_owned()), fault: response.fault });
    built
}
