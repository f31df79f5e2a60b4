//! Tables of the hosted pages: their appearance and their links. All keys of a pool have one prefix, followed by the
//! kind.

use super::listing::page;
use super::{Key, Read, Record, StoreError, Tx, tags};
use crate::model::{Asset, Customization, Style, Terms};

const CUSTOMIZATION: &str = "ui";
const STYLE: &str = "style";
const STYLE_OF: &str = "style-of";
const TERMS: &str = "terms";
const TERMS_OF: &str = "terms-of";

impl Record for Customization {
    const TABLE: &'static str = "ui_customizations";
}

impl Record for Style {
    const TABLE: &'static str = "styles";
}

impl Record for Terms {
    const TABLE: &'static str = "terms";
}

impl Record for Asset {
    const TABLE: &'static str = "assets";
}

fn kind(pool: &str, kind: &str) -> Key {
    Key::new(tags::PAGES).part(pool).part(kind)
}

fn asset_key(pool: &str, id: &str) -> Key {
    Key::new(tags::ASSET).part(pool).part(id)
}

/// The classic UI customization of a client, or of `ALL`.
pub async fn customization(read: &impl Read, pool: &str, client: &str) -> Result<Option<Customization>, StoreError> {
    read.get(&kind(pool, CUSTOMIZATION).part(client)).await
}

pub fn put_customization(tx: &Tx, pool: &str, look: &Customization) -> Result<(), StoreError> {
    tx.put(kind(pool, CUSTOMIZATION).part(&look.client), look)
}

pub fn delete_customization(tx: &Tx, pool: &str, client: &str) {
    tx.delete(kind(pool, CUSTOMIZATION).part(client));
}

pub async fn style(read: &impl Read, pool: &str, id: &str) -> Result<Option<Style>, StoreError> {
    read.get(&kind(pool, STYLE).part(id)).await
}

/// The id of a client's style.
pub async fn style_of(read: &impl Read, pool: &str, client: &str) -> Result<Option<String>, StoreError> {
    text(read, &kind(pool, STYLE_OF).part(client)).await
}

pub fn put_style(tx: &Tx, pool: &str, style: &Style) -> Result<(), StoreError> {
    tx.put_bytes(kind(pool, STYLE_OF).part(&style.client), style.id.clone().into_bytes());
    tx.put(kind(pool, STYLE).part(&style.id), style)
}

/// Removes a style and its images.
pub fn delete_style(tx: &Tx, pool: &str, style: &Style) {
    for asset in &style.assets {
        delete_asset(tx, pool, &asset.id);
    }
    tx.delete(kind(pool, STYLE_OF).part(&style.client));
    tx.delete(kind(pool, STYLE).part(&style.id));
}

/// The number of styles of a pool, counted up to `most`.
pub async fn count_styles(read: &impl Read, pool: &str, most: usize) -> Result<usize, StoreError> {
    Ok(read.scan(&kind(pool, STYLE), None, most).await?.entries.len())
}

pub async fn terms(read: &impl Read, pool: &str, id: &str) -> Result<Option<Terms>, StoreError> {
    read.get(&kind(pool, TERMS).part(id)).await
}

/// The id of a client's terms with this name.
pub async fn terms_of(read: &impl Read, pool: &str, client: &str, name: &str) -> Result<Option<String>, StoreError> {
    text(read, &kind(pool, TERMS_OF).part(client).part(name)).await
}

pub fn put_terms(tx: &Tx, pool: &str, terms: &Terms) -> Result<(), StoreError> {
    tx.put_bytes(kind(pool, TERMS_OF).part(&terms.client).part(&terms.name), terms.id.clone().into_bytes());
    tx.put(kind(pool, TERMS).part(&terms.id), terms)
}

pub fn delete_terms(tx: &Tx, pool: &str, terms: &Terms) {
    tx.delete(kind(pool, TERMS_OF).part(&terms.client).part(&terms.name));
    tx.delete(kind(pool, TERMS).part(&terms.id));
}

/// Terms of a pool by id, and whether there are more.
pub async fn list_terms(
    read: &impl Read,
    pool: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<(Vec<Terms>, bool), StoreError> {
    let prefix = kind(pool, TERMS);
    let after = after.map(|id| prefix.clone().part(id));
    page(read, &prefix, after, limit).await
}

pub async fn asset(read: &impl Read, pool: &str, id: &str) -> Result<Option<Asset>, StoreError> {
    read.get(&asset_key(pool, id)).await
}

pub fn put_asset(tx: &Tx, pool: &str, id: &str, asset: &Asset) -> Result<(), StoreError> {
    tx.put(asset_key(pool, id), asset)
}

pub fn delete_asset(tx: &Tx, pool: &str, id: &str) {
    tx.delete(asset_key(pool, id));
}

async fn text(read: &impl Read, key: &Key) -> Result<Option<String>, StoreError> {
    Ok(read.bytes(key).await?.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}
