//! From a key's record to the key with its secret, through the cache of opened keys.

use crate::context::Services;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::policy::Policy;
use crate::model::{AccessKey, Grants};
use crate::secret::Secret;
use crate::store::access_keys::{self, AccessKeyRecord};
use std::sync::Arc;

/// The key `id`, from memory or the store.
pub(super) async fn find(services: &Services, id: &str) -> Result<Option<Arc<AccessKey>>, Fault> {
    if let Some(key) = services.access_keys.get(id) {
        return Ok(Some(key));
    }
    let before = services.access_keys.moment();
    let Some(record) = access_keys::get(&services.store, id).await? else { return Ok(None) };
    let key = Arc::new(open(services, &record)?);
    services.access_keys.keep(&key, before);
    Ok(Some(key))
}

/// Opens the secret of a record.
pub(super) fn reveal(services: &Services, record: &AccessKeyRecord) -> Result<Secret, Fault> {
    let plain = services
        .keys
        .sealer
        .open(Purpose::AccessKey, &bound(&[&record.id]), &record.sealed_secret)
        .map_err(Fault::internal)?;
    Ok(Secret::new(String::from_utf8(plain).map_err(|e| Fault::internal(e.utf8_error()))?))
}

/// The policy of a record. One that can no longer be read, since rules have become stricter, allows nothing.
fn policy(record: &AccessKeyRecord) -> Policy {
    Policy::parse(&record.policy).unwrap_or_else(|error| {
        tracing::error!(access_key = record.id, %error, "the policy of this key is not understood: it allows nothing");
        Policy::nothing()
    })
}

fn open(services: &Services, record: &AccessKeyRecord) -> Result<AccessKey, Fault> {
    let account = &services.config.identity.account_id;
    Ok(AccessKey {
        id: record.id.clone(),
        secret: reveal(services, record)?,
        session_token: None,
        expires: None,
        enabled: record.enabled,
        arn: if record.root {
            format!("arn:aws:iam::{account}:root")
        } else {
            format!("arn:aws:iam::{account}:user/{}", record.name)
        },
        user_id: record.id.clone(),
        grants: Grants::of(policy(record)),
        session: None,
    })
}
