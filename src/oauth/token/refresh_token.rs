//! The grant of a refresh token (RFC 6749 section 6), with rotation where the client has it. Scopes stay those of the
//! first tokens, whatever is asked for.

use super::{Members, members, required};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::tokens::{self, Renewer};
use crate::oauth::error::OAuthError;
use crate::oauth::{PoolRequest, dpop};

pub async fn grant(at: PoolRequest<'_>, client: &AuthenticatedClient) -> Result<Members, OAuthError> {
    let token = required(at, "refresh_token")?;
    let opened = tokens::open_refresh_token(at.cx, client, token).await?;
    let key = dpop::holder(at, None).await?;
    let bound = key.is_some();
    Ok(members(tokens::renew(at.cx, client, opened, Renewer { device: None, key }).await?, bound))
}
