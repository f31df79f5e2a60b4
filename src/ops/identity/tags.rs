//! Tags of identity pools.

use crate::context::Context;
use crate::domain::identities::{self, pools};
use crate::fault::Fault;
use crate::shapes::identity::*;

/// `TagResource`: merges.
pub async fn tag_resource(cx: &Context, input: TagResourceInput) -> Result<TagResourceResponse, Fault> {
    pools::change(cx, pools::id_of_arn(cx, &input.resource_arn)?, async |pool| {
        let tags = pool.settings.identity_pool_tags.get_or_insert_default();
        tags.extend(input.tags.clone());
        pools::check_tags(Some(tags))
    })
    .await?;
    Ok(TagResourceResponse {})
}

/// `UntagResource`.
pub async fn untag_resource(cx: &Context, input: UntagResourceInput) -> Result<UntagResourceResponse, Fault> {
    pools::change(cx, pools::id_of_arn(cx, &input.resource_arn)?, async |pool| {
        pool.settings.identity_pool_tags.get_or_insert_default().retain(|key, _| !input.tag_keys.contains(key));
        Ok(())
    })
    .await?;
    Ok(UntagResourceResponse {})
}

/// `ListTagsForResource`.
pub async fn list_tags_for_resource(
    cx: &Context,
    input: ListTagsForResourceInput,
) -> Result<ListTagsForResourceResponse, Fault> {
    let id = pools::id_of_arn(cx, &input.resource_arn)?;
    let pool = identities::pool(&cx.services.store, id).await?;
    Ok(ListTagsForResourceResponse { tags: Some(pool.settings.identity_pool_tags.clone().unwrap_or_default()) })
}
