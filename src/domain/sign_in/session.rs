//! Session strings: the sealed state of a sign-in between two steps.

use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::Purpose;
use crate::model::{Client, User};
use crate::store::{Tx, tokens};
use serde::{Deserialize, Serialize};

/// What is asked next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// NEW_PASSWORD_REQUIRED.
    NewPassword,
}

/// A sign-in under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Progress {
    /// Used once.
    id: String,
    client_id: String,
    /// The user's canonical name.
    pub username: String,
    /// The user's sub.
    pub sub: String,
    until: Timestamp,
    step: Step,
}

fn invalid() -> Fault {
    Fault::not_authorized("Invalid session for the user.")
}

fn used() -> Fault {
    Fault::not_authorized("Invalid session for the user, session can only be used once.")
}

impl Progress {
    /// The state of a step that begins now.
    pub fn new(cx: &Context, client: &Client, user: &User, step: Step) -> Result<Self, Fault> {
        Ok(Self {
            id: crate::rng::uuid()?,
            client_id: client.id.clone(),
            username: user.username.clone(),
            sub: user.sub.clone(),
            until: cx.now.plus(client.session_validity()),
            step,
        })
    }

    /// The session string.
    pub fn seal(&self, cx: &Context) -> Result<String, Fault> {
        cx.services.keys.sealer.seal_text(Purpose::Session, self.client_id.as_bytes(), self)
    }

    /// Uses the state up, in the transaction of what it allows.
    pub async fn spend(&self, cx: &Context, tx: &Tx) -> Result<(), Fault> {
        if tokens::is_used(tx, &self.id, cx.now).await? {
            return Err(used());
        }
        tokens::mark_used(tx, &self.id, self.until)?;
        Ok(())
    }
}

/// Opens a session string for a client and a step.
pub async fn open(cx: &Context, client: &Client, text: &str, step: Step) -> Result<Progress, Fault> {
    let progress: Progress = cx.services.keys.sealer.open_text(Purpose::Session, client.id.as_bytes(), text).map_err(|_| invalid())?;
    if progress.client_id != client.id || progress.step != step {
        return Err(invalid());
    }
    if cx.now >= progress.until {
        return Err(Fault::not_authorized("Invalid session for the user, session is expired."));
    }
    if tokens::is_used(&cx.services.store, &progress.id, cx.now).await? {
        return Err(used());
    }
    Ok(progress)
}
