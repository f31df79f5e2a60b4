//! Owns sign-in: one machine of steps for the API, OAuth and the hosted pages, with one driver.
//! Hands off passwords to `users`, SRP's arithmetic to `keys`. Must not know requests, tokens' claims or pages.
//!
//! What waits between two steps is sealed state that the client carries (`Session`, or SRP's `SECRET_BLOCK`), bound to
//! client, user, password and end; the store remembers only that a state was used. So a plain sign-in waits for no
//! disk.
//!
//! A step (a file named after its factor) answers what it proved, which challenge comes next, or refuses
//! ([`turn::Turn`]). It never calls another step. The [`driver`] alone decides what comes next, makes the challenge and
//! seals its state; whoever drives the pages or the API only renders the [`Outcome`]. A [`FinishedSignIn`] is not yet
//! tokens: the API issues tokens from it, the pages a cookie and a code.

mod available_factors;
mod code;
mod custom;
mod device;
mod driver;
mod flows;
mod leaked_password;
mod mfa;
mod mfa_setup;
mod new_password;
mod passkey;
mod password;
mod record;
mod scope;
mod session;
pub mod sign_up;
mod srp;
mod state;
mod subject;
mod turn;
mod user_auth;

pub use flows::{Flow, require};
pub use mfa_setup::{SeedProof, associate, verify_seed};
pub use passkey::{OfferedPasskey, PasskeyOffer, offer_passkey};
pub use session::client_of;
pub use turn::UserAuthChoice;

use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools;
use crate::domain::protection;
use crate::domain::tokens::SignIn;
use crate::fault::Fault;
use crate::model::User;
use crate::secret::Secret;
use crate::shapes::idp::ChallengeNameType as Name;
use crate::triggers::{Texts, TokenSource};
use scope::SignInScope;
use state::SignInState;
use std::collections::BTreeMap;
use subject::Subject;
use turn::Turn;

/// The factor that a sign-in begins with.
pub enum FirstFactor {
    /// USER_PASSWORD_AUTH: the password itself.
    Password(Secret),
    /// USER_SRP_AUTH: SRP's `A` (hex).
    Srp(String),
    /// CUSTOM_AUTH: what the pool's functions say; with SRP's `A` where the password comes first.
    Custom(Option<String>),
    /// USER_AUTH: what the user chooses.
    UserAuth(UserAuthChoice),
    /// A passkey that named its user, on a page that offered to sign in by one.
    Passkey(OfferedPasskey),
}

/// A sign-in that begins.
pub struct SignInStart<'a> {
    /// The name as typed: a username or an alias.
    pub username: &'a str,
    /// `DEVICE_KEY`.
    pub device: Option<String>,
    /// `ClientMetadata` of the beginning: the pool's functions get it as `validationData`.
    pub validation: Option<&'a Texts>,
    /// The authentication level, 1 to 4, that it should reach where the user can (`acr_values`).
    pub level: Option<u8>,
    pub first: FirstFactor,
}

/// An answer to a challenge.
pub struct ChallengeReply<'a> {
    /// The name sent with it; it must mean the user that the state is for.
    pub username: &'a str,
    /// `Session`.
    pub session: Option<&'a str>,
    /// `DEVICE_KEY`.
    pub device: Option<String>,
    pub answer: Answer,
}

/// SRP's proof.
pub struct SrpProof {
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
    PasswordVerifier(SrpProof),
    /// NEW_PASSWORD_REQUIRED.
    NewPassword {
        /// `NEW_PASSWORD`.
        password: Secret,
        /// `userAttributes.*`.
        attributes: BTreeMap<String, String>,
    },
    /// SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP, SMS_OTP: which of them, and the code.
    Code { name: Name, code: String },
    /// SELECT_MFA_TYPE.
    SelectMfa(String),
    /// MFA_SETUP; with a mail address where codes by mail are set up.
    MfaSetup(Option<String>),
    /// SELECT_CHALLENGE.
    Select(UserAuthChoice),
    /// PASSWORD.
    Password(Secret),
    /// PASSWORD_SRP, with SRP's `A` (hex).
    PasswordSrp(String),
    /// CUSTOM_CHALLENGE.
    Custom(String),
    /// DEVICE_SRP_AUTH, with SRP's `A` (hex).
    DeviceSrp(String),
    /// DEVICE_PASSWORD_VERIFIER.
    DeviceVerifier(SrpProof),
    /// WEB_AUTHN, with `CREDENTIAL` (JSON).
    Passkey(String),
}

/// Where a sign-in stands after a step.
#[derive(Debug)]
pub enum Outcome {
    SignedIn(Box<FinishedSignIn>),
    Challenge(Box<Challenge>),
}

/// A sign-in in which everything is proven. It is not yet tokens.
#[derive(Debug)]
pub struct FinishedSignIn {
    pub user: User,
    /// When and how the user proved who they are.
    pub sign_in: SignIn,
    /// `triggerSource` of PreTokenGeneration.
    pub source: TokenSource,
    /// The device that the client may confirm: `DeviceKey` and `DeviceGroupKey`.
    pub new_device: Option<(String, String)>,
}

