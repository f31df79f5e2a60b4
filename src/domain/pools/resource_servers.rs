//! Resource servers and the custom scopes they define.

use super::quotas;
use crate::config::quotas::Quota;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Pool, ResourceServer};
use crate::shapes::idp as api;
use crate::store::{Read, pools, resource_servers as store, tags};

/// Resource servers that are read at once: as many as `quotas.limits` can allow.
const MOST_LISTED: usize = 1_000;

/// Identifiers that begin with it are Cognito's own.
const RESERVED: &str = "aws.cognito";
/// The resource server of dynamic client registration, there while the pool has it enabled.
const REGISTRATION: &str = "aws.cognito/dcr";

/// Whether the server is one that the pool manages by itself.
pub fn is_managed(server: &ResourceServer) -> bool {
    server.identifier.starts_with(RESERVED)
}

/// The servers that a pool has without anybody making them.
fn managed(pool: &Pool) -> Option<ResourceServer> {
    let registration = pool.settings.dcr_configuration.as_ref()?.enable_status == Some(api::StatusType::Enabled);
    registration.then(|| ResourceServer {
        identifier: REGISTRATION.into(),
        name: "Dynamic client registration".into(),
        scopes: vec![api::ResourceServerScopeType {
            scope_name: "register".into(),
            scope_description: "Register app clients dynamically".into(),
        }],
    })
}

/// The resource server `identifier`, or `ResourceNotFoundException`.
pub async fn get(read: &impl Read, pool: &Pool, identifier: &str) -> Result<ResourceServer, Fault> {
    if let Some(own) = managed(pool).filter(|own| own.identifier == identifier) {
        return Ok(own);
    }
    let found = store::get(read, &pool.id, identifier).await?;
    found.ok_or_else(|| Fault::not_found(format!("Resource server {identifier} does not exist.")))
}

/// Makes a resource server.
pub async fn create(cx: &Context, pool_id: &str, server: ResourceServer) -> Result<ResourceServer, Fault> {
    check(&server)?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            if store::get(tx, &pool.id, &server.identifier).await?.is_some() {
                return Err(Fault::invalid(format!("{} already exists in user pool {}.", server.identifier, pool.id)));
            }
            pools::insert_serialised(tx, &pool.id, tags::RESOURCE_SERVER).await?;
            let most = quotas::most(cx, Quota::ResourceServers);
            if store::list(tx, &pool.id, None, most).await?.0.len() >= most {
                return Err(quotas::exceeded(cx, Quota::ResourceServers));
            }
            store::put(tx, &pool.id, &server)?;
            Ok(server.clone())
        })
        .await
}

/// Replaces a resource server's name and scopes.
pub async fn update(cx: &Context, pool_id: &str, server: ResourceServer) -> Result<ResourceServer, Fault> {
    check(&server)?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            get(tx, &pool, &server.identifier).await?;
            store::put(tx, &pool.id, &server)?;
            Ok(server.clone())
        })
        .await
}

/// Removes a resource server. Clients keep its scopes in their lists; they open nothing from then on.
pub async fn delete(cx: &Context, pool_id: &str, identifier: &str) -> Result<(), Fault> {
    refuse_reserved(identifier)?;
    cx.services
        .store
        .transact(async |tx| {
            let pool = super::pool(tx, pool_id).await?;
            get(tx, &pool, identifier).await?;
            store::delete(tx, &pool.id, identifier);
            Ok(())
        })
        .await
}

/// All resource servers of a pool by identifier, its own ones first.
pub async fn all(read: &impl Read, pool: &Pool) -> Result<Vec<ResourceServer>, Fault> {
    let (made, _) = store::list(read, &pool.id, None, MOST_LISTED).await?;
    Ok(managed(pool).into_iter().chain(made).collect())
}

/// Every custom scope of a pool, as `<server>/<scope>`.
pub async fn scopes_of_pool(read: &impl Read, pool: &Pool) -> Result<Vec<String>, Fault> {
    Ok(all(read, pool).await?.iter().flat_map(ResourceServer::scope_names).collect())
}

/// Whether `<server>/<scope>` is a custom scope of the pool now.
pub async fn has_scope(read: &impl Read, pool: &Pool, scope: &str) -> Result<bool, Fault> {
    // A server's identifier may have slashes, a scope's name has none.
    let Some((identifier, name)) = scope.rsplit_once('/') else { return Ok(false) };
    let server = match managed(pool).filter(|own| own.identifier == identifier) {
        Some(own) => Some(own),
        None => store::get(read, &pool.id, identifier).await?,
    };
    Ok(server.is_some_and(|server| server.scopes.iter().any(|scope| scope.scope_name == name)))
}

fn check(server: &ResourceServer) -> Result<(), Fault> {
    refuse_reserved(&server.identifier)?;
    for (i, scope) in server.scopes.iter().enumerate() {
        if server.scopes.iter().skip(i + 1).any(|other| other.scope_name == scope.scope_name) {
            return Err(Fault::invalid(format!("Scope {} is given more than once.", scope.scope_name)));
        }
    }
    Ok(())
}

fn refuse_reserved(identifier: &str) -> Result<(), Fault> {
    if identifier.starts_with(RESERVED) {
        return Err(Fault::invalid(format!("Resource server identifiers that start with {RESERVED} are reserved.")));
    }
    Ok(())
}
