//! Owns sign-in: one machine of steps for the API, OAuth and the hosted pages. A step answers tokens or the next
//! challenge. Hands off passwords to `users`, tokens to `tokens`, SRP's arithmetic to `keys`. Must not know requests.
//!
//! What waits between two steps is sealed state that the client carries (`Session`, or SRP's `SECRET_BLOCK`), bound to
//! client, user, password and end; the store remembers only that a state was used. So a plain sign-in waits for no
//! disk. Every step, when it is done, says what it proved and comes back to [`advance`], the one place that decides
//! what is asked next.

mod choice;
mod code;
mod custom;
mod device;
mod flows;
mod mfa;
mod new_password;
mod passkey;
mod password;
mod person;
mod record;
mod session;
mod set_up;
pub mod sign_up;
mod srp;

pub use flows::{Flow, require};
pub use session::client_of;
pub use set_up::{associate, verify_seed};

use crate::context::Context;
use crate::domain::protection;
use crate::domain::tokens::{self, Grant, Issued, SignIn, TokenRequest};
use crate::domain::users::devices;
use crate::fault::Fault;
use crate::model::{Client, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::{ChallengeNameType as Name, UserStatusType as Status};
use crate::triggers::{EventContext, EventSubject, Texts, TokenSource};
use person::Person;
use session::{Course, Progress};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// How a sign-in begins.
pub enum First {
    /// With the password itself.
    Password(Secret),
    /// With SRP's `A` (hex).
    Srp(String),
    /// As the pool's functions say; with SRP's `A` where the password comes first.
    Custom(Option<String>),
    /// With what the user chooses.
    Choice(Choice),
}

/// What a user chose, and what goes with it.
#[derive(Default)]
pub struct Choice {
    /// The name of the challenge.
    pub name: Option<String>,
    /// `PASSWORD`.
    pub password: Option<Secret>,
    /// `SRP_A` (hex).
    pub srp_a: Option<String>,
    /// `Session` of a sign-up that was just confirmed.
    pub session: Option<String>,
}

/// A sign-in that begins.
pub struct Start<'a> {
    /// The name as typed.
    pub username: &'a str,
    /// `DEVICE_KEY`.
    pub device: Option<String>,
    /// `ClientMetadata` of the beginning: the pool's functions get it as `validationData`.
    pub validation: Option<&'a Texts>,
    /// How.
    pub first: First,
}

/// An answer to a challenge.
pub struct Reply<'a> {
    /// The name sent with it; it must mean the user that the state is for.
    pub username: &'a str,
    /// `Session`.
    pub session: Option<&'a str>,
    /// `DEVICE_KEY`.
    pub device: Option<String>,
    /// What is answered.
    pub answer: Answer,
}

/// SRP's proof.
pub struct Proof {
    /// `PASSWORD_CLAIM_SECRET_BLOCK`.
    pub secret_block: String,
    /// `PASSWORD_CLAIM_SIGNATURE`.
    pub signature: String,
    /// `TIMESTAMP`.
    pub timestamp: String,
}

/// What a challenge is answered with.
pub enum Answer {
    /// PASSWORD_VERIFIER.
    PasswordVerifier(Proof),
    /// NEW_PASSWORD_REQUIRED.
    NewPassword {
        /// `NEW_PASSWORD`.
        password: Secret,
        /// `userAttributes.*`.
        attributes: BTreeMap<String, String>,
    },
    /// SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP, SMS_OTP.
    Code {
        /// Which of them.
        name: Name,
        /// The code.
        code: String,
    },
    /// SELECT_MFA_TYPE.
    SelectMfa(String),
    /// MFA_SETUP; with a mail address where codes by mail are set up.
    MfaSetup(Option<String>),
    /// SELECT_CHALLENGE.
    Select(Choice),
    /// PASSWORD.
    Password(Secret),
    /// PASSWORD_SRP, with SRP's `A` (hex).
    PasswordSrp(String),
    /// CUSTOM_CHALLENGE.
    Custom(String),
    /// DEVICE_SRP_AUTH, with SRP's `A` (hex).
    DeviceSrp(String),
    /// DEVICE_PASSWORD_VERIFIER.
    DeviceVerifier(Proof),
    /// WEB_AUTHN, with `CREDENTIAL` (JSON).
    Passkey(String),
}

/// What a step leads to.
#[derive(Debug)]
pub enum Outcome {
    /// Signed in.
    Tokens(Box<SignedIn>),
    /// Something more is asked.
    Challenge(Box<Challenge>),
}

