//! Use against limit.

use crate::config::limits::Category;
use crate::config::quotas::{Quota, QuotaProfile};
use crate::context::Context;
use crate::domain::pools::{self, lifecycle, provisioned_limits, quotas};
use crate::fault::Fault;
use crate::shapes::admin::*;
use crate::store::{branding, groups, import_jobs, pools as pool_store, providers, resource_servers};

/// How far things without a limit are counted.
const COUNTED: usize = 10_000;

/// `GetLimits` (signed): the quotas in force, with the use of a pool where one is named, and the rates of categories.
pub async fn get_limits(cx: &Context, input: GetLimitsRequest) -> Result<GetLimitsResponse, Fault> {
    let mut found = Vec::new();
    for quota in Quota::ALL {
        let limit = cx.services.config.quotas.limit(quota).map(i64::from);
        let used = used(cx, quota, input.user_pool_id.as_deref()).await?;
        found.push(QuotaType { name: quota.name().to_owned(), limit, used });
    }
    let rates = Category::ALL.into_iter().map(|category| {
        let limit = provisioned_limits::get(&cx.services.risk.rates, category);
        let per_second = |rate: Option<u32>| rate.map(i64::from);
        RateType {
            category: category.name().to_owned(),
            free: per_second(limit.free),
            limit: per_second(limit.provisioned),
            used: limit.provisioned.map(|_| cx.services.risk.rates.used(category, cx.now)).map(i64::from),
        }
    });
    let profile = match cx.services.config.quotas.profile {
        QuotaProfile::Unlimited => "unlimited",
        QuotaProfile::Aws => "aws",
        QuotaProfile::Classic => "classic",
    };
    Ok(GetLimitsResponse { profile: profile.to_owned(), quotas: found, rates: rates.collect() })
}

/// How much of a quota is used; `None` where that is not one number, or no pool was named. What is not limited is
/// counted up to [`COUNTED`].
async fn used(cx: &Context, quota: Quota, pool_id: Option<&str>) -> Result<Option<i64>, Fault> {
    let store = &cx.services.store;
    let most = quotas::most(cx, quota).min(COUNTED);
    let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    if quota == Quota::Pools {
        let (ids, _) = pool_store::pool_ids(store, &lifecycle::region(cx)?, None, most).await?;
        return Ok(Some(number(ids.len())));
    }
    let Some(pool_id) = pool_id else { return Ok(None) };
    let pool = pools::pool(store, pool_id).await?;
    Ok(Some(match quota {
        Quota::Pools | Quota::GroupsPerUser | Quota::ProvidersPerType => return Ok(None),
        Quota::Users => pool_store::user_count(store, pool_id).await?,
        Quota::Groups => number(groups::count(store, pool_id, most).await?),
        Quota::Clients => number(pool_store::client_ids(store, pool_id, None, most).await?.0.len()),
        Quota::Providers => number(providers::count(store, pool_id, most).await?),
        Quota::ResourceServers => number(resource_servers::list(store, pool_id, None, most).await?.0.len()),
        Quota::CustomAttributes => number(pools::schema::custom_count(&pool.schema)),
        Quota::BrandingStyles => number(branding::count_styles(store, pool_id, most).await?),
        Quota::Terms => number(branding::list_terms(store, pool_id, None, most).await?.0.len()),
        Quota::ImportJobs => number(import_jobs::count(store, pool_id, most).await?),
    }))
}
