//! Styles of managed login: one per client, with settings that depart from the default look, and images.

use super::{contrast, document, image};
use crate::config::quotas::Quota;
use crate::context::Context;
use crate::domain::pools::{self, quotas};
use crate::fault::Fault;
use crate::model::{Asset, Pool, Style, StyleAsset};
use crate::shapes::idp as api;
use crate::store::pools::insert_serialised;
use crate::store::{Read, branding as store, tags};
use api::{AssetCategoryType as Category, AssetExtensionType as Extension};
use serde_json::Value;

/// The largest settings document, in bytes.
const LARGEST_SETTINGS: usize = 512 * 1024;
/// The most bytes that a style's images may have together.
const LARGEST_ASSETS: usize = 2_000_000;

/// What Create and UpdateManagedLoginBranding say.
#[derive(Debug, Clone, Default)]
pub struct StyleSettings {
    /// Whether the style is the default look.
    pub defaults: Option<bool>,
    /// What departs from the default.
    pub settings: Option<Value>,
    /// Images.
    pub assets: Option<Vec<api::AssetType>>,
}

/// A style with its images.
pub struct Shown {
    /// The style.
    pub style: Style,
    /// Its settings, merged with the default where that was asked for.
    pub settings: Option<Value>,
    /// Its images with their bytes.
    pub assets: Vec<(StyleAsset, Vec<u8>)>,
}

/// Images that come with a change: those to be written, and the whole list afterwards.
struct Assets {
    new: Vec<(String, Asset)>,
    list: Vec<StyleAsset>,
}

/// Makes the style of a client.
pub async fn create(cx: &Context, pool_id: &str, client_id: &str, wanted: StyleSettings) -> Result<Style, Fault> {
    let settings = check(&wanted)?;
    let assets = take_assets(wanted.assets.as_deref().unwrap_or_default(), &[])?;
    let style = Style {
        id: crate::rng::uuid()?,
        client: client_id.to_owned(),
        defaults: wanted.defaults.unwrap_or(false),
        settings,
        assets: assets.list,
        created: cx.now,
        modified: cx.now,
    };
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            pools::client_of(tx, &pool, client_id).await?;
            if store::style_of(tx, &pool.id, client_id).await?.is_some() {
                return Err(Fault::modelled(
                    "ManagedLoginBrandingExistsException",
                    "The app client already has a managed login branding style.",
                ));
            }
            insert_serialised(tx, &pool.id, tags::PAGES).await?;
            let most = quotas::most(cx, Quota::BrandingStyles);
            if store::count_styles(tx, &pool.id, most).await? >= most {
                return Err(quotas::exceeded(cx, Quota::BrandingStyles));
            }
            for (id, asset) in &assets.new {
                store::put_asset(tx, &pool.id, id, asset)?;
            }
            store::put_style(tx, &pool.id, &style)?;
            Ok(style.clone())
        })
        .await?;
    warn_of_contrast(pool_id, &style)?;
    Ok(style)
}

/// Changes a style; what is left out stays, and the default look takes all away.
pub async fn update(cx: &Context, pool_id: &str, id: &str, wanted: StyleSettings) -> Result<Style, Fault> {
    let settings = check(&wanted)?;
    let style = cx
        .services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            let before = get(tx, &pool, id).await?;
            let defaults = wanted.defaults == Some(true);
            let assets = match &wanted.assets {
                _ if defaults => Assets { new: Vec::new(), list: Vec::new() },
                Some(given) => take_assets(given, &before.assets)?,
                None => Assets { new: Vec::new(), list: before.assets.clone() },
            };
            for old in before.assets.iter().filter(|old| !assets.list.iter().any(|kept| kept.id == old.id)) {
                store::delete_asset(tx, &pool.id, &old.id);
            }
            for (id, asset) in &assets.new {
                store::put_asset(tx, &pool.id, id, asset)?;
            }
            let settings = if defaults { None } else { settings.clone().or(before.settings) };
            let style = Style { defaults, settings, assets: assets.list, modified: cx.now, ..before };
            store::put_style(tx, &pool.id, &style)?;
            Ok(style)
        })
        .await?;
    warn_of_contrast(pool_id, &style)?;
    Ok(style)
}

