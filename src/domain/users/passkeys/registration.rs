//! Registration of passkeys by a user who is signed in (Cognito: StartWebAuthnRegistration,
//! CompleteWebAuthnRegistration).
//!
//! One registration waits per user, and starting another ends it. It is deleted by the commit that writes the passkey,
//! so it is used once, and two that complete at once cannot both count the same passkeys.

use super::relying_party::{RelyingParty, relying_party};
use super::{enabled, names, quietly};
use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::users::accounts::require_own_sign_in;
use crate::fault::Fault;
use crate::keys::cpu;
use crate::model::{Passkey, PasskeyChallenge, Pool, User};
use crate::store::{passkeys, users};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use std::time::Duration;
use webauthn_rs_core::error::WebauthnError;
use webauthn_rs_core::proto::{
    AttestationFormat, COSEAlgorithm, ParsedAttestation, RegisterPublicKeyCredential, RegistrationState,
};

/// What the browser is told to wait.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How long a registration waits: the browser's time, and some for those who walk to another device.
const VALIDITY: Duration = Duration::from_secs(300);
/// The longest credential that is read, as JSON. Attestations with chains of certificates take some 8 kB.
const MAX_CREDENTIAL: usize = 32 * 1024;
/// The algorithms that are offered and taken.
const ALGORITHMS: [COSEAlgorithm; 2] = [COSEAlgorithm::ES256, COSEAlgorithm::RS256];

/// Ready to ask or to take a registration: the pool uses passkeys, and is a relying party.
fn check_enabled(session: &VerifiedAccessToken) -> Result<(), Fault> {
    if enabled(&session.pool) {
        return Ok(());
    }
    Err(Fault::modelled("WebAuthnNotEnabledException", "Passkeys are not enabled for this user pool."))
}

fn too_many() -> Fault {
    Fault::modelled("LimitExceededException", format!("A user can have at most {} passkeys.", passkeys::MAX_PER_USER))
}

fn taken() -> Fault {
    Fault::invalid("The credential is registered already.")
}

fn not_waiting() -> Fault {
    Fault::modelled("WebAuthnChallengeNotFoundException", "The registration challenge was not found or has expired.")
}

/// Begins a registration: the options for `navigator.credentials.create`.
pub async fn start(cx: &Context, session: &VerifiedAccessToken) -> Result<Value, Fault> {
    check_enabled(session)?;
    require_own_sign_in(&session.user)?;
    let (pool, user, store) = (&session.pool, &session.user, &cx.services.store);
    let party = relying_party(cx, pool).ok_or_else(|| {
        Fault::modelled(
            "WebAuthnConfigurationMissingException",
            "The user pool has neither a relying party id nor a domain.",
        )
    })?;
    let has = passkeys::list(store, &pool.id, &user.sub).await?;
    if has.len() >= passkeys::MAX_PER_USER {
        return Err(too_many());
    }
    let (options, asked) = options(&party, pool, user, has)?;
    let challenge =
        PasskeyChallenge { asked, client_id: session.client.id.clone(), rp_id: party.id, until: cx.now.plus(VALIDITY) };
    store
        .transact(async |tx| {
            passkeys::put_challenge(tx, &pool.id, &user.sub, &challenge)?;
            // If a power cut takes it, the user asks again.
            tx.skip_sync();
            Ok(())
        })
        .await?;
    Ok(options)
}

/// What people know the account by: browsers show it where they offer passkeys.
fn account<'u>(pool: &Pool, user: &'u User) -> &'u str {
    let typed = || user.attribute("email").or_else(|| user.attribute("phone_number"));
    pool.has_username_attributes().then(typed).flatten().unwrap_or(&user.username)
}

fn options(party: &RelyingParty, pool: &Pool, user: &User, has: Vec<Passkey>) -> Result<(Value, String), Fault> {
    let verifier = party.verifier(TIMEOUT)?;
    let account = account(pool, user);
    let builder = verifier
        .new_challenge_register_builder(user.sub.as_bytes(), account, account)
        .map_err(Fault::internal)?
        .user_verification_policy(party.policy())
        .credential_algorithms(ALGORITHMS.to_vec())
        .require_resident_key(true)
        .exclude_credentials(Some(
            has.into_iter().filter(|passkey| passkey.rp_id == party.id).map(|passkey| passkey.id).collect(),
        ));
    let (options, state) = verifier.generate_challenge_register(builder).map_err(Fault::internal)?;
    let options = serde_json::to_value(options.public_key).map_err(Fault::internal)?;
    Ok((options, serde_json::to_string(&state).map_err(Fault::internal)?))
}

