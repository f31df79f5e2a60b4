//! Client secrets: up to two of a client, sealed.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, Sealer, bound};
use crate::model::{Client, ClientOrigin, SealedSecret};
use crate::secret::Secret;

/// Secrets that a client can have at once.
const MAX: usize = 2;

/// A new secret: 52 lower-case letters and digits.
pub fn generate() -> Result<String, Fault> {
    Ok(crate::rng::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 52)?)
}

/// Seals a secret for a client.
pub fn seal(cx: &Context, client_id: &str, secret: &str) -> Result<SealedSecret, Fault> {
    seal_at(&cx.services.keys.sealer, client_id, secret, cx.now)
}

pub(super) fn seal_at(sealer: &Sealer, client_id: &str, secret: &str, now: Timestamp) -> Result<SealedSecret, Fault> {
    let sealed = sealer.seal(Purpose::ClientSecret, &bound(&[client_id]), secret.as_bytes())?;
    Ok(SealedSecret { id: secret_id(client_id, now.millis()), sealed, created: now, until: None })
}

fn secret_id(client_id: &str, number: i64) -> String {
    format!("{client_id}--{number}")
}

/// Adds a secret to a client's, under an id of its own.
pub(super) fn push(client: &mut Client, mut secret: SealedSecret) {
    let mut number = secret.created.millis();
    while client.secrets.iter().any(|other| other.id == secret.id) {
        number += 1;
        secret.id = secret_id(&client.id, number);
    }
    client.secrets.push(secret);
}

/// A client's secrets in the clear, in the order they were made; those that have ended left out.
pub fn open(cx: &Context, client: &Client) -> Result<Vec<Secret>, Fault> {
    client.secrets.iter().filter(|secret| secret.is_live(cx.now)).map(|secret| open_one(cx, client, secret)).collect()
}

pub(super) fn open_one(cx: &Context, client: &Client, secret: &SealedSecret) -> Result<Secret, Fault> {
    let sealer = &cx.services.keys.sealer;
    let plain = sealer.open(Purpose::ClientSecret, &bound(&[&client.id]), &secret.sealed).map_err(Fault::internal)?;
    Ok(Secret::new(String::from_utf8(plain).map_err(Fault::internal)?))
}

/// The secret that administrators are shown: the first one that has no end. None where it is published instead.
pub fn shown(cx: &Context, client: &Client) -> Result<Option<Secret>, Fault> {
    let lasting = client.secrets.iter().find(|secret| secret.until.is_none());
    lasting.filter(|_| client.published.is_none()).map(|secret| open_one(cx, client, secret)).transpose()
}

/// Adds a second secret; answers it in the clear.
pub async fn add(
    cx: &Context,
    pool_id: &str,
    client_id: &str,
    given: Option<String>,
) -> Result<(SealedSecret, String), Fault> {
    let text = given.map_or_else(generate, Ok)?;
    let sealed = seal(cx, client_id, &text)?;
    let client = super::clients::change(cx, pool_id, client_id, async |_, client| {
        check_managed(client)?;
        if client.secrets.is_empty() {
            return Err(Fault::invalid("Secrets can only be added to a client that was made with one."));
        }
        client.secrets.retain(|secret| secret.is_live(cx.now));
        if client.secrets.len() >= MAX {
            return Err(Fault::modelled("LimitExceededException", format!("A client can have at most {MAX} secrets.")));
        }
        push(client, sealed.clone());
        Ok(())
    })
    .await?;
    Ok((client.secrets.last().cloned().unwrap_or(sealed), text))
}

/// Removes a secret, unless it is the last.
pub async fn remove(cx: &Context, pool_id: &str, client_id: &str, secret_id: &str) -> Result<(), Fault> {
    super::clients::change(cx, pool_id, client_id, async |_, client| {
        check_managed(client)?;
        if !client.secrets.iter().any(|s| s.id == secret_id) {
            return Err(Fault::not_found(format!("Client secret {secret_id} does not exist.")));
        }
        if !client.secrets.iter().any(|s| s.id != secret_id && s.until.is_none()) {
            return Err(Fault::invalid("The last secret of a client cannot be deleted."));
        }
        client.secrets.retain(|s| s.id != secret_id);
        Ok(())
    })
    .await?;
    Ok(())
}

/// Fails for clients whose secrets are not an administrator's to change.
fn check_managed(client: &Client) -> Result<(), Fault> {
    if client.origin == ClientOrigin::Registration {
        return Err(Fault::invalid("The secret of a client that registered itself cannot be changed."));
    }
    if client.published.is_some() {
        return Err(Fault::invalid("The secret of this client is published in the secrets manager, which rotates it."));
    }
    Ok(())
}
