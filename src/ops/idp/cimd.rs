//! Policies for client ID metadata documents (CIMD), and the documents that were fetched.

use crate::context::Context;
use crate::domain::pools::client_metadata::{self as clients, PolicySettings, PolicyView};
use crate::fault::Fault;
use crate::ops::paging;
use crate::shapes::idp::*;

/// `CreateCIMDPolicy`.
pub async fn create_cimd_policy(
    cx: &Context,
    input: CreateCIMDPolicyRequest,
) -> Result<CreateCIMDPolicyResponse, Fault> {
    let wanted = PolicySettings {
        client_id: input.client_id,
        name: Some(input.policy_name),
        cache_seconds: input.cache_duration,
        patterns: input.url_patterns,
    };
    let made = clients::create(cx, &input.user_pool_id, wanted).await?;
    Ok(CreateCIMDPolicyResponse { cimd_policy: shown(&input.user_pool_id, made) })
}

/// `DescribeCIMDPolicy`.
pub async fn describe_cimd_policy(
    cx: &Context,
    input: DescribeCIMDPolicyRequest,
) -> Result<DescribeCIMDPolicyResponse, Fault> {
    let found = clients::describe(cx, &input.user_pool_id, &input.cimd_policy_id).await?;
    Ok(DescribeCIMDPolicyResponse { cimd_policy: shown(&input.user_pool_id, found) })
}

/// `UpdateCIMDPolicy`: name and cache duration stay where the call has none.
pub async fn update_cimd_policy(
    cx: &Context,
    input: UpdateCIMDPolicyRequest,
) -> Result<UpdateCIMDPolicyResponse, Fault> {
    let wanted = PolicySettings {
        client_id: input.client_id,
        name: input.policy_name,
        cache_seconds: input.cache_duration,
        patterns: input.url_patterns,
    };
    let changed = clients::update(cx, &input.user_pool_id, &input.cimd_policy_id, wanted).await?;
    Ok(UpdateCIMDPolicyResponse { cimd_policy: shown(&input.user_pool_id, changed) })
}

/// `DeleteCIMDPolicy`.
pub async fn delete_cimd_policy(
    cx: &Context,
    input: DeleteCIMDPolicyRequest,
) -> Result<DeleteCIMDPolicyResponse, Fault> {
    clients::delete(cx, &input.user_pool_id, &input.cimd_policy_id).await?;
    Ok(DeleteCIMDPolicyResponse {})
}

/// `ListCIMDPolicies`, by id.
pub async fn list_cimd_policies(
    cx: &Context,
    input: ListCIMDPoliciesRequest,
) -> Result<ListCIMDPoliciesResponse, Fault> {
    let call = ["ListCIMDPolicies", &input.user_pool_id];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, last) =
        clients::list(cx, &input.user_pool_id, after.as_deref(), paging::limit(input.max_results)).await?;
    let shown = found.into_iter().map(|PolicyView { policy, client_id }| CIMDPolicySummaryType {
        cimd_policy_id: policy.id,
        client_id,
        policy_name: policy.name,
        cache_duration: Some(policy.cache_seconds),
        creation_date: Some(policy.created),
        last_modified_date: Some(policy.modified),
    });
    Ok(ListCIMDPoliciesResponse { cimd_policies: shown.collect(), next_token: paging::token(cx, &call, last)? })
}

/// `ListClientMetadataURLs`: the documents of a policy that are cached, by URL.
pub async fn list_client_metadata_urls(
    cx: &Context,
    input: ListClientMetadataURLsRequest,
) -> Result<ListClientMetadataURLsResponse, Fault> {
    let (pool, policy) = (&input.user_pool_id, &input.cimd_policy_id);
    let call = ["ListClientMetadataURLs", pool, policy];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = paging::limit(input.max_results);
    let (found, last) = clients::list_documents(cx, pool, policy, after.as_deref(), limit).await?;
    let shown = found.into_iter().map(|document| ClientMetadataURLType {
        url: document.url,
        cached_date: Some(document.fetched),
        expiration_date: Some(document.until),
    });
    Ok(ListClientMetadataURLsResponse {
        client_metadata_urls: shown.collect(),
        next_token: paging::token(cx, &call, last)?,
    })
}

/// `UpdateClientMetadataURLState`: fetches a cached document anew, or forgets it.
pub async fn update_client_metadata_url_state(
    cx: &Context,
    input: UpdateClientMetadataURLStateRequest,
) -> Result<UpdateClientMetadataURLStateResponse, Fault> {
    let (pool, policy, url) = (&input.user_pool_id, &input.cimd_policy_id, &input.url);
    match input.action {
        CIMDCacheActionType::Refresh => clients::refresh(cx, pool, policy, url).await?,
        CIMDCacheActionType::Invalidate => clients::invalidate(cx, pool, policy, url).await?,
    }
    Ok(UpdateClientMetadataURLStateResponse {})
}

fn shown(pool_id: &str, view: PolicyView) -> CIMDPolicyType {
    let PolicyView { policy, client_id } = view;
    CIMDPolicyType {
        user_pool_id: pool_id.to_owned(),
        cimd_policy_id: policy.id,
        client_id,
        policy_name: policy.name,
        cache_duration: Some(policy.cache_seconds),
        url_patterns: Some(policy.patterns),
        creation_date: Some(policy.created),
        last_modified_date: Some(policy.modified),
    }
}
