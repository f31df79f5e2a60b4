//! A sign-in that a user granted to a client, until the client takes its tokens.

use super::scopes;
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::tokens::{self, Grant, Issued, SignIn, TokenRequest};
use crate::fault::Fault;
use crate::model::{Pool, User};
use crate::shapes::idp::UserStatusType as Status;
use crate::store::users;
use crate::triggers::TokenSource;
use serde::{Deserialize, Serialize};

/// Who granted what.
#[derive(Clone, Serialize, Deserialize)]
pub struct GrantedSignIn {
    pub grant: Grant,
    pub username: String,
    /// Tells the user from a later one of the same name.
    pub sub: String,
    pub sign_in: SignIn,
}

impl GrantedSignIn {
    /// The tokens; `None` where the account lets its user in no longer, or the client may not read what the scopes
    /// promise.
    pub async fn tokens(
        self,
        cx: &Context,
        pool: &Pool,
        client: &AuthenticatedClient,
        nonce: Option<&str>,
    ) -> Result<Option<Issued>, Fault> {
        let user = users::by_username(&cx.services.store, pool, &self.username).await?;
        let Some(user) = user.filter(|user| user.sub == self.sub && self.may_enter(user)) else { return Ok(None) };
        if !scopes::are_readable(client, &self.grant.scopes) {
            return Ok(None);
        }
        let request = TokenRequest {
            pool,
            client,
            user: &user,
            sign_in: self.sign_in,
            grant: &self.grant,
            renewable: true,
            nonce,
            source: TokenSource::HostedAuth,
        };
        tokens::issue(cx, request).await.map(Some)
    }

    /// Whether the account still lets its user in, and nothing ended the sign-in since.
    fn may_enter(&self, user: &User) -> bool {
        let began = crate::rng::moment_of(&self.sign_in.origin);
        let signed_out = user.signed_out.is_some_and(|at| began.is_none_or(|began| began < at));
        // Who came by another provider needs no password here, and so no confirmation of the sign-up.
        let is_federated = self.sign_in.factors.iter().any(|factor| factor.federated_level().is_some());
        let waits = matches!(user.status, Status::ResetRequired | Status::Unconfirmed);
        user.enabled && !signed_out && (is_federated || !waits)
    }
}
