//! Codes: six digits, kept as a keyed hash, single use, bounded in time and tries.

use super::factors;
use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::keys::seal::Purpose;
use crate::model::{Code, CodePurpose, Contact, Pool, User};
use crate::risk::{CodesSpent, Guess, Guessed, UserAction};
use crate::secret::{Secret, same};
use crate::store::{Tx, codes};
use std::time::Duration;

/// Digits of a code.
const DIGITS: usize = 6;
/// Wrong answers after which a code is dead. What keeps new ones from being new chances is the lock (`guessed`).
const MAX_FAILURES: u32 = 5;

/// How long a code of this purpose lives.
fn validity(purpose: CodePurpose) -> Duration {
    match purpose {
        CodePurpose::ForgotPassword => Duration::from_secs(3600),
        CodePurpose::SignUp | CodePurpose::VerifyEmail | CodePurpose::VerifyPhone => Duration::from_secs(24 * 3600),
    }
}

fn mac(cx: &Context, pool: &Pool, sub: &str, purpose: CodePurpose, digits: &str) -> [u8; 32] {
    let parts = [pool.id.as_bytes(), sub.as_bytes(), purpose.name().as_bytes(), digits.as_bytes()];
    cx.services.keys.sealer.mac(Purpose::Code, &parts)
}

/// A code that was just made: the digits for the message, and when they end.
pub struct Issued {
    /// The digits.
    pub digits: Secret,
    /// When they end.
    pub until: crate::clock::Timestamp,
}

/// Makes a code for a user's contact and keeps its hash in the transaction; an earlier code of the purpose is gone.
pub fn issue(
    cx: &Context,
    tx: &Tx,
    pool: &Pool,
    user: &User,
    purpose: CodePurpose,
    to: (Contact, &str),
) -> Result<Issued, Fault> {
    let digits = crate::rng::digits(DIGITS)?;
    let until = cx.now.plus(validity(purpose));
    let code = Code {
        mac: mac(cx, pool, &user.sub, purpose, &digits).to_vec(),
        until,
        failures: 0,
        contact: to.0,
        value: to.1.to_owned(),
    };
    codes::put(tx, pool, &user.username, purpose, &code)?;
    Ok(Issued { digits: Secret::new(digits), until })
}

/// The error for a wrong code.
pub fn mismatch() -> Fault {
    Fault::modelled("CodeMismatchException", "Invalid verification code provided, please try again.")
        .because(Cause::WrongCode)
}

/// The error where no code waits: none was sent, it has expired, or it was used.
pub fn expired() -> Fault {
    Fault::modelled("ExpiredCodeException", "Invalid code provided, please request a code again.")
        .because(Cause::ExpiredCode)
}

/// One of the wrong codes that the caller's address and the pool may see, taken before a code is judged, so that who
/// hangs up before the answer has used it too. A right code gives it back.
pub struct WrongCode<'a> {
    cx: &'a Context,
    pool_id: &'a str,
}

impl<'a> WrongCode<'a> {
    /// `TooManyRequestsException` if none is left.
    pub fn begin(cx: &'a Context, pool: &'a Pool) -> Result<Self, Fault> {
        if cx.caller.is_none() {
            cx.services.risk.rates.wrong_code(cx.source_ip, &pool.id, cx.now).map_err(|spent| {
                if spent == (CodesSpent::Pool { report: true }) {
                    let setting = "limits.pool_wrong_codes";
                    tracing::warn!(
                        pool = %pool.id, request_id = cx.request_id, setting,
                        "codes are refused, because too many wrong ones came from all over: someone may be guessing"
                    );
                }
                Fault::too_many_requests()
            })?;
        }
        Ok(Self { cx, pool_id: &pool.id })
    }

    pub fn was_right(self) {
        if self.cx.caller.is_none() {
            self.cx.services.risk.rates.forgive_code(self.cx.source_ip, self.pool_id);
        }
    }
}

