//! The table of groups.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::Group;

impl Record for Group {
    const TABLE: &'static str = "groups";
}

fn group_key(pool: &str, name: &str) -> Key {
    Key::new(tags::GROUP).part(pool).part(name)
}

pub async fn get(read: &impl Read, pool: &str, name: &str) -> Result<Option<Group>, StoreError> {
    read.get(&group_key(pool, name)).await
}

pub fn put(tx: &Tx, pool: &str, group: &Group) -> Result<(), StoreError> {
    tx.put(group_key(pool, &group.name), group)
}

/// Removes a group. Its member entries are purged in the background.
pub fn delete(tx: &Tx, pool: &crate::model::Pool, group: &Group) {
    tx.delete(group_key(&pool.id, &group.name));
    super::sweep::purge(tx, &super::users::members(pool, &group.name, group.created.millis()));
}

/// Groups of a pool by name, and whether there are more.
/// How many groups a pool has, counted up to `most`.
pub async fn count(read: &impl Read, pool: &str, most: usize) -> Result<usize, StoreError> {
    Ok(read.scan(&Key::new(tags::GROUP).part(pool), None, most).await?.entries.len())
}

pub async fn list(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Group>, bool), StoreError> {
    let prefix = Key::new(tags::GROUP).part(pool);
    page(read, &prefix, after.map(|name| group_key(pool, name)), limit).await
}
