//! The checks of an access token that an operation is called with.

use super::{SELF_SERVICE, issuer, keys_of};
use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::pools;
use crate::fault::{Cause, Fault};
use crate::keys::jwt::{self, Claims};
use crate::model::{Pool, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::{tokens, users};

fn invalid_access_token() -> Fault {
    Fault::not_authorized("Invalid Access Token")
}

pub(super) fn text_claim<'c>(claims: &'c Claims, name: &str) -> Option<&'c str> {
    claims.get(name).and_then(|v| v.as_str())
}

/// Whether the sign-in that a token came of was revoked, or the user was signed out after it.
pub(super) async fn is_ended(cx: &Context, pool: &Pool, claims: &Claims, user: &User) -> Result<bool, Fault> {
    if let Some(origin) = text_claim(claims, "origin_jti")
        && tokens::is_revoked(&cx.services.store, &pool.id, origin, cx.now).await?
    {
        return Ok(true);
    }
    // Compared to the millisecond, so that a sign-in right after a sign-out stays. The time of the sign-in counts, so
    // that a token renewed while the sign-out was being written ends with its sign-in. Tokens that cannot be revoked
    // only have their own time.
    let moment = |name| text_claim(claims, name).and_then(crate::rng::moment_of);
    let began = moment("origin_jti").or_else(|| moment("event_id"));
    Ok(user.signed_out.is_some_and(|at| began.is_none_or(|began| began < at)))
}

/// The client that an ID token of this pool was issued to, expired or not; `None` for any other text.
pub async fn client_of_id_token(cx: &Context, pool: &Pool, token: &str) -> Result<Option<String>, Fault> {
    let keys = keys_of(cx, &pool.id).await?;
    let claims = jwt::verify(token, |kid| keys.public(kid).cloned()).ok();
    let claims = claims.filter(|claims| {
        text_claim(claims, "iss") == Some(&issuer(cx, &pool.id)) && text_claim(claims, "token_use") == Some("id")
    });
    Ok(claims.and_then(|claims| text_claim(&claims, "aud").map(str::to_owned)))
}

/// Checks an access token with the scope for self-service.
pub async fn verify_access_token(cx: &Context, token: &str) -> Result<VerifiedAccessToken, Fault> {
    let verified = verify(cx, token, SELF_SERVICE).await?;
    // The API has no place for the proof that a bound token needs (RFC 9449).
    if verified.key.is_some() { Err(invalid_access_token()) } else { Ok(verified) }
}

/// Checks an access token of a user that has a scope: signature, issuer, use, times, scope, revocation, sign-out, user
/// and client.
pub async fn verify(cx: &Context, token: &str, scope: &str) -> Result<VerifiedAccessToken, Fault> {
    let origin = jwt::unverified_origin(token).map_err(|_| invalid_access_token())?;
    let pool_id = origin.iss.rsplit('/').next().unwrap_or_default().to_owned();
    let store = &cx.services.store;
    let pool = crate::store::pools::pool(store, &pool_id).await?.ok_or_else(invalid_access_token)?;
    let keys = keys_of(cx, &pool.id).await?;
    let claims = jwt::verify(token, |kid| keys.public(kid).cloned()).map_err(|_| invalid_access_token())?;
    if text_claim(&claims, "iss") != Some(&issuer(cx, &pool.id)) || text_claim(&claims, "token_use") != Some("access") {
        return Err(invalid_access_token());
    }
    let expires = claims.get("exp").and_then(|v| v.as_i64()).unwrap_or(0);
    if cx.now.secs() >= expires {
        return Err(Fault::not_authorized("Access Token has expired"));
    }
    let (Some(sub), Some(username), Some(client_id)) =
        (text_claim(&claims, "sub"), text_claim(&claims, "username"), text_claim(&claims, "client_id"))
    else {
        return Err(invalid_access_token());
    };
    let client = pools::client_of(store, &pool, client_id).await.map_err(|fault| match fault {
        Fault::Internal(_) => fault,
        _ => invalid_access_token(),
    })?;
    let user = users::by_username(store, &pool, username)
        .await?
        .filter(|user| user.sub == sub)
        .ok_or_else(Fault::user_not_found)?;
    let scopes: Vec<String> = text_claim(&claims, "scope").unwrap_or_default().split(' ').map(str::to_owned).collect();
    if !scopes.iter().any(|other| other == scope) {
        return Err(Fault::not_authorized("Access Token does not have required scopes").because(Cause::MissingScope));
    }
    let origin = text_claim(&claims, "origin_jti").map(str::to_owned);
    // The reset ended all earlier sign-ins; the error tells clients what to do about it.
    if user.status == Status::ResetRequired {
        return Err(Fault::password_reset_required());
    }
    if is_ended(cx, &pool, &claims, &user).await? {
        return Err(Fault::not_authorized("Access Token has been revoked"));
    }
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    let device = text_claim(&claims, "device_key").map(str::to_owned);
    let key = claims.get("cnf").and_then(|cnf| cnf.get("jkt")).and_then(|key| key.as_str()).map(str::to_owned);
    Ok(VerifiedAccessToken { pool, client, user, scopes, origin, device, key })
}
