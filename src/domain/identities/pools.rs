//! Identity pools come, change and go.

use super::{faults, pool, provider_names};
use crate::context::Context;
use crate::domain::pools::lifecycle::region;
use crate::fault::Fault;
use crate::model::IdentityPool;
use crate::shapes::identity as api;
use crate::store::{identity_pools, pools as store_pools, tags};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Cognito's quotas.
const MAX_POOLS: usize = 1000;
const MAX_USER_POOLS: usize = 50;
const MAX_TAGS: usize = 50;
/// Cognito has no number for these; there must be one.
const MAX_PROVIDER_ARNS: usize = 50;

/// Makes a pool in the region the call was signed for. The id in `settings` does not count.
pub async fn create(cx: &Context, mut settings: api::IdentityPool) -> Result<IdentityPool, Fault> {
    check(&settings)?;
    let region = region(cx)?;
    settings.identity_pool_id = format!("{region}:{}", crate::rng::uuid()?);
    let made =
        IdentityPool { settings, created: cx.now, modified: cx.now, roles: BTreeMap::new(), role_mappings: None };
    cx.services
        .store
        .transact(async |tx| {
            // Two calls at once shall not both see the last free place.
            store_pools::insert_serialised(tx, &region, tags::IDENTITY_POOL_OF_REGION).await?;
            if identity_pools::count(tx, &region, MAX_POOLS).await? >= MAX_POOLS {
                return Err(limit_exceeded(format!("There are {MAX_POOLS} identity pools in this region already.")));
            }
            if identity_pools::get(tx, made.id()).await?.is_some() {
                return Err(Fault::internal("an identity pool's id was drawn twice"));
            }
            Ok(identity_pools::put(tx, &made)?)
        })
        .await?;
    Ok(made)
}

/// Replaces a pool's settings: what the call leaves out goes back to its default, but for tags and for the developer
/// provider's name, which stays for good.
pub async fn update(cx: &Context, settings: api::IdentityPool) -> Result<IdentityPool, Fault> {
    check(&settings)?;
    change(cx, &settings.identity_pool_id, async |pool| {
        let before = &pool.settings;
        let mut after = settings.clone();
        match (&before.developer_provider_name, &after.developer_provider_name) {
            (Some(old), Some(new)) if old != new => {
                return Err(Fault::invalid("The developer provider name cannot be changed once it has been set."));
            }
            _ => {}
        }
        after.developer_provider_name =
            after.developer_provider_name.or_else(|| before.developer_provider_name.clone());
        after.identity_pool_tags = after.identity_pool_tags.or_else(|| before.identity_pool_tags.clone());
        pool.settings = after;
        Ok(())
    })
    .await
}

/// Changes a pool by a pure closure.
pub async fn change(
    cx: &Context,
    id: &str,
    work: impl AsyncFn(&mut IdentityPool) -> Result<(), Fault>,
) -> Result<IdentityPool, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let mut changed = IdentityPool::clone(&*pool(tx, id).await?);
            work(&mut changed).await?;
            changed.modified = cx.now;
            identity_pools::put(tx, &changed)?;
            Ok(changed)
        })
        .await
}

/// Removes a pool with its identities.
pub async fn delete(cx: &Context, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            identity_pools::delete(tx, &*pool(tx, id).await?);
            Ok(())
        })
        .await
}

/// Pools of the call's region by id, and where the next page starts.
pub async fn list(
    cx: &Context,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Arc<IdentityPool>>, Option<String>), Fault> {
    let store = &cx.services.store;
    let (ids, more) = identity_pools::ids(store, &region(cx)?, after, limit).await?;
    let mut found = Vec::new();
    for id in &ids {
        found.extend(identity_pools::get(store, id).await?);
    }
    Ok((found, ids.last().filter(|_| more).cloned()))
}

/// The pool that an ARN names.
pub fn id_of_arn<'a>(cx: &Context, arn: &'a str) -> Result<&'a str, Fault> {
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", "cognito-identity", region, account, resource] = parts.as_slice() else {
        return Err(Fault::invalid(format!("{arn} is not the ARN of an identity pool.")));
    };
    let id = resource.strip_prefix("identitypool/").unwrap_or_default();
    let ours =
        *account == cx.services.config.identity.account_id && id.split_once(':').is_some_and(|(of, _)| of == *region);
    if ours { Ok(id) } else { Err(faults::pool_not_found(id)) }
}

/// Tags that a pool may have.
pub fn check_tags(tags: Option<&BTreeMap<String, String>>) -> Result<(), Fault> {
    match tags {
        Some(tags) if tags.len() > MAX_TAGS => Err(Fault::invalid(format!("A pool has at most {MAX_TAGS} tags."))),
        Some(tags) if tags.keys().any(|key| key.to_ascii_lowercase().starts_with("aws:")) => {
            Err(Fault::invalid("Tag keys that begin with aws: are reserved."))
        }
        _ => Ok(()),
    }
}

fn limit_exceeded(message: String) -> Fault {
    Fault::modelled("LimitExceededException", message)
}

fn check(settings: &api::IdentityPool) -> Result<(), Fault> {
    check_tags(settings.identity_pool_tags.as_ref())?;
    let user_pools = settings.cognito_identity_providers.as_deref().unwrap_or_default();
    if user_pools.len() > MAX_USER_POOLS {
        return Err(limit_exceeded(format!("A pool has at most {MAX_USER_POOLS} user pool providers.")));
    }
    if user_pools.iter().any(|provider| provider.provider_name.is_none() || provider.client_id.is_none()) {
        return Err(Fault::invalid("Each of CognitoIdentityProviders needs a ProviderName and a ClientId."));
    }
    let public = settings.supported_login_providers.iter().flatten();
    if public.into_iter().any(|(name, _)| !provider_names::PUBLIC.contains(&name.as_str())) {
        return Err(faults::provider_not_public());
    }
    let of_kind = |arns: &Option<Vec<String>>, kind: &str| {
        let arns = arns.as_deref().unwrap_or_default();
        if arns.len() > MAX_PROVIDER_ARNS {
            return Err(limit_exceeded(format!("A pool has at most {MAX_PROVIDER_ARNS} providers of one kind.")));
        }
        let marker = format!(":{kind}/");
        match arns.iter().find(|arn| !(arn.starts_with("arn:aws:iam::") && arn.contains(&marker))) {
            Some(bad) => Err(Fault::invalid(format!("{} is not the ARN of a provider ({kind}).", bad.escape_debug()))),
            None => Ok(()),
        }
    };
    of_kind(&settings.open_id_connect_provider_arns, "oidc-provider")?;
    of_kind(&settings.saml_provider_arns, "saml-provider")
}
