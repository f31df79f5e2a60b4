//! Session strings: the sealed state of a sign-in between two steps.

use super::person::Person;
use super::{At, Name};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::users::lookup;
use crate::domain::users::passkeys::State;
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::model::{Contact, Credential, Factor, Mfa, User};
use crate::store::users::{by_username, fold};
use crate::store::{Tx, tokens};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Longest session string (the model's).
const MAX_LENGTH: usize = 4096;
/// Bytes of a stamp.
const STAMP: usize = 8;

/// Who decides what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Course {
    /// The user's and the pool's settings.
    Plain,
    /// The pool's functions (CUSTOM_AUTH).
    Custom,
}

/// What is asked next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// NEW_PASSWORD_REQUIRED.
    NewPassword,
    /// A code that was sent.
    Sent {
        /// Which challenge asks for it.
        name: Name,
        /// Keyed hash of the digits and of the address.
        #[serde(with = "serde_bytes")]
        mac: Vec<u8>,
        /// How it travelled.
        contact: Contact,
        /// The mail address that the code sets up for MFA.
        set_up: Option<String>,
    },
    /// SOFTWARE_TOKEN_MFA.
    SoftwareToken,
    /// SELECT_MFA_TYPE.
    SelectMfa,
    /// MFA_SETUP.
    SetUp(Option<Seed>),
    /// SELECT_CHALLENGE.
    Select,
    /// PASSWORD.
    Password,
    /// PASSWORD_SRP.
    PasswordSrp,
    /// PASSWORD_VERIFIER; the rest is in SRP's block.
    Verifier,
    /// DEVICE_SRP_AUTH.
    DeviceSrp,
    /// DEVICE_PASSWORD_VERIFIER; the rest is in SRP's block.
    DeviceVerifier,
    /// WEB_AUTHN.
    Passkey(State),
    /// CUSTOM_CHALLENGE; the rest is in the store.
    Custom,
    /// A sign-up that waits for its code.
    SignedUp,
    /// A sign-up whose code came back.
    Confirmed(Contact),
}

/// A TOTP seed on its way to its user.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
    /// The seed.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Whether a code proved it.
    pub proven: bool,
    /// `FriendlyDeviceName`.
    pub name: Option<String>,
}

impl std::fmt::Debug for Seed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Seed([secret], proven: {})", self.proven)
    }
}

impl Drop for Seed {
    fn drop(&mut self) {
        zeroize::Zeroize::zeroize(&mut self.bytes);
    }
}

/// A sign-in under way.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Progress {
    /// Used once.
    pub id: String,
    client: String,
    /// The user's canonical name.
    pub username: String,
    /// The user's sub.
    pub sub: String,
    /// The name as typed at the start.
    pub typed: String,
    /// Whether it means nobody. Everything else is of the same length then, so that a session does not tell.
    nobody: bool,
    /// What the user's password and sign-outs were when something was first proven.
    #[serde(with = "serde_bytes")]
    stamp: Vec<u8>,
    /// When the answer is too late.
    pub until: Timestamp,
    /// Who decides what comes next.
    pub course: Course,
    /// What is proven.
    pub proven: Vec<Factor>,
    /// `DEVICE_KEY` as the client gave it.
    pub device: Option<String>,
    /// What is asked.
    pub step: Step,
}

/// What the errors for sessions that are not what they should be, or no longer, begin with.
const INVALID: &str = "Invalid session for the user";

/// The error for a session that is not what it should be.
pub fn invalid() -> Fault {
    Fault::not_authorized(format!("{INVALID}.")).because(Cause::InvalidSession)
}

fn used() -> Fault {
    Fault::not_authorized(format!("{INVALID}, session can only be used once.")).because(Cause::InvalidSession)
}

/// What a sign-in under way depends on: whoever sets a new password, or signs out everywhere, ends it.
fn stamp(user: Option<&User>) -> Vec<u8> {
    let Some(user) = user else { return vec![0; STAMP] };
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    if let Some(Credential::Srp { sealed } | Credential::Argon2id { sealed }) = &user.credential {
        context.update(sealed);
    }
    context.update(&user.signed_out.map_or(0, Timestamp::millis).to_be_bytes());
    context.finish().as_ref().iter().take(STAMP).copied().collect()
}

impl Progress {
    /// A sign-in that begins now.
    pub fn new(at: At<'_>, person: &Person, course: Course, device: Option<String>) -> Result<Self, Fault> {
        Ok(Self {
            id: crate::rng::uuid()?,
            client: at.client.id.clone(),
            username: person.username.clone(),
            sub: person.sub.clone(),
            typed: person.typed.clone(),
            nobody: person.user.is_none(),
            stamp: stamp(person.user.as_ref()),
            until: at.cx.now.plus(at.client.session_validity()),
            course,
            proven: Vec::new(),
            device,
            step: Step::Select,
        })
    }

    /// The same sign-in at its next step, which may be answered from now on.
    pub fn at_step(&self, at: At<'_>, step: Step) -> Result<Self, Fault> {
        Ok(Self { id: crate::rng::uuid()?, until: at.cx.now.plus(at.client.session_validity()), step, ..self.clone() })
    }