/// The end of a sign-in.
#[derive(Debug)]
pub struct SignedIn {
    /// The tokens.
    pub tokens: Issued,
    /// The device that the client may confirm: `DeviceKey` and `DeviceGroupKey`.
    pub new_device: Option<(String, String)>,
}

/// A question to the client.
#[derive(Debug)]
pub struct Challenge {
    /// Which.
    pub name: Name,
    /// What the client needs for its answer.
    pub parameters: BTreeMap<String, String>,
    /// Sealed state to send back; SRP's first challenge has it in `SECRET_BLOCK` instead.
    pub session: Option<String>,
    /// What the user may choose from.
    pub available: Option<Vec<Name>>,
}

impl Challenge {
    /// A challenge whose state is sealed into its session.
    fn sealed(
        at: At<'_>,
        name: Name,
        progress: &Progress,
        parameters: impl IntoIterator<Item = (&'static str, String)>,
    ) -> Result<Outcome, Fault> {
        let parameters = parameters.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
        Ok(Outcome::Challenge(Box::new(Self { name, parameters, session: Some(progress.seal(at)?), available: None })))
    }
}

/// Whose sign-in an answer belongs to, as far as is known.
type Whose = RefCell<Option<(Option<User>, String)>>;

/// Where a sign-in happens.
#[derive(Clone, Copy)]
struct At<'a> {
    cx: &'a Context,
    pool: &'a Pool,
    client: &'a Client,
    validation: Option<&'a Texts>,
}

