//! `/oauth2/revoke` (RFC 7009).

use super::error::OAuthError;
use super::{PoolRequest, client};
use crate::domain::tokens;
use crate::fault::Cause;
use crate::web::{Method, Response};

/// Answers a request to end the sign-in of a refresh token.
pub async fn revoke(at: PoolRequest<'_>) -> Response {
    let response = match at.request.method {
        Method::Post => match revoked(at).await {
            Ok(()) => Response::new(200).with("Cache-Control", "no-store"),
            Err(error) => {
                let unproven = matches!(error, OAuthError::Error { code: "invalid_client", .. });
                let mut response = error.response();
                if unproven {
                    response.status = 401;
                }
                response
            }
        },
        _ => Response::new(405).with("Allow", "POST"),
    };
    response.with("Access-Control-Allow-Origin", "*")
}

async fn revoked(at: PoolRequest<'_>) -> Result<(), OAuthError> {
    let client = client::authenticated(at).await?;
    let token = at.request.parameter("token").ok_or_else(|| OAuthError::invalid_request("token is required"))?;
    tokens::revoke(at.cx, &client, token, false).await.map_err(|fault| match fault.cause() {
        Cause::RevocationDisabled => OAuthError::invalid_request("revocation is not enabled for the client"),
        Cause::UnsupportedTokenType => OAuthError::Error { code: "unsupported_token_type", description: None },
        Cause::ForeignToken => OAuthError::unauthorized_client(),
        _ => fault.into(),
    })
}
