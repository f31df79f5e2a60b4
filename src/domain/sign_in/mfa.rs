//! The second factor: whether one is asked for, and which.

use super::person::Person;
use super::session::{Progress, Step, invalid, listed, names};
use super::{At, Challenge, Name, Outcome, code};
use crate::domain::users::factors::{self, preferences};
use crate::fault::Fault;
use crate::model::{Factor, Mfa, User};

/// Whether what is proven is two factors.
fn is_proven(at: At<'_>, user: &User, proven: &[Factor]) -> bool {
    proven.iter().any(|factor| match factor {
        Factor::Sms | Factor::SoftwareToken | Factor::Email | Factor::BackupCode | Factor::Device => true,
        // The passkey, and the PIN or finger that opened it.
        Factor::VerifiedPasskey => factors::passkeys_are_both(at.pool, user),
        _ => false,
    })
}

/// Whether a second factor must still be proven.
pub fn is_wanting(at: At<'_>, user: &User, progress: &Progress) -> bool {
    preferences::is_asked(at.pool, user) && !is_proven(at, user, &progress.proven)
}

/// Asks for the second factor where one is wanting.
pub async fn next(at: At<'_>, user: &User, progress: &Progress) -> Result<Option<Outcome>, Fault> {
    if !is_wanting(at, user, progress) {
        return Ok(None);
    }
    let methods = preferences::first(at.pool, user);
    match methods.as_slice() {
        [] if factors::is_required(at.pool) => set_up(at, progress).map(Some),
        [] => Ok(None),
        [only] => ask(at, user, progress, *only).await.map(Some),
        several => {
            let parameters = [names(progress), ("MFAS_CAN_CHOOSE", listed(several))];
            Challenge::sealed(at, Name::SelectMfaType, &progress.at_step(at, Step::SelectMfa)?, parameters).map(Some)
        }
    }
}

/// MFA_SETUP: the pool demands what the user does not have.
fn set_up(at: At<'_>, progress: &Progress) -> Result<Outcome, Fault> {
    let methods = factors::can_set_up(at.pool);
    if methods.is_empty() {
        return Err(Fault::invalid("User does not have delivery config set to turn on SMS_MFA"));
    }
    let parameters = [names(progress), ("MFAS_CAN_SETUP", listed(&methods))];
    Challenge::sealed(at, Name::MfaSetup, &progress.at_step(at, Step::SetUp(None))?, parameters)
}

/// Asks for one method.
pub async fn ask(at: At<'_>, user: &User, progress: &Progress, mfa: Mfa) -> Result<Outcome, Fault> {
    match factors::contact(mfa) {
        Some(contact) => {
            let to = user.attribute(contact.attribute()).unwrap_or_default().to_owned();
            let person = Person::of(user.clone(), &user.username);
            code::send(at, &person, progress, code::Sending { name: mfa.challenge(), contact, to, set_up: false }).await
        }
        None => {
            let name = user.factors.software_token.as_ref().and_then(|token| token.name.clone());
            let parameters = [Some(names(progress)), name.map(|name| ("FRIENDLY_DEVICE_NAME", name))];
            Challenge::sealed(
                at,
                mfa.challenge(),
                &progress.at_step(at, Step::SoftwareToken)?,
                parameters.into_iter().flatten(),
            )
        }
    }
}

/// SELECT_MFA_TYPE was answered.
pub async fn select(at: At<'_>, progress: Progress, person: &Person, choice: &str) -> Result<Outcome, Fault> {
    let user = person.user.as_ref().filter(|_| progress.step == Step::SelectMfa).ok_or_else(invalid)?;
    let chosen = Mfa::named(choice).filter(|mfa| factors::usable(at.pool, user).contains(mfa));
    let chosen = chosen.ok_or_else(|| Fault::invalid(format!("{choice} is not one of the user's MFA methods.")))?;
    progress.spend_lightly(at.cx).await?;
    ask(at, user, &progress, chosen).await
}
