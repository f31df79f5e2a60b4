//! App clients and their secrets.

use super::view;
use crate::context::Context;
use crate::domain::pools::clients::{self, InitialSecret, NewClient};
use crate::domain::pools::{self, secrets};
use crate::fault::Fault;
use crate::model::{ClientOrigin, ClientProfile, ClientSettings};
use crate::ops::paging;
use crate::secret::Secret;
use crate::shapes::idp::*;

/// `CreateUserPoolClient`.
pub async fn create_user_pool_client(
    cx: &Context,
    input: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse, Fault> {
    let settings: ClientSettings = view::reshape(&input)?;
    let secret = match (input.client_secret, input.generate_secret) {
        (Some(_), Some(true)) => {
            return Err(Fault::invalid("ClientSecret and GenerateSecret cannot be used together."));
        }
        (Some(text), _) => InitialSecret::Given(text),
        (None, Some(true)) => InitialSecret::Generated,
        (None, _) => InitialSecret::None,
    };
    let new = NewClient {
        secret,
        settings,
        publish: input.publish_secrets_in_aws_secrets_manager == Some(true),
        origin: ClientOrigin::Administrator,
        profile: ClientProfile::default(),
    };
    let (client, secret) = clients::create(cx, &input.user_pool_id, new).await?;
    let secret = secret.filter(|_| client.published.is_none()).map(Secret::new);
    Ok(CreateUserPoolClientResponse { user_pool_client: Some(view::client(cx, &client, secret.as_ref())?) })
}

/// `DescribeUserPoolClient`: with its first secret.
pub async fn describe_user_pool_client(
    cx: &Context,
    input: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let secret = secrets::shown(cx, &client)?;
    Ok(DescribeUserPoolClientResponse { user_pool_client: Some(view::client(cx, &client, secret.as_ref())?) })
}

/// `UpdateUserPoolClient`: replaces the settings; what is left out goes back to its default.
pub async fn update_user_pool_client(
    cx: &Context,
    input: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse, Fault> {
    let settings: ClientSettings = view::reshape(&input)?;
    let publish = input.publish_secrets_in_aws_secrets_manager;
    let client = clients::update(cx, &input.user_pool_id, &input.client_id, settings, publish).await?;
    let secret = secrets::shown(cx, &client)?;
    Ok(UpdateUserPoolClientResponse { user_pool_client: Some(view::client(cx, &client, secret.as_ref())?) })
}

/// `DeleteUserPoolClient`.
pub async fn delete_user_pool_client(cx: &Context, input: DeleteUserPoolClientRequest) -> Result<(), Fault> {
    clients::delete(cx, &input.user_pool_id, &input.client_id).await
}

/// `ListUserPoolClients`.
pub async fn list_user_pool_clients(
    cx: &Context,
    input: ListUserPoolClientsRequest,
) -> Result<ListUserPoolClientsResponse, Fault> {
    let origin = input.client_type.map(|kind| match kind {
        ClientTypeType::Regular => ClientOrigin::Administrator,
        ClientTypeType::Dcr => ClientOrigin::Registration,
    });
    let kind = input.client_type.map_or("", |kind| kind.as_str());
    let call = ["ListUserPoolClients", &input.user_pool_id, kind];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let limit = paging::limit(input.max_results);
    let (found, last) = clients::list(cx, &input.user_pool_id, origin.as_ref(), after.as_deref(), limit).await?;
    let shown = found.into_iter().map(|client| UserPoolClientDescription {
        client_id: Some(client.id.clone()),
        user_pool_id: Some(client.pool_id.clone()),
        client_name: client.settings.client_name.clone(),
    });
    Ok(ListUserPoolClientsResponse {
        user_pool_clients: Some(shown.collect()),
        next_token: paging::token(cx, &call, last)?,
    })
}

/// `AddUserPoolClientSecret`: a second secret, shown once.
pub async fn add_user_pool_client_secret(
    cx: &Context,
    input: AddUserPoolClientSecretRequest,
) -> Result<AddUserPoolClientSecretResponse, Fault> {
    let (sealed, text) = secrets::add(cx, &input.user_pool_id, &input.client_id, input.client_secret).await?;
    Ok(AddUserPoolClientSecretResponse {
        client_secret_descriptor: Some(ClientSecretDescriptorType {
            client_secret_id: Some(sealed.id),
            client_secret_value: Some(text),
            client_secret_create_date: Some(sealed.created),
        }),
    })
}

/// `ListUserPoolClientSecrets`: their ids, without the secrets.
pub async fn list_user_pool_client_secrets(
    cx: &Context,
    input: ListUserPoolClientSecretsRequest,
) -> Result<ListUserPoolClientSecretsResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let live = client.secrets.iter().filter(|secret| secret.is_live(cx.now));
    let shown = live.map(|secret| ClientSecretDescriptorType {
        client_secret_id: Some(secret.id.clone()),
        client_secret_value: None,
        client_secret_create_date: Some(secret.created),
    });
    Ok(ListUserPoolClientSecretsResponse { client_secrets: Some(shown.collect()), next_token: None })
}

/// `DeleteUserPoolClientSecret`: any but the last.
pub async fn delete_user_pool_client_secret(
    cx: &Context,
    input: DeleteUserPoolClientSecretRequest,
) -> Result<DeleteUserPoolClientSecretResponse, Fault> {
    secrets::remove(cx, &input.user_pool_id, &input.client_id, &input.client_secret_id).await?;
    Ok(DeleteUserPoolClientSecretResponse {})
}
