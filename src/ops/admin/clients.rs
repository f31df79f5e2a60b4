//! What programs of an app client need to know to find this server.

use crate::context::Context;
use crate::domain::pools::client_oauth::{self, WantedOAuthSettings};
use crate::domain::pools::{self, hosts};
use crate::domain::tokens;
use crate::fault::Fault;
use crate::model::{Client, ClientKeys};
use crate::shapes::admin::*;
use serde_json::{Value, json};

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

/// `SetClientOAuthSettings` (signed): replaces what OAuth and OpenID Connect know of a client and Cognito does not.
pub async fn set_client_oauth_settings(
    cx: &Context,
    input: SetClientOAuthSettingsRequest,
) -> Result<ClientOAuthSettingsType, Fault> {
    let wanted = WantedOAuthSettings {
        jwks: input.jwks,
        jwks_uri: input.jwks_uri,
        backchannel_logout_uri: input.backchannel_logout_uri,
    };
    client_oauth::set(cx, &input.client_id, wanted).await.map(|client| oauth_settings(&client))
}

/// `GetClientOAuthSettings` (signed).
pub async fn get_client_oauth_settings(
    cx: &Context,
    input: GetClientOAuthSettingsRequest,
) -> Result<ClientOAuthSettingsType, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    Ok(oauth_settings(&client))
}

fn oauth_settings(client: &Client) -> ClientOAuthSettingsType {
    let (jwks, jwks_uri) = match client.oauth.keys.clone() {
        None => (None, None),
        Some(ClientKeys::Set(set)) => (Some(set), None),
        Some(ClientKeys::At(url)) => (None, Some(url)),
    };
    ClientOAuthSettingsType {
        client_id: client.id.clone(),
        jwks,
        jwks_uri,
        backchannel_logout_uri: client.oauth.backchannel_logout_uri.clone(),
    }
}

/// What [`describe_client`] answers, under the names of the API.
pub async fn description(cx: &Context, client_id: &str) -> Result<Value, Fault> {
    let client = describe_client(cx, DescribeClientRequest { client_id: client_id.to_owned() }).await?;
    Ok(json!({
        "ClientId": client.client_id, "ClientName": client.client_name, "UserPoolId": client.user_pool_id,
        "Region": client.region, "HasSecret": client.has_secret, "Endpoint": client.endpoint, "Issuer": client.issuer,
        "JwksUri": client.jwks_uri, "PagesUrl": client.pages_url,
    }))
}

/// A client in a list.
pub struct KnownClient {
    pub id: String,
    pub name: String,
    pub pool_name: String,
}

/// How many pools, and clients of each, a list shows.
const LISTED: usize = 20;

/// The first clients of the first pools of the server's own region.
pub async fn known_clients(cx: &Context) -> Result<Vec<KnownClient>, Fault> {
    let mut known = Vec::new();
    for pool in pools::lifecycle::list(cx, None, LISTED).await?.0 {
        for client in pools::clients::list(cx, &pool.id, None, None, LISTED).await?.0 {
            let name = client.settings.client_name.clone().unwrap_or_default();
            known.push(KnownClient { id: client.id.clone(), name, pool_name: pool.name.clone() });
        }
    }
    Ok(known)
}
