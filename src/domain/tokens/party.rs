//! Tokens presented for an exchange: whose they are, and whether they still stand.

use super::access::{is_over, text};
use super::{issuer, keys_of};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::keys::jwt::{self, Claims};
use crate::model::{Client, Pool, User};
use crate::shapes::idp::{TokenTypeIdentifierType as Kind, UserStatusType as Status};
use crate::store::users;
use std::sync::Arc;

/// A token as it was sent.
pub struct Presented {
    /// The token.
    pub token: String,
    /// What it is said to be.
    pub kind: Kind,
    /// The identity provider that made it; this pool if none.
    pub provider: Option<String>,
}

/// Who a token speaks for.
pub(super) struct Party {
    /// What the token says.
    pub claims: Claims,
    /// The client that it was issued to.
    pub client: Arc<Client>,
    /// The user as stored now; none where a client got the token for itself.
    pub user: Option<User>,
    /// When it ends, in seconds.
    pub expires: i64,
    /// Whether it is an ID token.
    pub is_id: bool,
}

impl Party {
    /// The scopes that the token has; an ID token has none.
    pub fn scopes(&self) -> Vec<&str> {
        if self.is_id {
            Vec::new()
        } else {
            text(&self.claims, "scope").unwrap_or_default().split(' ').filter(|s| !s.is_empty()).collect()
        }
    }

    /// `sub`.
    pub fn sub(&self) -> &str {
        text(&self.claims, "sub").unwrap_or_default()
    }
}

/// Checks a token of this pool in its `role` (subject or actor): signature, issuer, use, time, client, user,
/// revocation, sign-out.
pub(super) async fn open(cx: &Context, pool: &Pool, role: &str, given: &Presented) -> Result<Party, Fault> {
    let invalid = || Fault::not_authorized(format!("Invalid {role} token"));
    let is_id = match given.kind {
        Kind::AccessToken => false,
        Kind::IdToken => true,
        Kind::Saml2 => {
            return Err(Fault::invalid(format!(
                "SAML2 {role} tokens are not available yet in this version of Poolhouse."
            )));
        }
    };
    if given.provider.is_some() {
        let words =
            format!("A {role} token of an identity provider is not available yet in this version of Poolhouse.");
        return Err(Fault::invalid(words));
    }
    let keys = keys_of(cx, &pool.id).await?;
    let claims = jwt::verify(&given.token, |kid| keys.public(kid).cloned()).map_err(|_| invalid())?;
    let token_use = if is_id { "id" } else { "access" };
    if text(&claims, "iss") != Some(&issuer(cx, &pool.id)) || text(&claims, "token_use") != Some(token_use) {
        return Err(invalid());
    }
    let expires = claims.get("exp").and_then(|v| v.as_i64()).unwrap_or(0);
    if cx.now.secs() >= expires {
        return Err(Fault::not_authorized(format!("The {role} token has expired")));
    }
    // An ID token that was exchanged is for an audience of its own, and names its client as the authorized party.
    let client_id =
        if is_id { text(&claims, "azp").or_else(|| text(&claims, "aud")) } else { text(&claims, "client_id") };
    let client_id = client_id.ok_or_else(invalid)?;
    let client = pools::client_of(&cx.services.store, pool, client_id).await.map_err(|fault| match fault {
        Fault::Internal(_) => fault,
        _ => invalid(),
    })?;
    let sub = text(&claims, "sub").ok_or_else(invalid)?;
    let user = match text(&claims, if is_id { "cognito:username" } else { "username" }) {
        Some(username) => {
            let user = users::by_username(&cx.services.store, pool, username).await?.filter(|user| user.sub == sub);
            Some(user.ok_or_else(Fault::user_not_found)?)
        }
        None if sub == client_id => None,
        None => return Err(invalid()),
    };
    if let Some(user) = &user {
        if is_over(cx, pool, &claims, user).await? || user.status == Status::ResetRequired {
            return Err(Fault::not_authorized(format!("The {role} token has been revoked")));
        }
        if !user.enabled {
            return Err(Fault::not_authorized("User is disabled."));
        }
    }
    Ok(Party { claims, client, user, expires, is_id })
}
