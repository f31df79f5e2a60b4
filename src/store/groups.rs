//! The table of groups.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::model::Group;

impl Record for Group {
    const TABLE: &'static str = "groups";
}

fn group_key(pool: &str, name: &str) -> Key {
    Key::new(tags::GROUP).part(pool).part(name)
}

/// The group `name` of a pool.
pub async fn get(read: &impl Read, pool: &str, name: &str) -> Result<Option<Group>, StoreError> {
    read.get(&group_key(pool, name)).await
}

/// Writes a group.
pub fn put(tx: &Tx, pool: &str, group: &Group) -> Result<(), StoreError> {
    tx.put(group_key(pool, &group.name), group)
}

/// Removes a group; its member entries are purged in the background.
pub fn delete(tx: &Tx, pool: &crate::model::Pool, group: &Group) {
    tx.delete(group_key(&pool.id, &group.name));
    super::pools::purge(tx, &super::users::members(pool, &group.name, group.created.millis()));
}

/// Groups of a pool by name, and whether more follow.
pub async fn list(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Group>, bool), StoreError> {
    let prefix = Key::new(tags::GROUP).part(pool);
    let after = after.map(|name| group_key(pool, name).into_bytes());
    let page = read.scan(&prefix, after.as_deref(), limit).await?;
    let groups = page.entries.iter().map(|(_, value)| decode(value)).collect::<Result<Vec<Group>, _>>()?;
    Ok((groups, page.more))
}
