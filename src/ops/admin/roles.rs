//! Roles: what credentials of identity pools may do.

use crate::context::Context;
use crate::domain::access::roles::{self, RoleSettings};
use crate::fault::Fault;
use crate::model::Role;
use crate::ops::paging;
use crate::shapes::admin::*;

/// `PutRole` (signed): makes a role, or replaces it.
pub async fn put_role(cx: &Context, input: PutRoleRequest) -> Result<RoleType, Fault> {
    let settings = RoleSettings {
        name: input.role_name,
        trust: input.trust_policy,
        policies: input.policies.unwrap_or_default(),
        longest_session: input.max_session_duration.and_then(|seconds| u32::try_from(seconds).ok()),
    };
    let role = roles::put(cx, settings).await?;
    Ok(shown(cx, &role))
}

/// `ListRoles` (signed).
pub async fn list_roles(cx: &Context, input: ListRolesRequest) -> Result<ListRolesResponse, Fault> {
    let call = ["ListRoles"];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, next) = roles::list(cx, after.as_deref(), paging::limit(None)).await?;
    Ok(ListRolesResponse {
        roles: found.iter().map(|role| shown(cx, role)).collect(),
        next_token: paging::token(cx, &call, next)?,
    })
}

/// `DescribeRole` (signed).
pub async fn describe_role(cx: &Context, input: DescribeRoleRequest) -> Result<RoleType, Fault> {
    let role = roles::describe(&cx.services.store, &input.role_name).await?;
    Ok(shown(cx, &role))
}

/// `DeleteRole` (signed): sessions of the role may do nothing from now on.
pub async fn delete_role(cx: &Context, input: DeleteRoleRequest) -> Result<DeleteRoleResponse, Fault> {
    roles::delete(cx, &input.role_name).await?;
    Ok(DeleteRoleResponse {})
}

fn shown(cx: &Context, role: &Role) -> RoleType {
    RoleType {
        role_name: role.name.clone(),
        arn: roles::arn(cx, &role.name),
        trust_policy: role.trust.clone(),
        policies: role.policies.clone(),
        max_session_duration: i32::try_from(role.longest_session).unwrap_or(i32::MAX),
        create_date: role.created,
        last_modified_date: role.modified,
    }
}
