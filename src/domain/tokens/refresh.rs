//! Refresh tokens: sealed state, renewal, rotation, revocation.

use super::{Issued, SignIn, issue, sessions};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::pools;
use crate::domain::users::devices;
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::model::{Client, Pool, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::tokens::{self, Rotated};
use crate::store::{Read, users};
use crate::triggers::TokenSource;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// What a refresh token holds, sealed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct RefreshState {
    /// This token's own id, which rotation uses up.
    pub id: String,
    /// The pool.
    pub pool_id: String,
    /// The client it was made for.
    pub client_id: String,
    /// The user.
    pub username: String,
    /// The user's sub, which tells a later user of the same name.
    pub sub: String,
    /// The sign-in.
    pub sign_in: SignIn,
    /// When the token ends; rotation does not move it.
    pub until: Timestamp,
}

impl RefreshState {
    /// The refresh token of a new sign-in.
    pub fn new(client: &Client, user: &User, sign_in: &SignIn) -> Result<Self, Fault> {
        Ok(Self {
            id: crate::rng::uuid()?,
            pool_id: client.pool_id.clone(),
            client_id: client.id.clone(),
            username: user.username.clone(),
            sub: user.sub.clone(),
            sign_in: sign_in.clone(),
            until: sign_in.at.plus(client.refresh_validity()),
        })
    }

    /// The token's text: a five-part JWE.
    pub fn seal(&self, cx: &Context) -> Result<String, Fault> {
        cx.services.keys.sealer.seal_token(Purpose::RefreshToken, b"", self)
    }

    /// The state in a token's text; `None` if it is not a refresh token of this server.
    pub fn open(cx: &Context, token: &str) -> Option<Self> {
        cx.services.keys.sealer.open_token(Purpose::RefreshToken, b"", token).ok()
    }
}

fn invalid() -> Fault {
    Fault::not_authorized("Invalid Refresh Token")
}

/// Checks a refresh token for a client and answers its state with pool and user.
async fn check(cx: &Context, client: &Client, token: &str) -> Result<(RefreshState, Arc<Pool>, User), Fault> {
    let state = RefreshState::open(cx, token).filter(|state| state.client_id == client.id).ok_or_else(invalid)?;
    if cx.now >= state.until {
        return Err(Fault::not_authorized("Refresh Token has expired"));
    }
    let store = &cx.services.store;
    let pool = pools::pool(store, &state.pool_id).await?;
    let user = users::by_username(store, &pool, &state.username)
        .await?
        .filter(|user| user.sub == state.sub)
        .ok_or_else(invalid)?;
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
    Ok((state, pool, user))
}

/// New tokens for a refresh token and the device that asks, with a new refresh token where the client's rotate
/// (Cognito: REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken). `prove` checks the client's secret against the names that
/// the user goes by, before anything is said of the token.
pub async fn renew(
    cx: &Context,
    client: &Client,
    (token, device): (&str, Option<&str>),
    prove: impl Fn(&[&str]) -> Result<(), Fault>,
) -> Result<Issued, Fault> {
    let (state, pool, user) = check(cx, client, token).await?;
    prove(&names(&user))?;
    check_device(cx, (&pool, &user), state.sign_in.device.as_deref(), device).await?;
    let grace = client.rotation();
    // A token that was replaced stays replaced, also where the client's tokens no longer rotate.
    refuse_reuse(cx, &cx.services.store, &state, grace).await?;
    sessions::touch(cx, &pool, &state).await?;
    let next = grace.map(|_| crate::rng::uuid()).transpose()?.map(|id| RefreshState { id, ..state.clone() });
    let tokens = issue(cx, (&pool, client, &user), (&state.sign_in, TokenSource::RefreshTokens), next).await?;
    if grace.is_some() {
        // Only now: a token must not be used up by a call that could not be answered.
        use_up(cx, &state, grace).await?;
    }
    Ok(tokens)
}

/// Where the pool tracks devices, a sign-in on a confirmed device is renewed by that device alone, and by nobody once
/// it is forgotten. One that was never confirmed has nothing to prove, so clients that confirm none need not name one.
async fn check_device(
    cx: &Context,
    (pool, user): (&Pool, &User),
    bound: Option<&str>,
    given: Option<&str>,
) -> Result<(), Fault> {
    let Some(bound) = bound.filter(|_| pool.tracks_devices()) else { return Ok(()) };
    if devices::is_forgotten(cx, &cx.services.store, pool, user, bound).await? {
        return Err(invalid());
    }
    let right = match given {
        Some(given) => given == bound,
        None => devices::find(cx, &cx.services.store, pool, user, bound).await?.is_none(),
    };
    if right { Ok(()) } else { Err(invalid()) }
}

/// The names that `SECRET_HASH` of a renewal may be made with: clients know the user by any of them.
fn names(user: &User) -> Vec<&str> {
    let aliases =
        ["email", "phone_number", "preferred_username"].into_iter().filter_map(|name| user.attributes.get(name));
    [&user.username, &user.sub].into_iter().chain(aliases).map(String::as_str).collect()
}

/// Fails if the token was replaced before; within the grace period it may be used again (a client that lost the
/// answer).
async fn refuse_reuse(
    cx: &Context,
    read: &impl Read,
    state: &RefreshState,
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

/// Marks a refresh token as replaced.
async fn use_up(cx: &Context, state: &RefreshState, grace: Option<Duration>) -> Result<(), Fault> {
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

/// Ends the sign-in of a refresh token (Cognito: RevokeToken), with its session if it has one, and what is `linked` to
/// that. A token that is unknown or already dead is no error.
pub async fn revoke(cx: &Context, client: &Client, token: &str, linked: bool) -> Result<(), Fault> {
    if !client.can_revoke() {
        return Err(Fault::modelled(
            "UnsupportedOperationException",
            "Token revocation is not enabled for this client.",
        ));
    }
    let Some(state) = RefreshState::open(cx, token) else {
        // A JWT has three parts: someone sent an access or ID token.
        return if token.split('.').count() == 3 {
            Err(Fault::modelled("UnsupportedTokenTypeException", "Only refresh tokens can be revoked."))
        } else {
            Ok(())
        };
    };
    if state.client_id != client.id {
        return Err(Fault::modelled("UnauthorizedException", "The token was not issued to this client."));
    }
    if cx.now >= state.until {
        return Ok(());
    }
    // Access tokens made just before outlive the refresh token by their own lifetime at most.
    let until = state.until.plus(client.access_validity());
    cx.services
        .store
        .transact(async |tx| {
            tokens::revoke(tx, &state.pool_id, &state.sign_in.origin, until)?;
            match &state.sign_in.session {
                Some(id) => sessions::end(cx, tx, (&state.pool_id, &state.sub), id, linked).await.map(|_| ()),
                None => Ok(()),
            }
        })
        .await
}
