//! The root key: made at the first start, or given by the environment.

use super::keys::{is_admin, seal};
use super::open::reveal;
use crate::clock::Timestamp;
use crate::context::Services;
use crate::fault::Fault;
use crate::model::policy::ADMIN;
use crate::secret::Secret;
use crate::store::access_keys::{self, AccessKeyRecord};

/// A root key that the operator chose (`POOLHOUSE_ROOT_ACCESS_KEY_ID`, `POOLHOUSE_ROOT_SECRET_ACCESS_KEY`).
#[derive(Debug, Clone)]
pub struct GivenRoot {
    pub id: String,
    pub secret: Secret,
}

impl GivenRoot {
    /// Checks the form: an id of 3 to 128 letters, digits and `_`; a secret of 16 to 128 visible ASCII characters.
    pub fn new(id: &str, secret: Secret) -> Result<Self, String> {
        if !(3..=128).contains(&id.len()) || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(
                "POOLHOUSE_ROOT_ACCESS_KEY_ID: must have 3 to 128 letters and digits, e.g. AKIA and sixteen more"
                    .into(),
            );
        }
        if !(16..=128).contains(&secret.reveal().len()) || !secret.reveal().bytes().all(|b| b.is_ascii_graphic()) {
            return Err(
                "POOLHOUSE_ROOT_SECRET_ACCESS_KEY: must have 16 to 128 characters without spaces; forty random ones are usual".into()
            );
        }
        Ok(Self { id: id.to_owned(), secret })
    }
}

/// The state of the root key after [`ensure_root`].
#[derive(Debug, Clone)]
pub enum RootKey {
    /// Made just now; to be shown once.
    Made { id: String, secret: Secret },
    /// Given by the environment; `others` are further enabled root keys, left from before.
    Given {
        id: String,
        /// Whether the key is disabled: it was disabled by command and stays so.
        disabled: bool,
        /// The ids of further enabled root keys.
        others: Vec<String>,
    },
    /// Keys were made before.
    Known,
}

/// Makes sure that there is an enabled admin key: takes the given one, or makes one if there is none.
pub async fn ensure_root(services: &Services, now: Timestamp, given: Option<&GivenRoot>) -> Result<RootKey, Fault> {
    if let Some(given) = given {
        return take_given(services, now, given).await;
    }
    if access_keys::list(&services.store).await?.iter().any(is_admin) {
        return Ok(RootKey::Known);
    }
    let id = format!("AKIA{}", crate::rng::text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)?);
    let secret = Secret::new(crate::rng::text(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", 40)?);
    write(services, now, &GivenRoot { id: id.clone(), secret: secret.clone() }).await?;
    Ok(RootKey::Made { id, secret })
}

async fn take_given(services: &Services, now: Timestamp, given: &GivenRoot) -> Result<RootKey, Fault> {
    let records = access_keys::list(&services.store).await?;
    let mut disabled = false;
    match records.iter().find(|record| record.id == given.id) {
        // A key that was disabled by command stays disabled: a restart with an old environment must not bring it back.
        Some(record) if record.root && reveal(services, record)? == given.secret => disabled = !record.enabled,
        _ => write(services, now, given).await?,
    }
    let others = records.iter().filter(|r| r.root && r.enabled && r.id != given.id).map(|r| r.id.clone()).collect();
    Ok(RootKey::Given { id: given.id.clone(), disabled, others })
}

async fn write(services: &Services, now: Timestamp, root: &GivenRoot) -> Result<(), Fault> {
    let record = AccessKeyRecord {
        id: root.id.clone(),
        name: "root".into(),
        sealed_secret: Vec::new(),
        policy: ADMIN.into(),
        root: true,
        enabled: true,
        created: now,
    };
    let record = seal(services, record, &root.secret)?;
    services
        .store
        .transact(async |tx| {
            access_keys::exclusive(tx).await?;
            Ok(access_keys::put(tx, &record)?)
        })
        .await?;
    services.access_keys.forget(&root.id);
    Ok(())
}
