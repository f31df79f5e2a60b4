//! The grant of a device code (RFC 8628 section 3.4), which a device asks for again and again until its user is done.

use super::{Members, members, required};
use crate::domain::authorization::device_grants::{PollError, redeem};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::oauth::error::OAuthError;
use crate::oauth::{PoolRequest, device_authorization, dpop};

pub async fn grant(at: PoolRequest<'_>, client: &AuthenticatedClient) -> Result<Members, OAuthError> {
    let code = required(at, "device_code")?;
    if !device_authorization::may_use(client) {
        return Err(OAuthError::unauthorized_client());
    }
    let key = dpop::holder(at, None).await?;
    let bound = key.is_some();
    let waits = |code| Err(OAuthError::Error { code, description: None });
    match redeem(at.cx, client, code, key).await {
        Ok(tokens) => Ok(members(tokens, bound)),
        Err(PollError::Pending) => waits("authorization_pending"),
        Err(PollError::SlowDown) => waits("slow_down"),
        Err(PollError::Denied) => waits("access_denied"),
        Err(PollError::Expired) => waits("expired_token"),
        Err(PollError::Invalid) => {
            at.cx.count_failure();
            Err(OAuthError::invalid_grant())
        }
        Err(PollError::Fault(fault)) => Err(fault.into()),
    }
}
