//! Passwords: forgotten, changed, set.

use super::registration::authenticated_client;
use super::view;
use crate::context::Context;
use crate::domain::client_authentication::{ClientProof, authenticate};
use crate::domain::pools;
use crate::domain::protection::caller;
use crate::domain::tokens::verify_access_token;
use crate::domain::users::{admin, recovery};
use crate::fault::Fault;
use crate::shapes::idp::*;

/// `ForgotPassword` (unsigned): sends a code.
pub async fn forgot_password(cx: &Context, input: ForgotPasswordRequest) -> Result<ForgotPasswordResponse, Fault> {
    let client = crate::store::pools::client(&cx.services.store, &input.client_id)
        .await?
        .ok_or_else(|| Fault::not_found("Username/client id combination not found."))?;
    let proof = ClientProof::SecretHash(input.secret_hash.as_deref());
    let client = authenticate(cx, &client, proof, &[&input.username])?;
    let cx = &caller::of_user(cx, &client, input.user_context_data.as_ref()).passing_on(input.client_metadata);
    let delivered = recovery::forgot(cx, &client, &input.username).await?;
    Ok(ForgotPasswordResponse { code_delivery_details: Some(view::delivered(delivered)) })
}

/// `ConfirmForgotPassword` (unsigned): sets a password by the code.
pub async fn confirm_forgot_password(
    cx: &Context,
    input: ConfirmForgotPasswordRequest,
) -> Result<ConfirmForgotPasswordResponse, Fault> {
    let client = authenticated_client(cx, &input.client_id, &input.username, input.secret_hash.as_deref()).await?;
    let cx = &caller::of_user(cx, &client, input.user_context_data.as_ref()).passing_on(input.client_metadata);
    recovery::confirm(cx, &client, &input.username, &input.confirmation_code, &input.password).await?;
    Ok(ConfirmForgotPasswordResponse {})
}

/// `ChangePassword` (access token).
pub async fn change_password(cx: &Context, input: ChangePasswordRequest) -> Result<ChangePasswordResponse, Fault> {
    let token = verify_access_token(cx, &input.access_token).await?;
    recovery::change(cx, &token, input.previous_password.as_deref(), &input.proposed_password).await?;
    Ok(ChangePasswordResponse {})
}

/// `AdminSetUserPassword`.
pub async fn admin_set_user_password(
    cx: &Context,
    input: AdminSetUserPasswordRequest,
) -> Result<AdminSetUserPasswordResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    admin::set_password(cx, &pool, &input.username, &input.password, input.permanent.unwrap_or(false)).await?;
    Ok(AdminSetUserPasswordResponse {})
}

/// `AdminResetUserPassword`: the user must choose a new one by a code.
pub async fn admin_reset_user_password(
    cx: &Context,
    input: AdminResetUserPasswordRequest,
) -> Result<AdminResetUserPasswordResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    recovery::reset_by_admin(&cx.passing_on(input.client_metadata), &pool, &input.username).await?;
    Ok(AdminResetUserPasswordResponse {})
}
