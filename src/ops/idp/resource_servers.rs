//! Resource servers.

use crate::context::Context;
use crate::domain::pools::{self, resource_servers as servers};
use crate::fault::Fault;
use crate::model::ResourceServer;
use crate::ops::paging;
use crate::shapes::idp::*;

/// `CreateResourceServer`.
pub async fn create_resource_server(
    cx: &Context,
    input: CreateResourceServerRequest,
) -> Result<CreateResourceServerResponse, Fault> {
    let server =
        ResourceServer { identifier: input.identifier, name: input.name, scopes: input.scopes.unwrap_or_default() };
    let server = servers::create(cx, &input.user_pool_id, server).await?;
    Ok(CreateResourceServerResponse { resource_server: shown(&input.user_pool_id, &server) })
}

/// `DescribeResourceServer`.
pub async fn describe_resource_server(
    cx: &Context,
    input: DescribeResourceServerRequest,
) -> Result<DescribeResourceServerResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let server = servers::get(&cx.services.store, &pool, &input.identifier).await?;
    Ok(DescribeResourceServerResponse { resource_server: shown(&pool.id, &server) })
}

/// `UpdateResourceServer`: replaces name and scopes.
pub async fn update_resource_server(
    cx: &Context,
    input: UpdateResourceServerRequest,
) -> Result<UpdateResourceServerResponse, Fault> {
    let server =
        ResourceServer { identifier: input.identifier, name: input.name, scopes: input.scopes.unwrap_or_default() };
    let server = servers::update(cx, &input.user_pool_id, server).await?;
    Ok(UpdateResourceServerResponse { resource_server: shown(&input.user_pool_id, &server) })
}

/// `DeleteResourceServer`.
pub async fn delete_resource_server(cx: &Context, input: DeleteResourceServerRequest) -> Result<(), Fault> {
    servers::delete(cx, &input.user_pool_id, &input.identifier).await
}

/// `ListResourceServers`, by identifier.
pub async fn list_resource_servers(
    cx: &Context,
    input: ListResourceServersRequest,
) -> Result<ListResourceServersResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let call = ["ListResourceServers", &pool.id];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    // A pool has a few dozen at most, so the list is made whole and cut.
    let mut all = servers::all(&cx.services.store, &pool).await?;
    all.sort_by(|a, b| a.identifier.cmp(&b.identifier));
    let start = after.map_or(0, |after| all.partition_point(|server| server.identifier <= after));
    let limit = paging::limit(input.max_results).min(50);
    let page: Vec<_> = all.iter().skip(start).take(limit).collect();
    let last = page.last().filter(|_| all.len() > start + limit).map(|server| server.identifier.clone());
    Ok(ListResourceServersResponse {
        resource_servers: page.iter().map(|server| shown(&pool.id, server)).collect(),
        next_token: paging::token(cx, &call, last)?,
    })
}

fn shown(pool_id: &str, server: &ResourceServer) -> ResourceServerType {
    ResourceServerType {
        user_pool_id: Some(pool_id.to_owned()),
        identifier: Some(server.identifier.clone()),
        name: Some(server.name.clone()),
        // As at AWS, the member is not there where there are no scopes.
        scopes: Some(server.scopes.clone()).filter(|scopes| !scopes.is_empty()),
        managed_by: servers::is_managed(server).then_some(ResourceServerManagedByType::Cognito),
    }
}
