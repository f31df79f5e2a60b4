//! What programs of an app client need to know to find this server.

use crate::context::Context;
use crate::domain::pools::{self, hosts};
use crate::domain::tokens;
use crate::fault::Fault;
use crate::shapes::admin::{DescribeClientRequest, DescribeClientResponse};

/// `DescribeClient` (signed): the addresses that belong to a client of whatever pool; no secrets.
pub async fn describe_client(cx: &Context, input: DescribeClientRequest) -> Result<DescribeClientResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let issuer = tokens::issuer(cx, &pool.id);
    let region =
        pool.id.split_once('_').map_or(cx.services.config.identity.default_region.as_str(), |(region, _)| region);
    Ok(DescribeClientResponse {
        client_id: client.id.clone(),
        client_name: client.settings.client_name.clone().unwrap_or_default(),
        user_pool_id: pool.id.clone(),
        region: region.to_owned(),
        endpoint: cx.services.config.server.public_url.clone(),
        jwks_uri: format!("{issuer}/.well-known/jwks.json"),
        issuer,
        pages_url: hosts::base_url(cx, &pool),
        has_secret: !client.secrets.is_empty(),
    })
}
