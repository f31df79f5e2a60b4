//! `/oauth2/par` (RFC 9126, extension): a client pushes its authorization request beforehand, so that nobody can change
//! it on its way through the browser.

use super::authorization_request::{AuthorizationRequest, Refusal};
use super::error::OAuthError;
use super::{PoolRequest, client};
use crate::domain::authorization::pushed_requests::{VALIDITY, push};
use crate::web::{Method, Parameters, Response};
use serde_json::json;

/// Parameters that are for this endpoint and no part of the request.
const OWN: [&str; 3] = ["client_secret", "client_assertion", "client_assertion_type"];
/// The longest request that is kept, as a query.
const MAX_QUERY: usize = 8 * 1024;

pub async fn answer(at: PoolRequest<'_>) -> Response {
    match at.request.method {
        Method::Post => pushed(at).await.unwrap_or_else(OAuthError::response),
        _ => Response::new(405).with("Allow", "POST"),
    }
}

async fn pushed(at: PoolRequest<'_>) -> Result<Response, OAuthError> {
    let client = client::authenticated(at).await?;
    let form = &at.request.form;
    if form.get("request_uri").is_some() {
        return Err(OAuthError::invalid_request("request_uri cannot be pushed"));
    }
    let mut asked = Parameters::default();
    for (name, value) in form.iter().filter(|(name, _)| !OWN.contains(name)) {
        asked = asked.with(name, value);
    }
    if asked.get("client_id").is_none() {
        asked = asked.with("client_id", client.id.clone());
    }
    match AuthorizationRequest::of(at, &asked).await {
        Ok(_) => {}
        Err(Refusal::Client(error)) => {
            return Err(OAuthError::Error { code: error.error, description: error.description });
        }
        Err(Refusal::ErrorPage { error, .. }) => return Err(OAuthError::invalid_request(error)),
        Err(Refusal::Missing(name)) => return Err(OAuthError::invalid_request(format!("{name} is required"))),
        Err(Refusal::Fault(fault)) => return Err(fault.into()),
    }
    let query = asked.encode();
    if query.len() > MAX_QUERY {
        return Err(OAuthError::invalid_request("the request is too long"));
    }
    let uri = push(at.cx, at.pool, &client, query).await?;
    Ok(Response::json(201, &json!({ "request_uri": uri, "expires_in": VALIDITY.as_secs() })))
}
