//! Owns what administrators say about the looks and links of a pool's own pages: classic customization, styles of
//! managed login, terms. Hands off records to `store`. Must not know requests, or how pages are made.

pub mod contrast;
pub mod css;
pub mod customization;
mod document;
mod image;
pub mod managed_login;
pub mod terms;

use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Asset, Client, Pool, StyleAsset};
use crate::shapes::idp::{AssetCategoryType as Category, AssetExtensionType as Extension};
use crate::store::{Tx, branding as store};

/// Names of terms.
const TERMS: [&str; 2] = ["terms-of-use", "privacy-policy"];

/// An image of a pool, for browsers.
pub async fn asset(cx: &Context, pool_id: &str, id: &str) -> Result<Option<Asset>, Fault> {
    Ok(store::asset(&cx.services.store, pool_id, id).await?)
}

/// The address at which browsers find an image.
pub fn asset_url(cx: &Context, pool_id: &str, id: &str) -> String {
    format!("{}/_assets/{pool_id}/{id}", cx.services.config.server.public_url.trim_end_matches('/'))
}

/// The address of a logo that mail programs can show (no drawings): of the client's style of managed login, else of its
/// classic look.
pub async fn logo(cx: &Context, pool: &Pool, client: &str) -> Result<Option<String>, Fault> {
    let read = &cx.services.store;
    let style = match store::style_of(read, &pool.id, client).await? {
        Some(id) => store::style(read, &pool.id, &id).await?,
        None => None,
    };
    let shown = |asset: &&StyleAsset| {
        asset.category == Category::FormLogo && matches!(asset.extension, Extension::Png | Extension::Jpeg)
    };
    if let Some(asset) = style.as_ref().and_then(|style| style.assets.iter().find(shown)) {
        return Ok(Some(asset_url(cx, &pool.id, &asset.id)));
    }
    let look = match store::customization(read, &pool.id, client).await? {
        None if client != customization::ALL => store::customization(read, &pool.id, customization::ALL).await?,
        found => found,
    };
    Ok(look.and_then(|look| look.image).map(|id| asset_url(cx, &pool.id, &id)))
}

/// Removes what was said for a client that goes.
pub async fn forget_client(tx: &Tx, pool: &Pool, client: &Client) -> Result<(), Fault> {
    if let Some(look) = store::customization(tx, &pool.id, &client.id).await? {
        if let Some(image) = &look.image {
            store::delete_asset(tx, &pool.id, image);
        }
        store::delete_customization(tx, &pool.id, &client.id);
    }
    if let Some(id) = store::style_of(tx, &pool.id, &client.id).await?
        && let Some(style) = store::style(tx, &pool.id, &id).await?
    {
        store::delete_style(tx, &pool.id, &style);
    }
    for name in TERMS {
        if let Some(id) = store::terms_of(tx, &pool.id, &client.id, name).await?
            && let Some(terms) = store::terms(tx, &pool.id, &id).await?
        {
            store::delete_terms(tx, &pool.id, &terms);
        }
    }
    Ok(())
}
