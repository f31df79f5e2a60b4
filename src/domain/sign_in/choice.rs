//! USER_AUTH: the user chooses the first factor, of those that the pool allows and the user has.

use super::person::Person;
use super::session::{self, Course, Progress, Step, invalid};
use super::{At, Challenge, Choice, Name, Outcome, advance, code, passkey, password as passwords, srp};
use crate::domain::users::factors::passkeys_are_both;
use crate::domain::users::factors::preferences::is_asked;
use crate::domain::users::{lookup, passkeys};
use crate::fault::Fault;
use crate::model::{Contact, Credential, Factor, PasswordScheme, User};
use crate::secret::Secret;
use crate::shapes::idp::AuthFactorType;
use crate::triggers::{self, Trigger};

/// What this person can choose from. Who asks for a second factor elsewhere cannot begin with a code.
async fn available(at: At<'_>, person: &Person) -> Result<Vec<Name>, Fault> {
    let allowed = at.pool.first_factors();
    let has = |factor, by: &dyn Fn(&User) -> bool| allowed.contains(&factor) && person.user.as_ref().is_none_or(by);
    let one_factor = person.user.as_ref().is_none_or(|user| !is_asked(at.pool, user));
    let srp = at.pool.password_scheme() == PasswordScheme::Srp;
    let passkey = match &person.user {
        Some(user) if allowed.contains(&AuthFactorType::WebAuthn) && (one_factor || passkeys_are_both(at.pool, user)) => {
            passkeys::enabled(at.pool) && passkeys::has_any(at.cx, at.pool, user).await?
        }
        _ => false,
    };
    let mut names = Vec::new();
    let mut add = |can: bool, name| {
        if can {
            names.push(name);
        }
    };
    add(srp && has(AuthFactorType::Password, &|user| matches!(user.credential, Some(Credential::Srp { .. }))), Name::PasswordSrp);
    add(passkey, Name::WebAuthn);
    add(one_factor && has(AuthFactorType::EmailOtp, &|user| user.verified(Contact::Email)), Name::EmailOtp);
    add(one_factor && has(AuthFactorType::SmsOtp, &|user| user.verified(Contact::Phone)), Name::SmsOtp);
    add(has(AuthFactorType::Password, &|user| user.credential.is_some()), Name::Password);
    Ok(names)
}

/// Begins: with what is preferred where the person has it, else with the question what to choose.
pub async fn begin(at: At<'_>, person: &Person, choice: Choice, device: Option<String>) -> Result<Outcome, Fault> {
    if let Some(session) = &choice.session {
        return confirmed(at, person, session, device).await;
    }
    person.told(at)?;
    triggers::run(at.pool, Trigger::PreAuthentication)?;
    let progress = Progress::new(at, person, Course::Plain, device)?;
    let available = available(at, person).await?;
    if available.is_empty() {
        return Err(Fault::wrong_credentials());
    }
    match choice.name.as_deref().and_then(|name| available.iter().find(|other| other.as_str() == name)) {
        Some(name) => enter(at, person, progress, *name, choice).await,
        None => {
            let step = progress.at_step(at, Step::Select)?;
            let session = Some(step.seal(at)?);
            let challenge = Challenge { name: Name::SelectChallenge, parameters: Default::default(), session, available: Some(available) };
            Ok(Outcome::Challenge(Box::new(challenge)))
        }
    }
}

/// A sign-up that was just confirmed: the code was the first factor.
async fn confirmed(at: At<'_>, person: &Person, session: &str, device: Option<String>) -> Result<Outcome, Fault> {
    let mut progress = session::open(at, session).await?;
    let Step::Confirmed(contact) = progress.step else { return Err(invalid()) };
    let same = progress.person(at, &person.typed).await?;
    let user = same.user.as_ref().ok_or_else(invalid)?;
    triggers::run(at.pool, Trigger::PreAuthentication)?;
    progress.spend_alone(at.cx).await?;
    progress.device = device.filter(|key| key.len() <= 64);
    let (factor, name) = match contact {
        Contact::Email => (Factor::EmailOtp, Name::EmailOtp),
        Contact::Phone => (Factor::SmsOtp, Name::SmsOtp),
    };
    advance(at, user, progress.proving(factor), name).await
}

/// SELECT_CHALLENGE was answered.
pub async fn select(at: At<'_>, progress: Progress, person: &Person, choice: Choice) -> Result<Outcome, Fault> {
    if progress.step != Step::Select {
        return Err(invalid());
    }
    let name = available(at, person).await?.into_iter().find(|name| Some(name.as_str()) == choice.name.as_deref());
    let name = name.ok_or_else(|| Fault::invalid("The selected challenge is not available for the user."))?;
    progress.spend_alone(at.cx).await?;
    enter(at, person, progress, name, choice).await
}

/// Goes the chosen way, as far as what was sent with the choice leads.
async fn enter(at: At<'_>, person: &Person, progress: Progress, name: Name, choice: Choice) -> Result<Outcome, Fault> {
    match (name, choice.password, choice.srp_a) {
        (Name::Password, Some(password), _) => proven(at, person, progress, &password).await,
        (Name::Password, ..) => Challenge::sealed(at, name, &progress.at_step(at, Step::Password)?, session::none()),
        (Name::PasswordSrp, _, Some(a)) => begin_srp(at, person, progress, &a).await,
        (Name::PasswordSrp, ..) => Challenge::sealed(at, name, &progress.at_step(at, Step::PasswordSrp)?, session::none()),
        (Name::WebAuthn, ..) => passkey::ask(at, person, &progress).await,
        (Name::EmailOtp, ..) => send(at, person, progress, name, Contact::Email).await,
        (Name::SmsOtp, ..) => send(at, person, progress, name, Contact::Phone).await,
        _ => Err(invalid()),
    }
}

async fn send(at: At<'_>, person: &Person, progress: Progress, name: Name, contact: Contact) -> Result<Outcome, Fault> {
    let to = match &person.user {
        Some(user) => user.attribute(contact.attribute()).unwrap_or_default().to_owned(),
        None => lookup::imagined(at.cx, at.pool, &person.typed).address(&person.typed, contact),
    };
    code::send(at, person, &progress, code::Sending { name, contact, to, set_up: false }).await
}

async fn proven(at: At<'_>, person: &Person, progress: Progress, password: &Secret) -> Result<Outcome, Fault> {
    let user = passwords::check(at, person, password).await?;
    advance(at, user, progress.proving(Factor::Password), Name::Password).await
}

async fn begin_srp(at: At<'_>, person: &Person, progress: Progress, a: &str) -> Result<Outcome, Fault> {
    let services = &at.cx.services;
    services.risk.lockout.check(&services.store, &at.pool.id, &person.subject(at), at.cx.now).await?;
    srp::ask(at, person, progress, a).await
}

/// PASSWORD was answered. A wrong one may be tried again with the same session, within the lock.
pub async fn password(at: At<'_>, progress: Progress, person: &Person, password: &Secret) -> Result<Outcome, Fault> {
    if progress.step != Step::Password {
        return Err(invalid());
    }
    let user = passwords::check(at, person, password).await?;
    progress.spend_alone(at.cx).await?;
    advance(at, user, progress.proving(Factor::Password), Name::Password).await
}

/// PASSWORD_SRP was answered.
pub async fn password_srp(at: At<'_>, progress: Progress, person: &Person, a: &str) -> Result<Outcome, Fault> {
    if progress.step != Step::PasswordSrp {
        return Err(invalid());
    }
    progress.spend_alone(at.cx).await?;
    begin_srp(at, person, progress, a).await
}
