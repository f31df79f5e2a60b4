//! The tables of policies for client metadata documents, and of the documents that were fetched.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, expiry, sweep, tags};
use crate::clock::Timestamp;
use crate::model::{ClientMetadata, MetadataPolicy};
use std::sync::Arc;

impl Record for MetadataPolicy {
    const TABLE: &'static str = "metadata_policies";
}

impl Record for ClientMetadata {
    const TABLE: &'static str = "client_metadata";
}

fn policy_key(pool: &str, id: &str) -> Key {
    Key::new(tags::METADATA_POLICY).part(pool).part(id)
}

/// The policy whose documents are meant.
#[derive(Clone, Copy)]
pub struct DocumentsOf<'a> {
    pub pool: &'a str,
    pub policy: &'a str,
}

impl DocumentsOf<'_> {
    fn prefix(self) -> Key {
        Key::new(tags::CLIENT_METADATA).part(self.pool).part(self.policy)
    }
}

pub async fn policy(read: &impl Read, pool: &str, id: &str) -> Result<Option<Arc<MetadataPolicy>>, StoreError> {
    read.get_shared(&policy_key(pool, id)).await
}

pub fn put_policy(tx: &Tx, pool: &str, policy: &MetadataPolicy) -> Result<(), StoreError> {
    tx.put(policy_key(pool, &policy.id), policy)
}

/// Removes a policy. The documents that it let in are purged in the background; its id is never used again.
pub fn delete_policy(tx: &Tx, pool: &str, id: &str) {
    tx.delete(policy_key(pool, id));
    sweep::purge(tx, &DocumentsOf { pool, policy: id }.prefix());
}

/// Policies of a pool by id, and whether there are more.
pub async fn policies(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<MetadataPolicy>, bool), StoreError> {
    page(read, &Key::new(tags::METADATA_POLICY).part(pool), after.map(|id| policy_key(pool, id)), limit).await
}

/// The document of this URL, unless it has expired.
pub async fn document(
    read: &impl Read,
    of: DocumentsOf<'_>,
    url: &str,
    now: Timestamp,
) -> Result<Option<ClientMetadata>, StoreError> {
    read.get_live(&of.prefix().part(url), now).await
}

pub fn put_document(tx: &Tx, pool: &str, document: &ClientMetadata) -> Result<(), StoreError> {
    let of = DocumentsOf { pool, policy: &document.policy_id };
    tx.put_until(of.prefix().part(&document.url), document, document.until)
}

pub fn delete_document(tx: &Tx, of: DocumentsOf<'_>, url: &str) {
    tx.delete(of.prefix().part(url));
}

/// The number of documents of a policy, expired ones that were not swept yet among them, counted up to `most`.
pub async fn count_documents(read: &impl Read, of: DocumentsOf<'_>, most: usize) -> Result<usize, StoreError> {
    Ok(read.scan(&of.prefix(), None, most).await?.entries.len())
}

/// Documents of a policy by URL that have not expired, and the URL after which the next page starts. A page may have
/// fewer than `limit` although there are more.
pub async fn documents(
    read: &impl Read,
    of: DocumentsOf<'_>,
    after: Option<&str>,
    limit: usize,
    now: Timestamp,
) -> Result<(Vec<ClientMetadata>, Option<String>), StoreError> {
    let after = after.map(|url| of.prefix().part(url).into_bytes());
    let page = read.scan(&of.prefix(), after.as_deref(), limit).await?;
    let last = page.entries.last().filter(|_| page.more).and_then(|(key, _)| Key::last_part(key));
    let mut found = Vec::new();
    for (_, stored) in &page.entries {
        found.extend(expiry::live(stored, now)?);
    }
    Ok((found, last))
}