    /// The same state with another step: what it was asked for still ends it.
    pub fn turned(self, step: Step) -> Self {
        Self { step, ..self }
    }

    /// The same sign-in, decided by someone else from here.
    pub fn on(self, course: Course) -> Self {
        Self { course, ..self }
    }

    /// With one more thing proven.
    pub fn proving(mut self, factor: Factor) -> Self {
        self.proven.push(factor);
        self
    }

    /// The same sign-in after the user's password was set anew by it.
    pub fn renewed(mut self, user: &User) -> Self {
        self.stamp = stamp(Some(user));
        self
    }

    /// Whether a name means whose this is: the canonical name, the name typed at the start, or another alias.
    pub async fn is_meant(&self, at: At<'_>, name: &str) -> Result<bool, Fault> {
        let same = |other: &str| fold(at.pool, name) == fold(at.pool, other);
        if same(&self.username) || same(&self.typed) {
            return Ok(true);
        }
        let named = lookup::find(&at.cx.services.store, at.pool, name).await?;
        Ok(named.is_some_and(|named| named.sub == self.sub))
    }

    /// Whose this is, if the name sent along means them and nothing happened since that ends it.
    pub async fn person(&self, at: At<'_>, name: &str) -> Result<Person, Fault> {
        let store = &at.cx.services.store;
        let user = by_username(store, at.pool, &self.username).await?.filter(|user| user.sub == self.sub);
        if user.is_some() == self.nobody || stamp(user.as_ref()) != self.stamp {
            return Err(invalid());
        }
        if !self.is_meant(at, name).await? {
            return Err(invalid());
        }
        Ok(match user {
            Some(user) => Person::of(user, name),
            None => {
                Person { user: None, username: self.username.clone(), sub: self.sub.clone(), typed: self.typed.clone() }
            }
        })
    }

    /// The user as they stand in a transaction, if nothing happened since that ends the sign-in.
    pub async fn user(&self, at: At<'_>, tx: &Tx) -> Result<User, Fault> {
        let user = by_username(tx, at.pool, &self.username).await?.filter(|user| user.sub == self.sub);
        user.filter(|user| stamp(Some(user)) == self.stamp).ok_or_else(invalid)
    }

    /// The session string.
    pub fn seal(&self, at: At<'_>) -> Result<String, Fault> {
        let text = at.cx.services.keys.sealer.seal_text(Purpose::Session, b"", self)?;
        if text.len() > MAX_LENGTH { Err(Fault::internal("a session outgrew its length")) } else { Ok(text) }
    }

    /// Uses the state up, in the transaction of what it allows.
    pub async fn spend(&self, cx: &Context, tx: &Tx) -> Result<(), Fault> {
        if tokens::is_used(tx, &self.id, cx.now).await? {
            return Err(used());
        }
        tokens::mark_used(tx, &self.id, self.until)?;
        Ok(())
    }

    /// Uses the state up after a step that proves nothing: what a power cut takes of it harms nobody.
    pub async fn spend_lightly(&self, cx: &Context) -> Result<(), Fault> {
        let work = async |tx: &Tx| {
            self.spend(cx, tx).await?;
            tx.skip_sync();
            Ok(())
        };
        cx.services.store.transact(work).await
    }

    /// Uses the state up where nothing else is written.
    pub async fn spend_alone(&self, cx: &Context) -> Result<(), Fault> {
        cx.services.store.transact(async |tx| self.spend(cx, tx).await).await
    }
}

fn unseal(cx: &Context, text: &str) -> Result<Progress, Fault> {
    if text.len() > MAX_LENGTH {
        return Err(invalid());
    }
    cx.services.keys.sealer.open_text(Purpose::Session, b"", text).map_err(|_| invalid())
}

/// The client whose session string this is, for operations that name none.
pub fn client_of(cx: &Context, text: &str) -> Result<String, Fault> {
    Ok(unseal(cx, text)?.client)
}

/// Opens a client's session string.
pub async fn open(at: At<'_>, text: &str) -> Result<Progress, Fault> {
    let progress = unseal(at.cx, text)?;
    if progress.client != at.client.id {
        return Err(invalid());
    }
    if at.cx.now >= progress.until {
        return Err(Fault::not_authorized(format!("{INVALID}, session is expired.")).because(Cause::InvalidSession));
    }
    if tokens::is_used(&at.cx.services.store, &progress.id, at.cx.now).await? {
        return Err(used());
    }
    Ok(progress)
}

/// The challenge parameter that names the user.
pub fn names(progress: &Progress) -> (&'static str, String) {
    ("USER_ID_FOR_SRP", progress.username.clone())
}

/// Methods of MFA as a parameter lists them.
pub fn listed(methods: &[Mfa]) -> String {
    serde_json::json!(methods.iter().map(|mfa| mfa.name()).collect::<Vec<_>>()).to_string()
}

/// Nothing, as parameters of a challenge.
pub fn none() -> BTreeMap<&'static str, String> {
    BTreeMap::new()
}