/// Which lock wrong codes of a purpose grow. It grows across codes: a new code is no new chance.
fn guessed(purpose: CodePurpose) -> Guessed {
    match purpose {
        CodePurpose::ForgotPassword => Guessed::Recovery,
        CodePurpose::SignUp => Guessed::Confirmation,
        CodePurpose::VerifyEmail | CodePurpose::VerifyPhone => Guessed::Attribute,
    }
}

/// The action whose limit an offered code of a purpose counts against.
fn action(purpose: CodePurpose) -> UserAction {
    match purpose {
        CodePurpose::ForgotPassword => UserAction::ConfirmForgotPassword,
        CodePurpose::SignUp => UserAction::ConfirmSignUp,
        CodePurpose::VerifyEmail | CodePurpose::VerifyPhone => UserAction::VerifyAttribute,
    }
}

/// Forgets wrong codes of a purpose, because an administrator vouches for the user.
pub async fn unlock(cx: &Context, pool: &Pool, user: &User, purpose: CodePurpose) -> Result<(), Fault> {
    let guess = Guess { guessed: guessed(purpose), pool_id: &pool.id, subject: &user.sub };
    cx.services.risk.lockout.clear_guess(&cx.services.store, guess).await
}

/// Checks an offered code, within the user's and the address's limits. A right one is still in the store: [`spend`] it
/// with the change that it allows. A wrong one is counted before the answer, so that guesses made at the same time
/// count each.
pub async fn answer(
    cx: &Context,
    pool: &Pool,
    user: &User,
    purpose: CodePurpose,
    offered: &str,
) -> Result<Code, Fault> {
    let action = action(purpose);
    let rates = &cx.services.risk.rates;
    cx.check_address()?;
    rates.user(action, &pool.id, &user.sub, cx.now)?;
    let locked = |fault: Fault| if fault.cause() == Cause::Locked { Fault::attempt_limit() } else { fault };
    let attempt = factors::attempt(cx, pool, guessed(purpose), &user.sub).await.map_err(locked)?;
    let guess = WrongCode::begin(cx, pool)?;
    match judge(cx, pool, user, purpose, offered).await? {
        Ok(code) => {
            attempt.succeeded().await?;
            guess.was_right();
            rates.forgive(action, &pool.id, &user.sub);
            Ok(code)
        }
        Err(fault) => {
            attempt.failed().await?;
            cx.count_failure();
            Err(fault)
        }
    }
}

/// The inner result is the verdict: it must be committed with its count, so it is no error of the transaction.
async fn judge(
    cx: &Context,
    pool: &Pool,
    user: &User,
    purpose: CodePurpose,
    offered: &str,
) -> Result<Result<Code, Fault>, Fault> {
    let hash = mac(cx, pool, &user.sub, purpose, offered);
    cx.services
        .store
        .transact(async |tx| {
            let Some(mut code) = codes::get(tx, pool, &user.username, purpose, cx.now).await? else {
                return Ok(Err(expired()));
            };
            if code.failures >= MAX_FAILURES {
                return Ok(Err(Fault::attempt_limit()));
            }
            if same(&hash, &code.mac) {
                return Ok(Ok(code));
            }
            code.failures += 1;
            codes::put(tx, pool, &user.username, purpose, &code)?;
            tx.skip_sync();
            Ok(Err(mismatch()))
        })
        .await
}

/// Takes a code that was judged right out of the store, in the transaction of the change that it allows. Fails if it
/// was used meanwhile.
pub async fn spend(
    cx: &Context,
    tx: &Tx,
    pool: &Pool,
    user: &User,
    purpose: CodePurpose,
    judged: &Code,
) -> Result<(), Fault> {
    match codes::get(tx, pool, &user.username, purpose, cx.now).await? {
        Some(code) if same(&code.mac, &judged.mac) => {
            codes::delete(tx, pool, &user.username, purpose);
            Ok(())
        }
        _ => Err(expired()),
    }
}
