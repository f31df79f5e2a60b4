//! Users in a plain form, for other systems.

use crate::context::Context;
use crate::domain::imports;
use crate::domain::pools;
use crate::domain::users::export::{self, ExportedPassword, ExportedUser};
use crate::fault::Fault;
use crate::model::Pool;
use crate::ops::paging;
use crate::shapes::admin::*;

/// `ExportUsers` (signed): all users of a pool with attributes and groups, page by page, without secrets.
pub async fn export_users(cx: &Context, input: ExportUsersRequest) -> Result<ExportUsersResponse, Fault> {
    page(cx, &input.user_pool_id, false, input.next_token.as_deref()).await
}

/// `ExportUsersWithHashes` (signed): the same, with those password hashes that other systems can check.
pub async fn export_users_with_hashes(
    cx: &Context,
    input: ExportUsersWithHashesRequest,
) -> Result<ExportUsersResponse, Fault> {
    page(cx, &input.user_pool_id, true, input.next_token.as_deref()).await
}

async fn page(
    cx: &Context,
    pool_id: &str,
    with_hashes: bool,
    token: Option<&str>,
) -> Result<ExportUsersResponse, Fault> {
    let call = ["ExportUsers", pool_id, if with_hashes { "hashes" } else { "" }];
    let after = paging::after(cx, &call, token)?;
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    let (users, last) = export::page(cx, &pool, with_hashes, after.as_deref()).await?;
    Ok(ExportUsersResponse {
        csv_header: imports::template(&pool),
        users: users.into_iter().map(|user| shown(&pool, user)).collect(),
        next_token: paging::token(cx, &call, last)?,
    })
}

fn shown(pool: &Pool, exported: ExportedUser) -> ExportedUserType {
    let ExportedUser { user, groups, password } = exported;
    let (password_hash, password_form) = match password {
        ExportedPassword::None => (None, None),
        ExportedPassword::SrpOnly => (None, Some(ExportedPasswordFormType::SrpOnly)),
        ExportedPassword::Hash(hash) => (Some(hash.reveal().to_owned()), Some(ExportedPasswordFormType::Hash)),
    };
    let logins = pool.username_attributes.iter().flatten();
    let sign_in_name = logins.filter_map(|login| user.attributes.get(login.as_str())).next().cloned();
    let mfa = user.factors.on.iter().map(|mfa| mfa.name().to_owned()).collect();
    ExportedUserType {
        sign_in_name,
        username: user.username,
        sub: user.sub,
        status: user.status.as_str().to_owned(),
        enabled: user.enabled,
        creation_date: user.created,
        last_modified_date: user.modified,
        attributes: user.attributes,
        groups,
        mfa,
        password_form,
        password_hash,
    }
}
