//! The grant of a code (RFC 6749 section 4.1.3, RFC 7636).

use super::{Members, members, require, required};
use crate::domain::authorization::codes::{CodeError, Redemption, redeem};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::oauth::error::OAuthError;
use crate::oauth::{PoolRequest, dpop};
use crate::shapes::idp::OAuthFlowType;

pub async fn grant(at: PoolRequest<'_>, client: &AuthenticatedClient) -> Result<Members, OAuthError> {
    let code = required(at, "code")?;
    require(client, OAuthFlowType::Code)?;
    let redemption = Redemption {
        code,
        redirect_uri: at.request.parameter("redirect_uri"),
        verifier: at.request.parameter("code_verifier"),
        key: dpop::holder(at, None).await?,
    };
    match redeem(at.cx, client, &redemption).await {
        Ok(tokens) => Ok(members(tokens, redemption.key.is_some())),
        Err(CodeError::Invalid) => {
            at.cx.count_failure();
            Err(OAuthError::invalid_grant())
        }
        // Cognito's word for it.
        Err(CodeError::RedirectUri) => Err(OAuthError::unauthorized_client()),
        Err(CodeError::Fault(fault)) => Err(fault.into()),
    }
}
