//! Owns passkeys: which relying party a pool is, registration by a signed-in user, the challenge and the check of a
//! sign-in. Hands off WebAuthn itself (CBOR, COSE, signatures, flags) to webauthn-rs, records to `store`. Must not know
//! requests or sessions of sign-ins.

mod assertion;
mod names;
mod registration;
mod relying_party;

pub use assertion::{Asked, State, Verified, ask, check};
pub use registration::{complete, start};
pub use relying_party::{RelyingParty, relying_party};

use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Passkey, Pool, User};
use crate::shapes::idp::{AuthFactorType, WebAuthnFactorConfigurationType as Factors};
use crate::store::{Read, Store, passkeys};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Whether the pool uses passkeys: as a first factor, or in place of both factors.
pub fn enabled(pool: &Pool) -> bool {
    let policy = pool.settings.policies.as_ref().and_then(|policies| policies.sign_in_policy.as_ref());
    let first = policy.and_then(|policy| policy.allowed_first_auth_factors.as_ref());
    let both = pool.mfa.web_authn.as_ref().and_then(|config| config.factor_configuration);
    first.is_some_and(|list| list.contains(&AuthFactorType::WebAuthn))
        || both == Some(Factors::MultiFactorWithUserVerification)
}

/// Whether the user has a passkey that can sign in now: one that was made for what is the pool's relying party today.
pub async fn has_any(cx: &Context, pool: &Pool, user: &User) -> Result<bool, Fault> {
    let Some(party) = relying_party(cx, pool) else { return Ok(false) };
    Ok(list(&cx.services.store, pool, user).await?.iter().any(|passkey| passkey.rp_id == party.id))
}

/// The user's passkeys, oldest first.
pub async fn list(read: &impl Read, pool: &Pool, user: &User) -> Result<Vec<Passkey>, Fault> {
    let mut found = passkeys::list(read, &pool.id, &user.sub).await?;
    found.sort_by_key(|passkey| (passkey.created, id_text(&passkey.id)));
    Ok(found)
}

/// A credential's id as text.
pub fn id_text(id: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(id)
}

/// Removes the user's passkey with this credential id, or `ResourceNotFoundException`.
pub async fn delete(store: &Store, pool: &Pool, user: &User, id: &str) -> Result<(), Fault> {
    let unknown = || Fault::not_found("The WebAuthn credential does not exist.");
    let id = (id.len() <= MAX_ID_TEXT).then(|| URL_SAFE_NO_PAD.decode(id).ok()).flatten().ok_or_else(unknown)?;
    store
        .transact(async |tx| {
            passkeys::get(tx, &pool.id, &user.sub, &id).await?.ok_or_else(unknown)?;
            passkeys::delete(tx, &pool.id, &user.sub, &id);
            Ok(())
        })
        .await
}

/// Runs the library without its log: what a caller gets wrong is no error of the server, and none of its bytes belong
/// there.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    tracing::subscriber::with_default(tracing::subscriber::NoSubscriber::new(), work)
}

/// The longest credential id (WebAuthn allows 1,023 bytes) as text.
const MAX_ID_TEXT: usize = 1364;
