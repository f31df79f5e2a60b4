//! `/oauth2/userInfo` (OpenID Connect Core 5.3). All values are texts, as Cognito has them.

use super::client::strip_scheme;
use super::error::OAuthError;
use super::{PoolRequest, dpop};
use crate::domain::authorization::user_info;
use crate::domain::tokens;
use crate::fault::{Cause, Fault};
use crate::web::{Method, Response};
use serde_json::{Value, json};

const ENDED: &str = "Access token is expired, disabled, or deleted, or the user has globally signed out.";

/// Answers with what the access token's scopes let see of its user.
pub async fn answer(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let response = match at.request.method {
        Method::Get | Method::Post => shown(at).await?,
        Method::Other => Response::new(405).with("Allow", "GET, POST"),
    };
    Ok(response
        .with("Access-Control-Allow-Origin", "*")
        .with("X-Frame-Options", "DENY")
        .with("X-XSS-Protection", "1; mode=block"))
}

async fn shown(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let header = at.request.header("authorization");
    let bearer = header.and_then(|value| strip_scheme(value, "bearer").or_else(|| strip_scheme(value, "dpop")));
    // RFC 6750 section 2.2.
    let Some(token) = bearer.or_else(|| at.request.form.get("access_token")) else {
        return Ok(refused(400, "invalid_request", "Bad OAuth2 request at UserInfo Endpoint"));
    };
    let verified = match tokens::verify(at.cx, token, "openid").await {
        Ok(verified) if verified.pool.id == at.pool.id => verified,
        Ok(_) => return Ok(refused(401, "invalid_token", ENDED)),
        Err(fault) if fault.cause() == Cause::MissingScope => {
            return Ok(refused(401, "invalid_token", "Access token does not contain openid scope"));
        }
        Err(fault) if fault.is_modelled() => return Ok(refused(401, "invalid_token", ENDED)),
        Err(fault) => return Err(fault),
    };
    if let Some(key) = &verified.key {
        let shown = header.and_then(|value| strip_scheme(value, "dpop")).is_some();
        let holder = if shown { dpop::holder(at, Some(token)).await } else { Ok(None) };
        match holder {
            Ok(Some(holder)) if holder == *key => {}
            Ok(_) => return Ok(refused(401, "invalid_token", "The token is bound to a key")),
            Err(OAuthError::Fault(fault)) => return Err(fault),
            Err(_) => return Ok(refused(401, "invalid_dpop_proof", "The proof of the token's key is not valid")),
        }
    }
    let claims: Value = user_info::claims(&verified).into_iter().map(|(name, value)| (name, json!(value))).collect();
    Ok(Response::json(200, &claims))
}

fn refused(status: u16, error: &str, description: &str) -> Response {
    Response::json(status, &json!({ "error": error, "error_description": description }))
        .with("WWW-Authenticate", format!("Bearer error=\"{error}\", error_description=\"{description}\""))
        .failing(error)
}
