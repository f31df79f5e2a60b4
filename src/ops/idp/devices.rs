//! Remembered devices.

use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::tokens::verify_access_token;
use crate::domain::users::devices::{self, NewDevice};
use crate::domain::{pools, users::lookup};
use crate::fault::{Cause, Fault};
use crate::model::{Device, Pool, User};
use crate::ops::paging;
use crate::shapes::idp::*;
use std::sync::Arc;

fn view(cx: &Context, pool: &Pool, user: &User, device: Device) -> DeviceType {
    let owner = format!("{}.{}", user.username, pool.id);
    let account = &cx.services.config.identity.account_id;
    let arn = format!("arn:aws:cognito-idp:{}:{account}:owner/{owner}/device/{}", pool.region(), device.key);
    let remembered = if device.remembered {
        DeviceRememberedStatusType::Remembered
    } else {
        DeviceRememberedStatusType::NotRemembered
    };
    let attributes = [
        ("device_status", Some("valid".to_owned())),
        ("device_name", device.name),
        ("dev:device_arn", Some(arn)),
        ("dev:device_owner", Some(owner)),
        ("last_ip_used", Some(device.last_ip)),
        ("dev:device_remembered_status", Some(remembered.as_str().to_owned())),
        ("dev:device_sdk", Some(device.sdk)),
    ];
    let shown = attributes.into_iter().filter(|(_, value)| value.is_some());
    DeviceType {
        device_attributes: Some(shown.map(|(name, value)| AttributeType { name: name.to_owned(), value }).collect()),
        device_key: Some(device.key),
        device_create_date: Some(device.created),
        device_last_modified_date: Some(device.modified),
        device_last_authenticated_date: Some(device.authenticated),
    }
}

/// The session of an operation whose model leaves the token out; without it nobody is meant.
async fn verify_given(cx: &Context, token: Option<&str>) -> Result<VerifiedAccessToken, Fault> {
    verify_access_token(cx, token.ok_or_else(|| Fault::invalid("Missing required parameter AccessToken"))?).await
}

/// The pool and the user of an administrator's call.
async fn owner(cx: &Context, pool: &str, username: &str) -> Result<(Arc<Pool>, User), Fault> {
    let pool = pools::pool(&cx.services.store, pool).await?;
    let user = lookup::known(&cx.services.store, &pool, username).await?;
    Ok((pool, user))
}

/// [`owner`], for operations that have no error of their own for an unknown user.
async fn owner_to_read(cx: &Context, pool: &str, username: &str) -> Result<(Arc<Pool>, User), Fault> {
    owner(cx, pool, username).await.map_err(|fault| match fault.cause() {
        Cause::UserNotFound => Fault::not_found("User does not exist."),
        _ => fault,
    })
}

async fn get(cx: &Context, pool: &Pool, user: &User, key: &str) -> Result<DeviceType, Fault> {
    devices::require_tracking(pool)?;
    Ok(view(cx, pool, user, devices::known(cx, &cx.services.store, pool, user, key).await?))
}

async fn list(
    cx: &Context,
    pool: &Pool,
    user: &User,
    limit: Option<i32>,
    token: Option<&str>,
) -> Result<(Vec<DeviceType>, Option<String>), Fault> {
    devices::require_tracking(pool)?;
    let call = ["ListDevices", &pool.id, &user.sub];
    let after = paging::after_text(cx, &call, token)?;
    let (found, more) = devices::list(cx, pool, user, after.as_deref(), paging::limit(limit)).await?;
    let last = found.last().filter(|_| more).map(|device| device.key.clone());
    let shown = found.into_iter().map(|device| view(cx, pool, user, device)).collect();
    Ok((shown, paging::token(cx, &call, last)?))
}

/// A call that names no status only makes sure that there is such a device.
async fn update(
    cx: &Context,
    pool: &Pool,
    user: &User,
    key: &str,
    status: Option<DeviceRememberedStatusType>,
) -> Result<(), Fault> {
    match status {
        Some(status) => {
            devices::set_remembered(cx, pool, user, key, status == DeviceRememberedStatusType::Remembered).await
        }
        None => get(cx, pool, user, key).await.map(drop),
    }
}