/// Removes a style.
pub async fn delete(cx: &Context, pool_id: &str, id: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let pool = pools::pool(tx, pool_id).await?;
            store::delete_style(tx, &pool.id, &get(tx, &pool, id).await?);
            Ok(())
        })
        .await
}

/// The style `id`, or `ResourceNotFoundException`.
pub async fn get(read: &impl Read, pool: &Pool, id: &str) -> Result<Style, Fault> {
    let found = store::style(read, &pool.id, id).await?;
    found.ok_or_else(|| Fault::not_found(format!("Managed login branding {id} does not exist.")))
}

/// The style of a client, or `ResourceNotFoundException`.
pub async fn of_client(read: &impl Read, pool: &Pool, client_id: &str) -> Result<Style, Fault> {
    pools::client_of(read, pool, client_id).await?;
    match store::style_of(read, &pool.id, client_id).await? {
        Some(id) => get(read, pool, &id).await,
        None => Err(Fault::not_found(format!("App client {client_id} has no managed login branding."))),
    }
}

/// A style with its images, `merged` with the default look or as it was given.
pub async fn show(read: &impl Read, pool: &Pool, style: Style, merged: bool) -> Result<Shown, Fault> {
    let own: Option<Value> =
        style.settings.as_deref().map(serde_json::from_str).transpose().map_err(Fault::internal)?;
    let settings = if merged {
        let mut whole = document::default_settings()?;
        merge(&mut whole, own.unwrap_or(Value::Null));
        Some(whole)
    } else {
        own
    };
    let mut assets = Vec::new();
    for asset in &style.assets {
        if let Some(found) = store::asset(read, &pool.id, &asset.id).await? {
            assets.push((asset.clone(), found.bytes));
        }
    }
    Ok(Shown { style, settings, assets })
}

/// The settings of a style.
#[derive(Debug, Clone)]
pub struct Document {
    /// What was set.
    pub own: Value,
    /// The same laid over the default look.
    pub whole: Value,
}

/// The settings of a style; `None` for the default look.
pub fn document(style: &Style) -> Result<Option<Document>, Fault> {
    if style.defaults {
        return Ok(None);
    }
    let own: Option<Value> =
        style.settings.as_deref().map(serde_json::from_str).transpose().map_err(Fault::internal)?;
    let own = own.unwrap_or_else(|| Value::Object(Default::default()));
    let mut whole = document::default_settings()?;
    merge(&mut whole, own.clone());
    Ok(Some(Document { own, whole }))
}

/// A style with settings that are not saved; its images are those that are.
pub fn unsaved(saved: Option<Style>, settings: &Value) -> Result<Style, Fault> {
    document::check(settings)?;
    let assets = saved.map(|saved| saved.assets).unwrap_or_default();
    Ok(Style { defaults: false, settings: Some(settings.to_string()), assets, ..Style::default() })
}

/// Images that are not saved, checked as those that are.
pub fn images_of(given: &[api::AssetType]) -> Result<Vec<(StyleAsset, Asset)>, Fault> {
    let Assets { new, list } = take_assets(given, &[])?;
    let image = |asset: StyleAsset| new.iter().find(|(id, _)| *id == asset.id).map(|(_, image)| (asset, image.clone()));
    Ok(list.into_iter().filter_map(image).collect())
}

/// Lays `over` onto `base`, member by member; lists and plain values replace.
fn merge(base: &mut Value, over: Value) {
    match (base, over) {
        (Value::Object(base), Value::Object(over)) => {
            for (name, value) in over {
                merge(base.entry(name).or_insert(Value::Null), value);
            }
        }
        (_, Value::Null) => {}
        (base, over) => *base = over,
    }
}

