//! Renewal of tokens by a refresh token, and its rotation.

use super::refresh_token::RefreshToken;
use super::{Issued, TokenRequest, issue, revocation, sessions};
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools;
use crate::domain::scope::Scope;
use crate::domain::users::devices;
use crate::fault::{Cause, Fault};
use crate::model::{Client, Pool, SaferChoice, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::tokens::{self, Rotated};
use crate::store::{Read, users};
use crate::triggers::TokenSource;
use std::sync::Arc;
use std::time::Duration;

fn invalid_refresh_token() -> Fault {
    Fault::not_authorized("Invalid Refresh Token")
}

/// A refresh token of a client that stands: it has not ended, nor has its sign-in, and its user may sign in.
pub struct ValidRefreshToken {
    state: RefreshToken,
    pool: Arc<Pool>,
    user: User,
}

/// Who asks for new tokens.
#[derive(Default)]
pub struct Renewer<'a> {
    /// `DEVICE_KEY`.
    pub device: Option<&'a str>,
    /// The thumbprint of the key that the request proved to hold (RFC 9449).
    pub key: Option<String>,
}

impl ValidRefreshToken {
    /// What introspection tells of the token (RFC 7662).
    pub fn described(&self, client: &Client) -> crate::keys::jwt::Claims {
        let state = &self.state;
        let told = serde_json::json!({
            "scope": state.grant.scopes.join(" "), "client_id": client.id, "username": self.user.username,
            "sub": self.user.sub, "exp": state.until.secs(), "iat": state.sign_in.at.secs(),
            "token_type": "refresh_token",
        });
        match told {
            serde_json::Value::Object(told) => told,
            _ => crate::keys::jwt::Claims::new(),
        }
    }

    /// The names that a `SECRET_HASH` sent with the token may be made with: clients know the user by any of them.
    pub fn usernames(&self) -> Vec<&str> {
        let aliases = ["email", "phone_number", "preferred_username"];
        let aliases = aliases.into_iter().filter_map(|name| self.user.attributes.get(name));
        [&self.user.username, &self.user.sub].into_iter().chain(aliases).map(String::as_str).collect()
    }
}

/// Opens and checks a refresh token that was issued to `client`.
pub async fn open_refresh_token(cx: &Context, client: &Client, token: &str) -> Result<ValidRefreshToken, Fault> {
    let state =
        RefreshToken::open(cx, token).filter(|state| state.client_id == client.id).ok_or_else(invalid_refresh_token)?;
    if cx.now >= state.until {
        return Err(Fault::not_authorized("Refresh Token has expired"));
    }
    let store = &cx.services.store;
    let pool = pools::pool(store, &state.pool_id).await?;
    let user = users::by_username(store, &pool, &state.username)
        .await?
        .filter(|user| user.sub == state.sub)
        .ok_or_else(invalid_refresh_token)?;
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    let signed_out = user.signed_out.is_some_and(|at| state.sign_in.at < at);
    // A password that must be reset is known to someone else: what was signed in with it ends.
    if signed_out
        || user.status == Status::ResetRequired
        || tokens::is_revoked(store, &pool.id, &state.sign_in.origin, cx.now).await?
    {
        return Err(Fault::not_authorized("Refresh Token has been revoked"));
    }
    Ok(ValidRefreshToken { state, pool, user })
}

/// New tokens for a refresh token and the device that asks, with a new refresh token where the client's rotate
/// (Cognito: REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken).
pub async fn renew(
    cx: &Context,
    client: &AuthenticatedClient,
    token: ValidRefreshToken,
    renewer: Renewer<'_>,
) -> Result<Issued, Fault> {
    check_device(cx, &token, renewer.device).await?;
    let ValidRefreshToken { mut state, pool, user } = token;
    // RFC 9449 section 5: a public client's refresh token is bound to its key; another client proves itself anyhow.
    if client.secrets.is_empty() && state.grant.key.is_some() && state.grant.key != renewer.key {
        return Err(invalid_refresh_token());
    }
    state.grant.key = renewer.key;
    let grace = client.rotation();
    // A token that was replaced stays replaced, also where the client's tokens no longer rotate.
    refuse_and_end(Scope::of_client(cx, &pool, client), &state, grace).await?;
    sessions::touch(cx, &pool, &state).await?;
    let next = grace.map(|_| state.next()).transpose()?;
    let request = TokenRequest {
        pool: &pool,
        client,
        user: &user,
        sign_in: state.sign_in.clone(),
        grant: &state.grant,
        renewable: true,
        // OIDC Core 12.2: a renewed ID token should have no nonce.
        nonce: None,
        source: TokenSource::RefreshTokens,
    };
    let tokens = issue::make(cx, &request, next).await?;
    if grace.is_some() {
        // Only now: a token must not be used up by a call that could not be answered.
        use_up(cx, &state, grace).await?;
    }
    Ok(tokens)
}

/// Where the pool tracks devices, a sign-in is renewed by its own device alone, which must be confirmed and not
/// forgotten since. Sign-ins from before the pool tracked devices have none, and are renewed as they are.
async fn check_device(cx: &Context, token: &ValidRefreshToken, given: Option<&str>) -> Result<(), Fault> {
    let (pool, user, store) = (&token.pool, &token.user, &cx.services.store);
    let Some(bound) = token.state.sign_in.device.as_deref().filter(|_| pool.tracks_devices()) else { return Ok(()) };
    let confirmed = devices::find(cx, store, pool, user, bound).await?.is_some();
    if confirmed && given == Some(bound) { Ok(()) } else { Err(invalid_refresh_token()) }
}

/// Fails if the token was replaced before; within the grace period it may be used again, for a client that lost the
/// answer.
async fn refuse_reuse(
    cx: &Context,
    read: &impl Read,
    state: &RefreshToken,
    grace: Option<Duration>,
) -> Result<(), Fault> {
    let Some(first) = tokens::rotated(read, &state.pool_id, &state.id, cx.now).await? else { return Ok(()) };
    // Calls that began before the first one was done have an earlier moment; without grace they are late all the same.
    if grace.is_some_and(|grace| !grace.is_zero() && cx.now < first.at.plus(grace)) {
        return Ok(());
    }
    Err(Fault::modelled("RefreshTokenReuseException", "Refresh token has been used already.")
        .because(Cause::RefreshTokenReused))
}

/// [`refuse_reuse`]; where the pool chose so, a token that comes back ends its sign-in, with all that it led to.
async fn refuse_and_end(scope: Scope<'_>, state: &RefreshToken, grace: Option<Duration>) -> Result<(), Fault> {
    let cx = scope.cx;
    let refused = refuse_reuse(cx, &cx.services.store, state, grace).await;
    if refused.as_ref().is_err_and(|fault| fault.cause() == Cause::RefreshTokenReused)
        && scope.pool.chose(SaferChoice::ReuseEndsSignIn)
        && let Some(client) = scope.client
    {
        revocation::end_sign_in(cx, client, state, false).await?;
    }
    refused
}

/// Marks a refresh token as replaced.
async fn use_up(cx: &Context, state: &RefreshToken, grace: Option<Duration>) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            refuse_reuse(cx, tx, state, grace).await?;
            if tokens::rotated(tx, &state.pool_id, &state.id, cx.now).await?.is_none() {
                tokens::put_rotated(tx, &state.pool_id, &state.id, &Rotated { at: cx.now }, state.until)?;
            }
            Ok(())
        })
        .await
}
