//! Tokens that a gateway hands on to learn whose they are.

use super::presented_token::{self, PresentedToken};
use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::shapes::idp::TokenTypeIdentifierType as Kind;

/// The claims of a token of a pool, an ID token or an access token, after every check.
pub async fn verify(cx: &Context, pool_id: &str, (token, is_id): (&str, bool)) -> Result<Claims, Fault> {
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    let (kind, role) = if is_id { (Kind::IdToken, "ID") } else { (Kind::AccessToken, "access") };
    let given = PresentedToken { token: token.to_owned(), kind, provider: None };
    Ok(presented_token::verify(cx, &pool, role, &given).await?.claims)
}
