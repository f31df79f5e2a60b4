//! Opened keys in memory, so that a signed call neither reads the store nor opens a seal.

use super::{AccessKey, Policy};
use crate::context::Services;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::secret::Secret;
use crate::store::access_keys::{self, AccessKeyRecord};
use quick_cache::sync::Cache;
use std::sync::{Arc, Mutex, PoisonError};

/// The keys opened last. Only keys that are there are kept, so made-up ids cannot fill it.
pub struct OpenKeys {
    cache: Cache<String, Arc<AccessKey>>,
    /// Counts changes: a key that was read before a change and comes back after it must not be kept.
    changes: Mutex<u64>,
}

impl Default for OpenKeys {
    fn default() -> Self {
        Self { cache: Cache::new(access_keys::MAX_KEYS), changes: Mutex::new(0) }
    }
}

impl OpenKeys {
    /// The key `id`, from memory or the store.
    pub async fn find(&self, services: &Services, id: &str) -> Result<Option<Arc<AccessKey>>, Fault> {
        if let Some(key) = self.cache.get(id) {
            return Ok(Some(key));
        }
        let before = *self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(record) = access_keys::get(&services.store, id).await? else { return Ok(None) };
        let key = Arc::new(open(services, &record)?);
        let now = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        if *now == before {
            self.cache.insert(id.to_owned(), key.clone());
        }
        Ok(Some(key))
    }

    /// Forgets the key `id`; to be called after every change of it.
    pub fn forget(&self, id: &str) {
        let mut changes = self.changes.lock().unwrap_or_else(PoisonError::into_inner);
        *changes += 1;
        self.cache.remove(id);
    }
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
        policy: Arc::new(Policy::parse(&record.policy).map_err(Fault::internal)?),
    })
}
