//! Sessions of a sign-up, by which who confirms it is signed in (Cognito: `Session` of SignUp and ConfirmSignUp).

use super::person::Person;
use super::session::{Course, Progress, Step, open};
use super::{At, Flow, require};
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Client, Contact, Pool, User};
use crate::shapes::idp::AuthFactorType;

fn at<'a>(cx: &'a Context, pool: &'a Pool, client: &'a Client) -> At<'a> {
    At { cx, pool, client, validation: None }
}

/// The session of an account that was just made, where the client may use it.
pub fn begun(cx: &Context, pool: &Pool, client: &Client, user: &User) -> Result<Option<String>, Fault> {
    if require(client, Flow::Choice).is_err() {
        return Ok(None);
    }
    let at = at(cx, pool, client);
    let person = Person::of(user.clone(), &user.username);
    let progress = Progress::new(at, &person, Course::Plain, None)?.turned(Step::SignedUp);
    progress.seal(at).map(Some)
}

/// The session of an account whose code came back, for who has the session of its beginning. One that does not fit
/// gives none: the sign-up is confirmed all the same. Some clients (Amplify) send none; where a code of its kind is a
/// first factor, this one is.
pub async fn confirmed(
    cx: &Context,
    pool: &Pool,
    (client, user): (&Client, &User),
    (session, contact): (Option<&str>, Contact),
) -> Result<Option<String>, Fault> {
    let at = at(cx, pool, client);
    let Some(session) = session else {
        let factor = match contact {
            Contact::Email => AuthFactorType::EmailOtp,
            Contact::Phone => AuthFactorType::SmsOtp,
        };
        if require(client, Flow::Choice).is_err() || !pool.first_factors().contains(&factor) {
            return Ok(None);
        }
        let person = Person::of(user.clone(), &user.username);
        let progress = Progress::new(at, &person, Course::Plain, None)?.turned(Step::Confirmed(contact));
        return progress.seal(at).map(Some);
    };
    let Ok(progress) = open(at, session).await else { return Ok(None) };
    if progress.step != Step::SignedUp || progress.sub != user.sub || progress.spend_alone(cx).await.is_err() {
        return Ok(None);
    }
    progress.at_step(at, Step::Confirmed(contact))?.renewed(user).seal(at).map(Some)
}
