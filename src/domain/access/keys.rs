//! Making, listing, disabling and deleting access keys.

use crate::clock::Timestamp;
use crate::context::Services;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::policy::{ADMIN, Facts, Policy, READ_ONLY, Verdict};
use crate::secret::Secret;
use crate::store::access_keys::{self, AccessKeyRecord, MAX_KEYS};

pub(super) const CAPITALS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
pub(super) const ALNUM: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// The action that makes a key an admin key: whoever may create keys may do anything.
const ADMIN_ACTION: &str = "poolhouse:CreateAccessKey";

/// A key as it is shown: all but its secret.
#[derive(Debug, Clone)]
pub struct KeyView {
    pub access_key_id: String,
    /// The name in the caller's ARN.
    pub name: String,
    pub root: bool,
    /// Whether calls signed by it are taken.
    pub enabled: bool,
    pub created: Timestamp,
    /// `admin`, `read-only`, or the document itself.
    pub policy: String,
}

/// A key just made: the only time its secret is shown.
#[derive(Debug, Clone)]
pub struct NewKey {
    pub view: KeyView,
    /// The secret, forty characters.
    pub secret_access_key: Secret,
}

impl From<&AccessKeyRecord> for KeyView {
    fn from(record: &AccessKeyRecord) -> Self {
        let policy = match record.policy.as_str() {
            ADMIN => "admin",
            READ_ONLY => "read-only",
            other => other,
        };
        Self {
            access_key_id: record.id.clone(),
            name: record.name.clone(),
            root: record.root,
            enabled: record.enabled,
            created: record.created,
            policy: policy.to_owned(),
        }
    }
}

/// Makes a key. `policy` is `admin`, `read-only` or a policy document; `name` is made up if none is given.
/// `InvalidParameterException` for a bad policy or name, `LimitExceededException` when there are too many keys.
///
/// The new key may be granted more than its maker has: making keys is for administrators, see [`is_admin`].
pub async fn create(services: &Services, now: Timestamp, name: Option<&str>, policy: &str) -> Result<NewKey, Fault> {
    let policy = match policy {
        "admin" => ADMIN,
        "read-only" => READ_ONLY,
        document => document,
    };
    Policy::parse(policy).map_err(|e| Fault::invalid(e.to_string()))?;
    let id = format!("AKIA{}", crate::rng::text(CAPITALS, 16)?);
    let secret = Secret::new(crate::rng::text(ALNUM, 40)?);
    let default_name = format!("key-{}", id.get(14..).unwrap_or_default().to_ascii_lowercase());
    let name = name.unwrap_or(&default_name);
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+=,.@-".contains(&b));
    if !plain || name.is_empty() || name.len() > 64 {
        return Err(Fault::invalid("A key's name has 1 to 64 letters, digits and _+=,.@-"));
    }
    let record = seal(
        services,
        AccessKeyRecord {
            id,
            name: name.to_owned(),
            sealed_secret: Vec::new(),
            policy: policy.to_owned(),
            root: false,
            enabled: true,
            created: now,
        },
        &secret,
    )?;
    services
        .store
        .transact(async |tx| {
            access_keys::exclusive(tx).await?;
            if access_keys::list(tx).await?.len() >= MAX_KEYS {
                return Err(Fault::modelled(
                    "LimitExceededException",
                    format!("There are {MAX_KEYS} access keys already; delete some first."),
                ));
            }
            Ok(access_keys::put(tx, &record)?)
        })
        .await?;
    services.access_keys.forget(&record.id);
    Ok(NewKey { view: KeyView::from(&record), secret_access_key: secret })
}

pub async fn list(services: &Services) -> Result<Vec<KeyView>, Fault> {
    Ok(access_keys::list(&services.store).await?.iter().map(KeyView::from).collect())
}

/// Disables or enables a key. The last enabled admin key cannot be disabled.
pub async fn set_enabled(services: &Services, id: &str, enabled: bool) -> Result<KeyView, Fault> {
    let view = services
        .store
        .transact(async |tx| {
            access_keys::exclusive(tx).await?;
            let mut record = access_keys::get(tx, id).await?.ok_or_else(|| unknown_key(id))?;
            if !enabled {
                check_another_admin(&access_keys::list(tx).await?, id)?;
            }
            record.enabled = enabled;
            access_keys::put(tx, &record)?;
            Ok(KeyView::from(&record))
        })
        .await;
    services.access_keys.forget(id);
    view
}

/// Deletes a key. The last enabled admin key cannot be deleted.
pub async fn delete(services: &Services, id: &str) -> Result<(), Fault> {
    let done = services
        .store
        .transact(async |tx| {
            access_keys::exclusive(tx).await?;
            access_keys::get(tx, id).await?.ok_or_else(|| unknown_key(id))?;
            check_another_admin(&access_keys::list(tx).await?, id)?;
            access_keys::delete(tx, id);
            Ok(())
        })
        .await;
    services.access_keys.forget(id);
    done
}

/// Seals the secret into its record.
pub(super) fn seal(
    services: &Services,
    mut record: AccessKeyRecord,
    secret: &Secret,
) -> Result<AccessKeyRecord, Fault> {
    record.sealed_secret =
        services.keys.sealer.seal(Purpose::AccessKey, &bound(&[&record.id]), secret.reveal().as_bytes())?;
    Ok(record)
}

/// Whether the key is enabled and may make keys.
pub(super) fn is_admin(record: &AccessKeyRecord) -> bool {
    record.enabled
        && Policy::parse(&record.policy)
            .is_ok_and(|policy| policy.judge(ADMIN_ACTION, "*", &Facts::default()) == Verdict::Allowed)
}

fn check_another_admin(records: &[AccessKeyRecord], id: &str) -> Result<(), Fault> {
    if records.iter().any(|record| record.id != id && is_admin(record)) {
        return Ok(());
    }
    Err(Fault::invalid(format!(
        "{id} is the last enabled key that may make keys: without it nobody could administer this server. Make another first: poolhouse keys create --policy admin"
    )))
}

fn unknown_key(id: &str) -> Fault {
    Fault::not_found(format!("There is no access key {id}."))
}
