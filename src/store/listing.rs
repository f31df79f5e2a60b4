//! Pages of records and of key components.

use super::{Key, Read, Record, StoreError, decode};

/// The records at keys with `prefix` after the key `after`, and whether there are more.
pub(super) async fn page<R: Record>(
    read: &impl Read,
    prefix: &Key,
    after: Option<Key>,
    limit: usize,
) -> Result<(Vec<R>, bool), StoreError> {
    let page = read.scan(prefix, after.as_ref().map(Key::bytes), limit).await?;
    let records = page.entries.iter().map(|(_, value)| decode(value)).collect::<Result<_, _>>()?;
    Ok((records, page.more))
}

/// The last components of the keys with `prefix` whose last component is greater than `after`, and whether there are
/// more.
pub(super) async fn last_parts(
    read: &impl Read,
    prefix: &Key,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<String>, bool), StoreError> {
    let after = after.map(|last| prefix.clone().part(last).into_bytes());
    let page = read.scan(prefix, after.as_deref(), limit).await?;
    Ok((page.entries.iter().filter_map(|(key, _)| Key::last_part(key)).collect(), page.more))
}
