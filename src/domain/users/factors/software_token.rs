//! TOTP authenticators: a seed is made, proven by a first code, and switched on.

use super::offered;
use crate::context::Context;
use crate::domain::users::accounts::require_own_sign_in;
use crate::fault::{Cause, Fault};
use crate::keys::seal::{Purpose, bound};
use crate::keys::totp;
use crate::model::{Mfa, Pool, SoftwareToken, User};
use crate::risk::Guessed;
use crate::secret::same;
use crate::store::{Tx, tokens, users};
use serde_bytes::ByteBuf;

/// Longest name of an authenticator, in bytes.
const MAX_NAME: usize = 256;

/// Fails where the pool does not offer TOTP.
pub fn require(pool: &Pool) -> Result<(), Fault> {
    if offered(pool, Mfa::SoftwareToken) {
        return Ok(());
    }
    Err(Fault::modelled("SoftwareTokenMFANotFoundException", "Software Token MFA has not been enabled by the userPool"))
}

fn owner(pool: &Pool, user: &User) -> Vec<u8> {
    bound(&[&pool.id, &user.sub])
}

/// Seals a seed for its user.
fn seal(cx: &Context, pool: &Pool, user: &User, seed: &[u8]) -> Result<Vec<u8>, Fault> {
    cx.services.keys.sealer.seal(Purpose::TotpSeed, &owner(pool, user), seed)
}

/// Makes a proven seed the user's second factor, and switches it on.
pub fn enroll(cx: &Context, pool: &Pool, user: &mut User, seed: &[u8], name: Option<String>) -> Result<(), Fault> {
    let sealed = seal(cx, pool, user, seed)?;
    user.factors.software_token = Some(SoftwareToken { sealed, name });
    user.factors.switch(Mfa::SoftwareToken, true);
    Ok(())
}

/// Whether this is the seed of the user's authenticator.
pub fn is_enrolled(cx: &Context, pool: &Pool, user: &User, seed: &[u8]) -> Result<bool, Fault> {
    let Some(token) = &user.factors.software_token else { return Ok(false) };
    Ok(same(&open(cx, pool, user, &token.sealed)?, seed))
}

fn open(cx: &Context, pool: &Pool, user: &User, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    cx.services.keys.sealer.open(Purpose::TotpSeed, &owner(pool, user), sealed).map_err(Fault::internal)
}

/// A code that is right: what it uses up.
pub struct Hit(String);

fn hit(cx: &Context, seed: &[u8], step: u64) -> Hit {
    let seed = cx.services.keys.sealer.mac(Purpose::TotpSeed, &[seed]);
    let id: String = seed.iter().take(12).map(|byte| format!("{byte:02x}")).collect();
    Hit(format!("totp {id} {step}"))
}

/// What a code hits, for the user's proven seed.
pub fn matches(cx: &Context, pool: &Pool, user: &User, code: &str) -> Result<Option<Hit>, Fault> {
    let Some(token) = &user.factors.software_token else { return Ok(None) };
    let seed = open(cx, pool, user, &token.sealed)?;
    Ok(totp::check(&seed, code, cx.now).map(|step| hit(cx, &seed, step)))
}

/// Uses a code up, in the transaction of what it allows: it is good once.
pub async fn spend(cx: &Context, tx: &Tx, hit: &Hit) -> Result<(), Fault> {
    if tokens::is_used(tx, &hit.0, cx.now).await? {
        return Err(Fault::modelled("ExpiredCodeException", "Your software token has already been used once.")
            .because(Cause::ExpiredCode));
    }
    tokens::mark_used(tx, &hit.0, cx.now.plus(totp::LIFETIME))?;
    Ok(())
}

/// [`spend`] for the code that proves a seed, in the words of VerifySoftwareToken.
pub async fn use_first(cx: &Context, tx: &Tx, seed: &[u8], step: u64) -> Result<(), Fault> {
    spend(cx, tx, &hit(cx, seed, step)).await.map_err(|fault| match fault.cause() {
        Cause::ExpiredCode => mismatch(),
        _ => fault,
    })
}

/// Fails where an authenticator's name is longer than names are.
pub fn check_name(name: Option<&str>) -> Result<(), Fault> {
    if name.is_some_and(|name| name.len() > MAX_NAME) {
        return Err(Fault::invalid("FriendlyDeviceName is longer than 256 bytes."));
    }
    Ok(())
}

/// Makes a seed that waits for its first code, and gives it; the one in use stays until then (Cognito:
/// AssociateSoftwareToken).
pub async fn associate(cx: &Context, pool: &Pool, user: &User) -> Result<Vec<u8>, Fault> {
    require(pool)?;
    require_own_sign_in(user)?;
    let seed = totp::seed()?;
    let sealed = seal(cx, pool, user, &seed)?;
    change(cx, pool, user, async |after, _| {
        after.factors.associating = Some(ByteBuf::from(sealed.clone()));
        Ok(())
    })
    .await?;
    Ok(seed)
}

/// The error for a wrong first code.
pub fn mismatch() -> Fault {
    Fault::modelled("EnableSoftwareTokenMFAException", "Code mismatch").because(Cause::WrongCode)
}

/// Proves the waiting seed by a code (Cognito: VerifySoftwareToken). Switches nothing on.
pub async fn verify(cx: &Context, pool: &Pool, user: &User, code: &str, name: Option<String>) -> Result<(), Fault> {
    require(pool)?;
    check_name(name.as_deref())?;
    let waiting = user.factors.associating.clone();
    let attempt = super::attempt(cx, pool, Guessed::SecondFactor, &user.sub).await?;
    let seed = waiting.as_ref().map(|sealed| open(cx, pool, user, sealed)).transpose()?;
    let step = seed.as_ref().and_then(|seed| totp::check(seed, code, cx.now));
    let (Some(step), Some(seed), Some(sealed)) = (step, seed, waiting) else {
        attempt.failed().await?;
        cx.count_failure();
        return Err(mismatch());
    };
    change(cx, pool, user, async |after, tx| {
        // Another seed may have been asked for since.
        if after.factors.associating.as_ref() != Some(&sealed) {
            return Err(mismatch());
        }
        use_first(cx, tx, &seed, step).await?;
        after.factors.associating = None;
        after.factors.software_token = Some(SoftwareToken { sealed: sealed.to_vec(), name: name.clone() });
        Ok(())
    })
    .await?;
    attempt.succeeded().await
}

/// Removes the authenticator (Cognito: AdminDeleteSoftwareToken).
pub async fn remove(cx: &Context, pool: &Pool, user: &User) -> Result<(), Fault> {
    change(cx, pool, user, async |after, _| {
        after.factors.software_token = None;
        after.factors.associating = None;
        after.factors.switch(Mfa::SoftwareToken, false);
        // Whoever took the authenticator may have had them made.
        after.factors.backup_codes.clear();
        Ok(())
    })
    .await
}

/// Changes a user's factors in one transaction.
pub(super) async fn change(
    cx: &Context,
    pool: &Pool,
    user: &User,
    work: impl AsyncFn(&mut User, &Tx) -> Result<(), Fault>,
) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let before = users::by_username(tx, pool, &user.username)
                .await?
                .filter(|u| u.sub == user.sub)
                .ok_or_else(Fault::user_not_found)?;
            let mut after = before.clone();
            work(&mut after, tx).await?;
            after.modified = cx.now;
            users::update(tx, pool, &before, &after)?;
            Ok(())
        })
        .await
}
