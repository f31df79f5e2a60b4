//! Replicas of a pool in other Regions. The engine keeps one copy, so there is the primary one alone.

use crate::context::Context;
use crate::domain::pools;
use crate::fault::Fault;
use crate::shapes::idp::*;

/// `CreateUserPoolReplica`: refused, since the engine has no second site.
pub async fn create_user_pool_replica(
    cx: &Context,
    input: CreateUserPoolReplicaRequest,
) -> Result<CreateUserPoolReplicaResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    if input.region_name == pool.region() {
        return Err(Fault::invalid(format!("{} is the primary Region of the user pool.", pool.region())));
    }
    Err(Fault::modelled(
        "OperationNotEnabledException",
        "The storage engine of this server keeps one copy of its data: it cannot replicate user pools.",
    ))
}

/// `ListUserPoolReplicas`: the primary one.
pub async fn list_user_pool_replicas(
    cx: &Context,
    input: ListUserPoolReplicasRequest,
) -> Result<ListUserPoolReplicasResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    if input.next_token.is_some() {
        return Err(Fault::invalid("Invalid pagination token given."));
    }
    let primary = UserPoolReplicaType {
        region_name: Some(pool.region().to_owned()),
        status: Some(ReplicaStatusType::Active),
        role: Some(ReplicaRoleType::Primary),
        user_pool_arn: Some(pool.arn(&cx.services.config.identity.account_id)),
    };
    Ok(ListUserPoolReplicasResponse { user_pool_replicas: Some(vec![primary]), next_token: None })
}

/// `UpdateUserPoolReplica`: there is none to change.
pub async fn update_user_pool_replica(
    cx: &Context,
    input: UpdateUserPoolReplicaRequest,
) -> Result<UpdateUserPoolReplicaResponse, Fault> {
    Err(no_replica(cx, &input.user_pool_id, &input.region_name).await?)
}

/// `DeleteUserPoolReplica`: there is none to delete.
pub async fn delete_user_pool_replica(
    cx: &Context,
    input: DeleteUserPoolReplicaRequest,
) -> Result<DeleteUserPoolReplicaResponse, Fault> {
    Err(no_replica(cx, &input.user_pool_id, &input.region_name).await?)
}

async fn no_replica(cx: &Context, pool_id: &str, region: &str) -> Result<Fault, Fault> {
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    Ok(if region == pool.region() {
        Fault::invalid(format!("{region} is the primary Region of the user pool."))
    } else {
        Fault::not_found(format!("The user pool has no replica in {region}."))
    })
}
