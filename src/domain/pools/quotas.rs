//! How much of everything a pool may have (`[quotas]`).

use crate::config::quotas::Quota;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::Pool;
use crate::store::{Read, groups, pools};

/// The most that there may be; `usize::MAX` without a limit.
pub fn most(cx: &Context, quota: Quota) -> usize {
    cx.services.config.quotas.limit(quota).map_or(usize::MAX, |limit| usize::try_from(limit).unwrap_or(usize::MAX))
}

/// The error for one more than there may be.
pub fn exceeded(cx: &Context, quota: Quota) -> Fault {
    Fault::modelled("LimitExceededException", words(cx, quota))
}

/// What it says.
pub fn words(cx: &Context, quota: Quota) -> String {
    let whose = match quota {
        Quota::Pools => "A Region",
        Quota::GroupsPerUser => "A user",
        _ => "A user pool",
    };
    format!("{whose} can have at most {} {}.", most(cx, quota), quota.words())
}

/// `LimitExceededException` where a pool has as many users as it may. Users are counted as DescribeUserPool tells them,
/// so that sign-ups do not wait for each other: some that come at one moment may all fit in.
pub async fn check_users(cx: &Context, pool: &Pool) -> Result<(), Fault> {
    let Some(limit) = cx.services.config.quotas.limit(Quota::Users) else { return Ok(()) };
    let users = pools::user_count(&cx.services.store, &pool.id).await?;
    if users < i64::from(limit) { Ok(()) } else { Err(exceeded(cx, Quota::Users)) }
}

/// The same for groups. Where they are limited, they are counted.
pub async fn check_groups(cx: &Context, read: &impl Read, pool_id: &str) -> Result<(), Fault> {
    let most = most(cx, Quota::Groups);
    if most == usize::MAX || groups::count(read, pool_id, most).await? < most {
        return Ok(());
    }
    Err(exceeded(cx, Quota::Groups))
}

/// The same for the pools of a region.
pub async fn check_pools(cx: &Context, region: &str) -> Result<(), Fault> {
    let most = most(cx, Quota::Pools);
    if most == usize::MAX || pools::pool_ids(&cx.services.store, region, None, most).await?.0.len() < most {
        return Ok(());
    }
    Err(exceeded(cx, Quota::Pools))
}
