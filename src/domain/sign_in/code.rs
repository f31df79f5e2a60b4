//! Codes of a sign-in: sent by SMS or mail as first or second factor, or made by an authenticator.

use super::person::Person;
use super::session::{Course, Progress, Step, invalid, names};
use super::{At, Challenge, Name, Outcome, advance, set_up};
use crate::delivery::Kind;
use crate::domain::users::factors::software_token::Hit;
use crate::domain::users::factors::{self, backup_codes, software_token};
use crate::domain::users::messages::Draft;
use crate::domain::users::{attributes, messages, registration};
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::model::{Contact, Factor, Mfa, User};
use crate::risk::UserAction;
use crate::secret::{Secret, same};
use crate::store::tokens;
use serde_bytes::ByteBuf;

/// Wrong codes after which a session is dead.
const MAX_FAILURES: u32 = 5;

/// A code to be sent.
pub struct Sending {
    /// The challenge that asks for it.
    pub name: Name,
    /// How it travels.
    pub contact: Contact,
    /// Where to.
    pub to: String,
    /// Whether it sets up codes by mail.
    pub set_up: bool,
}

/// Digits of a code: as Cognito's, more where it is the only proof.
fn length(progress: &Progress) -> usize {
    if progress.proven.is_empty() { 8 } else { 6 }
}

/// Sends a code and asks for it. To nobody, the same is done but for the sending.
pub async fn send(at: At<'_>, person: &Person, progress: &Progress, sending: Sending) -> Result<Outcome, Fault> {
    let (cx, services) = (at.cx, &at.cx.services);
    let subject = person.subject(at);
    factors::check_codes(cx, at.pool, &subject).await?;
    // A sign-in has no error of its own for too many messages.
    messages::allowed(cx, at.pool, &subject, UserAction::SignInCode).map_err(|fault| match fault.cause() {
        Cause::AttemptLimit => Fault::too_many_requests(),
        _ => fault,
    })?;
    let digits = Secret::new(crate::rng::digits(length(progress))?);
    let mut next = progress.at_step(at, Step::Select)?;
    let mac = mac(at, &next, &sending.to, digits.reveal()).to_vec();
    next.step = Step::Sent {
        name: sending.name,
        mac,
        contact: sending.contact,
        set_up: sending.set_up.then(|| sending.to.clone()),
    };
    let delivered = messages::delivered(sending.contact, &sending.to);
    let draft = match &person.user {
        Some(user) => {
            let to = (sending.contact, sending.to.as_str());
            Some(Draft::make(cx, (at.pool, Some(at.client)), user, Kind::Authentication, to).await?)
        }
        None => None,
    };
    services
        .store
        .transact(async |tx| match (&person.user, &draft) {
            (Some(user), Some(draft)) => draft.send_sign_in_code(cx, tx, (user, &sending.to), (&digits, next.until)),
            _ => Ok(tokens::mark_used(tx, &format!("no message {}", next.id), next.until)?),
        })
        .await?;
    draft.iter().for_each(|draft| draft.go(cx));
    let parameters = [
        names(&next),
        ("CODE_DELIVERY_DELIVERY_MEDIUM", sending.contact.medium().as_str().to_owned()),
        ("CODE_DELIVERY_DESTINATION", delivered.destination),
    ];
    Challenge::sealed(at, sending.name, &next, parameters)
}

/// A code is good for the session that it was sent for, and for as long as the address is the user's.
fn mac(at: At<'_>, progress: &Progress, to: &str, digits: &str) -> [u8; 32] {
    let parts = [
        at.pool.id.as_bytes(),
        progress.sub.as_bytes(),
        b"sign-in",
        progress.id.as_bytes(),
        to.as_bytes(),
        digits.as_bytes(),
    ];
    at.cx.services.keys.sealer.mac(Purpose::Code, &parts)
}

/// What a right code was.
enum Right {
    Sent,
    Token(Hit),
    Backup(ByteBuf),
}

/// Whether the code is right.
fn judge(at: At<'_>, progress: &Progress, user: Option<&User>, code: &str) -> Result<Option<Right>, Fault> {
    let right = match &progress.step {
        Step::Sent { mac: sent, contact, set_up, .. } => {
            let now = user.and_then(|user| user.attribute(contact.attribute()));
            let to = set_up.as_deref().or(now).unwrap_or_default();
            same(&mac(at, progress, to, code), sent).then_some(Right::Sent)
        }
        Step::SoftwareToken => match user {
            Some(user) => software_token::matches(at.cx, at.pool, user, code)?.map(Right::Token),
            None => None,
        },
        _ => return Err(invalid()),
    };
    // Where a second factor is asked for, a backup code stands in for it.
    let second = !progress.proven.is_empty() && !is_set_up(progress);
    Ok(match (right, user) {
        (None, Some(user)) if second => backup_codes::matches(at.cx, at.pool, user, code).map(Right::Backup),
        (right, _) => right.filter(|_| user.is_some()),
    })
}

