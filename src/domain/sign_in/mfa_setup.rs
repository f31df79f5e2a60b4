//! MFA_SETUP: a second factor is set up in the middle of a sign-in that cannot do without.

use super::Name;
use super::mfa::{list_methods, user_id};
use super::scope::SignInScope;
use super::session::{self, invalid_session};
use super::state::{Seed, SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, CodeQuestion, Proved, Question, Turn};
use crate::context::Context;
use crate::domain::pools;
use crate::domain::users::Attributes;
use crate::domain::users::attributes::{self, Writer};
use crate::domain::users::factors::{self, software_token};
use crate::domain::users::lookup::is_email;
use crate::fault::Fault;
use crate::keys::totp;
use crate::model::{Client, Contact, Mfa, Pool, User};
use crate::risk::Guessed;
use crate::store::users;

/// Makes MFA_SETUP: the pool demands a second factor that the user does not have.
pub fn ask(scope: SignInScope<'_>, state: &SignInState) -> Result<Ask, Fault> {
    let methods = factors::can_set_up(scope.pool);
    if methods.is_empty() {
        return Err(Fault::invalid("User does not have delivery config set to turn on SMS_MFA"));
    }
    let parameters = [user_id(state), ("MFAS_CAN_SETUP", list_methods(&methods))];
    Ok(Ask::new(Name::MfaSetup, state.at_step(scope, Step::SetUp(None))?, parameters))
}

/// The session of an MFA_SETUP, and whose it is.
async fn open(scope: SignInScope<'_>, text: &str) -> Result<(SignInState, Subject, Option<Seed>), Fault> {
    let state = session::open(scope, text).await?;
    let Step::SetUp(seed) = state.step.clone() else { return Err(invalid_session()) };
    let subject = state.subject(scope, &state.username).await?;
    Ok((state, subject, seed))
}

/// Fails where the user has set something up since the session began: it is the second factor then, and must be asked
/// for.
fn require_no_factor(pool: &Pool, user: &User) -> Result<(), Fault> {
    if factors::usable(pool, user).is_empty() { Ok(()) } else { Err(invalid_session()) }
}

/// Makes a seed for the user of an MFA_SETUP session (AssociateSoftwareToken with `Session`): the seed, and the next
/// session.
pub async fn associate(cx: &Context, client: &Client, text: &str) -> Result<(Vec<u8>, String), Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let scope = SignInScope::new(cx, &pool, client);
    let (state, ..) = open(scope, text).await?;
    software_token::require(&pool)?;
    let bytes = totp::seed()?;
    state.spend_without_sync(cx).await?;
    let seed = Seed { bytes: bytes.clone(), proven: false, name: None };
    Ok((bytes, state.at_step(scope, Step::SetUp(Some(seed)))?.seal(cx)?))
}

/// The code that proves a seed, and the name that the user gives to the authenticator.
pub struct SeedProof<'a> {
    pub code: &'a str,
    /// `FriendlyDeviceName`.
    pub name: Option<String>,
}

/// Proves the seed of a session by a code (VerifySoftwareToken with `Session`): the next session. The authenticator is
/// the user's from here on, as at Cognito: a sign-in that ends here is asked for it the next time.
pub async fn verify_seed(cx: &Context, client: &Client, text: &str, proof: SeedProof<'_>) -> Result<String, Fault> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let scope = SignInScope::new(cx, &pool, client);
    let (state, subject, seed) = open(scope, text).await?;
    let (Some(seed), Some(user)) = (seed, &subject.user) else { return Err(invalid_session()) };
    software_token::check_name(proof.name.as_deref())?;
    let attempt = factors::attempt(cx, &pool, Guessed::SecondFactor, &user.sub).await?;
    let Some(step) = totp::check(&seed.bytes, proof.code, cx.now) else {
        attempt.failed().await?;
        cx.count_failure();
        return Err(software_token::mismatch());
    };
    cx.services
        .store
        .transact(async |tx| {
            let before = state.user(scope, tx).await?;
            require_no_factor(&pool, &before)?;
            state.spend(cx, tx).await?;
            software_token::use_first(cx, tx, &seed.bytes, step).await?;
            let mut after = before.clone();
            software_token::enroll(cx, &pool, &mut after, &seed.bytes, proof.name.clone())?;
            after.modified = cx.now;
            users::update(tx, &pool, &before, &after)?;
            Ok(())
        })
        .await?;
    attempt.succeeded().await?;
    let seed = Seed { bytes: seed.bytes.clone(), proven: true, name: proof.name };
    state.at_step(scope, Step::SetUp(Some(seed)))?.seal(cx)
}

/// A verified mail address as a change of attributes.
pub fn email_change(to: &str) -> Attributes {
    Attributes::from([
        (Contact::Email.attribute().to_owned(), to.to_owned()),
        (Contact::Email.verified().to_owned(), "true".to_owned()),
    ])
}

/// Takes the answer to MFA_SETUP: with a proven seed, or with a mail address to which codes shall go.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    email: Option<String>,
) -> Result<Turn, Fault> {
    let Step::SetUp(seed) = state.step.clone() else { return Err(invalid_session()) };
    if let Some(to) = email {
        return set_up_email(scope, state, subject, to).await;
    }
    let seed = seed.filter(|seed| seed.proven).ok_or_else(|| {
        Fault::modelled("SoftwareTokenMFANotFoundException", "The software token was not verified in this session.")
    })?;
    let user = scope
        .cx
        .services
        .store
        .transact(async |tx| {
            let user = state.user(scope, tx).await?;
            // Another authenticator since then is not what this session proved.
            if !software_token::is_enrolled(scope.cx, scope.pool, &user, &seed.bytes)? {
                return Err(invalid_session());
            }
            state.spend(scope.cx, tx).await?;
            Ok(user)
        })
        .await?;
    Ok(Proved::turn_of(user, state.proving(Mfa::SoftwareToken.factor()), Name::MfaSetup))
}

/// Codes by mail: the address is proven by a code before it counts.
async fn set_up_email(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    to: String,
) -> Result<Turn, Fault> {
    if !factors::offered(scope.pool, Mfa::Email) {
        return Err(Fault::invalid("Email MFA is not enabled for the user pool."));
    }
    if !is_email(&to) {
        return Err(Fault::invalid("Invalid email address format."));
    }
    let user = subject.user.as_ref().ok_or_else(invalid_session)?;
    attributes::check_change(scope.pool, Writer::Admin, user, &email_change(&to))?;
    state.spend_without_sync(scope.cx).await?;
    let question = CodeQuestion { name: Name::EmailOtp, contact: Contact::Email, to: Some(to), set_up: true };
    Ok(Turn::ask(state, Question::Code(question)))
}