/// Ends a registration with the credential that the browser made.
pub async fn complete(cx: &Context, session: &VerifiedAccessToken, credential: &Value) -> Result<(), Fault> {
    check_enabled(session)?;
    let (pool, user, store) = (&session.pool, &session.user, &cx.services.store);
    let challenge = passkeys::challenge(store, &pool.id, &user.sub, cx.now).await?.ok_or_else(not_waiting)?;
    if challenge.client_id != session.client.id {
        return Err(Fault::modelled(
            "WebAuthnClientMismatchException",
            "The registration was started by another app client.",
        ));
    }
    let passkey = verified(cx, session, &challenge, credential).await?;
    store
        .transact(async |tx| {
            if passkeys::challenge(tx, &pool.id, &user.sub, cx.now).await?.as_ref() != Some(&challenge) {
                return Err(not_waiting());
            }
            // A user who is deleted meanwhile leaves no passkey behind.
            let still = users::by_username(tx, pool, &user.username).await?.is_some_and(|now| now.sub == user.sub);
            if !still {
                return Err(Fault::not_authorized("Access Token has been revoked"));
            }
            if passkeys::is_taken(tx, &pool.id, &passkey.id).await? {
                return Err(taken());
            }
            if passkeys::list(tx, &pool.id, &user.sub).await?.len() >= passkeys::MAX_PER_USER {
                return Err(too_many());
            }
            passkeys::delete_challenge(tx, &pool.id, &user.sub);
            passkeys::put(tx, &pool.id, &user.sub, &passkey)?;
            Ok(())
        })
        .await
}

/// The passkey in a credential that answers the challenge.
async fn verified(
    cx: &Context,
    session: &VerifiedAccessToken,
    challenge: &PasskeyChallenge,
    credential: &Value,
) -> Result<Passkey, Fault> {
    let party = relying_party(cx, &session.pool).filter(|party| party.id == challenge.rp_id).ok_or_else(other_party)?;
    let text = credential.to_string();
    if text.len() > MAX_CREDENTIAL {
        return Err(Fault::invalid("Credential is too long."));
    }
    let given: RegisterPublicKeyCredential = serde_json::from_str(&text).map_err(|_| malformed())?;
    // Told apart from other faults, and before the library answers something else to one it was told to exclude.
    if passkeys::is_taken(&cx.services.store, &session.pool.id, &given.raw_id).await? {
        return Err(taken());
    }
    let state: RegistrationState = serde_json::from_str(&challenge.asked).map_err(Fault::internal)?;
    let verifier = party.verifier(TIMEOUT)?;
    let (checked, given) =
        cpu::run(move || (quietly(|| verifier.register_credential(&given, &state, None)), given)).await?;
    let mut made = checked.map_err(refused)?;
    if given.type_ != "public-key" || given.raw_id != made.cred_id || given.id != URL_SAFE_NO_PAD.encode(&made.cred_id)
    {
        return Err(malformed());
    }
    // Nobody was asked to vouch for the authenticator, so whoever did is not kept.
    made.attestation = ParsedAttestation::default();
    made.attestation_format = AttestationFormat::None;
    let attachment = credential
        .get("authenticatorAttachment")
        .and_then(Value::as_str)
        .filter(|a| matches!(*a, "platform" | "cross-platform"));
    let data = credential
        .pointer("/response/authenticatorData")
        .and_then(Value::as_str)
        .and_then(|d| URL_SAFE_NO_PAD.decode(d).ok());
    Ok(Passkey {
        name: names::friendly(data.as_deref(), attachment),
        transports: transports(&given),
        credential: serde_json::to_string(&made).map_err(Fault::internal)?,
        id: made.cred_id,
        rp_id: party.id.clone(),
        attachment: attachment.map(str::to_owned),
        created: cx.now,
        used: None,
    })
}

/// The known transports, each once.
fn transports(given: &RegisterPublicKeyCredential) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for transport in given.response.transports.iter().flatten() {
        let name = transport.as_ref();
        if name != "unknown" && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

fn malformed() -> Fault {
    Fault::invalid("Credential is not a public-key credential that answers a registration.")
}

fn other_party() -> Fault {
    Fault::modelled("WebAuthnRelyingPartyMismatchException", "The credential was made for another relying party.")
}

/// Why a credential is not taken, in Cognito's names.
fn refused(error: WebauthnError) -> Fault {
    use WebauthnError as E;
    let unsupported = |why: &'static str| Fault::modelled("WebAuthnCredentialNotSupportedException", why);
    tracing::debug!(%error, "a passkey was not registered");
    match error {
        E::MismatchedChallenge => not_waiting(),
        E::InvalidRPOrigin | E::CredentialCrossOrigin => {
            Fault::modelled("WebAuthnOriginNotAllowedException", "The origin is not allowed for the relying party.")
        }
        E::InvalidRPIDHash => other_party(),
        E::UserNotVerified => unsupported("The authenticator did not verify its user, which this user pool requires."),
        E::AttestationNotSupported => unsupported("The credential's attestation format is not supported."),
        E::CredentialAlteredAlgFromRequest
        | E::COSEKeyInvalidType
        | E::COSEKeyInvalidAlgorithm
        | E::COSEKeyEDUnsupported
        | E::COSEKeyECDSAInvalidCurve
        | E::COSEKeyEDDSAInvalidCurve
        | E::COSEKeyEDDSAXInvalid
        | E::COSEKeyRSANEInvalid
        | E::SshPublicKeyEDUnsupported
        | E::CredentialInsecureCryptography => unsupported("The credential's algorithm is not supported."),
        _ => malformed(),
    }
}
