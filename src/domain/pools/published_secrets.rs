//! Client secrets that programs read from the secrets manager (`PublishSecretsInAWSSecretsManager`): their names, their
//! rotation, and what the secrets manager answers.
//!
//! A published secret is replaced when it is published and then every week. The one before stays valid for a day, so
//! that programs that keep what they read have the time to read it again.

use super::secrets;
use crate::clock::Timestamp;
use crate::context::{Context, Services};
use crate::fault::Fault;
use crate::model::{Client, ClientOrigin, PublishedSecret, SealedSecret};
use crate::secret::Secret;
use crate::store::{pools, secret_rotations};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

/// The time between two rotations.
pub const ROTATION: Duration = Duration::from_secs(7 * DAY);
/// How long a replaced secret stays valid.
pub const GRACE: Duration = Duration::from_secs(DAY);
const DAY: u64 = 86_400;
/// What the end of an ARN is drawn from.
pub(super) const SUFFIX: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
/// What stands before pool and client in the name of a secret.
const NAME: &str = "cognito-idp";
/// Rotations of one batch.
const BATCH: usize = 100;

/// Moves a client's secret into the secrets manager. `fresh` replaces it; an older second one goes.
pub(super) fn publish(
    client: &mut Client,
    suffix: String,
    fresh: Option<SealedSecret>,
    now: Timestamp,
) -> Result<(), Fault> {
    if client.secrets.is_empty() {
        return Err(Fault::invalid("PublishSecretsInAWSSecretsManager needs a client with a secret."));
    }
    if client.origin == ClientOrigin::Registration {
        return Err(Fault::invalid("The secret of a client that registered itself cannot be published."));
    }
    if let Some(fresh) = fresh {
        replace(client, fresh, now);
    }
    client.published = Some(PublishedSecret { suffix, since: now, rotates: now.plus(ROTATION) });
    Ok(())
}

/// Replaces the newest secret of a client, which stays valid for a while; all others go.
fn replace(client: &mut Client, fresh: SealedSecret, now: Timestamp) {
    let newest = client.secrets.iter().rfind(|secret| secret.until.is_none()).cloned();
    client.secrets = newest.into_iter().map(|old| SealedSecret { until: Some(now.plus(GRACE)), ..old }).collect();
    secrets::push(client, fresh);
}

/// Replaces every published secret whose time has come.
pub async fn rotate_due(services: &Services, now: Timestamp) -> Result<(), Fault> {
    let store = &services.store;
    loop {
        let due = secret_rotations::due(store, now, BATCH).await?;
        for rotation in &due {
            let fresh = secrets::seal_at(&services.keys.sealer, &rotation.client_id, &secrets::generate()?, now)?;
            store
                .transact(async |tx| {
                    secret_rotations::remove(tx, rotation);
                    let Some(client) = pools::client(tx, &rotation.client_id).await? else { return Ok(()) };
                    let mut client = Client::clone(&client);
                    // An entry that is not that of the record is a left-over.
                    let Some(published) = client.published.as_mut().filter(|found| found.rotates == rotation.at) else {
                        return Ok(());
                    };
                    published.rotates = now.plus(ROTATION);
                    replace(&mut client, fresh.clone(), now);
                    secret_rotations::enter(tx, &client);
                    pools::put_client(tx, &client)?;
                    Ok(())
                })
                .await?;
        }
        if due.len() < BATCH {
            return Ok(());
        }
    }
}

/// A version of a published secret.
pub struct Version {
    pub id: String,
    /// `AWSCURRENT` or `AWSPREVIOUS`.
    pub stage: &'static str,
    pub created: Timestamp,
    secret: SealedSecret,
}

/// A secret as the secrets manager knows it.
pub struct Entry {
    pub client: Arc<Client>,
    pub published: PublishedSecret,
    pub arn: String,
    pub name: String,
    /// The current one first, then the one before while it is valid.
    pub versions: Vec<Version>,
}

fn name(client: &Client) -> String {
    format!("{NAME}/{}/{}", client.pool_id, client.id)
}

/// The ARN of a client's secret, if it is published.
pub fn arn(cx: &Context, client: &Client) -> Option<String> {
    let published = client.published.as_ref()?;
    let region = client.pool_id.split_once('_').map(|(region, _)| region);
    Some(arn_of(cx, region, &format!("{}-{}", name(client), published.suffix)))
}

fn arn_of(cx: &Context, region: Option<&str>, name: &str) -> String {
    let identity = &cx.services.config.identity;
    let region = region.or(cx.region.as_deref()).unwrap_or(&identity.default_region);
    format!("arn:aws:secretsmanager:{region}:{}:secret/{name}", identity.account_id)
}

/// The ARN that policies see for the secret that a call names by its ARN or its name.
pub async fn arn_for_policies(cx: &Context, secret_id: &str) -> Result<String, Fault> {
    if secret_id.starts_with("arn:") {
        return Ok(secret_id.to_owned());
    }
    let found = find(cx, secret_id).await?;
    Ok(found.map_or_else(|| arn_of(cx, None, secret_id), |entry| entry.arn))
}

/// The published secret with this ARN or name.
pub async fn find(cx: &Context, secret_id: &str) -> Result<Option<Entry>, Fault> {
    // The name is `cognito-idp/<pool>/<client>`, and an ARN ends in a hyphen and six characters after it.
    let Some(last) = secret_id.rsplit('/').next() else { return Ok(None) };
    let client_id = last.split('-').next().unwrap_or_default();
    let Some(client) = pools::client(&cx.services.store, client_id).await? else { return Ok(None) };
    let (Some(arn), Some(published)) = (arn(cx, &client), client.published.clone()) else { return Ok(None) };
    let name = name(&client);
    if secret_id != arn && secret_id != name {
        return Ok(None);
    }
    let live = client.secrets.iter().filter(|secret| secret.is_live(cx.now));
    let mut versions: Vec<Version> = live
        .map(|secret| Version {
            id: secret.id.clone(),
            stage: if secret.until.is_none() { "AWSCURRENT" } else { "AWSPREVIOUS" },
            created: secret.created,
            secret: secret.clone(),
        })
        .collect();
    versions.reverse();
    Ok(Some(Entry { client, published, arn, name, versions }))
}

impl Entry {
    /// The text of a version: the JSON that AWS documents.
    pub fn text(&self, cx: &Context, version: &Version) -> Result<Secret, Fault> {
        let secret = secrets::open_one(cx, &self.client, &version.secret)?;
        let text = json!({
            "userPoolId": self.client.pool_id,
            "userPoolClientId": self.client.id,
            "clientSecretValue": secret.reveal(),
        });
        Ok(Secret::new(text.to_string()))
    }
}
