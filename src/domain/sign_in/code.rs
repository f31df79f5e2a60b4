//! Codes of a sign-in: sent by SMS or mail as first or second factor, or made by an authenticator.

use super::mfa::user_id;
use super::scope::SignInScope;
use super::session::invalid_session;
use super::state::{Decider, SignInState, Step};
use super::subject::Subject;
use super::turn::{Ask, CodeQuestion, Proved, Turn};
use super::{Name, mfa_setup};
use crate::delivery::Kind;
use crate::domain::users::accounts::{self, TakenAlias, UserChange};
use crate::domain::users::codes::WrongCode;
use crate::domain::users::factors::software_token::Hit;
use crate::domain::users::factors::{self, backup_codes, software_token};
use crate::domain::users::messages::Draft;
use crate::domain::users::{attributes, decoy, messages};
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::model::{Factor, Mfa, User};
use crate::risk::{Guessed, UserAction};
use crate::secret::{Secret, same};
use crate::store::tokens;
use serde_bytes::ByteBuf;

/// Wrong codes after which a session is dead.
const MAX_FAILURES: u32 = 5;

/// Digits of a code: as Cognito's, more where it is the only proof.
fn length(state: &SignInState) -> usize {
    if state.proven.is_empty() { 8 } else { 6 }
}

/// Which lock wrong codes grow.
fn guessed(state: &SignInState) -> Guessed {
    if state.proven.is_empty() { Guessed::FirstFactor } else { Guessed::SecondFactor }
}

/// Sends a code and makes the challenge that asks for it. For an unknown username the same is done but for the sending.
pub async fn send(
    scope: SignInScope<'_>,
    subject: &Subject,
    state: &SignInState,
    question: CodeQuestion,
) -> Result<Ask, Fault> {
    let cx = scope.cx;
    let CodeQuestion { name, contact, to, set_up } = question;
    let to = to.unwrap_or_else(|| match &subject.user {
        Some(user) => user.attribute(contact.attribute()).unwrap_or_default().to_owned(),
        None => decoy::decoy(cx, scope.pool, &subject.username).destination(contact),
    });
    let key = subject.attempt_key();
    factors::check_codes(cx, scope.pool, guessed(state), key).await?;
    // A sign-in has no error of its own for too many messages.
    messages::allowed(cx, scope.pool, key, UserAction::SignInCode).map_err(|fault| match fault.cause() {
        Cause::AttemptLimit => Fault::too_many_requests(),
        _ => fault,
    })?;
    let digits = Secret::new(crate::rng::digits(length(state))?);
    let next = state.at_step(scope, Step::Select)?;
    let mac = mac(scope, &next, &to, digits.reveal()).to_vec();
    let next = next.with_step(Step::Sent { name, mac, contact, set_up: set_up.then(|| to.clone()) });
    let delivered = messages::delivered(contact, &to);
    let draft = match &subject.user {
        Some(user) => Some(Draft::make(scope.scope(), user, Kind::Authentication, (contact, to.as_str())).await?),
        None => None,
    };
    cx.services
        .store
        .transact(async |tx| match (&subject.user, &draft) {
            (Some(user), Some(draft)) => draft.send_sign_in_code(cx, tx, (user, &to), (&digits, next.until)),
            _ => Ok(tokens::mark_used(tx, &format!("no message {}", next.id), next.until)?),
        })
        .await?;
    draft.iter().for_each(|draft| draft.go(cx));
    let parameters = [
        user_id(&next),
        ("CODE_DELIVERY_DELIVERY_MEDIUM", contact.medium().as_str().to_owned()),
        ("CODE_DELIVERY_DESTINATION", delivered.destination),
    ];
    Ok(Ask::new(name, next, parameters))
}

/// A code is good for the session that it was sent for, and for as long as the address is the user's.
fn mac(scope: SignInScope<'_>, state: &SignInState, to: &str, digits: &str) -> [u8; 32] {
    let parts = [
        scope.pool.id.as_bytes(),
        state.sub.as_bytes(),
        b"sign-in",
        state.id.as_bytes(),
        to.as_bytes(),
        digits.as_bytes(),
    ];
    scope.cx.services.keys.sealer.mac(Purpose::Code, &parts)
}

/// What a right code was.
enum Right {
    Sent,
    Token(Hit),
    Backup(ByteBuf),
}

/// Whether the code is right.
fn judge(scope: SignInScope<'_>, state: &SignInState, user: Option<&User>, code: &str) -> Result<Option<Right>, Fault> {
    let right = match &state.step {
        Step::Sent { mac: sent, contact, set_up, .. } => {
            let now = user.and_then(|user| user.attribute(contact.attribute()));
            let to = set_up.as_deref().or(now).unwrap_or_default();
            same(&mac(scope, state, to, code), sent).then_some(Right::Sent)
        }
        Step::SoftwareToken => match user {
            Some(user) => software_token::matches(scope.cx, scope.pool, user, code)?.map(Right::Token),
            None => None,
        },
        _ => return Err(invalid_session()),
    };
    // Where a second factor is asked for, a backup code stands in for it.
    let second = !state.proven.is_empty() && !is_set_up(state);
    Ok(match (right, user) {
        (None, Some(user)) if second => backup_codes::matches(scope.cx, scope.pool, user, code).map(Right::Backup),
        (right, _) => right.filter(|_| user.is_some()),
    })
}