/// A code came back. A wrong one is counted against the session and the user; the session may be tried again.
pub async fn answer(at: At<'_>, progress: Progress, person: &Person, name: Name, code: &str) -> Result<Outcome, Fault> {
    let (cx, services) = (at.cx, &at.cx.services);
    let asked = match &progress.step {
        Step::Sent { name, .. } => *name,
        Step::SoftwareToken => Name::SoftwareTokenMfa,
        _ => return Err(invalid()),
    };
    if asked != name {
        return Err(invalid());
    }
    let attempt = factors::attempt(cx, at.pool, &person.subject(at)).await?;
    let Some(right) = judge(at, &progress, person.user.as_ref(), code)? else {
        attempt.failed().await?;
        cx.count_failure();
        count_failure(at, &progress).await?;
        return Err(wrong(asked));
    };
    let user = services
        .store
        .transact(async |tx| {
            let before = progress.user(at, tx).await?;
            // As the account stands now: the address may have changed, the method may be off.
            let asks = progress.proven.is_empty() || is_set_up(&progress) || progress.course == Course::Custom;
            if !asks && !factors::usable(at.pool, &before).iter().any(|mfa| mfa.challenge() == asked) {
                return Err(invalid());
            }
            progress.spend(cx, tx).await?;
            let mut after = before.clone();
            match &right {
                Right::Token(hit) => software_token::spend(cx, tx, hit).await?,
                Right::Backup(hash) if !backup_codes::spend(&mut after, hash) => return Err(wrong(asked)),
                Right::Backup(_) | Right::Sent => {}
            }
            if let Step::Sent { set_up: Some(to), .. } = &progress.step {
                if !factors::usable(at.pool, &before).is_empty() {
                    return Err(invalid());
                }
                attributes::apply(&mut after, &set_up::address(to));
                after.factors.switch(Mfa::Email, true);
            }
            if is_set_up(&progress) || matches!(right, Right::Backup(_)) {
                after.modified = cx.now;
                registration::write_with_alias(cx, tx, at.pool, (&before, &after), false).await?;
            }
            Ok(after)
        })
        .await?;
    attempt.succeeded().await?;
    if matches!(progress.step, Step::Sent { .. }) {
        services.risk.rates.forgive(UserAction::SignInCode, &at.pool.id, &person.subject(at));
    }
    let factor = proven(&progress, asked, &right);
    advance(at, &user, progress.proving(factor), asked).await
}

/// Whether the code sets up codes by mail.
fn is_set_up(progress: &Progress) -> bool {
    matches!(progress.step, Step::Sent { set_up: Some(_), .. })
}

/// What a right code proves: the first factor where nothing was proven before.
fn proven(progress: &Progress, asked: Name, right: &Right) -> Factor {
    match (right, asked) {
        (Right::Backup(_), _) => Factor::BackupCode,
        (Right::Token(_), _) => Factor::SoftwareToken,
        (Right::Sent, Name::SmsOtp) => Factor::SmsOtp,
        (Right::Sent, Name::SmsMfa) => Factor::Sms,
        (Right::Sent, _) if progress.proven.is_empty() => Factor::EmailOtp,
        (Right::Sent, _) => Factor::Email,
    }
}

fn wrong(asked: Name) -> Fault {
    let message = match asked {
        Name::SoftwareTokenMfa => "Invalid code received for user",
        _ => "Invalid code or auth state for the user.",
    };
    Fault::modelled("CodeMismatchException", message).because(Cause::WrongCode)
}

/// Counts a wrong code; the last one that is free kills the session.
async fn count_failure(at: At<'_>, progress: &Progress) -> Result<(), Fault> {
    let (cx, until) = (at.cx, progress.until);
    cx.services
        .store
        .transact(async |tx| {
            if tokens::count_attempt(tx, &progress.id, until, cx.now).await? >= MAX_FAILURES
                && !tokens::is_used(tx, &progress.id, cx.now).await?
            {
                tokens::mark_used(tx, &progress.id, until)?;
            }
            tx.skip_sync();
            Ok(())
        })
        .await
}
