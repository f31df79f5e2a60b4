//! Sessions of a sign-up, by which who confirms it is signed in (`Session` of SignUp and ConfirmSignUp).

use super::password;
use super::scope::SignInScope;
use super::session::{invalid_session, open};
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::{Flow, require};
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::{Client, Contact, Factor, User};
use crate::secret::Secret;
use crate::shapes::idp::{AuthFactorType, UserStatusType as Status};
use std::time::Duration;

/// The session of an account that was just created, where the client may use it.
pub fn begun(scope: Scope<'_>, client: &Client, user: &User) -> Result<Option<String>, Fault> {
    if require(client, Flow::UserAuth).is_err() {
        return Ok(None);
    }
    let scope = SignInScope::new(scope.cx, scope.pool, client);
    let state = SignInState::new(scope, &Subject::of(user.clone(), &user.username), Decider::Settings, None)?;
    state.with_step(Step::SignedUp).seal(scope.cx).map(Some)
}

/// How long a session of the pages waits for the code of its sign-up, which may come by slow mail.
const PAGE_VALIDITY: Duration = Duration::from_secs(3600);

/// [`begun`] for the pool's own pages, where whoever signs up goes on to be signed in, whatever flows the client has.
/// The password counts as proven: who confirms the account is who has just chosen it.
pub fn begun_on_page(scope: Scope<'_>, client: &Client, user: &User) -> Result<String, Fault> {
    let scope = SignInScope::new(scope.cx, scope.pool, client);
    let state = SignInState::new(scope, &Subject::of(user.clone(), &user.username), Decider::Settings, None)?;
    let mut state = if user.credential.is_some() { state.proving(Factor::Password) } else { state };
    state.until = scope.cx.now.plus(PAGE_VALIDITY);
    state.with_step(Step::SignedUp).seal(scope.cx)
}

/// [`begun_on_page`] for who comes back to an account that waits for its confirmation, and knows its password. A wrong
/// one counts towards the lock, as in every sign-in.
pub async fn after_password(
    cx: &Context,
    client: &AuthenticatedClient,
    username: &str,
    password: &Secret,
) -> Result<String, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let scope = SignInScope::new(cx, &pool, client);
    let subject = Subject::find(scope, username).await?;
    password::check(scope, &subject, password).await?;
    let user = subject.user.filter(|user| user.status == Status::Unconfirmed).ok_or_else(invalid_session)?;
    begun_on_page(scope.scope(), client, &user)
}

/// A sign-up whose code came back.
pub struct ConfirmedSignUp<'a> {
    pub user: &'a User,
    /// Where the code went.
    pub contact: Contact,
    /// `Session` as [`begun`] made it.
    pub session: Option<&'a str>,
}

/// The session of a confirmed account, for who has the session of its beginning. One that does not fit gives none: the
/// sign-up is confirmed all the same. Some clients (Amplify) send none; where a code of its kind is a first factor,
/// this one is.
pub async fn confirmed(
    scope: Scope<'_>,
    client: &Client,
    confirmed: ConfirmedSignUp<'_>,
) -> Result<Option<String>, Fault> {
    let ConfirmedSignUp { user, contact, session } = confirmed;
    let scope = SignInScope::new(scope.cx, scope.pool, client);
    let Some(session) = session else {
        let factor = match contact {
            Contact::Email => AuthFactorType::EmailOtp,
            Contact::Phone => AuthFactorType::SmsOtp,
        };
        if require(client, Flow::UserAuth).is_err() || !scope.pool.first_factors().contains(&factor) {
            return Ok(None);
        }
        let subject = Subject::of(user.clone(), &user.username);
        let state = SignInState::new(scope, &subject, Decider::Settings, None)?;
        return state.with_step(Step::Confirmed(contact)).seal(scope.cx).map(Some);
    };
    let Ok(state) = open(scope, session).await else { return Ok(None) };
    if state.step != Step::SignedUp || state.sub != user.sub || state.spend_alone(scope.cx).await.is_err() {
        return Ok(None);
    }
    state.at_step(scope, Step::Confirmed(contact))?.renewed(user).seal(scope.cx).map(Some)
}
