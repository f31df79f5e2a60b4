//! ID tokens of this server's pools, where they prove a login to somebody else: an identity pool, a role.

use super::access::{is_ended, text_claim};
use super::keys_of;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::jwt::{self, Claims};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::{pools, users};

/// The claims of a token that a pool signed, of whatever issuer, use and time; `None` if it did not.
pub async fn signed_claims(cx: &Context, pool_id: &str, token: &str) -> Result<Option<Claims>, Fault> {
    if pools::pool(&cx.services.store, pool_id).await?.is_none() {
        return Ok(None);
    }
    let keys = keys_of(cx, pool_id).await?;
    Ok(jwt::verify(token, |kid| keys.public(kid).cloned()).ok())
}

/// Whether the user of a token is still there and enabled, and the sign-in not ended.
pub async fn is_alive(cx: &Context, pool_id: &str, claims: &Claims) -> Result<bool, Fault> {
    let store = &cx.services.store;
    let (Some(sub), Some(username)) = (text_claim(claims, "sub"), text_claim(claims, "cognito:username")) else {
        return Ok(false);
    };
    let Some(pool) = pools::pool(store, pool_id).await? else { return Ok(false) };
    let user = users::by_username(store, &pool, username).await?.filter(|user| user.sub == sub && user.enabled);
    match user {
        Some(user) if user.status != Status::ResetRequired => Ok(!is_ended(cx, &pool, claims, &user).await?),
        _ => Ok(false),
    }
}
