//! Authorization codes (RFC 6749 section 4.1, RFC 7636): good once, for five minutes, for the client, address and
//! verifier that they were issued for. A code that comes a second time ends the tokens that it gave the first time
//! (RFC 6749 section 4.1.2).

use super::granted::GrantedSignIn;
use crate::context::Context;
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::pools;
use crate::domain::tokens::{Grant, Issued, SignIn};
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::{Pool, User};
use crate::secret::same;
use crate::store::authorization_codes::{self as store, AuthorizationCode};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest::{SHA256, digest};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How long a code lives.
const VALIDITY: Duration = Duration::from_secs(300);
/// The longest code that is looked for.
const MAX_CODE: usize = 128;
/// Lengths of a verifier (RFC 7636 section 4.1).
const VERIFIER: std::ops::RangeInclusive<usize> = 43..=128;

/// What a code is issued for.
pub struct CodeRequest<'a> {
    pub client_id: &'a str,
    /// The address that the code is sent to.
    pub redirect_uri: &'a str,
    /// Whether the client named it, and did not leave it to the one that it is registered with.
    pub names_redirect_uri: bool,
    /// `code_challenge`, of method S256.
    pub challenge: Option<&'a str>,
    pub nonce: Option<&'a str>,
    pub grant: &'a Grant,
    pub user: &'a User,
    /// The sign-in of the tokens to come.
    pub sign_in: &'a SignIn,
}

/// What a code stands for.
#[derive(Serialize, Deserialize)]
struct Granted {
    client_id: String,
    redirect_uri: String,
    names_redirect_uri: bool,
    challenge: Option<String>,
    nonce: Option<String>,
    grant: Grant,
    username: String,
    /// Tells the user from a later one of the same name.
    sub: String,
    sign_in: SignIn,
}

/// Issues a code: a UUID. It is written without waiting for the disk: a code that a power cut takes away is asked for
/// again.
pub async fn issue(cx: &Context, pool: &Pool, request: &CodeRequest<'_>) -> Result<String, Fault> {
    let code = crate::rng::uuid()?;
    let granted = Granted {
        client_id: request.client_id.to_owned(),
        redirect_uri: request.redirect_uri.to_owned(),
        names_redirect_uri: request.names_redirect_uri,
        challenge: request.challenge.map(str::to_owned),
        nonce: request.nonce.map(str::to_owned),
        grant: request.grant.clone(),
        username: request.user.username.clone(),
        sub: request.user.sub.clone(),
        sign_in: request.sign_in.clone(),
    };
    let plain = rmp_serde::to_vec_named(&granted).map_err(Fault::internal)?;
    let sealed = cx.services.keys.sealer.seal(Purpose::AuthorizationCode, &bound(&[&pool.id, &code]), &plain)?;
    let origin = request.sign_in.origin.clone();
    let record = AuthorizationCode { sealed, origin, used: false, until: cx.now.plus(VALIDITY) };
    let work = async |tx: &crate::store::Tx| {
        store::put(tx, &pool.id, digest(&SHA256, code.as_bytes()).as_ref(), &record)?;
        tx.skip_sync();
        Ok(())
    };
    cx.services.store.transact(work).await?;
    Ok(code)
}

/// What a code is redeemed with.
pub struct Redemption<'a> {
    pub code: &'a str,
    pub redirect_uri: Option<&'a str>,
    /// `code_verifier`.
    pub verifier: Option<&'a str>,
    /// The thumbprint of the key that the tokens are to be bound to (RFC 9449).
    pub key: Option<String>,
}

/// Why a code gives no tokens.
#[derive(Debug)]
pub enum CodeError {
    /// Unknown, expired, used, of another client, or its verifier or user is not what it must be.
    Invalid,
    /// Issued for another `redirect_uri`.
    RedirectUri,
    Fault(Fault),
}

impl From<Fault> for CodeError {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// The tokens of a code. Its use is on disk before there are any.
pub async fn redeem(
    cx: &Context,
    client: &AuthenticatedClient,
    redemption: &Redemption<'_>,
) -> Result<Issued, CodeError> {
    let pool = pools::pool(&cx.services.store, &client.pool_id).await?;
    let granted = find(cx, &pool, redemption.code).await?.ok_or(CodeError::Invalid)?;
    if granted.client_id != client.id {
        return Err(CodeError::Invalid);
    }
    // RFC 6749 section 4.1.3: it must come again, and be the same, if it came with the authorization request.
    if redemption.redirect_uri.map_or(granted.names_redirect_uri, |uri| uri != granted.redirect_uri) {
        return Err(CodeError::RedirectUri);
    }
    if let Some(challenge) = &granted.challenge
        && !redemption.verifier.is_some_and(|verifier| fits(challenge, verifier))
    {
        return Err(CodeError::Invalid);
    }
    if !spend(cx, &pool, redemption.code, &granted).await? {
        return Err(CodeError::Invalid);
    }
    let Granted { grant, username, sub, sign_in, nonce, .. } = granted;
    let grant = Grant { key: redemption.key.clone(), ..grant };
    let granted = GrantedSignIn { grant, username, sub, sign_in };
    granted.tokens(cx, &pool, client, nonce.as_deref()).await?.ok_or(CodeError::Invalid)
}

async fn find(cx: &Context, pool: &Pool, code: &str) -> Result<Option<Granted>, Fault> {
    if code.len() > MAX_CODE {
        return Ok(None);
    }
    let found = store::get(&cx.services.store, &pool.id, digest(&SHA256, code.as_bytes()).as_ref(), cx.now).await?;
    let Some(found) = found else { return Ok(None) };
    let plain = cx.services.keys.sealer.open(Purpose::AuthorizationCode, &bound(&[&pool.id, code]), &found.sealed);
    let granted: Granted = rmp_serde::from_slice(&plain.map_err(Fault::internal)?).map_err(Fault::internal)?;
    Ok(Some(granted))
}

/// Marks the code as used; `false` if it was before, and then what it gave ends.
async fn spend(cx: &Context, pool: &Pool, code: &str, granted: &Granted) -> Result<bool, Fault> {
    let digest = digest(&SHA256, code.as_bytes());
    let client = pools::client_of(&cx.services.store, pool, &granted.client_id).await?;
    let longest = client.refresh_validity().max(client.access_validity()) + client.access_validity();
    cx.services
        .store
        .transact(async |tx| {
            let Some(found) = store::get(tx, &pool.id, digest.as_ref(), cx.now).await? else { return Ok(false) };
            if found.used {
                crate::store::tokens::revoke(tx, &pool.id, &found.origin, cx.now.plus(longest))?;
                return Ok(false);
            }
            store::put(tx, &pool.id, digest.as_ref(), &AuthorizationCode { used: true, ..found })?;
            Ok(true)
        })
        .await
}

/// Whether a verifier is the one of a challenge (RFC 7636 section 4.6).
fn fits(challenge: &str, verifier: &str) -> bool {
    let made = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    VERIFIER.contains(&verifier.len()) && same(made.as_bytes(), challenge.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verifiers_fit_their_challenge() {
        // RFC 7636, appendix B.
        let (verifier, challenge) =
            ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
        assert!(fits(challenge, verifier));
        assert!(!fits(challenge, &verifier.to_lowercase()));
        assert!(!fits(challenge, challenge), "a challenge of method plain");
        assert!(!fits("47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU", ""), "an empty verifier");
    }
}
