//! The state of a sign-in between two steps, which travels sealed with the client.

use super::Name;
use super::scope::SignInScope;
use super::session::invalid_session;
use super::subject::Subject;
use crate::clock::Timestamp;
use crate::domain::users::passkeys::State;
use crate::domain::users::{decoy, lookup};
use crate::fault::Fault;
use crate::model::{Contact, Factor, User};
use crate::store::Tx;
use crate::store::users::{by_username, fold};
use serde::{Deserialize, Serialize};

/// Bytes of a credential fingerprint.
const FINGERPRINT: usize = 8;

/// Who decides what comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decider {
    /// The settings of the user and the pool.
    #[serde(rename = "Plain")]
    Settings,
    /// The pool's functions (CUSTOM_AUTH).
    #[serde(rename = "Custom")]
    Functions,
}

/// The challenge that waits for its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Step {
    /// NEW_PASSWORD_REQUIRED.
    NewPassword,
    /// A code that was sent.
    Sent {
        /// The challenge that asks for it.
        name: Name,
        /// Keyed hash of the digits and of the address.
        #[serde(with = "serde_bytes")]
        mac: Vec<u8>,
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

/// A TOTP seed that the user has been shown.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seed {
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
pub struct SignInState {
    /// The id of this challenge session, which is used once.
    pub id: String,
    pub(super) client: String,
    /// The canonical username.
    pub username: String,
    pub sub: String,
    /// The name as typed at the start.
    pub typed: String,
    /// Whether the username is unknown. Everything else has the same length then, so that a session does not tell.
    #[serde(rename = "nobody")]
    is_decoy: bool,
    /// What the user's password and sign-outs were when something was first proven.
    #[serde(rename = "stamp", with = "serde_bytes")]
    credential_fingerprint: Vec<u8>,
    /// When the answer is too late.
    pub until: Timestamp,
    #[serde(rename = "course")]
    pub decider: Decider,
    /// The factors proven so far.
    pub proven: Vec<Factor>,
    /// `DEVICE_KEY` as the client gave it.
    pub device: Option<String>,
    pub step: Step,
    /// The authentication level that the sign-in should reach where the user can. It stays last: sealed values have no
    /// field names, so one that is left out moves those after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
}

/// What a sign-in under way depends on: whoever sets a new password, or signs out everywhere, ends it.
fn credential_fingerprint(user: Option<&User>) -> Vec<u8> {
    let Some(user) = user else { return vec![0; FINGERPRINT] };
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    if let Some(credential) = &user.credential {
        context.update(credential.sealed());
    }
    context.update(&user.signed_out.map_or(0, Timestamp::millis).to_be_bytes());
    context.finish().as_ref().iter().take(FINGERPRINT).copied().collect()
}

impl SignInState {
    /// A sign-in that begins now.
    pub fn new(
        scope: SignInScope<'_>,
        subject: &Subject,
        decider: Decider,
        device: Option<String>,
    ) -> Result<Self, Fault> {
        Ok(Self {
            id: crate::rng::uuid()?,
            client: scope.client.id.clone(),
            username: subject.username.clone(),
            sub: subject.sub.clone(),
            typed: subject.typed.clone(),
            is_decoy: subject.user.is_none(),
            credential_fingerprint: credential_fingerprint(subject.user.as_ref()),
            until: scope.cx.now.plus(scope.client.session_validity()),
            decider,
            proven: Vec::new(),
            device,
            level: scope.level,
            step: Step::Select,
        })
    }

    /// The same sign-in with a new challenge, which has an id and an end of its own.
    pub fn at_step(&self, scope: SignInScope<'_>, step: Step) -> Result<Self, Fault> {
        let until = scope.cx.now.plus(scope.client.session_validity());
        Ok(Self { id: crate::rng::uuid()?, until, step, ..self.clone() })
    }

    /// The same challenge session with another step: the id and the end stay.
    pub fn with_step(self, step: Step) -> Self {
        Self { step, ..self }
    }

    /// The same sign-in, decided by someone else from here.
    pub fn decided_by(self, decider: Decider) -> Self {
        Self { decider, ..self }
    }

    /// With one more factor proven.
    pub fn proving(mut self, factor: Factor) -> Self {
        self.proven.push(factor);
        self
    }

    /// The same sign-in after it set the user's password.
    pub fn renewed(mut self, user: &User) -> Self {
        self.credential_fingerprint = credential_fingerprint(Some(user));
        self
    }

    /// Whether a name means the user of this sign-in: the canonical username, the name typed at the start, or an alias.
    pub async fn is_meant(&self, scope: SignInScope<'_>, name: &str) -> Result<bool, Fault> {
        let same = |other: &str| fold(scope.pool, name) == fold(scope.pool, other);
        if same(&self.username) || same(&self.typed) {
            return Ok(true);
        }
        let named = lookup::find(&scope.cx.services.store, scope.pool, name).await?;
        let sub = named.map_or_else(|| decoy::decoy(scope.cx, scope.pool, name).sub, |named| named.sub);
        Ok(sub == self.sub)
    }

    /// The subject, if the name sent along means them and nothing happened since that ends the sign-in.
    pub async fn subject(&self, scope: SignInScope<'_>, name: &str) -> Result<Subject, Fault> {
        let user = self.stored_user(scope).await?;
        if user.is_some() == self.is_decoy || credential_fingerprint(user.as_ref()) != self.credential_fingerprint {
            return Err(invalid_session());
        }
        if !self.is_meant(scope, name).await? {
            return Err(invalid_session());
        }
        Ok(match user {
            Some(user) => Subject::of(user, name),
            None => self.subject_as_stored(None),
        })
    }

    /// The user as stored now, whatever happened since the sign-in began.
    pub async fn stored_user(&self, scope: SignInScope<'_>) -> Result<Option<User>, Fault> {
        let user = by_username(&scope.cx.services.store, scope.pool, &self.username).await?;
        Ok(user.filter(|user| user.sub == self.sub))
    }

    /// The subject with the user as stored now.
    pub fn subject_as_stored(&self, user: Option<User>) -> Subject {
        Subject { user, username: self.username.clone(), sub: self.sub.clone(), typed: self.typed.clone() }
    }

    /// The user in a transaction, if nothing happened since that ends the sign-in.
    pub async fn user(&self, scope: SignInScope<'_>, tx: &Tx) -> Result<User, Fault> {
        let user = by_username(tx, scope.pool, &self.username).await?.filter(|user| user.sub == self.sub);
        user.filter(|user| credential_fingerprint(Some(user)) == self.credential_fingerprint)
            .ok_or_else(invalid_session)
    }
}
