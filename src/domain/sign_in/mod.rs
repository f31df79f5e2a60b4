//! Owns sign-in: one machine of steps for the API, OAuth and the hosted pages. A step answers tokens or the next challenge.
//! Hands off passwords to `users`, tokens to `tokens`, SRP's arithmetic to `keys`. Must not know requests.
//!
//! What waits between two steps is sealed state that the client carries (`Session`, or SRP's `SECRET_BLOCK`), bound to client, user and
//! end; the store remembers only that a state was used. So a plain sign-in waits for no disk.

mod flows;
mod new_password;
mod password;
mod session;
mod srp;

pub use flows::{Flow, require};

use crate::context::Context;
use crate::domain::protection;
use crate::domain::tokens::{self, Issued, RefreshState, SignIn};
use crate::domain::users::passwords;
use crate::fault::Fault;
use crate::model::{Client, Factor, Pool, User};
use crate::secret::Secret;
use crate::shapes::idp::{ChallengeNameType as Name, UserPoolMfaType, UserStatusType as Status};
use crate::triggers::{self, Trigger};
use session::{Progress, Step};
use std::collections::BTreeMap;

/// How a sign-in begins.
pub enum First {
    /// With the password itself.
    Password(Secret),
    /// With SRP's `A` (hex).
    Srp(String),
}

/// An answer to a challenge.
pub enum Answer {
    /// SRP's proof.
    PasswordVerifier {
        /// `PASSWORD_CLAIM_SECRET_BLOCK`.
        secret_block: String,
        /// `PASSWORD_CLAIM_SIGNATURE`.
        signature: String,
        /// `TIMESTAMP`.
        timestamp: String,
    },
    /// The password that replaces a temporary one.
    NewPassword {
        /// `Session`.
        session: String,
        /// `NEW_PASSWORD`.
        password: Secret,
        /// `userAttributes.*`.
        attributes: BTreeMap<String, String>,
    },
}

/// What a step leads to.
#[derive(Debug)]
pub enum Outcome {
    /// Signed in.
    Tokens(Box<Issued>),
    /// Something more is asked.
    Challenge(Challenge),
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
}

/// Begins a sign-in of the user that `username` means.
pub async fn begin(cx: &Context, client: &Client, username: &str, first: First) -> Result<Outcome, Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    protection::admit(cx, &pool, client).await?;
    match first {
        First::Password(password) => password::begin(cx, &pool, client, username, &password).await,
        First::Srp(a) => srp::begin(cx, &pool, client, username, a).await,
    }
}

/// Goes on with a sign-in. `username` is the name sent with the answer; it must mean the user that the state is for.
pub async fn answer(cx: &Context, client: &Client, username: &str, answer: Answer) -> Result<Outcome, Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &client.pool_id).await?;
    cx.check_address()?;
    protection::admit(cx, &pool, client).await?;
    match answer {
        Answer::PasswordVerifier { secret_block, signature, timestamp } => {
            srp::prove(cx, (&pool, client, username), srp::Proof { secret_block, signature, timestamp }).await
        }
        Answer::NewPassword { session, password, attributes } => {
            let progress = session::open(cx, client, &session, Step::NewPassword).await?;
            new_password::finish(cx, (&pool, client, username), progress, &password, &attributes).await
        }
    }
}

/// A password was right: what the account's state asks for next, in Cognito's order.
async fn after_password(cx: &Context, pool: &Pool, client: &Client, user: &User) -> Result<Outcome, Fault> {
    if !user.enabled {
        return Err(Fault::not_authorized("User is disabled."));
    }
    match user.status {
        Status::Unconfirmed => return Err(Fault::modelled("UserNotConfirmedException", "User is not confirmed.")),
        Status::ResetRequired => {
            return Err(Fault::modelled("PasswordResetRequiredException", "Password reset required for the user"));
        }
        Status::ForceChangePassword => {
            if user.temporary_until.is_some_and(|until| cx.now >= until) {
                return Err(Fault::not_authorized("Temporary password has expired and must be reset by an administrator."));
            }
            return new_password::ask(cx, pool, client, user);
        }
        _ if passwords::is_expired(pool, user, cx.now) => return new_password::ask(cx, pool, client, user),
        _ => {}
    }
    after_first_factor(cx, pool, client, user).await
}

/// The first factor is proven: MFA, or tokens.
async fn after_first_factor(cx: &Context, pool: &Pool, client: &Client, user: &User) -> Result<Outcome, Fault> {
    if pool.settings.mfa_configuration == Some(UserPoolMfaType::On) {
        // Going on without the factor that the pool demands would be worse than not going on.
        return Err(Fault::modelled(
            "InvalidUserPoolConfigurationException",
            "This pool requires MFA, which is not available yet in this version of Poolhouse.",
        ));
    }
    finish(cx, pool, client, user).await
}

/// Everything is proven: tokens.
async fn finish(cx: &Context, pool: &Pool, client: &Client, user: &User) -> Result<Outcome, Fault> {
    triggers::run(pool, Trigger::PostAuthentication)?;
    let sign_in = SignIn::now(cx, vec![Factor::Password], None)?;
    let refresh = RefreshState::new(client, user, &sign_in)?;
    let tokens = tokens::issue(cx, (pool, client, user), &sign_in, Some(refresh)).await?;
    Ok(Outcome::Tokens(Box::new(tokens)))
}

/// Seals the state of a step for a user.
fn seal(cx: &Context, client: &Client, user: &User, step: Step) -> Result<String, Fault> {
    Progress::new(cx, client, user, step)?.seal(cx)
}

/// The error for a name that means no user: told, or hidden behind the error for a wrong password.
fn unknown_user(client: &Client) -> Fault {
    if client.hides_users() { Fault::wrong_credentials() } else { Fault::user_not_found() }
}
