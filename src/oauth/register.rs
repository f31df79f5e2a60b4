//! `/oauth2/register` (RFC 7591): programs register themselves as clients, where the pool lets them.

use super::PoolRequest;
use super::client::strip_scheme;
use crate::domain::tokens::registration::{RegistrationError, register};
use crate::web::{Method, Response};
use serde_json::{Value, json};

/// The longest metadata that are read, in bytes.
const MAX_BODY: usize = 16 * 1024;

pub async fn answer(at: PoolRequest<'_>) -> Response {
    let response = match at.request.method {
        Method::Post => match registered(at).await {
            Ok(document) => Response::json(201, &document),
            Err(error) => refused(&error),
        },
        _ => Response::new(405).with("Allow", "POST"),
    };
    response.with("Access-Control-Allow-Origin", "*")
}

async fn registered(at: PoolRequest<'_>) -> Result<Value, RegistrationError> {
    let malformed = || RegistrationError::InvalidClientMetadata("The body must be a JSON object.".into());
    if at.request.body.len() > MAX_BODY {
        return Err(RegistrationError::InvalidClientMetadata("The body is too long.".into()));
    }
    let bearer = at.request.header("authorization").and_then(|value| strip_scheme(value, "bearer"));
    let metadata: Value = serde_json::from_slice(&at.request.body).map_err(|_| malformed())?;
    register(at.cx, at.pool, bearer, &metadata).await
}

fn refused(error: &RegistrationError) -> Response {
    if let RegistrationError::Internal(fault) = error {
        tracing::error!(error = %fault, "a client could not be registered");
        return Response::json(500, &json!({ "error": error.code() })).failing("InternalErrorException");
    }
    let body = json!({ "error": error.code(), "error_description": error.to_string() });
    let response = Response::json(error.status(), &body).failing(error.code());
    if error.status() == 401 { response.with("WWW-Authenticate", "Bearer error=\"invalid_token\"") } else { response }
}
