//! Attributes for access control: claims of a login's token that become principal tags of its sessions.

use super::logins::Proof;
use super::{faults, pool, provider_names};
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{IdentityPool, PrincipalTagMap};
use crate::store::identity_pools;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The most characters of all tags of a session, keys and values.
const MAX_TOTAL: usize = 460;
/// The longest tag value.
const MAX_VALUE: usize = 256;

/// The map of a provider, as it is kept and shown.
pub async fn get(cx: &Context, pool_id: &str, provider: &str) -> Result<Option<Arc<PrincipalTagMap>>, Fault> {
    let store = &cx.services.store;
    let pool = pool(store, pool_id).await?;
    check(cx, &pool, provider)?;
    Ok(identity_pools::tag_map(store, pool_id, &provider_names::canonical(cx, provider)).await?)
}

/// Replaces the map of a provider.
pub async fn set(cx: &Context, pool_id: &str, provider: &str, map: PrincipalTagMap) -> Result<PrincipalTagMap, Fault> {
    let map = if map.use_defaults { PrincipalTagMap { tags: defaults(provider), ..map } } else { map };
    cx.services
        .store
        .transact(async |tx| {
            check(cx, &*pool(tx, pool_id).await?, provider)?;
            identity_pools::put_tag_map(tx, pool_id, &provider_names::canonical(cx, provider), &map)?;
            Ok(map.clone())
        })
        .await
}

fn check(cx: &Context, pool: &IdentityPool, provider: &str) -> Result<(), Fault> {
    if provider_names::is_configured(cx, pool, provider, false) {
        Ok(())
    } else {
        Err(Fault::invalid(format!("{} is not a configured provider of this identity pool.", provider.escape_debug())))
    }
}

/// Cognito's default map.
fn defaults(provider: &str) -> BTreeMap<String, String> {
    let user = if provider == "www.amazon.com" { "user_id" } else { "sub" };
    [("client", "aud"), ("username", user)].map(|(tag, claim)| (tag.to_owned(), claim.to_owned())).into()
}

/// The tags of what a call proves: those of the first login whose provider has a map.
pub async fn of_proof(cx: &Context, pool: &IdentityPool, proof: &Proof) -> Result<BTreeMap<String, String>, Fault> {
    if let Some(token) = &proof.identity {
        return Ok(token.tags.clone());
    }
    for proven in &proof.logins {
        let map = identity_pools::tag_map(&cx.services.store, pool.id(), &proven.login.provider).await?;
        let Some(map) = map else { continue };
        let value = |claim: &String| match proven.claims.get(claim)? {
            Value::String(text) => Some(text.clone()),
            flag @ (Value::Bool(_) | Value::Number(_)) => Some(flag.to_string()),
            _ => None,
        };
        let tags: BTreeMap<String, String> =
            map.tags.iter().filter_map(|(tag, claim)| Some((tag.clone(), value(claim)?))).collect();
        let total: usize = tags.iter().map(|(tag, value)| tag.len() + value.len()).sum();
        if total > MAX_TOTAL || tags.values().any(|value| value.chars().count() > MAX_VALUE) {
            return Err(faults::login_token_invalid("The claims that become principal tags are too long."));
        }
        return Ok(tags);
    }
    Ok(BTreeMap::new())
}
