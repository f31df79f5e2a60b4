//! Owns how an app client proves itself. Hands off its secrets to `pools`. Must not know requests.
//!
//! Whatever acts for a client that must have proven itself takes an [`AuthenticatedClient`], which only
//! [`authenticate`] makes: an operation or grant cannot forget the proof.

use super::pools::secrets;
use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::keys::secret_hash;
use crate::model::Client;
use crate::secret::same;
use std::ops::Deref;
use std::sync::Arc;

/// What a client sends as its proof.
#[derive(Clone, Copy)]
pub enum ClientProof<'a> {
    /// `SECRET_HASH`: HMAC-SHA256 of a username and the client id, keyed with the secret. Public clients send none.
    SecretHash(Option<&'a str>),
    /// The secret itself. Public clients send none.
    Secret(Option<&'a str>),
    /// The secret in any of the forms that it may have been meant in.
    AnyOf(&'a [String]),
    /// The secret itself or, without one, the SigV4 signature of the call.
    SecretOrSignature(Option<&'a str>),
    /// None: this server's own pages act for every client, which proves itself when it redeems what they give.
    HostedPages,
    /// A token that the client signed, and that the caller has checked (RFC 7523).
    Assertion,
}

/// An app client that has proven itself.
#[derive(Clone)]
pub struct AuthenticatedClient {
    client: Arc<Client>,
}

impl Deref for AuthenticatedClient {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

/// Checks a client's proof. `usernames` are the names that the user of the call goes by, any of which a `SECRET_HASH`
/// may be made with; the other proofs look at none.
pub fn authenticate(
    cx: &Context,
    client: &Arc<Client>,
    proof: ClientProof<'_>,
    usernames: &[&str],
) -> Result<AuthenticatedClient, Fault> {
    match proof {
        ClientProof::SecretHash(hash) => check_secret_hash(cx, client, hash, usernames)?,
        ClientProof::SecretOrSignature(None) if cx.caller.is_some() => {}
        ClientProof::HostedPages | ClientProof::Assertion => {}
        ClientProof::Secret(secret) | ClientProof::SecretOrSignature(secret) => {
            check_secret(cx, client, secret.map(str::to_owned).as_slice())?;
        }
        ClientProof::AnyOf(forms) => check_secret(cx, client, forms)?,
    }
    Ok(AuthenticatedClient { client: Arc::clone(client) })
}

/// Fails for a client that proves itself by an assertion alone: it has no secrets, and is not a public client either.
fn refuse_without_assertion(client: &Client) -> Result<(), Fault> {
    if client.must_assert() {
        return Err(refused(format!("The client {} must authenticate by private_key_jwt", client.id)));
    }
    Ok(())
}

fn check_secret_hash(cx: &Context, client: &Client, hash: Option<&str>, usernames: &[&str]) -> Result<(), Fault> {
    refuse_without_assertion(client)?;
    let id = &client.id;
    let secrets = secrets::open(cx, client)?;
    let Some(hash) = hash else {
        return if secrets.is_empty() {
            Ok(())
        } else {
            Err(refused(format!("Client {id} is configured with secret but SECRET_HASH was not received")))
        };
    };
    if secrets.is_empty() {
        return Err(refused(format!("Client {id} is configured without secret but SECRET_HASH was received")));
    }
    // Every pair is tried, so that the time taken does not tell which one fits.
    let pairs = secrets.iter().flat_map(|secret| usernames.iter().map(move |name| (secret, name)));
    if pairs.fold(false, |found, (secret, name)| secret_hash::check(secret, name, id, hash) | found) {
        Ok(())
    } else {
        Err(refused(format!("SecretHash does not match for the client: {id}")))
    }
}

fn check_secret(cx: &Context, client: &Client, given: &[String]) -> Result<(), Fault> {
    refuse_without_assertion(client)?;
    let secrets = secrets::open(cx, client)?;
    // Every pair is tried, as above. A public client has no secret that could fit.
    let pairs = secrets.iter().flat_map(|secret| given.iter().map(move |given| (secret, given)));
    let fits = pairs.fold(false, |found, (s, given)| same(s.reveal().as_bytes(), given.as_bytes()) | found);
    let right = if given.is_empty() { secrets.is_empty() } else { fits };
    if right {
        return Ok(());
    }
    cx.count_failure();
    Err(refused(format!("Client secret does not match for the client: {}", client.id)))
}

fn refused(message: String) -> Fault {
    Fault::not_authorized(message).because(Cause::ClientNotAuthenticated)
}
