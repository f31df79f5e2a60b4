//! The table of devices. The key contains `sub`, because a username may be used again by a later user.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::Device;

impl Record for Device {
    const TABLE: &'static str = "devices";
}

fn of_user(pool: &str, sub: &str) -> Key {
    Key::new(tags::DEVICE).part(pool).part(sub)
}

pub async fn get(read: &impl Read, pool: &str, sub: &str, key: &str) -> Result<Option<Device>, StoreError> {
    read.get(&of_user(pool, sub).part(key)).await
}

pub fn put(tx: &Tx, pool: &str, sub: &str, device: &Device) -> Result<(), StoreError> {
    tx.put(of_user(pool, sub).part(&device.key), device)
}

pub fn delete(tx: &Tx, pool: &str, sub: &str, key: &str) {
    tx.delete(of_user(pool, sub).part(key));
}

/// Devices of a user by key, and whether there are more.
pub async fn list(
    read: &impl Read,
    pool: &str,
    sub: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Device>, bool), StoreError> {
    let prefix = of_user(pool, sub);
    let after = after.map(|key| prefix.clone().part(key));
    page(read, &prefix, after, limit).await
}

/// Removes all devices of a user in the background.
pub fn delete_all(tx: &Tx, pool: &str, sub: &str) {
    super::sweep::purge(tx, &of_user(pool, sub));
}
