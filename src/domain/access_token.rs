//! Owns what operations with an access token act on. Made by `tokens::verify_access_token` after every check, and here
//! so that the rules of users, which stand below `tokens`, can take it. Must not know how tokens are made or checked.

use crate::context::Context;
use crate::domain::scope::Scope;
use crate::model::{Client, Pool, User};
use std::sync::Arc;

/// An access token that passed every check: whom it speaks for.
pub struct VerifiedAccessToken {
    pub pool: Arc<Pool>,
    /// The client that the token was issued to.
    pub client: Arc<Client>,
    /// The user as stored now.
    pub user: User,
    /// `scope`.
    pub scopes: Vec<String>,
    /// The sign-in (`origin_jti`), where the client's tokens can be revoked.
    pub origin: Option<String>,
    /// The device that signed in (`device_key`), where the pool tracks devices.
    pub device: Option<String>,
    /// The thumbprint of the key that the token is bound to (RFC 9449).
    pub key: Option<String>,
}

impl VerifiedAccessToken {
    /// Where a call with this token acts.
    pub fn scope<'a>(&'a self, cx: &'a Context) -> Scope<'a> {
        Scope::of_client(cx, &self.pool, &self.client)
    }
}
