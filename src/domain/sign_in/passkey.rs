//! WEB_AUTHN: a passkey as first factor, or as both where it verified its user and the pool lets that be enough.

use super::person::Person;
use super::session::{Progress, Step, invalid};
use super::{At, Challenge, Name, Outcome, advance};
use crate::domain::users::passkeys;
use crate::fault::Fault;
use crate::model::Factor;

/// Asks for a passkey.
pub async fn ask(at: At<'_>, person: &Person, progress: &Progress) -> Result<Outcome, Fault> {
    let asked = passkeys::ask(at.cx, at.pool, person.user.as_ref(), &person.typed).await?;
    let next = progress.at_step(at, Step::Passkey(asked.state))?;
    Challenge::sealed(at, Name::WebAuthn, &next, [("CREDENTIAL_REQUEST_OPTIONS", asked.options_json)])
}

/// WEB_AUTHN was answered.
pub async fn answer(at: At<'_>, progress: Progress, person: &Person, credential: &str) -> Result<Outcome, Fault> {
    let Step::Passkey(state) = &progress.step else { return Err(invalid()) };
    let verified = match passkeys::check(at.cx, at.pool, person.user.as_ref(), state, credential).await {
        Ok(verified) => verified,
        Err(fault) => {
            at.cx.count_failure();
            return Err(fault);
        }
    };
    let user = person.user.as_ref().ok_or_else(invalid)?;
    progress.spend_alone(at.cx).await?;
    let factor = if verified.user_verified { Factor::VerifiedPasskey } else { Factor::Passkey };
    advance(at, user, progress.proving(factor), Name::WebAuthn).await
}
