//! Users, by administrators.

use super::view;
use crate::context::Context;
use crate::domain::pools;
use crate::domain::tokens::logout_notices;
use crate::domain::users::admin::{self, NewUser};
use crate::domain::users::{attributes, factors, lookup, search};
use crate::fault::Fault;
use crate::ops::paging;
use crate::secret::Secret;
use crate::shapes::idp::*;

/// `AdminCreateUser`: with a temporary password and an invitation.
pub async fn admin_create_user(cx: &Context, input: AdminCreateUserRequest) -> Result<AdminCreateUserResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let new = NewUser {
        username: input.username,
        attributes: attributes::of_new_user(input.user_attributes)?,
        temporary_password: input.temporary_password.filter(|text| !text.is_empty()).map(Secret::new),
        force_alias: input.force_alias_creation.unwrap_or(false),
        action: input.message_action,
        mediums: input.desired_delivery_mediums.unwrap_or_default(),
        validation: input.validation_data.map(|list| view::attributes(Some(list))).transpose()?,
    };
    let user = admin::create(&cx.passing_on(input.client_metadata), &pool, new).await?;
    Ok(AdminCreateUserResponse { user: Some(view::user(&user, None)) })
}

/// `AdminGetUser`.
pub async fn admin_get_user(cx: &Context, input: AdminGetUserRequest) -> Result<AdminGetUserResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let user = lookup::known(&cx.services.store, &pool, &input.username).await?;
    Ok(AdminGetUserResponse {
        user_attributes: Some(attributes::to_list(&user)),
        user_create_date: Some(user.created),
        user_last_modified_date: Some(user.modified),
        enabled: Some(user.enabled),
        user_status: Some(user.status),
        preferred_mfa_setting: factors::preferred(&user),
        user_mfa_setting_list: factors::settings(&user),
        mfa_options: (!user.mfa_options.is_empty()).then(|| user.mfa_options.clone()),
        username: user.username,
    })
}

/// `AdminDeleteUser`.
pub async fn admin_delete_user(cx: &Context, input: AdminDeleteUserRequest) -> Result<(), Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    admin::delete(cx, &pool, &input.username).await
}

/// `AdminEnableUser`.
pub async fn admin_enable_user(cx: &Context, input: AdminEnableUserRequest) -> Result<AdminEnableUserResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    admin::enable(cx, &pool, &input.username, true).await?;
    Ok(AdminEnableUserResponse {})
}

/// `AdminDisableUser`: also ends all sessions.
pub async fn admin_disable_user(
    cx: &Context,
    input: AdminDisableUserRequest,
) -> Result<AdminDisableUserResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    logout_notices::enable(cx, &pool, &input.username, false).await?;
    Ok(AdminDisableUserResponse {})
}

/// `AdminUserGlobalSignOut`.
pub async fn admin_user_global_sign_out(
    cx: &Context,
    input: AdminUserGlobalSignOutRequest,
) -> Result<AdminUserGlobalSignOutResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    logout_notices::sign_out(cx, &pool, &input.username).await?;
    Ok(AdminUserGlobalSignOutResponse {})
}

/// `AdminUpdateUserAttributes`: verified flags included.
pub async fn admin_update_user_attributes(
    cx: &Context,
    input: AdminUpdateUserAttributesRequest,
) -> Result<AdminUpdateUserAttributesResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let cx = &cx.passing_on(input.client_metadata);
    admin::update_attributes(cx, &pool, &input.username, &view::attributes(Some(input.user_attributes))?).await?;
    Ok(AdminUpdateUserAttributesResponse {})
}

/// `AdminDeleteUserAttributes`.
pub async fn admin_delete_user_attributes(
    cx: &Context,
    input: AdminDeleteUserAttributesRequest,
) -> Result<AdminDeleteUserAttributesResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    admin::delete_attributes(cx, &pool, &input.username, &input.user_attribute_names).await?;
    Ok(AdminDeleteUserAttributesResponse {})
}

/// `ListUsers`: filtered by an index, a page at a time.
pub async fn list_users(cx: &Context, input: ListUsersRequest) -> Result<ListUsersResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let text = input.filter.unwrap_or_default();
    let filter = search::parse(&text)?;
    if let Some(names) = &input.attributes_to_get {
        search::check_names(&pool, names)?;
    }
    let call = ["ListUsers", &pool.id, &text];
    let after = paging::after(cx, &call, input.pagination_token.as_deref())?;
    let page = search::list(cx, &pool, filter, after, paging::limit(input.limit)).await?;
    Ok(ListUsersResponse {
        users: Some(page.users.iter().map(|user| view::user(user, input.attributes_to_get.as_deref())).collect()),
        pagination_token: paging::token(cx, &call, page.last)?,
    })
}
