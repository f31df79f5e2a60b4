//! Identity pools come, change and go.

use crate::context::Context;
use crate::domain::identities::{self, pools};
use crate::fault::Fault;
use crate::ops::paging;
use crate::shapes::identity::*;

/// `CreateIdentityPool`.
pub async fn create_identity_pool(cx: &Context, input: CreateIdentityPoolInput) -> Result<IdentityPool, Fault> {
    let settings = IdentityPool {
        identity_pool_id: String::new(),
        identity_pool_name: input.identity_pool_name,
        allow_unauthenticated_identities: input.allow_unauthenticated_identities,
        allow_classic_flow: input.allow_classic_flow,
        supported_login_providers: input.supported_login_providers,
        developer_provider_name: input.developer_provider_name,
        open_id_connect_provider_arns: input.open_id_connect_provider_arns,
        cognito_identity_providers: input.cognito_identity_providers,
        saml_provider_arns: input.saml_provider_arns,
        identity_pool_tags: input.identity_pool_tags,
    };
    pools::create(cx, settings).await.map(|pool| pool.settings)
}

/// `UpdateIdentityPool`: replaces all settings.
pub async fn update_identity_pool(cx: &Context, input: IdentityPool) -> Result<IdentityPool, Fault> {
    pools::update(cx, input).await.map(|pool| pool.settings)
}

/// `DescribeIdentityPool`.
pub async fn describe_identity_pool(cx: &Context, input: DescribeIdentityPoolInput) -> Result<IdentityPool, Fault> {
    Ok(identities::pool(&cx.services.store, &input.identity_pool_id).await?.settings.clone())
}

/// `DeleteIdentityPool`.
pub async fn delete_identity_pool(cx: &Context, input: DeleteIdentityPoolInput) -> Result<(), Fault> {
    pools::delete(cx, &input.identity_pool_id).await
}

/// `ListIdentityPools`: those of the region that signed the call.
pub async fn list_identity_pools(
    cx: &Context,
    input: ListIdentityPoolsInput,
) -> Result<ListIdentityPoolsResponse, Fault> {
    let call = ["ListIdentityPools"];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, next) = pools::list(cx, after.as_deref(), paging::limit(Some(input.max_results))).await?;
    let short = |pool: &std::sync::Arc<crate::model::IdentityPool>| IdentityPoolShortDescription {
        identity_pool_id: Some(pool.id().to_owned()),
        identity_pool_name: Some(pool.settings.identity_pool_name.clone()),
    };
    Ok(ListIdentityPoolsResponse {
        identity_pools: Some(found.iter().map(short).collect()),
        next_token: paging::token(cx, &call, next)?,
    })
}
