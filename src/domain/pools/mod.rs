//! Owns the rules of user pools and app clients: defaults, checks, schema, secrets.
//! Hands off records to `store`. Must not know requests.

pub mod client_metadata;
pub mod client_oauth;
pub mod clients;
mod compatibility;
pub mod custom_domains;
mod display;
pub mod domains;
pub mod dynamic_registration;
mod functions;
pub mod hosts;
pub mod levels;
pub mod lifecycle;
pub mod log_delivery;
pub mod mfa;
pub mod provisioned_limits;
pub mod published_secrets;
pub mod quotas;
pub mod resource_servers;
pub mod schema;
pub mod secrets;
pub mod sessions;
pub mod settings;

use crate::fault::Fault;
use crate::model::{Client, Pool};
use crate::store::{Read, pools};
use std::sync::Arc;

/// The pool `id`, or `ResourceNotFoundException`.
pub async fn pool(read: &impl Read, id: &str) -> Result<Arc<Pool>, Fault> {
    pools::pool(read, id).await?.ok_or_else(|| Fault::not_found(format!("User pool {id} does not exist.")))
}

/// The client `id` of whatever pool, or `ResourceNotFoundException`.
pub async fn client(read: &impl Read, id: &str) -> Result<Arc<Client>, Fault> {
    pools::client(read, id).await?.ok_or_else(|| Fault::not_found(format!("User pool client {id} does not exist.")))
}

/// The client `id` of this pool, or `ResourceNotFoundException`. A client that is known by its metadata document is
/// found too, as [`client_metadata::known`] says.
pub async fn client_of(read: &impl Read, pool: &Pool, id: &str) -> Result<Arc<Client>, Fault> {
    if client_metadata::is_document_url(id) {
        let known = client_metadata::known(read, pool, id).await?;
        return known.ok_or_else(|| Fault::not_found(format!("User pool client {id} does not exist.")));
    }
    let client = client(read, id).await?;
    if client.pool_id == pool.id {
        Ok(client)
    } else {
        Err(Fault::not_found(format!("User pool client {id} does not exist.")))
    }
}
