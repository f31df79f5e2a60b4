//! WEB_AUTHN: a passkey as first factor, or as both where it verified its user and the pool lets that be enough.

use super::Name;
use super::scope::SignInScope;
use super::session::invalid_session;
use super::state::{SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, Proved, Turn};
use crate::domain::users::passkeys;
use crate::fault::Fault;
use crate::model::Factor;

/// Makes WEB_AUTHN.
pub async fn ask(scope: SignInScope<'_>, subject: &Subject, state: &SignInState) -> Result<Ask, Fault> {
    let asked = passkeys::ask(scope.cx, scope.pool, subject.user.as_ref(), &subject.typed).await?;
    let next = state.at_step(scope, Step::Passkey(asked.state))?;
    Ok(Ask::new(Name::WebAuthn, next, [("CREDENTIAL_REQUEST_OPTIONS", asked.options_json)]))
}

/// Judges the answer to WEB_AUTHN.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    credential: &str,
) -> Result<Turn, Fault> {
    let Step::Passkey(asked) = &state.step else { return Err(invalid_session()) };
    let checked = passkeys::check(scope.cx, scope.pool, subject.user.as_ref(), asked, credential).await;
    let verified = checked.inspect_err(|_| scope.cx.count_failure())?;
    if subject.user.is_none() {
        return Err(invalid_session());
    }
    state.spend_alone(scope.cx).await?;
    let factor = if verified.user_verified { Factor::VerifiedPasskey } else { Factor::Passkey };
    Ok(Proved::turn(state.proving(factor), Name::WebAuthn))
}
