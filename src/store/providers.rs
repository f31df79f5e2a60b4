//! Tables of identity providers, their identifiers, and a pool's SAML keys.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{IdentityProvider, SamlKeys};

impl Record for IdentityProvider {
    const TABLE: &'static str = "identity_providers";
}

impl Record for SamlKeys {
    const TABLE: &'static str = "saml_keys";
}

fn key(pool: &str, name: &str) -> Key {
    Key::new(tags::PROVIDER).part(pool).part(name)
}

fn identifier_key(pool: &str, identifier: &str) -> Key {
    Key::new(tags::PROVIDER_IDENTIFIER).part(pool).part(identifier)
}

fn saml_key(pool: &str) -> Key {
    Key::new(tags::SAML_KEYS).part(pool)
}

pub async fn get(read: &impl Read, pool: &str, name: &str) -> Result<Option<IdentityProvider>, StoreError> {
    read.get(&key(pool, name)).await
}

/// The name of the provider with this identifier.
pub async fn identified(read: &impl Read, pool: &str, identifier: &str) -> Result<Option<String>, StoreError> {
    let name = read.bytes(&identifier_key(pool, identifier)).await?;
    Ok(name.map(|name| String::from_utf8_lossy(&name).into_owned()))
}

/// Writes a provider and its identifiers. Identifiers that only `before` had become free.
pub fn put(
    tx: &Tx,
    pool: &str,
    before: Option<&IdentityProvider>,
    provider: &IdentityProvider,
) -> Result<(), StoreError> {
    for identifier in before.iter().flat_map(|before| &before.identifiers) {
        tx.delete(identifier_key(pool, identifier));
    }
    for identifier in &provider.identifiers {
        tx.put_bytes(identifier_key(pool, identifier), provider.name.clone().into_bytes());
    }
    tx.put(key(pool, &provider.name), provider)
}

/// Removes a provider and its identifiers.
pub fn delete(tx: &Tx, pool: &str, provider: &IdentityProvider) {
    for identifier in &provider.identifiers {
        tx.delete(identifier_key(pool, identifier));
    }
    tx.delete(key(pool, &provider.name));
}

/// Providers of a pool by name, and whether there are more.
pub async fn list(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<IdentityProvider>, bool), StoreError> {
    page(read, &Key::new(tags::PROVIDER).part(pool), after.map(|name| key(pool, name)), limit).await
}

/// The number of providers of a pool, counted up to `most`.
pub async fn count(read: &impl Read, pool: &str, most: usize) -> Result<usize, StoreError> {
    Ok(read.scan(&Key::new(tags::PROVIDER).part(pool), None, most).await?.entries.len())
}

pub async fn saml_keys(read: &impl Read, pool: &str) -> Result<Option<SamlKeys>, StoreError> {
    read.get(&saml_key(pool)).await
}

pub fn put_saml_keys(tx: &Tx, pool: &str, keys: &SamlKeys) -> Result<(), StoreError> {
    tx.put(saml_key(pool), keys)
}
