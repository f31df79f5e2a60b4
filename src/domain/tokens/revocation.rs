//! The end of a sign-in by its refresh token.

use super::refresh_token::RefreshToken;
use super::sessions;
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::fault::{Cause, Fault};
use crate::model::Client;
use crate::store::tokens;

/// Ends the sign-in of a refresh token (Cognito: RevokeToken), with its token session if it has one, and the SSO
/// session `linked` to that. A token that is unknown or already dead is no error.
pub async fn revoke(cx: &Context, client: &AuthenticatedClient, token: &str, linked: bool) -> Result<(), Fault> {
    if !client.can_revoke() {
        return Err(Fault::modelled(
            "UnsupportedOperationException",
            "Token revocation is not enabled for this client.",
        )
        .because(Cause::RevocationDisabled));
    }
    let Some(state) = RefreshToken::open(cx, token) else {
        // A JWT has three parts: someone sent an access or ID token.
        return if token.split('.').count() == 3 {
            Err(Fault::modelled("UnsupportedTokenTypeException", "Only refresh tokens can be revoked.")
                .because(Cause::UnsupportedTokenType))
        } else {
            Ok(())
        };
    };
    if state.client_id != client.id {
        return Err(Fault::modelled("UnauthorizedException", "The token was not issued to this client.")
            .because(Cause::ForeignToken));
    }
    if cx.now >= state.until {
        return Ok(());
    }
    end_sign_in(cx, client, &state, linked).await
}

/// Ends the sign-in of a refresh token that was opened.
pub(super) async fn end_sign_in(
    cx: &Context,
    client: &Client,
    state: &RefreshToken,
    linked: bool,
) -> Result<(), Fault> {
    // Access tokens made just before outlive the refresh token by their own lifetime at most.
    let until = state.until.plus(client.access_validity());
    let owner = sessions::Owner { pool_id: &state.pool_id, sub: &state.sub };
    cx.services
        .store
        .transact(async |tx| {
            tokens::revoke(tx, &state.pool_id, &state.sign_in.origin, until)?;
            match &state.sign_in.session {
                Some(id) => sessions::end(cx, tx, owner, id, linked).await.map(|_| ()),
                None => Ok(()),
            }
        })
        .await
}
