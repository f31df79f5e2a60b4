//! Groups.

use super::view;
use crate::context::Context;
use crate::domain::pools;
use crate::domain::users::groups::{self, GroupChange};
use crate::domain::users::{lookup, search};
use crate::fault::Fault;
use crate::model::Group;
use crate::ops::paging;
use crate::shapes::idp::*;

/// `CreateGroup`.
pub async fn create_group(cx: &Context, input: CreateGroupRequest) -> Result<CreateGroupResponse, Fault> {
    let group = Group {
        name: input.group_name,
        description: input.description,
        role_arn: input.role_arn,
        precedence: input.precedence,
        created: cx.now,
        modified: cx.now,
    };
    let group = groups::create(cx, &input.user_pool_id, group).await?;
    Ok(CreateGroupResponse { group: Some(view::group(&input.user_pool_id, &group)) })
}

/// `GetGroup`.
pub async fn get_group(cx: &Context, input: GetGroupRequest) -> Result<GetGroupResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let group = groups::get(&cx.services.store, &pool, &input.group_name).await?;
    Ok(GetGroupResponse { group: Some(view::group(&pool.id, &group)) })
}

/// `UpdateGroup`: members that are left out stay.
pub async fn update_group(cx: &Context, input: UpdateGroupRequest) -> Result<UpdateGroupResponse, Fault> {
    let change = GroupChange { description: input.description, role_arn: input.role_arn, precedence: input.precedence };
    let group = groups::update(cx, &input.user_pool_id, &input.group_name, &change).await?;
    Ok(UpdateGroupResponse { group: Some(view::group(&input.user_pool_id, &group)) })
}

/// `DeleteGroup`.
pub async fn delete_group(cx: &Context, input: DeleteGroupRequest) -> Result<(), Fault> {
    groups::delete(cx, &input.user_pool_id, &input.group_name).await
}

/// `ListGroups`, by name.
pub async fn list_groups(cx: &Context, input: ListGroupsRequest) -> Result<ListGroupsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let call = ["ListGroups", &pool.id];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, more) =
        crate::store::groups::list(&cx.services.store, &pool.id, after.as_deref(), paging::limit(input.limit)).await?;
    let last = found.last().filter(|_| more).map(|group| group.name.clone());
    Ok(ListGroupsResponse {
        groups: Some(found.iter().map(|group| view::group(&pool.id, group)).collect()),
        next_token: paging::token(cx, &call, last)?,
    })
}

/// `AdminAddUserToGroup`.
pub async fn admin_add_user_to_group(cx: &Context, input: AdminAddUserToGroupRequest) -> Result<(), Fault> {
    groups::set_member(cx, &input.user_pool_id, &input.username, &input.group_name, true).await
}

/// `AdminRemoveUserFromGroup`.
pub async fn admin_remove_user_from_group(cx: &Context, input: AdminRemoveUserFromGroupRequest) -> Result<(), Fault> {
    groups::set_member(cx, &input.user_pool_id, &input.username, &input.group_name, false).await
}

/// `AdminListGroupsForUser`, by precedence.
pub async fn admin_list_groups_for_user(
    cx: &Context,
    input: AdminListGroupsForUserRequest,
) -> Result<AdminListGroupsForUserResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let user = lookup::known(&cx.services.store, &pool, &input.username).await?;
    let call = ["AdminListGroupsForUser", &pool.id, &user.sub];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = paging::limit(input.limit);
    // A user is in a hundred groups at most, so the list is made whole and cut where its order says.
    let all = groups::of_user(&cx.services.store, &pool, &user).await?;
    let place = |group: &Group| format!("{:010}{}", group.precedence.unwrap_or(i32::MAX), group.name);
    let start = after.map_or(0, |after| all.partition_point(|group| place(group) <= after));
    let page: Vec<&Group> = all.iter().skip(start).take(limit).collect();
    let last = page.last().filter(|_| all.len() > start + limit).map(|group| place(group));
    Ok(AdminListGroupsForUserResponse {
        groups: Some(page.iter().map(|group| view::group(&pool.id, group)).collect()),
        next_token: paging::token(cx, &call, last)?,
    })
}

/// `ListUsersInGroup`.
pub async fn list_users_in_group(
    cx: &Context,
    input: ListUsersInGroupRequest,
) -> Result<ListUsersInGroupResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let group = groups::get(&cx.services.store, &pool, &input.group_name).await?;
    let call = ["ListUsersInGroup", &pool.id, &group.name];
    let after = paging::after(cx, &call, input.next_token.as_deref())?;
    let page = search::members(cx, &pool, &group, after, paging::limit(input.limit)).await?;
    Ok(ListUsersInGroupResponse {
        users: Some(page.users.iter().map(|user| view::user(user, None)).collect()),
        next_token: paging::token(cx, &call, page.last)?,
    })
}
