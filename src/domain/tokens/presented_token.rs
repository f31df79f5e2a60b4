//! Tokens presented for an exchange (RFC 8693 `subject_token`, `actor_token`): the checks before they are accepted.

use super::access::{is_ended, text_claim};
use super::{issuer, keys_of};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::keys::jwt::{self, Claims};
use crate::model::{Client, Pool, User};
use crate::shapes::idp::{TokenTypeIdentifierType as Kind, UserStatusType as Status};
use crate::store::users;
use std::sync::Arc;

/// A token as it was presented.
pub struct PresentedToken {
    pub token: String,
    /// The type that the caller names.
    pub kind: Kind,
    /// The identity provider that made it; this pool if none.
    pub provider: Option<String>,
}

/// A presented token that passed every check.
pub(super) struct VerifiedToken {
    pub claims: Claims,
    /// The client that it was issued to.
    pub client: Arc<Client>,
    /// The user as stored now; none where a client got the token for itself.
    pub user: Option<User>,
    /// `exp`, in seconds since 1970.
    pub expires: i64,
    pub is_id: bool,
}

impl VerifiedToken {
    /// The scopes that the token has; an ID token has none.
    pub fn scopes(&self) -> Vec<&str> {
        if self.is_id {
            Vec::new()
        } else {
            text_claim(&self.claims, "scope").unwrap_or_default().split(' ').filter(|s| !s.is_empty()).collect()
        }
    }

    pub fn sub(&self) -> &str {
        text_claim(&self.claims, "sub").unwrap_or_default()
    }
}

/// Checks a token of this pool in its `role` (subject or actor): signature, issuer, use, time, client, user,
/// revocation, sign-out.
pub(super) async fn verify(
    cx: &Context,
    pool: &Pool,
    role: &str,
    given: &PresentedToken,
) -> Result<VerifiedToken, Fault> {
    let invalid_token = || Fault::not_authorized(format!("Invalid {role} token"));
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
        let message =
            format!("A {role} token of an identity provider is not available yet in this version of Poolhouse.");
        return Err(Fault::invalid(message));
    }
    let keys = keys_of(cx, &pool.id).await?;
    let claims = jwt::verify(&given.token, |kid| keys.public(kid).cloned()).map_err(|_| invalid_token())?;
    let token_use = if is_id { "id" } else { "access" };
    if text_claim(&claims, "iss") != Some(&issuer(cx, &pool.id)) || text_claim(&claims, "token_use") != Some(token_use)
    {
        return Err(invalid_token());
    }
    let expires = claims.get("exp").and_then(|v| v.as_i64()).unwrap_or(0);
    if cx.now.secs() >= expires {
        return Err(Fault::not_authorized(format!("The {role} token has expired")));
    }
    // An ID token that was exchanged is for an audience of its own, and names its client as the authorized party.
    let client_id = if is_id {
        text_claim(&claims, "azp").or_else(|| text_claim(&claims, "aud"))
    } else {
        text_claim(&claims, "client_id")
    };
    let client_id = client_id.ok_or_else(invalid_token)?;
    let client = pools::client_of(&cx.services.store, pool, client_id).await.map_err(|fault| match fault {
        Fault::Internal(_) => fault,
        _ => invalid_token(),
    })?;
    let sub = text_claim(&claims, "sub").ok_or_else(invalid_token)?;
    let user = match text_claim(&claims, if is_id { "cognito:username" } else { "username" }) {
        Some(username) => {
            let user = users::by_username(&cx.services.store, pool, username).await?.filter(|user| user.sub == sub);
            Some(user.ok_or_else(Fault::user_not_found)?)
        }
        None if sub == client_id => None,
        None => return Err(invalid_token()),
    };
    if let Some(user) = &user {
        if is_ended(cx, pool, &claims, user).await? || user.status == Status::ResetRequired {
            return Err(Fault::not_authorized(format!("The {role} token has been revoked")));
        }
        if !user.enabled {
            return Err(Fault::not_authorized("User is disabled."));
        }
    }
    Ok(VerifiedToken { claims, client, user, expires, is_id })
}
