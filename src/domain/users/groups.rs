//! Groups of users.

use super::lookup;
use crate::config::quotas::Quota;
use crate::context::Context;
use crate::domain::pools::{self, quotas};
use crate::fault::Fault;
use crate::model::{Group, Pool, User};
use crate::store::pools::insert_serialised;
use crate::store::{Read, groups, tags, users};

fn not_found() -> Fault {
    Fault::not_found("Group not found.")
}

/// The group `name`, or `ResourceNotFoundException`.
pub async fn get(read: &impl Read, pool: &Pool, name: &str) -> Result<Group, Fault> {
    groups::get(read, &pool.id, name).await?.ok_or_else(not_found)
}

/// Makes a group.
pub async fn create(cx: &Context, pool_id: &str, group: Group) -> Result<Group, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            if groups::get(tx, &pool.id, &group.name).await?.is_some() {
                return Err(Fault::modelled("GroupExistsException", "A group with the name already exists"));
            }
            if cx.services.config.quotas.limit(Quota::Groups).is_some() {
                insert_serialised(tx, &pool.id, tags::GROUP).await?;
                quotas::check_groups(cx, tx, &pool.id).await?;
            }
            groups::put(tx, &pool.id, &group)?;
            Ok(group.clone())
        })
        .await
}

/// What UpdateGroup may change; members that are `None` stay.
#[derive(Debug, Default)]
pub struct GroupChange {
    /// Free text.
    pub description: Option<String>,
    /// The role.
    pub role_arn: Option<String>,
    /// The precedence.
    pub precedence: Option<i32>,
}

/// Changes a group.
pub async fn update(cx: &Context, pool_id: &str, name: &str, change: &GroupChange) -> Result<Group, Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let mut group = get(tx, &pool, name).await?;
            group.description = change.description.clone().or(group.description);
            group.role_arn = change.role_arn.clone().or(group.role_arn);
            group.precedence = change.precedence.or(group.precedence);
            group.modified = cx.now;
            groups::put(tx, &pool.id, &group)?;
            Ok(group)
        })
        .await
}

/// Removes a group and, with it, its memberships.
pub async fn delete(cx: &Context, pool_id: &str, name: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            groups::delete(tx, &pool, &get(tx, &pool, name).await?);
            Ok(())
        })
        .await
}

/// Adds a user to a group, or takes them out; nothing happens if it is so already.
pub async fn set_member(cx: &Context, pool_id: &str, username: &str, name: &str, member: bool) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let before = lookup::known(tx, &pool, username).await?;
            let group = get(tx, &pool, name).await?;
            let mut after = before.clone();
            // Memberships of groups that are gone make room.
            let most = quotas::most(cx, Quota::GroupsPerUser);
            if member {
                if after.groups.len() >= most {
                    let live = of_user(tx, &pool, &before).await?;
                    after.groups = live.into_iter().map(|g| (g.name, g.created)).collect();
                }
                after.groups.insert(group.name.clone(), group.created);
                if after.groups.len() > most {
                    return Err(Fault::invalid(quotas::words(cx, Quota::GroupsPerUser)));
                }
            } else {
                after.groups.remove(&group.name);
            }
            if after.groups != before.groups {
                after.modified = cx.now;
                users::update(tx, &pool, &before, &after)?;
            }
            Ok(())
        })
        .await
}

/// The groups a user is in, by precedence (lower first, none last), then name.
pub async fn of_user(read: &impl Read, pool: &Pool, user: &User) -> Result<Vec<Group>, Fault> {
    let mut found = Vec::new();
    for (name, created) in &user.groups {
        found.extend(groups::get(read, &pool.id, name).await?.filter(|group| group.created == *created));
    }
    found.sort_by(|a, b| (a.precedence.unwrap_or(i32::MAX), &a.name).cmp(&(b.precedence.unwrap_or(i32::MAX), &b.name)));
    Ok(found)
}
