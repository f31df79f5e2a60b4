//! App clients and their secrets.

use super::view;
use crate::context::Context;
use crate::domain::pools::clients::{self, WantedSecret};
use crate::domain::pools::{self, secrets};
use crate::fault::Fault;
use crate::model::ClientSettings;
use crate::ops::paging;
use crate::secret::Secret;
use crate::shapes::idp::*;

/// `CreateUserPoolClient`.
pub async fn create_user_pool_client(
    cx: &Context,
    input: CreateUserPoolClientRequest,
) -> Result<CreateUserPoolClientResponse, Fault> {
    let settings: ClientSettings = view::reshape(&input)?;
    let wanted = match (input.client_secret, input.generate_secret) {
        (Some(_), Some(true)) => {
            return Err(Fault::invalid("ClientSecret and GenerateSecret cannot be used together."));
        }
        (Some(text), _) => WantedSecret::Given(text),
        (None, Some(true)) => WantedSecret::Generated,
        (None, _) => WantedSecret::None,
    };
    let (client, secret) = clients::create(cx, &input.user_pool_id, wanted, settings).await?;
    Ok(CreateUserPoolClientResponse {
        user_pool_client: Some(view::client(&client, secret.map(Secret::new).as_ref())?),
    })
}

/// `DescribeUserPoolClient`: with its first secret.
pub async fn describe_user_pool_client(
    cx: &Context,
    input: DescribeUserPoolClientRequest,
) -> Result<DescribeUserPoolClientResponse, Fault> {
    let pool = pools::pool(&cx.services.store, &input.user_pool_id).await?;
    let client = pools::client_of(&cx.services.store, &pool, &input.client_id).await?;
    let secrets = secrets::open(cx, &client)?;
    Ok(DescribeUserPoolClientResponse { user_pool_client: Some(view::client(&client, secrets.first())?) })
}

/// `UpdateUserPoolClient`: replaces the settings; what is left out goes back to its default.
pub async fn update_user_pool_client(
    cx: &Context,
    input: UpdateUserPoolClientRequest,
) -> Result<UpdateUserPoolClientResponse, Fault> {
    let settings: ClientSettings = view::reshape(&input)?;
    let client = clients::update(cx, &input.user_pool_id, &input.client_id, settings).await?;
    let secrets = secrets::open(cx, &client)?;
    Ok(UpdateUserPoolClientResponse { user_pool_client: Some(view::client(&client, secrets.first())?) })
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
    if input.client_type == Some(ClientTypeType::Dcr) {
        // Every client here is REGULAR: there is no dynamic registration yet.
        pools::pool(&cx.services.store, &input.user_pool_id).await?;
        return Ok(ListUserPoolClientsResponse { user_pool_clients: Some(Vec::new()), next_token: None });
    }
    let call = ["ListUserPoolClients", &input.user_pool_id];
    let after = paging::after_text(cx, &call, input.next_token.as_deref())?;
    let (found, last) =
        clients::list(cx, &input.user_pool_id, after.as_deref(), paging::limit(input.max_results)).await?;
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
    let shown = client.secrets.iter().map(|secret| ClientSecretDescriptorType {
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
