//! Tags of pools.

use crate::context::Context;
use crate::domain::pools::{lifecycle, settings};
use crate::fault::Fault;
use crate::shapes::idp::*;

/// The pool that an ARN names.
fn pool_of(cx: &Context, arn: &str) -> Result<String, Fault> {
    let not_found = || Fault::not_found(format!("Resource {arn} does not exist."));
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let ["arn", "aws", service, region, account, resource] = parts.as_slice() else {
        return Err(Fault::invalid(format!("{arn} is not the ARN of a user pool.")));
    };
    let id = resource.strip_prefix("userpool/").filter(|_| *service == "cognito-idp").ok_or_else(not_found)?;
    let ours =
        *account == cx.services.config.identity.account_id && id.split_once('_').is_some_and(|(of, _)| of == *region);
    if ours { Ok(id.to_owned()) } else { Err(not_found()) }
}

/// `TagResource`: merges.
pub async fn tag_resource(cx: &Context, input: TagResourceRequest) -> Result<TagResourceResponse, Fault> {
    let id = pool_of(cx, &input.resource_arn)?;
    lifecycle::change(cx, &id, async |pool| {
        let tags = pool.settings.user_pool_tags.get_or_insert_default();
        tags.extend(input.tags.clone());
        settings::check_tags(Some(tags))
    })
    .await?;
    Ok(TagResourceResponse {})
}

/// `UntagResource`.
pub async fn untag_resource(cx: &Context, input: UntagResourceRequest) -> Result<UntagResourceResponse, Fault> {
    let id = pool_of(cx, &input.resource_arn)?;
    lifecycle::change(cx, &id, async |pool| {
        pool.settings.user_pool_tags.get_or_insert_default().retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })
    .await?;
    Ok(UntagResourceResponse {})
}

/// `ListTagsForResource`.
pub async fn list_tags_for_resource(
    cx: &Context,
    input: ListTagsForResourceRequest,
) -> Result<ListTagsForResourceResponse, Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &pool_of(cx, &input.resource_arn)?).await?;
    Ok(ListTagsForResourceResponse { tags: pool.settings.user_pool_tags.clone() })
}
