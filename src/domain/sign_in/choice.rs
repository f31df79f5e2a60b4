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
use crate::shapes::idp::{AuthFactorType, UserStatusType};

/// What this person can choose from. Who asks for a second factor elsewhere cannot begin with a code.
async fn available(at: At<'_>, person: &Person) -> Result<Vec<Name>, Fault> {
    let allowed = at.pool.first_factors();
    let srp = at.pool.password_scheme() == PasswordScheme::Srp;
    let has = match &person.user {
        Some(user) => Has::of(at, user).await?,
        None => Has::pretended(at, person),
    };
    let may = |factor| allowed.contains(&factor);
    let mut names = Vec::new();
    let mut add = |can: bool, name| {
        if can {
            names.push(name);
        }
    };
    add(may(AuthFactorType::Password) && srp && has.srp, Name::PasswordSrp);
    add(may(AuthFactorType::WebAuthn) && has.passkey, Name::WebAuthn);
    add(may(AuthFactorType::EmailOtp) && has.email, Name::EmailOtp);
    add(may(AuthFactorType::SmsOtp) && has.phone, Name::SmsOtp);
    add(may(AuthFactorType::Password) && has.password, Name::Password);
    if names.is_empty() && at.client.hides_users() {
        // Someone who has nothing would be told from strangers, who always have something.
        names = if srp { vec![Name::PasswordSrp, Name::Password] } else { vec![Name::Password] };
    }
    Ok(names)
}

/// What a person has to begin with.
struct Has {
    srp: bool,
    password: bool,
    passkey: bool,
    email: bool,
    phone: bool,
}

impl Has {
    async fn of(at: At<'_>, user: &User) -> Result<Self, Fault> {
        if user.status == UserStatusType::ExternalProvider {
            // Their own provider says who they are.
            return Ok(Self { srp: false, password: false, passkey: false, email: false, phone: false });
        }
        let alone = !is_asked(at.pool, user);
        let passkey = (alone || passkeys_are_both(at.pool, user)) && passkeys::enabled(at.pool);
        Ok(Self {
            srp: matches!(user.credential, Some(Credential::Srp { .. })),
            password: user.credential.is_some(),
            passkey: passkey && passkeys::has_any(at.cx, at.pool, user).await?,
            email: alone && user.verified(Contact::Email),
            phone: alone && user.verified(Contact::Phone),
        })
    }

    /// What nobody has: always the same for the same name, some with more and some with less, as people are.
    fn pretended(at: At<'_>, person: &Person) -> Self {
        let dice = person.sub.bytes().rev().take(2).fold(0u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
        Self {
            srp: true,
            password: true,
            passkey: passkeys::enabled(at.pool)
                && passkeys::relying_party(at.cx, at.pool).is_some()
                && dice.is_multiple_of(4),
            email: lookup::is_email(&person.typed) || !dice.is_multiple_of(5),
            phone: lookup::is_phone(&person.typed) || dice.is_multiple_of(3),
        }
    }
}

/// Begins: with what is preferred where the person has it, else with the question what to choose.
pub async fn begin(at: At<'_>, person: &Person, choice: Choice, device: Option<String>) -> Result<Outcome, Fault> {
    if let Some(session) = &choice.session {
        return confirmed(at, person, session, device).await;
    }
    person.told(at)?;
    person.pre_authenticate(at).await?;
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
            let challenge = Challenge {
                name: Name::SelectChallenge,
                parameters: Default::default(),
                session,
                available: Some(available),
            };
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
    same.pre_authenticate(at).await?;
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
    match (name, choice.password, choice.srp_a) {
        // A wrong password leaves the session as it is: people try again.
        (Name::Password, Some(password), _) => proven(at, progress, person, &password).await,
        (Name::PasswordSrp, _, Some(a)) => {
            let asked = begin_srp(at, person, progress.clone(), &a).await?;
            progress.spend_lightly(at.cx).await?;
            Ok(asked)
        }
        (name, password, srp_a) => {
            progress.spend_lightly(at.cx).await?;
            enter(at, person, progress, name, Choice { password, srp_a, ..Choice::default() }).await
        }
    }
}

/// Goes the chosen way, as far as what was sent with the choice leads.
async fn enter(at: At<'_>, person: &Person, progress: Progress, name: Name, choice: Choice) -> Result<Outcome, Fault> {
    match (name, choice.password, choice.srp_a) {
        (Name::Password, Some(password), _) => {
            let user = passwords::check(at, person, &password).await?;
            advance(at, user, progress.proving(Factor::Password), Name::Password).await
        }
        (Name::Password, ..) => Challenge::sealed(at, name, &progress.at_step(at, Step::Password)?, session::none()),
        (Name::PasswordSrp, _, Some(a)) => begin_srp(at, person, progress, &a).await,
        (Name::PasswordSrp, ..) => {
            Challenge::sealed(at, name, &progress.at_step(at, Step::PasswordSrp)?, session::none())
        }
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

/// The password, and with it the session, in this order: a wrong one may be tried again within the lock.
async fn proven(at: At<'_>, progress: Progress, person: &Person, password: &Secret) -> Result<Outcome, Fault> {
    let user = passwords::check(at, person, password).await?;
    progress.spend_alone(at.cx).await?;
    advance(at, user, progress.proving(Factor::Password), Name::Password).await
}

async fn begin_srp(at: At<'_>, person: &Person, progress: Progress, a: &str) -> Result<Outcome, Fault> {
    let services = &at.cx.services;
    services.risk.lockout.check(&services.store, &at.pool.id, &person.subject(at), at.cx.now).await?;
    srp::ask(at, person, progress, a).await
}

/// PASSWORD was answered.
pub async fn password(at: At<'_>, progress: Progress, person: &Person, password: &Secret) -> Result<Outcome, Fault> {
    if progress.step != Step::Password {
        return Err(invalid());
    }
    proven(at, progress, person, password).await
}

/// PASSWORD_SRP was answered.
pub async fn password_srp(at: At<'_>, progress: Progress, person: &Person, a: &str) -> Result<Outcome, Fault> {
    if progress.step != Step::PasswordSrp {
        return Err(invalid());
    }
    let asked = begin_srp(at, person, progress.clone(), a).await?;
    progress.spend_lightly(at.cx).await?;
    Ok(asked)
}
