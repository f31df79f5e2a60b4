//! Client secrets: up to two of a client, sealed.

use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::{Client, SealedSecret};
use crate::secret::Secret;

/// Secrets that a client can have at once.
const MAX: usize = 2;

/// A new secret: 52 lower-case letters and digits.
pub fn generate() -> Result<String, Fault> {
    Ok(crate::rng::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 52)?)
}

/// Seals a secret for a client.
pub fn seal(cx: &Context, client_id: &str, secret: &str) -> Result<SealedSecret, Fault> {
    let sealed = cx.services.keys.sealer.seal(Purpose::ClientSecret, &bound(&[client_id]), secret.as_bytes())?;
    Ok(SealedSecret { id: format!("{client_id}--{}", cx.now.millis()), sealed, created: cx.now })
}

/// A client's secrets in the clear, in the order they were made.
pub fn open(cx: &Context, client: &Client) -> Result<Vec<Secret>, Fault> {
    client
        .secrets
        .iter()
        .map(|s| {
            let plain = cx
                .services
                .keys
                .sealer
                .open(Purpose::ClientSecret, &bound(&[&client.id]), &s.sealed)
                .map_err(Fault::internal)?;
            Ok(Secret::new(String::from_utf8(plain).map_err(Fault::internal)?))
        })
        .collect()
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
    super::clients::change(cx, pool_id, client_id, async |_, client| {
        if client.secrets.is_empty() {
            return Err(Fault::invalid("Secrets can only be added to a client that was made with one."));
        }
        if client.secrets.len() >= MAX {
            return Err(Fault::modelled("LimitExceededException", format!("A client can have at most {MAX} secrets.")));
        }
        client.secrets.push(sealed.clone());
        Ok(())
    })
    .await?;
    Ok((sealed, text))
}

/// Removes a secret, unless it is the last.
pub async fn remove(cx: &Context, pool_id: &str, client_id: &str, secret_id: &str) -> Result<(), Fault> {
    super::clients::change(cx, pool_id, client_id, async |_, client| {
        if !client.secrets.iter().any(|s| s.id == secret_id) {
            return Err(Fault::not_found(format!("Client secret {secret_id} does not exist.")));
        }
        if client.secrets.len() == 1 {
            return Err(Fault::invalid("The last secret of a client cannot be deleted."));
        }
        client.secrets.retain(|s| s.id != secret_id);
        Ok(())
    })
    .await?;
    Ok(())
}
