//! Identities at providers, joined to users.

use crate::context::Context;
use crate::domain::providers::links;
use crate::fault::Fault;
use crate::shapes::idp::*;

/// `AdminLinkProviderForUser`.
pub async fn admin_link_provider_for_user(
    cx: &Context,
    input: AdminLinkProviderForUserRequest,
) -> Result<AdminLinkProviderForUserResponse, Fault> {
    links::link(cx, &input.user_pool_id, &input.destination_user, &input.source_user).await?;
    Ok(AdminLinkProviderForUserResponse {})
}

/// `AdminDisableProviderForUser`.
pub async fn admin_disable_provider_for_user(
    cx: &Context,
    input: AdminDisableProviderForUserRequest,
) -> Result<AdminDisableProviderForUserResponse, Fault> {
    links::disable(cx, &input.user_pool_id, &input.user).await?;
    Ok(AdminDisableProviderForUserResponse {})
}
