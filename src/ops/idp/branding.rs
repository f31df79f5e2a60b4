//! The looks of a pool's own pages.

use crate::context::Context;
use crate::domain::branding::asset_url;
use crate::domain::branding::customization::{self, ALL};
use crate::domain::branding::managed_login::{self, Shown, StyleSettings};
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::{Customization, Pool, Style};
use crate::shapes::Blob;
use crate::shapes::idp::*;

/// `SetUICustomization`: replaces; with neither CSS nor image it takes the look away.
pub async fn set_ui_customization(
    cx: &Context,
    input: SetUICustomizationRequest,
) -> Result<SetUICustomizationResponse, Fault> {
    let client = input.client_id.as_deref().unwrap_or(ALL);
    let look =
        customization::set(cx, &input.user_pool_id, client, input.css, input.image_file.map(|image| image.0)).await?;
    Ok(SetUICustomizationResponse { ui_customization: customized(cx, &input.user_pool_id, &look) })
}

/// `GetUICustomization`: the client's own, else that of all; an empty shape where nothing is set.
pub async fn get_ui_customization(
    cx: &Context,
    input: GetUICustomizationRequest,
) -> Result<GetUICustomizationResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let look = customization::get(&cx.services.store, &pool, input.client_id.as_deref().unwrap_or(ALL)).await?;
    Ok(GetUICustomizationResponse {
        ui_customization: look.map(|look| customized(cx, &pool.id, &look)).unwrap_or_default(),
    })
}

fn customized(cx: &Context, pool_id: &str, look: &Customization) -> UICustomizationType {
    let version = time::OffsetDateTime::from_unix_timestamp(look.modified.secs())
        .ok()
        .and_then(|at| at.format(time::macros::format_description!("[year][month][day][hour][minute][second]")).ok());
    UICustomizationType {
        user_pool_id: Some(pool_id.to_owned()),
        client_id: Some(look.client.clone()),
        image_url: look.image.as_ref().map(|image| asset_url(cx, pool_id, image)),
        css_version: version.filter(|_| look.css.is_some()),
        css: look.css.clone(),
        last_modified_date: Some(look.modified),
        creation_date: Some(look.created),
    }
}

/// `CreateManagedLoginBranding`.
pub async fn create_managed_login_branding(
    cx: &Context,
    input: CreateManagedLoginBrandingRequest,
) -> Result<CreateManagedLoginBrandingResponse, Fault> {
    let wanted =
        StyleSettings { defaults: input.use_cognito_provided_values, settings: input.settings, assets: input.assets };
    let style = managed_login::create(cx, &input.user_pool_id, &input.client_id, wanted).await?;
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    Ok(CreateManagedLoginBrandingResponse { managed_login_branding: Some(shown(cx, &pool, style, None).await?) })
}

/// `UpdateManagedLoginBranding`: members that are left out stay.
pub async fn update_managed_login_branding(
    cx: &Context,
    input: UpdateManagedLoginBrandingRequest,
) -> Result<UpdateManagedLoginBrandingResponse, Fault> {
    let (Some(pool_id), Some(id)) = (input.user_pool_id, input.managed_login_branding_id) else {
        return Err(Fault::invalid("UserPoolId and ManagedLoginBrandingId are required."));
    };
    let wanted =
        StyleSettings { defaults: input.use_cognito_provided_values, settings: input.settings, assets: input.assets };
    let style = managed_login::update(cx, &pool_id, &id, wanted).await?;
    let pool = pools::pool(&cx.services.store, &pool_id).await?;
    Ok(UpdateManagedLoginBrandingResponse { managed_login_branding: Some(shown(cx, &pool, style, None).await?) })
}

/// `DeleteManagedLoginBranding`.
pub async fn delete_managed_login_branding(
    cx: &Context,
    input: DeleteManagedLoginBrandingRequest,
) -> Result<(), Fault> {
    managed_login::delete(cx, &input.user_pool_id, &input.managed_login_branding_id).await
}

/// `DescribeManagedLoginBranding`.
pub async fn describe_managed_login_branding(
    cx: &Context,
    input: DescribeManagedLoginBrandingRequest,
) -> Result<DescribeManagedLoginBrandingResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let style = managed_login::get(&cx.services.store, &pool, &input.managed_login_branding_id).await?;
    Ok(DescribeManagedLoginBrandingResponse {
        managed_login_branding: Some(shown(cx, &pool, style, input.return_merged_resources).await?),
    })
}

/// `DescribeManagedLoginBrandingByClient`.
pub async fn describe_managed_login_branding_by_client(
    cx: &Context,
    input: DescribeManagedLoginBrandingByClientRequest,
) -> Result<DescribeManagedLoginBrandingByClientResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let style = managed_login::of_client(&cx.services.store, &pool, &input.client_id).await?;
    let shown = shown(cx, &pool, style, input.return_merged_resources).await?;
    Ok(DescribeManagedLoginBrandingByClientResponse { managed_login_branding: Some(shown) })
}

async fn shown(
    cx: &Context,
    pool: &Pool,
    style: Style,
    merged: Option<bool>,
) -> Result<ManagedLoginBrandingType, Fault> {
    let Shown { style, settings, assets } =
        managed_login::show(&cx.services.store, pool, style, merged == Some(true)).await?;
    let assets = assets.into_iter().map(|(asset, bytes)| AssetType {
        category: asset.category,
        color_mode: asset.color_mode,
        extension: asset.extension,
        bytes: Some(Blob(bytes)),
        resource_id: Some(asset.id),
    });
    Ok(ManagedLoginBrandingType {
        managed_login_branding_id: Some(style.id),
        user_pool_id: Some(pool.id.clone()),
        use_cognito_provided_values: Some(style.defaults),
        settings,
        assets: Some(assets.collect()),
        creation_date: Some(style.created),
        last_modified_date: Some(style.modified),
    })
}
