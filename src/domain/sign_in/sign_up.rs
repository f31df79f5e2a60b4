//! Sessions of a sign-up, by which who confirms it is signed in (`Session` of SignUp and ConfirmSignUp).

use super::scope::SignInScope;
use super::session::open;
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::{Flow, require};
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::{Client, Contact, User};
use crate::shapes::idp::AuthFactorType;

/// The session of an account that was just created, where the client may use it.
pub fn begun(scope: Scope<'_>, client: &Client, user: &User) -> Result<Option<String>, Fault> {
    if require(client, Flow::UserAuth).is_err() {
        return Ok(None);
    }
    let scope = SignInScope::new(scope.cx, scope.pool, client);
    let state = SignInState::new(scope, &Subject::of(user.clone(), &user.username), Decider::Settings, None)?;
    state.with_step(Step::SignedUp).seal(scope.cx).map(Some)
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
