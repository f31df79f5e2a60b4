//! Clients that prove themselves by a token that they sign (RFC 7523 section 3, extension): `client_secret_jwt` with
//! their secret, `private_key_jwt` with a key of their metadata document or
//! of their setting.

use super::PoolRequest;
use super::dpop::is_new;
use super::error::OAuthError;
use crate::domain::pools::{client_metadata, secrets};
use crate::domain::tokens;
use crate::keys::jwt::Claims;
use crate::keys::signed_by_holder::{JwkSet, signed_by_key, signed_by_secret};
use crate::model::Client;
use serde_json::Value;

pub(super) const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds that an assertion is taken for at most: its id is remembered for as long.
const LONGEST: i64 = 600;
/// Seconds from now to `exp` at most, where `iat` shows that the assertion is new. Some libraries say an hour.
const FARTHEST: i64 = 3600;

/// The client id that an assertion names, not verified: it leads to the key that verifies it.
pub(super) fn unverified_client(assertion: &str) -> Option<String> {
    use base64::Engine as _;
    let part = assertion.split('.').nth(1)?;
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).ok()?;
    let claims: Claims = serde_json::from_slice(&bytes).ok()?;
    claims.get("sub").and_then(Value::as_str).map(str::to_owned)
}

/// Checks an assertion: signature, issuer and subject, audience, times, and that it comes for the first time.
pub(super) async fn check(at: PoolRequest<'_>, client: &Client, assertion: &str) -> Result<(), OAuthError> {
    let refused = || {
        at.cx.count_failure();
        OAuthError::invalid_client(Some("invalid client_assertion"))
    };
    let claims = if client.must_assert() {
        let keys = client_metadata::key_set(at.cx, at.pool, client).await?;
        let keys: Option<JwkSet> = keys.and_then(|keys| serde_json::from_str(&keys).ok());
        keys.and_then(|keys| signed_by_key(assertion, &keys)).ok_or_else(refused)?
    } else {
        let opened = secrets::open(at.cx, client)?;
        let secrets: Vec<&[u8]> = opened.iter().map(|secret| secret.reveal().as_bytes()).collect();
        signed_by_secret(assertion, &secrets).ok_or_else(refused)?
    };
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    if text("iss") != Some(&client.id) || text("sub") != Some(&client.id) {
        return Err(refused());
    }
    let issuer = tokens::issuer(at.cx, &at.pool.id);
    let accepted = [issuer, at.url("/oauth2/token"), at.url(&at.request.path)];
    let is_for_here = match claims.get("aud") {
        Some(Value::String(audience)) => accepted.contains(audience),
        Some(Value::Array(audiences)) => audiences.iter().any(|a| accepted.iter().any(|b| a.as_str() == Some(b))),
        _ => false,
    };
    let now = at.cx.now.secs();
    let time = |name: &str| claims.get(name).and_then(Value::as_i64);
    let is_new_by_itself = time("iat").is_some_and(|made| (now - LONGEST..=now + 60).contains(&made));
    let farthest = if is_new_by_itself { FARTHEST } else { LONGEST };
    let lives = time("exp").is_some_and(|end| now < end && end <= now.saturating_add(farthest));
    let begun = time("nbf").is_none_or(|begin| begin <= now + 60);
    let id = text("jti").filter(|id| !id.is_empty());
    match id {
        Some(id) if is_for_here && lives && begun => {
            if is_new(at, &["client assertion", &client.id, id]).await? {
                Ok(())
            } else {
                Err(refused())
            }
        }
        _ => Err(refused()),
    }
}
