//! What verifiers of tokens read: a pool's keys and its OpenID configuration.

use crate::context::Context;
use crate::fault::Fault;
use serde_json::Value;

/// The pool's public keys as a JSON Web Key Set.
pub async fn jwks(_cx: &Context, pool_id: &str) -> Result<Value, Fault> {
    Err(unknown(pool_id))
}

/// The pool's OpenID configuration.
pub async fn configuration(_cx: &Context, pool_id: &str) -> Result<Value, Fault> {
    Err(unknown(pool_id))
}

fn unknown(pool_id: &str) -> Fault {
    Fault::not_found(format!("User pool {pool_id} does not exist."))
}