/// Checks what a request says, and gives the settings as they are kept.
fn check(wanted: &StyleSettings) -> Result<Option<String>, Fault> {
    let own = wanted.settings.is_some() || wanted.assets.as_ref().is_some_and(|assets| !assets.is_empty());
    match (wanted.defaults, own) {
        (Some(true), true) => {
            return Err(Fault::invalid("Settings and Assets cannot be given together with UseCognitoProvidedValues."));
        }
        (Some(true), false) | (_, true) => {}
        (_, false) => return Err(Fault::invalid("One of UseCognitoProvidedValues, Settings and Assets is required.")),
    }
    let Some(settings) = &wanted.settings else { return Ok(None) };
    document::check(settings)?;
    let text = settings.to_string();
    if text.len() > LARGEST_SETTINGS {
        return Err(Fault::invalid(format!("Settings is larger than {LARGEST_SETTINGS} bytes.")));
    }
    Ok(Some(text))
}

/// Reads the images of a request: new ones by their bytes, kept ones by their ids among those that the style `had`.
fn take_assets(given: &[api::AssetType], had: &[StyleAsset]) -> Result<Assets, Fault> {
    let mut assets = Assets { new: Vec::new(), list: Vec::new() };
    for asset in given {
        let place = format!("{} {}", asset.category, asset.color_mode);
        let same = |other: &StyleAsset| {
            (other.category, other.color_mode, other.extension) == (asset.category, asset.color_mode, asset.extension)
                && (asset.category != Category::IdpButtonIcon || other.resource == asset.resource_id)
        };
        if assets.list.iter().any(same) {
            return Err(Fault::invalid(format!("The asset {place} {} is given more than once.", asset.extension)));
        }
        let fits = match asset.category {
            Category::FaviconIco => asset.extension == Extension::Ico,
            Category::FaviconSvg => asset.extension == Extension::Svg,
            _ => true,
        };
        if !fits {
            return Err(Fault::invalid(format!("The asset {place} cannot have the extension {}.", asset.extension)));
        }
        let (id, size) = match (&asset.bytes, &asset.resource_id) {
            (Some(bytes), _) if !bytes.0.is_empty() => {
                let Some(image) = image::taken(asset.extension, &bytes.0) else {
                    return Err(Fault::invalid(format!(
                        "The asset {place} is not what its extension {} says.",
                        asset.extension
                    )));
                };
                let (id, size) = (crate::rng::uuid()?, image.bytes.len());
                assets.new.push((id.clone(), image));
                (id, size)
            }
            (_, Some(id)) => match had.iter().find(|other| other.id == *id && other.extension == asset.extension) {
                Some(kept) => (id.clone(), kept.size),
                None => {
                    return Err(Fault::invalid(format!(
                        "The asset {place} names a resource that the style does not have."
                    )));
                }
            },
            _ => return Err(Fault::invalid(format!("The asset {place} needs Bytes or a ResourceId."))),
        };
        assets.list.push(StyleAsset {
            category: asset.category,
            color_mode: asset.color_mode,
            extension: asset.extension,
            resource: resource_of(asset, had, &id),
            id,
            size,
        });
    }
    if assets.list.iter().map(|asset| asset.size).sum::<usize>() > LARGEST_ASSETS {
        return Err(Fault::invalid(format!("The assets of a style can have at most {LARGEST_ASSETS} bytes together.")));
    }
    Ok(assets)
}

/// The provider that an icon is for: named beside its bytes, or as it was.
fn resource_of(asset: &api::AssetType, had: &[StyleAsset], id: &str) -> Option<String> {
    let is_new = asset.bytes.as_ref().is_some_and(|bytes| !bytes.0.is_empty());
    if is_new { asset.resource_id.clone() } else { had.iter().find(|a| a.id == id).and_then(|a| a.resource.clone()) }
}

/// Tells the operator of colours that are hard to read. They are taken: whose pages these are decides.
fn warn_of_contrast(pool: &str, style: &Style) -> Result<(), Fault> {
    if let Some(document) = document(style)? {
        for warning in contrast::warnings(&document.whole) {
            tracing::warn!(pool, client = %style.client, "the contrast of a style is below WCAG AA: {warning}");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn settings_are_laid_over_the_default() {
        let mut base = json!({"a": {"b": 1, "c": [1, 2]}, "d": 1});
        merge(&mut base, json!({"a": {"c": [3]}, "e": {"f": 1}}));
        assert_eq!(base, json!({"a": {"b": 1, "c": [3]}, "d": 1, "e": {"f": 1}}));
    }
}
