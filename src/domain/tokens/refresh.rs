//! Refresh tokens: sealed state, renewal, rotation, revocation.

use super::{Issued, SignIn, issue};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Client, Pool, User};
use crate::store::tokens::{self, Rotated};
use crate::store::users;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

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
    let user = users::by_username(store, &pool, &state.username).await?.filter(|user| user.sub == state.sub).ok_or_else(invalid)?;
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    let signed_out = user.signed_out.is_some_and(|at| state.sign_in.at <= at);
    if signed_out || tokens::is_revoked(store, &pool.id, &state.sign_in.origin, cx.now).await? {
        return Err(Fault::not_authorized("Refresh Token has been revoked"));
    }
    Ok((state, pool, user))
}

/// New tokens for a refresh token, with a new refresh token where the client's rotate (Cognito: REFRESH_TOKEN_AUTH, GetTokensFromRefreshToken). `prove` checks the client's secret against the
/// names that the user goes by, before anything is said of the token.
pub async fn renew(cx: &Context, client: &Client, token: &str, prove: impl Fn(&[&str]) -> Result<(), Fault>) -> Result<Issued, Fault> {
    let (state, pool, user) = match check(cx, client, token).await {
        Ok(found) => found,
        Err(fault) => {
            cx.services.risk.rates.address(cx.source_ip, cx.now)?;
            cx.services.risk.rates.failed(cx.source_ip, cx.now);
            return Err(fault);
        }
    };
    prove(&names(&user))?;
    let next = match client.rotation() {
        Some(grace) => Some(rotate(cx, &pool, &state, grace).await?),
        None => None,
    };
    issue(cx, (&pool, client, &user), &state.sign_in, next).await
}

/// The names that `SECRET_HASH` of a renewal may be made with: clients know the user by any of them.
fn names(user: &User) -> Vec<&str> {
    let aliases = ["email", "phone_number", "preferred_username"].into_iter().filter_map(|name| user.attributes.get(name));
    [&user.username, &user.sub].into_iter().chain(aliases).map(String::as_str).collect()
}

/// Uses a refresh token up; within the grace period it may be used again (a client that lost the answer).
async fn rotate(cx: &Context, pool: &Pool, state: &RefreshState, grace: std::time::Duration) -> Result<RefreshState, Fault> {
    cx.services
        .store
        .transact(async |tx| match tokens::rotated(tx, &pool.id, &state.id, cx.now).await? {
            // Calls that began before the first one was done have an earlier moment; without grace they are late all the same.
            Some(first) if grace.is_zero() || cx.now >= first.at.plus(grace) => {
                Err(Fault::modelled("RefreshTokenReuseException", "Refresh token has been used already."))
            }
            Some(_) => Ok(()),
            None => {
                tokens::put_rotated(tx, &pool.id, &state.id, &Rotated { at: cx.now }, state.until)?;
                Ok(())
            }
        })
        .await?;
    Ok(RefreshState { id: crate::rng::uuid()?, ..state.clone() })
}

/// Ends the sign-in of a refresh token (Cognito: RevokeToken). A token that is unknown or already dead is no error.
pub async fn revoke(cx: &Context, client: &Client, token: &str) -> Result<(), Fault> {
    if !client.can_revoke() {
        return Err(Fault::modelled("UnsupportedOperationException", "Token revocation is not enabled for this client."));
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
            Ok(())
        })
        .await
}
