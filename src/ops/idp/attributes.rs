//! A user's own profile, by access token.

use super::view;
use crate::context::Context;
use crate::domain::tokens::{logout_notices, verify_access_token};
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::{admin, factors, verification};
use crate::fault::{Cause, Fault};
use crate::shapes::idp::*;

/// `GetUser`: the attributes that the token's client may read.
pub async fn get_user(cx: &Context, input: GetUserRequest) -> Result<GetUserResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    Ok(GetUserResponse {
        user_attributes: attributes::readable(&token.user, &token.client),
        preferred_mfa_setting: factors::preferred(&token.user),
        user_mfa_setting_list: factors::settings(&token.user),
        mfa_options: (!token.user.mfa_options.is_empty()).then(|| token.user.mfa_options.clone()),
        username: token.user.username,
    })
}

/// `DeleteUser`: the user removes the account.
pub async fn delete_user(cx: &Context, input: DeleteUserRequest) -> Result<(), Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    admin::delete(cx, &token.pool, &token.user.username).await
}

/// `UpdateUserAttributes`: new contacts get a code where the pool verifies them.
pub async fn update_user_attributes(
    cx: &Context,
    input: UpdateUserAttributesRequest,
) -> Result<UpdateUserAttributesResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let changes = view::attributes(Some(input.user_attributes))?;
    let delivered = verification::update_own(&cx.passing_on(input.client_metadata), &token, &changes).await?;
    let list: Vec<_> = delivered.into_iter().map(view::delivered).collect();
    Ok(UpdateUserAttributesResponse { code_delivery_details_list: (!list.is_empty()).then_some(list) })
}

/// `DeleteUserAttributes`.
pub async fn delete_user_attributes(
    cx: &Context,
    input: DeleteUserAttributesRequest,
) -> Result<DeleteUserAttributesResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let writer = Writer::User(&token.client);
    verification::delete(cx, &token.pool, &token.user.username, &input.user_attribute_names, writer).await?;
    Ok(DeleteUserAttributesResponse {})
}

/// `GetUserAttributeVerificationCode`.
pub async fn get_user_attribute_verification_code(
    cx: &Context,
    input: GetUserAttributeVerificationCodeRequest,
) -> Result<GetUserAttributeVerificationCodeResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    let delivered = verification::send(&cx.passing_on(input.client_metadata), &token, &input.attribute_name).await?;
    Ok(GetUserAttributeVerificationCodeResponse { code_delivery_details: Some(view::delivered(delivered)) })
}

/// `VerifyUserAttribute`.
pub async fn verify_user_attribute(
    cx: &Context,
    input: VerifyUserAttributeRequest,
) -> Result<VerifyUserAttributeResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    verification::verify(cx, &token, &input.attribute_name, &input.code).await?;
    Ok(VerifyUserAttributeResponse {})
}

/// `GlobalSignOut`: ends all of the user's sessions.
pub async fn global_sign_out(cx: &Context, input: GlobalSignOutRequest) -> Result<GlobalSignOutResponse, Fault> {
    // GlobalSignOut has no error of its own for a user who is gone.
    let token = verify_access_token(cx, &input.access_token).await.map_err(|fault| match fault.cause() {
        Cause::UserNotFound => Fault::not_authorized("Access Token has been revoked"),
        _ => fault,
    })?;
    logout_notices::sign_out(cx, &token.pool, &token.user.username).await?;
    Ok(GlobalSignOutResponse {})
}