/// The answer to a challenge for a code.
pub struct Given<'a> {
    /// The challenge that is answered.
    pub name: Name,
    pub code: &'a str,
}

/// A code came back. A wrong one is counted against the session and the user; the session may be tried again.
pub async fn answer(
    scope: SignInScope<'_>,
    state: SignInState,
    subject: &Subject,
    given: Given<'_>,
) -> Result<Turn, Fault> {
    let (cx, services) = (scope.cx, &scope.cx.services);
    let asked = match &state.step {
        Step::Sent { name, .. } => *name,
        Step::SoftwareToken => Name::SoftwareTokenMfa,
        _ => return Err(invalid_session()),
    };
    if asked != given.name {
        return Err(invalid_session());
    }
    let attempt = factors::attempt(cx, scope.pool, guessed(&state), subject.attempt_key()).await?;
    let guess = WrongCode::begin(cx, scope.pool)?;
    let Some(right) = judge(scope, &state, subject.user.as_ref(), given.code)? else {
        attempt.failed().await?;
        cx.count_failure();
        count_failure(scope, &state).await?;
        return Err(wrong_code(asked));
    };
    let user = services
        .store
        .transact(async |tx| {
            let before = state.user(scope, tx).await?;
            // As the account stands now: the address may have changed, the method may be off.
            let asks = state.proven.is_empty() || is_set_up(&state) || state.decider == Decider::Functions;
            if !asks && !factors::usable(scope.pool, &before).iter().any(|mfa| mfa.challenge() == asked) {
                return Err(invalid_session());
            }
            state.spend(cx, tx).await?;
            let mut after = before.clone();
            match &right {
                Right::Token(hit) => software_token::spend(cx, tx, hit).await?,
                Right::Backup(hash) if !backup_codes::spend(&mut after, hash) => return Err(wrong_code(asked)),
                Right::Backup(_) | Right::Sent => {}
            }
            if let Step::Sent { set_up: Some(to), .. } = &state.step {
                if !factors::usable(scope.pool, &before).is_empty() {
                    return Err(invalid_session());
                }
                attributes::apply(&mut after, &mfa_setup::email_change(to));
                after.factors.switch(Mfa::Email, true);
            }
            if is_set_up(&state) || matches!(right, Right::Backup(_)) {
                after.modified = cx.now;
                let change = UserChange { before: &before, after: &after };
                accounts::update(scope.scope(), tx, change, TakenAlias::Refuse).await?;
            }
            Ok(after)
        })
        .await?;
    attempt.succeeded().await?;
    guess.was_right();
    if let Step::Sent { contact, .. } = &state.step {
        if let Some(to) = user.attribute(contact.attribute()) {
            messages::forgive_destination(cx, scope.pool, (*contact, to));
        }
        services.risk.rates.forgive(UserAction::SignInCode, &scope.pool.id, subject.attempt_key());
    }
    let factor = proven(&state, asked, &right);
    Ok(Proved::turn_of(user, state.proving(factor), asked))
}

/// Whether the code sets up codes by mail.
fn is_set_up(state: &SignInState) -> bool {
    matches!(state.step, Step::Sent { set_up: Some(_), .. })
}

/// What a right code proves: the first factor where nothing was proven before.
fn proven(state: &SignInState, asked: Name, right: &Right) -> Factor {
    match (right, asked) {
        (Right::Backup(_), _) => Factor::BackupCode,
        (Right::Token(_), _) => Factor::SoftwareToken,
        (Right::Sent, Name::SmsOtp) => Factor::SmsOtp,
        (Right::Sent, Name::SmsMfa) => Factor::Sms,
        (Right::Sent, _) if state.proven.is_empty() => Factor::EmailOtp,
        (Right::Sent, _) => Factor::Email,
    }
}

fn wrong_code(asked: Name) -> Fault {
    let message = match asked {
        Name::SoftwareTokenMfa => "Invalid code received for user",
        _ => "Invalid code or auth state for the user.",
    };
    Fault::modelled("CodeMismatchException", message).because(Cause::WrongCode)
}

/// Counts a wrong code; the last one that is free kills the session.
async fn count_failure(scope: SignInScope<'_>, state: &SignInState) -> Result<(), Fault> {
    let (cx, until) = (scope.cx, state.until);
    cx.services
        .store
        .transact(async |tx| {
            if tokens::count_attempt(tx, &state.id, until, cx.now).await? >= MAX_FAILURES
                && !tokens::is_used(tx, &state.id, cx.now).await?
            {
                tokens::mark_used(tx, &state.id, until)?;
            }
            tx.skip_sync();
            Ok(())
        })
        .await
}
