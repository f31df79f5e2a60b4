//! Challenge sessions: the strings that carry the state of a sign-in (`Session`), good once and for some minutes.

use super::scope::SignInScope;
use super::state::SignInState;
use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::store::{Tx, tokens};

/// Longest session string (the model's).
const MAX_LENGTH: usize = 4096;

/// What the errors for sessions begin with.
const INVALID: &str = "Invalid session for the user";

/// The error for a session that is not what it should be, or that a change of the account has ended.
pub fn invalid_session() -> Fault {
    Fault::not_authorized(format!("{INVALID}.")).because(Cause::InvalidSession)
}

fn used_session() -> Fault {
    Fault::not_authorized(format!("{INVALID}, session can only be used once.")).because(Cause::InvalidSession)
}

fn expired_session() -> Fault {
    Fault::not_authorized(format!("{INVALID}, session is expired.")).because(Cause::InvalidSession)
}

impl SignInState {
    /// The session string.
    pub fn seal(&self, cx: &Context) -> Result<String, Fault> {
        let text = cx.services.keys.sealer.seal_text(Purpose::Session, b"", self)?;
        if text.len() > MAX_LENGTH { Err(Fault::internal("a session outgrew its length")) } else { Ok(text) }
    }

    /// Marks the session as used, in the transaction of what it allows.
    pub async fn spend(&self, cx: &Context, tx: &Tx) -> Result<(), Fault> {
        if tokens::is_used(tx, &self.id, cx.now).await? {
            return Err(used_session());
        }
        tokens::mark_used(tx, &self.id, self.until)?;
        Ok(())
    }

    /// Marks the session as used where nothing else is written.
    pub async fn spend_alone(&self, cx: &Context) -> Result<(), Fault> {
        cx.services.store.transact(async |tx| self.spend(cx, tx).await).await
    }

    /// [`SignInState::spend_alone`] after a step that proves nothing: it does not wait for the disk, since a mark that
    /// a power cut takes away does no harm.
    pub async fn spend_without_sync(&self, cx: &Context) -> Result<(), Fault> {
        let work = async |tx: &Tx| {
            self.spend(cx, tx).await?;
            tx.skip_sync();
            Ok(())
        };
        cx.services.store.transact(work).await
    }
}

fn unseal(cx: &Context, text: &str) -> Result<SignInState, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(invalid_session());
    }
    cx.services.keys.sealer.open_text(Purpose::Session, b"", text).map_err(|_| invalid_session())
}

/// The id of the client that a session string was made for, for operations that name none.
pub fn client_of(cx: &Context, text: &str) -> Result<String, Fault> {
    Ok(unseal(cx, text)?.client)
}

/// Opens a session string of the client.
pub async fn open(scope: SignInScope<'_>, text: &str) -> Result<SignInState, Fault> {
    let state = unseal(scope.cx, text)?;
    if state.client != scope.client.id {
        return Err(invalid_session());
    }
    if scope.cx.now >= state.until {
        return Err(expired_session());
    }
    if tokens::is_used(&scope.cx.services.store, &state.id, scope.cx.now).await? {
        return Err(used_session());
    }
    Ok(state)
}
