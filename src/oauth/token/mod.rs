//! `/oauth2/token` (RFC 6749 section 3.2). Every grant gets a client that has proven itself, and cannot be reached
//! without one.

mod authorization_code;
mod client_credentials;
mod device_code;
mod refresh_token;
mod token_exchange;

use super::error::OAuthError;
use super::{PoolRequest, client};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::tokens::Issued;
use crate::model::OAuthExtension;
use crate::web::{Method, Response};
use serde_json::{Map, Value, json};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const EXCHANGE: &str = "urn:ietf:params:oauth:grant-type:token-exchange";
/// Parameters that may be there once only.
const SINGLE: [&str; 8] =
    ["grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "subject_token", "device_code"];

/// Answers a token request.
pub async fn token(at: PoolRequest<'_>) -> Response {
    let response = match at.request.method {
        Method::Post => granted(at).await.unwrap_or_else(OAuthError::response),
        _ => Response::new(405).with("Allow", "POST"),
    };
    response.with("Access-Control-Allow-Origin", "*")
}

/// A grant's members of the answer.
type Members = Map<String, Value>;

async fn granted(at: PoolRequest<'_>) -> Result<Response, OAuthError> {
    if at.request.form.is_empty() && !at.request.body.is_empty() {
        return Err(OAuthError::invalid_request("the body must be application/x-www-form-urlencoded"));
    }
    if let Some(name) = SINGLE.into_iter().find(|name| at.request.form.is_repeated(name)) {
        return Err(OAuthError::invalid_request(format!("{name} must not be repeated")));
    }
    let grant = required(at, "grant_type")?;
    let client = client::authenticated(at).await?;
    let members = match grant {
        "authorization_code" => authorization_code::grant(at, &client).await,
        "refresh_token" => refresh_token::grant(at, &client).await,
        "client_credentials" => client_credentials::grant(at, &client).await,
        DEVICE_CODE if at.pool.has_oauth_extension(OAuthExtension::DeviceGrant) => {
            device_code::grant(at, &client).await
        }
        EXCHANGE => token_exchange::grant(at, &client).await,
        _ => Err(OAuthError::Error { code: "unsupported_grant_type", description: None }),
    };
    Ok(Response::json(200, &Value::Object(members?)))
}

/// A parameter that must be there; it may stand in the query too.
fn required<'a>(at: PoolRequest<'a>, name: &str) -> Result<&'a str, OAuthError> {
    at.request.parameter(name).ok_or_else(|| OAuthError::invalid_request(format!("{name} is required")))
}

/// The members that tokens of a user are answered with.
/// With `bound`, whoever shows them must hold a key (RFC 9449).
fn members(tokens: Issued, bound: bool) -> Members {
    let mut members = Members::new();
    if let Some(id) = tokens.id {
        members.insert("id_token".into(), json!(id));
    }
    members.insert("access_token".into(), json!(tokens.access));
    if let Some(refresh) = tokens.refresh {
        members.insert("refresh_token".into(), json!(refresh));
    }
    members.insert("expires_in".into(), json!(tokens.expires_in));
    members.insert("token_type".into(), json!(if bound { "DPoP" } else { "Bearer" }));
    members
}

/// Scopes as a request lists them.
fn scopes(at: PoolRequest<'_>) -> Vec<String> {
    let scope = at.request.parameter("scope").unwrap_or_default();
    scope.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect()
}

/// Whether a client may use a grant.
fn require(client: &AuthenticatedClient, flow: crate::shapes::idp::OAuthFlowType) -> Result<(), OAuthError> {
    let settings = &client.settings;
    let on = settings.allowed_o_auth_flows_user_pool_client == Some(true);
    if on && settings.allowed_o_auth_flows.iter().flatten().any(|allowed| *allowed == flow) {
        Ok(())
    } else {
        Err(OAuthError::unauthorized_client())
    }
}
