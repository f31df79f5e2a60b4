//! DPoP (RFC 9449, extension): tokens that only the holder of a key can use.

use super::PoolRequest;
use super::error::OAuthError;
use crate::keys::jwt;
use crate::keys::signed_by_holder::{HolderProof, dpop_proof};
use crate::model::OAuthExtension;
use crate::web::Method;
use ring::digest::{SHA256, digest};
use serde_json::Value;

/// Seconds that a proof may be old, or ahead of this server's clock.
const TOLERANCE: i64 = 60;

fn invalid_proof(why: &str) -> OAuthError {
    OAuthError::new("invalid_dpop_proof", why.to_owned())
}

/// The thumbprint of the key that a request proves to hold; `None` for a request without a proof, or where the pool has
/// not turned DPoP on. With `token`, the proof must be for that access token.
pub(super) async fn holder(at: PoolRequest<'_>, token: Option<&str>) -> Result<Option<String>, OAuthError> {
    if !at.pool.has_oauth_extension(OAuthExtension::Dpop) {
        return Ok(None);
    }
    let mut proofs = at.request.headers.iter().filter(|(name, _)| name == "dpop");
    let Some((_, proof)) = proofs.next() else { return Ok(None) };
    if proofs.next().is_some() {
        return Err(invalid_proof("there must be one DPoP header"));
    }
    let HolderProof { thumbprint, claims } =
        dpop_proof(proof).ok_or_else(|| invalid_proof("the proof is malformed, or its signature is wrong"))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let method = match at.request.method {
        Method::Get => "GET",
        Method::Post => "POST",
        Method::Other => return Err(invalid_proof("htm is not the request's method")),
    };
    if text("htm") != Some(method) {
        return Err(invalid_proof("htm is not the request's method"));
    }
    let same_address = |htu: &str| htu.split(['?', '#']).next() == Some(at.url(&at.request.path).as_str());
    if !text("htu").is_some_and(same_address) {
        return Err(invalid_proof("htu is not the request's address"));
    }
    let age = claims.get("iat").and_then(Value::as_i64).map(|made| at.cx.now.secs().saturating_sub(made));
    if !age.is_some_and(|age| (-TOLERANCE..=TOLERANCE).contains(&age)) {
        return Err(invalid_proof("iat is too far from now"));
    }
    if token.is_some_and(|token| text("ath") != Some(jwt::whole_hash(token).as_str())) {
        return Err(invalid_proof("ath is not the hash of the access token"));
    }
    let id = text("jti").filter(|id| !id.is_empty()).ok_or_else(|| invalid_proof("jti is missing"))?;
    if !is_new(at, &["dpop", &thumbprint, id]).await? {
        return Err(invalid_proof("the proof was used before"));
    }
    Ok(Some(thumbprint))
}

/// Whether an id comes for the first time; it is remembered for longer than what bears it is accepted.
pub(super) async fn is_new(at: PoolRequest<'_>, id: &[&str]) -> Result<bool, OAuthError> {
    let whole = digest(&SHA256, &crate::keys::seal::bound(id));
    let mut mark = [0; 16];
    mark.iter_mut().zip(whole.as_ref()).for_each(|(to, from)| *to = *from);
    let guard = &at.cx.services.risk.replay_guard;
    Ok(guard.take(&guard.run(), &mark, at.cx.now).await?)
}
