//! Developer identities.

use crate::context::Context;
use crate::domain::identities::developers::{self, TokenCall};
use crate::fault::Fault;
use crate::ops::paging;
use crate::shapes::identity::*;
use std::time::Duration;

/// How long a token lives unless the call says it, in seconds.
const TOKEN_SECONDS: i64 = 900;

/// `GetOpenIdTokenForDeveloperIdentity`.
pub async fn get_open_id_token_for_developer_identity(
    cx: &Context,
    input: GetOpenIdTokenForDeveloperIdentityInput,
) -> Result<GetOpenIdTokenForDeveloperIdentityResponse, Fault> {
    let seconds = u64::try_from(input.token_duration.unwrap_or(TOKEN_SECONDS)).unwrap_or_default();
    let call = TokenCall {
        pool_id: &input.identity_pool_id,
        identity_id: input.identity_id.as_deref(),
        logins: &input.logins,
        tags: input.principal_tags.unwrap_or_default(),
        validity: Duration::from_secs(seconds),
    };
    let (id, token) = developers::token(cx, call).await?;
    Ok(GetOpenIdTokenForDeveloperIdentityResponse { identity_id: Some(id), token: Some(token) })
}

/// `LookupDeveloperIdentity`.
pub async fn lookup_developer_identity(
    cx: &Context,
    input: LookupDeveloperIdentityInput,
) -> Result<LookupDeveloperIdentityResponse, Fault> {
    let asked = (input.identity_id.as_deref(), input.developer_user_identifier.as_deref());
    let call = [
        "LookupDeveloperIdentity",
        input.identity_pool_id.as_str(),
        asked.0.unwrap_or_default(),
        asked.1.unwrap_or_default(),
    ];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (id, users) = developers::lookup(cx, &input.identity_pool_id, asked.0, asked.1).await?;
    // An identity has few logins, sorted, so a page is cut from all of them.
    let mut rest = users.into_iter().filter(|user| after.as_ref().is_none_or(|after| user > after));
    let page: Vec<String> = rest.by_ref().take(paging::limit(input.max_results)).collect();
    let next = page.last().filter(|_| rest.next().is_some()).cloned();
    Ok(LookupDeveloperIdentityResponse {
        identity_id: Some(id),
        developer_user_identifier_list: Some(page),
        next_token: paging::token(cx, &call, next)?,
    })
}

/// `MergeDeveloperIdentities`.
pub async fn merge_developer_identities(
    cx: &Context,
    input: MergeDeveloperIdentitiesInput,
) -> Result<MergeDeveloperIdentitiesResponse, Fault> {
    let (pool, provider) = (&input.identity_pool_id, &input.developer_provider_name);
    let (source, destination) = (&input.source_user_identifier, &input.destination_user_identifier);
    let identity_id = developers::merge(cx, pool, provider, source, destination).await?;
    Ok(MergeDeveloperIdentitiesResponse { identity_id: Some(identity_id) })
}

/// `UnlinkDeveloperIdentity`.
pub async fn unlink_developer_identity(cx: &Context, input: UnlinkDeveloperIdentityInput) -> Result<(), Fault> {
    let (pool, provider) = (&input.identity_pool_id, &input.developer_provider_name);
    developers::unlink(cx, pool, provider, &input.identity_id, &input.developer_user_identifier).await
}
