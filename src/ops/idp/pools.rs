//! User pools.

use super::view;
use crate::context::Context;
use crate::domain::pools::lifecycle::{self, Fixed};
use crate::domain::pools::{self, mfa};
use crate::fault::Fault;
use crate::model::{MfaMethods, PoolSettings};
use crate::ops::paging;
use crate::shapes::idp::*;

/// `CreateUserPool`: makes a pool in the region that signed the call.
pub async fn create_user_pool(cx: &Context, input: CreateUserPoolRequest) -> Result<CreateUserPoolResponse, Fault> {
    let settings: PoolSettings = view::reshape(&input)?;
    let fixed = Fixed {
        alias_attributes: input.alias_attributes,
        username_attributes: input.username_attributes,
        case_sensitive: input.username_configuration.map(|c| c.case_sensitive),
        schema: input.schema.unwrap_or_default(),
    };
    let pool = lifecycle::create(cx, input.pool_name, fixed, settings).await?;
    Ok(CreateUserPoolResponse { user_pool: Some(view::pool(cx, &pool).await?) })
}

/// `DescribeUserPool`.
pub async fn describe_user_pool(
    cx: &Context,
    input: DescribeUserPoolRequest,
) -> Result<DescribeUserPoolResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    Ok(DescribeUserPoolResponse { user_pool: Some(view::pool(cx, &pool).await?) })
}

/// `UpdateUserPool`: replaces the settings.
pub async fn update_user_pool(cx: &Context, input: UpdateUserPoolRequest) -> Result<UpdateUserPoolResponse, Fault> {
    let settings: PoolSettings = view::reshape(&input)?;
    lifecycle::update(cx, &input.user_pool_id, input.pool_name, settings).await?;
    Ok(UpdateUserPoolResponse {})
}

/// `DeleteUserPool`: with everything in it.
pub async fn delete_user_pool(cx: &Context, input: DeleteUserPoolRequest) -> Result<(), Fault> {
    lifecycle::delete(cx, &input.user_pool_id).await
}

/// `ListUserPools`: those of the region that signed the call.
pub async fn list_user_pools(cx: &Context, input: ListUserPoolsRequest) -> Result<ListUserPoolsResponse, Fault> {
    let region = lifecycle::region(cx)?;
    let call = ["ListUserPools", &region];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, last) = lifecycle::list(cx, after.as_deref(), paging::limit(Some(input.max_results))).await?;
    let described = found.into_iter().map(|pool| UserPoolDescriptionType {
        id: Some(pool.id.clone()),
        name: Some(pool.name.clone()),
        lambda_config: pool.settings.lambda_config.clone(),
        creation_date: Some(pool.created),
        last_modified_date: Some(pool.modified),
        ..Default::default()
    });
    Ok(ListUserPoolsResponse { user_pools: Some(described.collect()), next_token: paging::token(cx, &call, last)? })
}

/// `AddCustomAttributes`.
pub async fn add_custom_attributes(
    cx: &Context,
    input: AddCustomAttributesRequest,
) -> Result<AddCustomAttributesResponse, Fault> {
    lifecycle::extend_schema(cx, &input.user_pool_id, &input.custom_attributes).await?;
    Ok(AddCustomAttributesResponse {})
}

/// `GetUserPoolMfaConfig`.
pub async fn get_user_pool_mfa_config(
    cx: &Context,
    input: GetUserPoolMfaConfigRequest,
) -> Result<GetUserPoolMfaConfigResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let settings = &pool.settings;
    let sms = settings.sms_configuration.clone().filter(|_| !pool.mfa.sms_off).map(|configuration| SmsMfaConfigType {
        sms_authentication_message: settings.sms_authentication_message.clone(),
        sms_configuration: Some(configuration),
    });
    Ok(GetUserPoolMfaConfigResponse {
        sms_mfa_configuration: sms,
        software_token_mfa_configuration: pool.mfa.software_token.clone(),
        email_mfa_configuration: pool.mfa.email.clone(),
        mfa_configuration: settings.mfa_configuration,
        web_authn_configuration: pool.mfa.web_authn.clone(),
    })
}

/// `SetUserPoolMfaConfig`: replaces the pool's MFA methods.
pub async fn set_user_pool_mfa_config(
    cx: &Context,
    input: SetUserPoolMfaConfigRequest,
) -> Result<SetUserPoolMfaConfigResponse, Fault> {
    let id = input.user_pool_id.clone();
    let asked = mfa::MfaSettings {
        // As at AWS, a call without a mode turns MFA off.
        mode: input.mfa_configuration.unwrap_or(UserPoolMfaType::Off),
        sms: input.sms_mfa_configuration,
        methods: MfaMethods {
            sms_off: false,
            software_token: input.software_token_mfa_configuration,
            email: input.email_mfa_configuration,
            web_authn: input.web_authn_configuration,
        },
    };
    mfa::set(cx, &id, asked).await?;
    let now = get_user_pool_mfa_config(cx, GetUserPoolMfaConfigRequest { user_pool_id: id }).await?;
    Ok(SetUserPoolMfaConfigResponse {
        sms_mfa_configuration: now.sms_mfa_configuration,
        software_token_mfa_configuration: now.software_token_mfa_configuration,
        email_mfa_configuration: now.email_mfa_configuration,
        mfa_configuration: now.mfa_configuration,
        web_authn_configuration: now.web_authn_configuration,
    })
}
