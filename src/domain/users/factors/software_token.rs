//! TOTP authenticators: a seed is made, proven by a first code, and switched on.

use super::offered;
use crate::context::Context;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::keys::totp;
use crate::model::{Mfa, Pool, SoftwareToken, User};
use crate::store::{Tx, tokens, users};
use serde_bytes::ByteBuf;

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
pub fn seal(cx: &Context, pool: &Pool, user: &User, seed: &[u8]) -> Result<Vec<u8>, Fault> {
    cx.services.keys.sealer.seal(Purpose::TotpSeed, &owner(pool, user), seed)
}

fn open(cx: &Context, pool: &Pool, user: &User, sealed: &[u8]) -> Result<Vec<u8>, Fault> {
    cx.services.keys.sealer.open(Purpose::TotpSeed, &owner(pool, user), sealed).map_err(Fault::internal)
}

/// The step whose code this is, for the user's proven seed.
pub fn matches(cx: &Context, pool: &Pool, user: &User, code: &str) -> Result<Option<u64>, Fault> {
    let Some(token) = &user.factors.software_token else { return Ok(None) };
    Ok(totp::check(&open(cx, pool, user, &token.sealed)?, code, cx.now))
}

/// Uses a step up, in the transaction of what its code allows: a code is good once.
pub async fn use_step(cx: &Context, tx: &Tx, pool: &Pool, user: &User, step: u64) -> Result<(), Fault> {
    let id = format!("totp {} {} {step}", pool.id, user.sub);
    if tokens::is_used(tx, &id, cx.now).await? {
        return Err(Fault::modelled("ExpiredCodeException", "Your software token has already been used once."));
    }
    tokens::mark_used(tx, &id, cx.now.plus(totp::LIFETIME))?;
    Ok(())
}

/// Makes a seed that waits for its first code, and gives it; the one in use stays until then (Cognito: AssociateSoftwareToken).
pub async fn associate(cx: &Context, pool: &Pool, user: &User) -> Result<Vec<u8>, Fault> {
    require(pool)?;
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
    Fault::modelled("EnableSoftwareTokenMFAException", "Code mismatch")
}

/// Proves the waiting seed by a code (Cognito: VerifySoftwareToken). Switches nothing on.
pub async fn verify(cx: &Context, pool: &Pool, user: &User, code: &str, name: Option<String>) -> Result<(), Fault> {
    require(pool)?;
    let waiting = user.factors.associating.clone();
    let attempt = cx.services.risk.lockout.begin(&cx.services.store, &pool.id, &super::codes_subject(&user.sub), cx.now).await?;
    let step = match &waiting {
        Some(sealed) => totp::check(&open(cx, pool, user, sealed)?, code, cx.now),
        None => None,
    };
    let (Some(step), Some(sealed)) = (step, waiting) else {
        attempt.failed().await?;
        cx.count_failure();
        return Err(mismatch());
    };
    change(cx, pool, user, async |after, tx| {
        // Another seed may have been asked for since.
        if after.factors.associating.as_ref() != Some(&sealed) {
            return Err(mismatch());
        }
        use_step(cx, tx, pool, after, step).await?;
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
            let before =
                users::by_username(tx, pool, &user.username).await?.filter(|u| u.sub == user.sub).ok_or_else(Fault::user_not_found)?;
            let mut after = before.clone();
            work(&mut after, tx).await?;
            after.modified = cx.now;
            users::update(tx, pool, &before, &after)?;
            Ok(())
        })
        .await
}
