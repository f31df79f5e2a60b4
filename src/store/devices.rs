//! The table of devices. Keyed by `sub`, which no later user of the same name has.

use super::{Key, Read, Record, StoreError, Tx, decode, tags};
use crate::model::Device;

impl Record for Device {
    const TABLE: &'static str = "devices";
}

fn of_user(pool: &str, sub: &str) -> Key {
    Key::new(tags::DEVICE).part(pool).part(sub)
}

/// The device with this key.
pub async fn get(read: &impl Read, pool: &str, sub: &str, key: &str) -> Result<Option<Device>, StoreError> {
    read.get(&of_user(pool, sub).part(key)).await
}

/// Writes a device.
pub fn put(tx: &Tx, pool: &str, sub: &str, device: &Device) -> Result<(), StoreError> {
    tx.put(of_user(pool, sub).part(&device.key), device)
}

/// Removes a device.
pub fn delete(tx: &Tx, pool: &str, sub: &str, key: &str) {
    tx.delete(of_user(pool, sub).part(key));
}

/// Devices of a user by key, and whether more follow.
pub async fn list(
    read: &impl Read,
    pool: &str,
    sub: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Device>, bool), StoreError> {
    let prefix = of_user(pool, sub);
    let after = after.map(|key| prefix.clone().part(key).into_bytes());
    let page = read.scan(&prefix, after.as_deref(), limit).await?;
    let devices = page.entries.iter().map(|(_, value)| decode(value)).collect::<Result<_, _>>()?;
    Ok((devices, page.more))
}

/// Removes all devices of a user, in the background.
pub fn delete_all(tx: &Tx, pool: &str, sub: &str) {
    super::pools::purge(tx, &of_user(pool, sub));
}
