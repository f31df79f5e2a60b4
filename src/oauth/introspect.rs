//! `/oauth2/introspect` (RFC 7662, extension): what a token is, for a client with a secret that is given one.

use super::error::OAuthError;
use super::{PoolRequest, client};
use crate::domain::tokens::introspection::{TokenState, introspect};
use crate::web::{Method, Response};
use serde_json::{Value, json};

pub async fn answer(at: PoolRequest<'_>) -> Response {
    match at.request.method {
        Method::Post => described(at).await.unwrap_or_else(OAuthError::response),
        _ => Response::new(405).with("Allow", "POST"),
    }
}

async fn described(at: PoolRequest<'_>) -> Result<Response, OAuthError> {
    let client = client::authenticated(at).await?;
    // Whoever has neither secret nor key could be anybody: answers would help to try out tokens that were found.
    if client.secrets.is_empty() && client.oauth.keys.is_none() {
        return Err(OAuthError::unauthorized_client());
    }
    let token = at.request.parameter("token").ok_or_else(|| OAuthError::invalid_request("token is required"))?;
    let document = match introspect(at.cx, at.pool, &client, token).await? {
        TokenState::Inactive => json!({ "active": false }),
        TokenState::Active(mut claims) => {
            claims.insert("active".into(), json!(true));
            Value::Object(claims)
        }
    };
    Ok(Response::json(200, &document))
}
