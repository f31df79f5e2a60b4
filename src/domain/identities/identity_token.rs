//! OpenID tokens of identities (`GetOpenIdToken`), their issuer and its keys. They are RS512, as Cognito's are.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::cpu;
use crate::keys::jwt::{self, Claims};
use crate::keys::signing::PoolKeys;
use crate::model::PoolKeysRecord;
use crate::store::pools as store;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// The keys stand where a user pool's do, under a name that no pool can have.
const KEYS: &str = "cognito-identity";
/// The claim of principal tags.
const TAGS: &str = "https://aws.amazon.com/tags";

/// What a token says of an identity.
#[derive(Debug, Clone)]
pub struct IdentityToken {
    pub pool: String,
    pub identity: String,
    pub amr: Vec<String>,
    pub tags: BTreeMap<String, String>,
}

impl IdentityToken {
    /// Whether it is no guest's.
    pub fn is_authenticated(&self) -> bool {
        self.amr.first().is_some_and(|first| first == "authenticated")
    }
}

/// Why a text is no token of an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenRefusal {
    /// Not signed by this server, or for something else.
    NotOurs,
    /// Past its end, which is given in seconds since 1970.
    Expired(i64),
}

/// The issuer, `iss`.
pub fn issuer(cx: &Context) -> &str {
    cx.services.config.identity.identity_pool_issuer.trim_end_matches('/')
}

/// The keys, made when they are needed for the first time.
async fn keys(cx: &Context) -> Result<Arc<PoolKeys>, Fault> {
    let services = &cx.services;
    let load = async || {
        if let Some(record) = store::pool_keys(&services.store, KEYS).await? {
            return Ok(record.sealed);
        }
        let made = services.keys.signing.make().await?.seal(&services.keys.sealer, KEYS)?;
        services
            .store
            .transact(async |tx| match store::pool_keys(tx, KEYS).await? {
                // Another server was faster.
                Some(record) => Ok(record.sealed),
                None => {
                    store::put_pool_keys(tx, KEYS, &PoolKeysRecord { sealed: made.clone() })?;
                    Ok(made.clone())
                }
            })
            .await
    };
    let keys = services.keys.signing.pool(KEYS, load).await?;
    Ok(PoolKeys::at(keys, cx.now))
}

/// Signs a token.
pub async fn issue(cx: &Context, token: &IdentityToken, validity: Duration) -> Result<String, Fault> {
    let mut claims = json!({
        "sub": token.identity,
        "aud": token.pool,
        "amr": token.amr,
        "iss": issuer(cx),
        "exp": cx.now.plus(validity).secs(),
        "iat": cx.now.secs(),
    });
    if let (false, Value::Object(claims)) = (token.tags.is_empty(), &mut claims) {
        let tags: BTreeMap<&String, [&String; 1]> = token.tags.iter().map(|(tag, value)| (tag, [value])).collect();
        claims.insert(TAGS.into(), json!({ "principal_tags": tags }));
    }
    let keys = keys(cx).await?;
    cpu::run(move || jwt::sign_rs512(&keys.id, &claims)).await?
}

/// Checks a token: signature, issuer, time.
pub async fn verify(cx: &Context, token: &str) -> Result<Result<IdentityToken, TokenRefusal>, Fault> {
    let keys = keys(cx).await?;
    let claims = jwt::verify_rs512(token, |kid| keys.public(kid).cloned()).ok();
    Ok(claims.and_then(|claims| read(cx, &claims)).unwrap_or(Err(TokenRefusal::NotOurs)))
}

fn read(cx: &Context, claims: &Claims) -> Option<Result<IdentityToken, TokenRefusal>> {
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    text("iss").filter(|iss| iss == issuer(cx))?;
    let expires = claims.get("exp").and_then(Value::as_i64)?;
    if cx.now >= Timestamp::from_secs(expires) {
        return Some(Err(TokenRefusal::Expired(expires)));
    }
    let texts = |value: &Value| value.as_str().map(str::to_owned);
    let amr = claims.get("amr")?.as_array()?.iter().filter_map(texts).collect();
    let tags = claims.get(TAGS).and_then(|tags| tags.get("principal_tags")).and_then(Value::as_object);
    let first = |value: &Value| value.as_array()?.first().and_then(texts);
    let tags = tags.into_iter().flatten().filter_map(|(tag, value)| Some((tag.clone(), first(value)?))).collect();
    Some(Ok(IdentityToken { pool: text("aud")?, identity: text("sub")?, amr, tags }))
}

/// The public keys as a JSON Web Key Set.
pub async fn jwks(cx: &Context) -> Result<Value, Fault> {
    let keys = keys(cx).await?.jwks(cx.now);
    let keys: Vec<Value> = keys
        .iter()
        .map(|key| json!({"kty": key.kty, "kid": key.kid, "use": key.usage, "alg": "RS512", "n": key.n, "e": key.e}))
        .collect();
    Ok(json!({ "keys": keys }))
}

/// The issuer's discovery document.
pub fn configuration(cx: &Context) -> Value {
    let issuer = issuer(cx);
    json!({
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks_uri"),
        "response_types_supported": ["token", "id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS512"],
    })
}
