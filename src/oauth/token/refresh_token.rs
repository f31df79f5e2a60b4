//! The grant of a refresh token (RFC 6749 section 6), with rotation where the client has it. Scopes stay those of the
//! first tokens, whatever is asked for.

use super::{Members, members, required};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::tokens;
use crate::oauth::PoolRequest;
use crate::oauth::error::OAuthError;

pub async fn grant(at: PoolRequest<'_>, client: &AuthenticatedClient) -> Result<Members, OAuthError> {
    let token = required(at, "refresh_token")?;
    let opened = tokens::open_refresh_token(at.cx, client, token).await?;
    Ok(members(tokens::renew(at.cx, client, opened, None).await?))
}
