//! Roles of identity pools, and attributes for access control.

use crate::context::Context;
use crate::domain::identities::{self, principal_tags, roles};
use crate::fault::Fault;
use crate::model::PrincipalTagMap;
use crate::shapes::identity::*;

/// `SetIdentityPoolRoles`: replaces roles and mappings.
pub async fn set_identity_pool_roles(cx: &Context, input: SetIdentityPoolRolesInput) -> Result<(), Fault> {
    roles::set(cx, &input.identity_pool_id, input.roles, input.role_mappings).await
}

/// `GetIdentityPoolRoles`.
pub async fn get_identity_pool_roles(
    cx: &Context,
    input: GetIdentityPoolRolesInput,
) -> Result<GetIdentityPoolRolesResponse, Fault> {
    let pool = identities::pool(&cx.services.store, &input.identity_pool_id).await?;
    Ok(GetIdentityPoolRolesResponse {
        identity_pool_id: Some(input.identity_pool_id),
        roles: Some(pool.roles.clone()).filter(|roles| !roles.is_empty()),
        role_mappings: pool.role_mappings.clone(),
    })
}

/// `SetPrincipalTagAttributeMap`.
pub async fn set_principal_tag_attribute_map(
    cx: &Context,
    input: SetPrincipalTagAttributeMapInput,
) -> Result<SetPrincipalTagAttributeMapResponse, Fault> {
    let map = PrincipalTagMap {
        use_defaults: input.use_defaults == Some(true),
        tags: input.principal_tags.unwrap_or_default(),
    };
    let map = principal_tags::set(cx, &input.identity_pool_id, &input.identity_provider_name, map).await?;
    Ok(SetPrincipalTagAttributeMapResponse {
        identity_pool_id: Some(input.identity_pool_id),
        identity_provider_name: Some(input.identity_provider_name),
        use_defaults: Some(map.use_defaults),
        principal_tags: Some(map.tags),
    })
}

/// `GetPrincipalTagAttributeMap`: a provider without a map gives no tags.
pub async fn get_principal_tag_attribute_map(
    cx: &Context,
    input: GetPrincipalTagAttributeMapInput,
) -> Result<GetPrincipalTagAttributeMapResponse, Fault> {
    let map = principal_tags::get(cx, &input.identity_pool_id, &input.identity_provider_name).await?;
    Ok(GetPrincipalTagAttributeMapResponse {
        identity_pool_id: Some(input.identity_pool_id),
        identity_provider_name: Some(input.identity_provider_name),
        use_defaults: Some(map.as_ref().is_some_and(|map| map.use_defaults)),
        principal_tags: Some(map.map(|map| map.tags.clone()).unwrap_or_default()),
    })
}
