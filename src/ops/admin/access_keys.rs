//! Access keys: who may sign calls to this server.

use crate::context::Context;
use crate::domain::access::{self, KeyView};
use crate::fault::Fault;
use crate::shapes::admin::*;

/// `CreateAccessKey` (signed): a new key. The only time that its secret is shown.
pub async fn create_access_key(cx: &Context, input: CreateAccessKeyRequest) -> Result<CreateAccessKeyResponse, Fault> {
    let made = access::create(&cx.services, cx.now, input.name.as_deref(), &input.policy).await?;
    Ok(CreateAccessKeyResponse {
        access_key_id: made.view.access_key_id,
        name: made.view.name,
        root: made.view.root,
        enabled: made.view.enabled,
        create_date: made.view.created,
        policy: made.view.policy,
        secret_access_key: made.secret_access_key.reveal().to_owned(),
    })
}

/// `ListAccessKeys` (signed): all keys, without their secrets.
pub async fn list_access_keys(cx: &Context, _input: ListAccessKeysRequest) -> Result<ListAccessKeysResponse, Fault> {
    let keys = access::list(&cx.services).await?;
    Ok(ListAccessKeysResponse { access_keys: keys.into_iter().map(AccessKeyType::from).collect() })
}

/// `DisableAccessKey` (signed): calls signed by the key are refused from now on.
pub async fn disable_access_key(cx: &Context, input: DisableAccessKeyRequest) -> Result<AccessKeyType, Fault> {
    access::set_enabled(&cx.services, &input.access_key_id, false).await.map(AccessKeyType::from)
}

/// `EnableAccessKey` (signed): calls signed by the key are taken again.
pub async fn enable_access_key(cx: &Context, input: EnableAccessKeyRequest) -> Result<AccessKeyType, Fault> {
    access::set_enabled(&cx.services, &input.access_key_id, true).await.map(AccessKeyType::from)
}

/// `DeleteAccessKey` (signed).
pub async fn delete_access_key(cx: &Context, input: DeleteAccessKeyRequest) -> Result<DeleteAccessKeyResponse, Fault> {
    access::delete(&cx.services, &input.access_key_id).await?;
    Ok(DeleteAccessKeyResponse {})
}

impl From<KeyView> for AccessKeyType {
    fn from(key: KeyView) -> Self {
        Self {
            access_key_id: key.access_key_id,
            name: key.name,
            root: key.root,
            enabled: key.enabled,
            create_date: key.created,
            policy: key.policy,
        }
    }
}
