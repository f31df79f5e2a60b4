//! What verifiers of tokens read: a pool's keys and its OpenID configuration (RFC 7517, OpenID Connect Discovery 1.0).

use crate::context::Context;
use crate::domain::{pools, tokens};
use crate::fault::Fault;
use serde_json::{Value, json};

/// The pool's public keys as a JSON Web Key Set.
pub async fn jwks(cx: &Context, pool_id: &str) -> Result<Value, Fault> {
    pools::pool(&cx.services.store, pool_id).await?;
    let keys = tokens::keys_of(cx, pool_id).await?;
    Ok(json!({ "keys": keys.jwks() }))
}

/// The pool's OpenID configuration. Endpoints of the authorization server are left out while the pool has no domain.
pub async fn configuration(cx: &Context, pool_id: &str) -> Result<Value, Fault> {
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    let issuer = tokens::issuer(cx, &pool.id);
    Ok(json!({
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    }))
}