/// A challenge for the client.
#[derive(Debug)]
pub struct Challenge {
    pub name: Name,
    /// What the client needs for its answer.
    pub parameters: BTreeMap<String, String>,
    /// Sealed state to send back; USER_SRP_AUTH's first challenge has it in `SECRET_BLOCK` instead.
    pub session: Option<String>,
    /// What the user may choose from.
    pub available: Option<Vec<Name>>,
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

/// A device key as a client gave it; one that is longer than the model's belongs to no device.
fn device_key(given: Option<String>) -> Option<String> {
    given.filter(|key| key.len() <= MAX_DEVICE)
}

/// Begins a sign-in.
pub async fn begin(cx: &Context, client: &AuthenticatedClient, start: SignInStart<'_>) -> Result<Outcome, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    check_name(start.username)?;
    let scope = SignInScope { validation: start.validation, level: start.level, ..SignInScope::new(cx, &pool, client) };
    let mut subject = Subject::find(scope, start.username).await?;
    let judged = record::judged_by_start(&start.first);
    let outcome = begin_as(scope, &mut subject, start).await;
    record::write(scope, &subject, judged, &outcome).await;
    outcome
}

async fn begin_as(scope: SignInScope<'_>, subject: &mut Subject, start: SignInStart<'_>) -> Result<Outcome, Fault> {
    protection::admit(scope.cx, scope.pool, scope.client).await?;
    // The session of a sign-up is checked first: it alone tells whether it is confirmed by now.
    if !matches!(&start.first, FirstFactor::UserAuth(choice) if choice.session.is_some()) {
        subject.require_confirmed(scope)?;
    }
    let device = device_key(start.device);
    let state_in_block = matches!(start.first, FirstFactor::Srp(_));
    let turn = match start.first {
        FirstFactor::Password(password) => password::begin(scope, subject, &password, device).await?,
        FirstFactor::Srp(a) => srp::begin(scope, subject, a, device).await?,
        FirstFactor::Custom(a) => custom::begin(scope, subject, a, device).await?,
        FirstFactor::UserAuth(choice) => user_auth::begin(scope, subject, choice, device).await?,
        FirstFactor::Passkey(given) => passkey::begin(scope, subject, given).await?,
    };
    let mut outcome = driver::drive(scope, subject, turn).await?;
    if let (true, Outcome::Challenge(challenge)) = (state_in_block, &mut outcome) {
        challenge.session = None;
    }
    Ok(outcome)
}

/// Goes on with a sign-in.
pub async fn answer(cx: &Context, client: &AuthenticatedClient, reply: ChallengeReply<'_>) -> Result<Outcome, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    let scope = SignInScope::new(cx, &pool, client);
    check_name(reply.username)?;
    protection::admit(scope.cx, scope.pool, scope.client).await?;
    let reply = ChallengeReply { device: device_key(reply.device), ..reply };
    let judged = record::judged_by_answer(&reply.answer);
    // State that was made up says nothing of anybody, so nothing is recorded before it is opened.
    let mut opened = open(scope, &reply).await?;
    let turn = step(scope, &mut opened, reply).await;
    let outcome = match turn {
        Ok(turn) => driver::drive(scope, &mut opened.subject, turn).await,
        Err(fault) => Err(fault),
    };
    record::write(scope, &opened.subject, judged, &outcome).await;
    outcome
}

/// The state that came back with an answer, and whose it is.
struct Opened {
    state: SignInState,
    subject: Subject,
    /// The exchange of SRP, which travels in a block of its own.
    block: Option<srp::Block>,
}

async fn open(scope: SignInScope<'_>, reply: &ChallengeReply<'_>) -> Result<Opened, Fault> {
    let mut opened = match &reply.answer {
        Answer::PasswordVerifier(proof) => srp::open(scope, reply.username, proof).await?,
        Answer::DeviceVerifier(proof) => return device::open(scope, reply, proof).await,
        _ => {
            let session = reply.session.ok_or_else(|| Fault::invalid("Missing required parameter Session"))?;
            let state = session::open(scope, session).await?;
            let subject = state.subject(scope, reply.username).await?;
            Opened { state, subject, block: None }
        }
    };
    opened.state.device = opened.state.device.or_else(|| reply.device.clone());
    Ok(opened)
}

/// Judges an answer.
async fn step(scope: SignInScope<'_>, opened: &mut Opened, reply: ChallengeReply<'_>) -> Result<Turn, Fault> {
    let block = opened.block.take();
    let block = || block.ok_or_else(session::invalid_session);
    let (state, subject) = (opened.state.clone(), &opened.subject);
    match reply.answer {
        Answer::PasswordVerifier(proof) => {
            srp::answer(scope, state, subject, srp::Answered { block: block()?, proof }).await
        }
        Answer::DeviceVerifier(proof) => device::answer_verifier(scope, subject, block()?, proof).await,
        Answer::NewPassword { password, attributes } => {
            new_password::answer(
                scope,
                state,
                subject,
                new_password::Given { password: &password, attributes: &attributes },
            )
            .await
        }
        Answer::Code { name, code } => code::answer(scope, state, subject, code::Given { name, code: &code }).await,
        Answer::SelectMfa(choice) => mfa::answer_selection(scope, state, subject, &choice).await,
        Answer::MfaSetup(email) => mfa_setup::answer(scope, state, subject, email).await,
        Answer::Select(choice) => user_auth::answer_selection(scope, state, subject, choice).await,
        Answer::Password(password) => user_auth::answer_password(scope, state, subject, &password).await,
        Answer::PasswordSrp(a) => user_auth::answer_password_srp(scope, state, subject, a).await,
        Answer::Custom(answer) => custom::answer(scope, state, subject, &answer).await,
        Answer::DeviceSrp(a) => device::answer(state, subject, device::Given { a, key: reply.device }),
        Answer::Passkey(credential) => passkey::answer(scope, state, subject, &credential).await,
    }
}
