//! Dynamic client registration (RFC 7591), open or by an access token with the scope for it.

use super::access::text_claim;
use super::presented_token::{self, PresentedToken};
use crate::context::Context;
use crate::domain::pools::dynamic_registration::{self, Access, REGISTRATION_SCOPE};
use crate::model::Pool;
use crate::shapes::idp::TokenTypeIdentifierType as Kind;
use serde_json::Value;

pub use crate::domain::pools::dynamic_registration::RegistrationError;

/// Registers a client and answers its metadata as registered, for HTTP 201. `bearer` is the token of the
/// `Authorization` header; without one, the pool must have open registration.
pub async fn register(
    cx: &Context,
    pool: &Pool,
    bearer: Option<&str>,
    metadata: &Value,
) -> Result<Value, RegistrationError> {
    if !dynamic_registration::is_enabled(pool, Access::Authenticated) {
        return Err(RegistrationError::NotEnabled);
    }
    cx.check_address()?;
    let access = match bearer {
        Some(token) => {
            verify(cx, pool, token).await?;
            Access::Authenticated
        }
        None if dynamic_registration::is_enabled(pool, Access::Open) => Access::Open,
        None => return Err(RegistrationError::InvalidToken("An access token is required.")),
    };
    // Every registration is a record that stays.
    cx.take_sign_up()?;
    dynamic_registration::create(cx, pool, access, metadata).await
}

/// Checks that a token opens registration.
async fn verify(cx: &Context, pool: &Pool, token: &str) -> Result<(), RegistrationError> {
    let presented = PresentedToken { token: token.to_owned(), kind: Kind::AccessToken, provider: None };
    let verified = match presented_token::verify(cx, pool, "access", &presented).await {
        Ok(verified) => verified,
        Err(fault) if fault.is_modelled() => {
            cx.count_failure();
            return Err(RegistrationError::InvalidToken("The access token is not valid."));
        }
        Err(fault) => return Err(fault.into()),
    };
    let is_bound_elsewhere = text_claim(&verified.claims, "aud").is_some();
    if is_bound_elsewhere || !verified.scopes().contains(&REGISTRATION_SCOPE) {
        return Err(RegistrationError::InvalidToken("The access token does not have the scope for registration."));
    }
    Ok(())
}
