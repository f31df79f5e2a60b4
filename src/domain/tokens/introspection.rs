//! What a token is (RFC 7662).

use super::presented_token::{self, PresentedToken};
use super::renewal::open_refresh_token;
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::model::Pool;
use crate::shapes::idp::TokenTypeIdentifierType as Kind;
use serde_json::json;

/// Claims of an access token that are told (RFC 7662 section 2.2).
const TOLD: [&str; 13] = [
    "scope",
    "client_id",
    "username",
    "exp",
    "iat",
    "sub",
    "aud",
    "iss",
    "jti",
    "auth_time",
    "acr",
    "cnf",
    "cognito:groups",
];

pub enum TokenState {
    /// Ended, of another pool or client, or no token at all.
    Inactive,
    /// What the token says.
    Active(Claims),
}

/// The state of an access token of the pool, or of a refresh token of the client.
pub async fn introspect(
    cx: &Context,
    pool: &Pool,
    client: &AuthenticatedClient,
    token: &str,
) -> Result<TokenState, Fault> {
    // A JWT has three parts, a refresh token five.
    if token.split('.').count() != 3 {
        return match open_refresh_token(cx, client, token).await {
            Ok(opened) => Ok(TokenState::Active(opened.described(client))),
            Err(fault) if fault.is_modelled() => Ok(TokenState::Inactive),
            Err(fault) => Err(fault),
        };
    }
    let given = PresentedToken { token: token.to_owned(), kind: Kind::AccessToken, provider: None };
    let verified = match presented_token::verify(cx, pool, "access", &given).await {
        Ok(verified) => verified,
        Err(fault) if fault.is_modelled() => return Ok(TokenState::Inactive),
        Err(fault) => return Err(fault),
    };
    let mut told: Claims = verified.claims.into_iter().filter(|(name, _)| TOLD.contains(&name.as_str())).collect();
    let bound = told.contains_key("cnf");
    told.insert("token_type".into(), json!(if bound { "DPoP" } else { "Bearer" }));
    Ok(TokenState::Active(told))
}
