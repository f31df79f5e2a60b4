//! Domains of pools.

use crate::context::Context;
use crate::domain::pools::domains::{self, DomainSettings};
use crate::fault::Fault;
use crate::shapes::idp::*;

/// `CreateUserPoolDomain`: ACTIVE at once.
pub async fn create_user_pool_domain(
    cx: &Context,
    input: CreateUserPoolDomainRequest,
) -> Result<CreateUserPoolDomainResponse, Fault> {
    let wanted = DomainSettings {
        custom: input.custom_domain_config,
        managed_login_version: input.managed_login_version,
        routing: input.routing,
    };
    let domain = domains::create(cx, &input.user_pool_id, &input.domain, &wanted).await?;
    Ok(CreateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domains::target(cx).filter(|_| domain.custom.is_some()),
        routing: None,
    })
}

/// `DescribeUserPoolDomain`: an empty description for a name that no pool has.
pub async fn describe_user_pool_domain(
    cx: &Context,
    input: DescribeUserPoolDomainRequest,
) -> Result<DescribeUserPoolDomainResponse, Fault> {
    let Some(domain) = domains::by_name(&cx.services.store, &input.domain).await? else {
        return Ok(DescribeUserPoolDomainResponse { domain_description: Some(DomainDescriptionType::default()) });
    };
    let description = DomainDescriptionType {
        user_pool_id: Some(domain.pool_id.clone()),
        aws_account_id: Some(cx.services.config.identity.account_id.clone()),
        domain: Some(domain.name.clone()),
        cloud_front_distribution: domains::target(cx),
        version: Some(domain.modified.millis().to_string()),
        status: Some(DomainStatusType::Active),
        custom_domain_config: domain.custom.clone(),
        managed_login_version: Some(domain.managed_login_version),
        ..Default::default()
    };
    Ok(DescribeUserPoolDomainResponse { domain_description: Some(description) })
}

/// `UpdateUserPoolDomain`: members that are left out stay.
pub async fn update_user_pool_domain(
    cx: &Context,
    input: UpdateUserPoolDomainRequest,
) -> Result<UpdateUserPoolDomainResponse, Fault> {
    let wanted = DomainSettings {
        custom: input.custom_domain_config,
        managed_login_version: input.managed_login_version,
        routing: input.routing,
    };
    let domain = domains::update(cx, &input.user_pool_id, &input.domain, &wanted).await?;
    Ok(UpdateUserPoolDomainResponse {
        managed_login_version: Some(domain.managed_login_version),
        cloud_front_domain: domains::target(cx).filter(|_| domain.custom.is_some()),
        routing: None,
    })
}

/// `DeleteUserPoolDomain`.
pub async fn delete_user_pool_domain(
    cx: &Context,
    input: DeleteUserPoolDomainRequest,
) -> Result<DeleteUserPoolDomainResponse, Fault> {
    domains::delete(cx, &input.user_pool_id, &input.domain).await?;
    Ok(DeleteUserPoolDomainResponse {})
}