/// `ConfirmDevice`: begins tracking the device that the token's sign-in named.
pub async fn confirm_device(cx: &Context, input: ConfirmDeviceRequest) -> Result<ConfirmDeviceResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let config = input.device_secret_verifier_config.unwrap_or_default();
    let missing = |name: &str| Fault::invalid(format!("Missing required parameter {name}"));
    let new = NewDevice {
        key: input.device_key,
        name: input.device_name,
        verifier: config.password_verifier.ok_or_else(|| missing("PasswordVerifier"))?,
        salt: config.salt.ok_or_else(|| missing("Salt"))?,
    };
    let asks = devices::confirm(cx, &token, new).await?;
    Ok(ConfirmDeviceResponse { user_confirmation_necessary: Some(asks) })
}

/// `GetDevice`.
pub async fn get_device(cx: &Context, input: GetDeviceRequest) -> Result<GetDeviceResponse, Fault> {
    let token = verify_given(cx, input.access_token.as_deref()).await?;
    Ok(GetDeviceResponse { device: get(cx, &token.pool, &token.user, &input.device_key).await? })
}

/// `AdminGetDevice`.
pub async fn admin_get_device(cx: &Context, input: AdminGetDeviceRequest) -> Result<AdminGetDeviceResponse, Fault> {
    let (pool, user) = owner_to_read(cx, &input.user_pool_id, &input.username).await?;
    Ok(AdminGetDeviceResponse { device: get(cx, &pool, &user, &input.device_key).await? })
}

/// `ListDevices`, by key.
pub async fn list_devices(cx: &Context, input: ListDevicesRequest) -> Result<ListDevicesResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let VerifiedAccessToken { pool, user, .. } = &token;
    let (devices, pagination_token) = list(cx, pool, user, input.limit, input.pagination_token.as_deref()).await?;
    Ok(ListDevicesResponse { devices: Some(devices), pagination_token })
}

/// `AdminListDevices`, by key.
pub async fn admin_list_devices(
    cx: &Context,
    input: AdminListDevicesRequest,
) -> Result<AdminListDevicesResponse, Fault> {
    let (pool, user) = owner_to_read(cx, &input.user_pool_id, &input.username).await?;
    let (devices, pagination_token) = list(cx, &pool, &user, input.limit, input.pagination_token.as_deref()).await?;
    Ok(AdminListDevicesResponse { devices: Some(devices), pagination_token })
}

/// `ForgetDevice`.
pub async fn forget_device(cx: &Context, input: ForgetDeviceRequest) -> Result<(), Fault> {
    let token = verify_given(cx, input.access_token.as_deref()).await?;
    devices::forget(cx, &token.pool, &token.user, &input.device_key).await
}

/// `AdminForgetDevice`.
pub async fn admin_forget_device(cx: &Context, input: AdminForgetDeviceRequest) -> Result<(), Fault> {
    let (pool, user) = owner(cx, &input.user_pool_id, &input.username).await?;
    devices::forget(cx, &pool, &user, &input.device_key).await
}

/// `UpdateDeviceStatus`.
pub async fn update_device_status(
    cx: &Context,
    input: UpdateDeviceStatusRequest,
) -> Result<UpdateDeviceStatusResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    update(cx, &token.pool, &token.user, &input.device_key, input.device_remembered_status).await?;
    Ok(UpdateDeviceStatusResponse {})
}

/// `AdminUpdateDeviceStatus`.
pub async fn admin_update_device_status(
    cx: &Context,
    input: AdminUpdateDeviceStatusRequest,
) -> Result<AdminUpdateDeviceStatusResponse, Fault> {
    let (pool, user) = owner(cx, &input.user_pool_id, &input.username).await?;
    update(cx, &pool, &user, &input.device_key, input.device_remembered_status).await?;
    Ok(AdminUpdateDeviceStatusResponse {})
}