impl<'a> At<'a> {
    /// What the pool's functions are told of someone.
    fn about(self, who: EventSubject<'a>) -> EventContext<'a> {
        EventContext {
            pool: self.pool,
            client: Some(self.client),
            who,
            metadata: &self.cx.metadata,
            request_id: &self.cx.request_id,
        }
    }
}

/// Longest name (the model's bound on usernames), and longest device key.
const MAX_NAME: usize = 128;
const MAX_DEVICE: usize = 64;

fn check_name(username: &str) -> Result<(), Fault> {
    if username.chars().count() > MAX_NAME {
        Err(Fault::invalid("USERNAME is longer than 128 characters."))
    } else {
        Ok(())
    }
}

/// A device key as a client gave it; longer ones than the model's are nobody's.
fn device_key(given: Option<String>) -> Option<String> {
    given.filter(|key| key.len() <= MAX_DEVICE)
}

/// Begins a sign-in.
pub async fn begin(cx: &Context, client: &Client, start: Start<'_>) -> Result<Outcome, Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    check_name(start.username)?;
    let at = At { cx, pool: &pool, client, validation: start.validation };
    let start = Start { device: device_key(start.device), ..start };
    let mut person = Person::find(at, start.username).await?;
    let judged = record::of_first(&start.first);
    let outcome = begin_as(at, &mut person, start).await;
    record::write(at, (person.user.as_ref(), &person.typed), judged, &outcome).await;
    outcome
}

async fn begin_as(at: At<'_>, person: &mut Person, start: Start<'_>) -> Result<Outcome, Fault> {
    protection::admit(at.cx, at.pool, at.client).await?;
    match start.first {
        First::Password(password) => password::begin(at, person, &password, start.device).await,
        First::Srp(a) => srp::begin(at, person, &a, start.device).await,
        First::Custom(a) => custom::begin(at, person, a.as_deref(), start.device).await,
        First::Choice(choice) => choice::begin(at, person, choice, start.device).await,
    }
}

/// Goes on with a sign-in.
pub async fn answer(cx: &Context, client: &Client, reply: Reply<'_>) -> Result<Outcome, Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    let at = At { cx, pool: &pool, client, validation: None };
    check_name(reply.username)?;
    let judged = record::of_answer(&reply.answer);
    let reply = Reply { device: device_key(reply.device), ..reply };
    let whose = RefCell::new(None);
    let outcome = answer_as(at, reply, &whose).await;
    // State that was made up says nothing of anybody.
    if let Some((user, typed)) = whose.into_inner() {
        record::write(at, (user.as_ref(), &typed), judged, &outcome).await;
    }
    outcome
}

/// `whose` learns whose sign-in it is, once the state that was sent has shown it.
async fn answer_as(at: At<'_>, reply: Reply<'_>, whose: &Whose) -> Result<Outcome, Fault> {
    protection::admit(at.cx, at.pool, at.client).await?;
    // These two have their state in SRP's block.
    let answer = match reply.answer {
        Answer::PasswordVerifier(proof) => return srp::prove(at, (reply.username, reply.device), proof, whose).await,
        Answer::DeviceVerifier(proof) => {
            return device::prove(at, (reply.username, reply.device.as_deref()), proof, whose).await;
        }
        other => other,
    };
    let session = reply.session.ok_or_else(|| Fault::invalid("Missing required parameter Session"))?;
    let mut progress = session::open(at, session).await?;
    let person = progress.person(at, reply.username).await?;
    whose.replace(Some((person.user.clone(), person.typed.clone())));
    let given = reply.device;
    progress.device = progress.device.or(given.clone());
    match answer {
        Answer::NewPassword { password, attributes } => {
            new_password::finish(at, progress, &person, (&password, &attributes)).await
        }
        Answer::Code { name, code } => code::answer(at, progress, &person, name, &code).await,
        Answer::SelectMfa(choice) => mfa::select(at, progress, &person, &choice).await,
        Answer::MfaSetup(email) => set_up::finish(at, progress, &person, email).await,
        Answer::Select(choice) => choice::select(at, progress, &person, choice).await,
        Answer::Password(password) => choice::password(at, progress, &person, &password).await,
        Answer::PasswordSrp(a) => choice::password_srp(at, progress, &person, &a).await,
        Answer::Custom(answer) => custom::answer(at, progress, &person, &answer).await,
        Answer::DeviceSrp(a) => device::begin(at, progress, &person, (&a, given.as_deref())).await,
        Answer::Passkey(credential) => passkey::answer(at, progress, &person, &credential).await,
        Answer::PasswordVerifier(_) | Answer::DeviceVerifier(_) => Err(session::invalid()),
    }
}

/// A step is done, and `progress` says what is proven: what comes next, in Cognito's order.
async fn advance(at: At<'_>, user: &User, progress: Progress, done: Name) -> Result<Outcome, Fault> {
    check_account(user)?;
    if progress.course == Course::Custom {
        return Box::pin(custom::resume(at, user, progress, (done, true))).await;
    }
    let source = match done {
        Name::NewPasswordRequired => TokenSource::NewPasswordChallenge,
        Name::DevicePasswordVerifier => TokenSource::AuthenticateDevice,
        _ => TokenSource::Authentication,
    };
    // A temporary password is the account's first; one that is merely too old is replaced by who has shown the second
    // factor too.
    let temporary = user.status == Status::ForceChangePassword;
    if temporary && let Some(asked) = new_password::needed(at, user, &progress)? {
        return Ok(asked);
    }
    if let Some(asked) = device::next(at, user, &progress).await? {
        return Ok(asked);
    }
    if let Some(asked) = mfa::next(at, user, &progress).await? {
        return Ok(asked);
    }
    match new_password::needed(at, user, &progress)? {
        Some(asked) => Ok(asked),
        None => finish(at, user, (progress, source)).await,
    }
}

/// Whether the account lets anybody in. Said only to who has proven something.
fn check_account(user: &User) -> Result<(), Fault> {
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    match user.status {
        Status::Unconfirmed => Err(Fault::user_not_confirmed()),
        Status::ResetRequired => Err(Fault::password_reset_required()),
        _ => Ok(()),
    }
}

/// Everything is proven: tokens.
async fn finish(at: At<'_>, user: &User, (progress, source): (Progress, TokenSource)) -> Result<Outcome, Fault> {
    let (device, new_device) = match device::named(at, user, &progress).await? {
        // One that went unused for too long is made anew where devices are remembered without a question.
        Some(device) if !(device.lapsed && at.pool.remembers_all_devices()) => (Some(device.key), None),
        _ if at.pool.tracks_devices() => {
            let (key, group) = devices::new_metadata(at.cx, at.pool, user)?;
            (Some(key.clone()), Some((key, group)))
        }
        _ => (None, None),
    };
    at.cx.services.triggers.post_authentication(at.about(EventSubject::User(user)), new_device.is_some()).await?;
    let sign_in = SignIn::now(at.cx, progress.proven, device)?;
    let grant = Grant::self_service();
    let request = TokenRequest { pool: at.pool, client: at.client, user, sign_in, grant: &grant, nonce: None, source };
    let tokens = tokens::issue(at.cx, request).await?;
    Ok(Outcome::Tokens(Box::new(SignedIn { tokens, new_device })))
}
