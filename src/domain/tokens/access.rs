//! Access tokens that come back: what operations with an `AccessToken` check.

use super::{SELF_SERVICE, issuer, keys_of};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::keys::jwt::{self, Claims};
use crate::model::{Client, Pool, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::{tokens, users};
use std::sync::Arc;

/// Who an access token speaks for, after every check.
pub struct Session {
    /// The pool.
    pub pool: Arc<Pool>,
    /// The client that the token was made for.
    pub client: Arc<Client>,
    /// The user as stored now.
    pub user: User,
    /// The sign-in (`origin_jti`), where the client's tokens can be revoked.
    pub origin: Option<String>,
    /// The device that signed in (`device_key`), where the pool tracks devices.
    pub device: Option<String>,
}

fn invalid() -> Fault {
    Fault::not_authorized("Invalid Access Token")
}

pub(super) fn text<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(|v| v.as_str())
}

/// Whether the sign-in that a token came of was revoked, or the user has been signed out since.
pub(super) async fn is_over(cx: &Context, pool: &Pool, claims: &Claims, user: &User) -> Result<bool, Fault> {
    if let Some(origin) = text(claims, "origin_jti")
        && tokens::is_revoked(&cx.services.store, &pool.id, origin, cx.now).await?
    {
        return Ok(true);
    }
    // To the millisecond, so that a sign-in right after a sign-out is a new one. The sign-in's moment counts, so that a
    // token renewed while the sign-out was being written ends with its sign-in; tokens that cannot be revoked have
    // their own moment alone.
    let moment = |name| text(claims, name).and_then(crate::rng::moment_of);
    let began = moment("origin_jti").or_else(|| moment("event_id"));
    Ok(user.signed_out.is_some_and(|at| began.is_none_or(|began| began < at)))
}

/// Checks an access token with the scope for self-service: signature, issuer, use, times, scope, revocation, sign-out,
/// user and client.
pub async fn open_session(cx: &Context, token: &str) -> Result<Session, Fault> {
    let origin = jwt::unverified_origin(token).map_err(|_| invalid())?;
    let pool_id = origin.iss.rsplit('/').next().unwrap_or_default().to_owned();
    let store = &cx.services.store;
    let pool = crate::store::pools::pool(store, &pool_id).await?.ok_or_else(invalid)?;
    let keys = keys_of(cx, &pool.id).await?;
    let claims = jwt::verify(token, |kid| keys.public(kid).cloned()).map_err(|_| invalid())?;
    if text(&claims, "iss") != Some(&issuer(cx, &pool.id)) || text(&claims, "token_use") != Some("access") {
        return Err(invalid());
    }
    let expires = claims.get("exp").and_then(|v| v.as_i64()).unwrap_or(0);
    if cx.now.secs() >= expires {
        return Err(Fault::not_authorized("Access Token has expired"));
    }
    let (Some(sub), Some(username), Some(client_id)) =
        (text(&claims, "sub"), text(&claims, "username"), text(&claims, "client_id"))
    else {
        return Err(invalid());
    };
    let client = pools::client_of(store, &pool, client_id).await.map_err(|fault| match fault {
        Fault::Internal(_) => fault,
        _ => invalid(),
    })?;
    let user = users::by_username(store, &pool, username)
        .await?
        .filter(|user| user.sub == sub)
        .ok_or_else(Fault::user_not_found)?;
    if !text(&claims, "scope").unwrap_or_default().split(' ').any(|scope| scope == SELF_SERVICE) {
        return Err(Fault::not_authorized("Access Token does not have required scopes"));
    }
    let origin = text(&claims, "origin_jti").map(str::to_owned);
    // The reset ended what was signed in before it; clients are told what to do about it.
    if user.status == Status::ResetRequired {
        return Err(Fault::password_reset_required());
    }
    if is_over(cx, &pool, &claims, &user).await? {
        return Err(Fault::not_authorized("Access Token has been revoked"));
    }
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    let device = text(&claims, "device_key").map(str::to_owned);
    Ok(Session { pool, client, user, origin, device })
}
