//! MFA_SETUP: a second factor is set up in the middle of a sign-in that cannot do without.

use super::person::Person;
use super::session::{self, Progress, Seed, Step, invalid};
use super::{At, Name, Outcome, advance, code};
use crate::context::Context;
use crate::domain::users::Attributes;
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::factors::{self, software_token};
use crate::domain::users::lookup::is_email;
use crate::fault::Fault;
use crate::keys::totp;
use crate::model::{Client, Contact, Mfa, Pool, SoftwareToken, User};
use crate::store::users;

/// The session of an MFA_SETUP, with its client and pool.
async fn open(
    cx: &Context,
    client: &Client,
    pool: &Pool,
    text: &str,
) -> Result<(Progress, Person, Option<Seed>), Fault> {
    let at = At { cx, pool, client, validation: None };
    let progress = session::open(at, text).await?;
    let Step::SetUp(seed) = progress.step.clone() else { return Err(invalid()) };
    let person = progress.person(at, &progress.username).await?;
    Ok((progress, person, seed))
}

/// Fails where the user has set something up since the session began: it is the second factor then, and must be asked
/// for.
fn check_bare(pool: &Pool, user: &User) -> Result<(), Fault> {
    if factors::usable(pool, user).is_empty() { Ok(()) } else { Err(invalid()) }
}

/// Makes a seed for the user of an MFA_SETUP session (Cognito: AssociateSoftwareToken with `Session`): the seed, and
/// the next session.
pub async fn associate(cx: &Context, client: &Client, text: &str) -> Result<(Vec<u8>, String), Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &client.pool_id).await?;
    let (progress, ..) = open(cx, client, &pool, text).await?;
    software_token::require(&pool)?;
    let at = At { cx, pool: &pool, client, validation: None };
    let bytes = totp::seed()?;
    progress.spend_lightly(cx).await?;
    let next = progress.at_step(at, Step::SetUp(Some(Seed { bytes: bytes.clone(), proven: false, name: None })))?;
    Ok((bytes, next.seal(at)?))
}

/// Proves the seed of a session by a code (Cognito: VerifySoftwareToken with `Session`): the next session.
pub async fn verify_seed(
    cx: &Context,
    client: &Client,
    text: &str,
    (code, name): (&str, Option<String>),
) -> Result<String, Fault> {
    let pool = crate::domain::pools::pool(&cx.services.store, &client.pool_id).await?;
    let (progress, person, seed) = open(cx, client, &pool, text).await?;
    let (Some(seed), Some(user)) = (seed, &person.user) else { return Err(invalid()) };
    software_token::check_name(name.as_deref())?;
    let at = At { cx, pool: &pool, client, validation: None };
    let services = &cx.services;
    let attempt = factors::attempt(cx, &pool, &user.sub).await?;
    let Some(step) = totp::check(&seed.bytes, code, cx.now) else {
        attempt.failed().await?;
        cx.count_failure();
        return Err(software_token::mismatch());
    };
    services
        .store
        .transact(async |tx| {
            check_bare(&pool, &progress.user(at, tx).await?)?;
            progress.spend(cx, tx).await?;
            software_token::use_first(cx, tx, &seed.bytes, step).await
        })
        .await?;
    attempt.succeeded().await?;
    progress.at_step(at, Step::SetUp(Some(Seed { bytes: seed.bytes.clone(), proven: true, name })))?.seal(at)
}

/// A mail address as a change of attributes.
pub fn address(to: &str) -> Attributes {
    Attributes::from([
        (Contact::Email.attribute().to_owned(), to.to_owned()),
        (Contact::Email.verified().to_owned(), "true".to_owned()),
    ])
}

/// MFA_SETUP was answered: with a proven seed, or with a mail address to which codes shall go.
pub async fn finish(at: At<'_>, progress: Progress, person: &Person, email: Option<String>) -> Result<Outcome, Fault> {
    let Step::SetUp(seed) = progress.step.clone() else { return Err(invalid()) };
    if let Some(to) = email {
        if !factors::offered(at.pool, Mfa::Email) {
            return Err(Fault::invalid("Email MFA is not enabled for the user pool."));
        }
        if !is_email(&to) {
            return Err(Fault::invalid("Invalid email address format."));
        }
        attributes::check_change(at.pool, Writer::Admin, person.user.as_ref().ok_or_else(invalid)?, &address(&to))?;
        progress.spend_lightly(at.cx).await?;
        let sending = code::Sending { name: Name::EmailOtp, contact: Contact::Email, to, set_up: true };
        return code::send(at, person, &progress, sending).await;
    }
    let seed = seed.filter(|seed| seed.proven).ok_or_else(|| {
        Fault::modelled("SoftwareTokenMFANotFoundException", "The software token was not verified in this session.")
    })?;
    let user = at
        .cx
        .services
        .store
        .transact(async |tx| {
            let before = progress.user(at, tx).await?;
            check_bare(at.pool, &before)?;
            progress.spend(at.cx, tx).await?;
            let mut after = before.clone();
            let sealed = software_token::seal(at.cx, at.pool, &before, &seed.bytes)?;
            after.factors.software_token = Some(SoftwareToken { sealed, name: seed.name.clone() });
            after.factors.switch(Mfa::SoftwareToken, true);
            after.modified = at.cx.now;
            users::update(tx, at.pool, &before, &after)?;
            Ok(after)
        })
        .await?;
    advance(at, &user, progress.proving(Mfa::SoftwareToken.factor()), Name::MfaSetup).await
}
