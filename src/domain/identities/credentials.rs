//! What an identity gets: an id, a token (basic flow) or credentials of a role (enhanced flow).

use super::identity_token::{self, IdentityToken};
use super::logins::{self, Given, Proof};
use super::{faults, identity, linking, pool, principal_tags, roles};
use crate::context::Context;
use crate::domain::access;
use crate::domain::access::sessions::SessionKey;
use crate::fault::Fault;
use crate::model::policy::IDENTITY_POOLS;
use crate::model::{IdentityPool, Login, RoleSession};
use std::time::Duration;

/// How long credentials of the enhanced flow live, if their role does not say less.
const CREDENTIALS_VALIDITY: Duration = Duration::from_secs(3600);
/// How long a token of the basic flow lives.
const TOKEN_VALIDITY: Duration = Duration::from_secs(600);
/// The session name of the enhanced flow.
const SESSION_NAME: &str = "CognitoIdentityCredentials";

/// The identity of logins, or a new guest (`GetId`).
pub async fn id(cx: &Context, pool_id: &str, given: &Given) -> Result<String, Fault> {
    let pool = pool(&cx.services.store, pool_id).await?;
    if given.is_empty() {
        if !pool.settings.allow_unauthenticated_identities {
            return Err(faults::guests_not_supported());
        }
        cx.take_guest()?;
        return Ok(linking::make_guest(cx, &pool).await?.id);
    }
    let proof = logins::verify_public(cx, &pool, given).await?;
    let logins: Vec<Login> = proof.logins().cloned().collect();
    Ok(linking::find_or_make(cx, &pool, &logins).await?.id)
}

/// A token of the basic flow and the identity that it is of (`GetOpenIdToken`).
pub async fn token(cx: &Context, identity_id: &str, given: &Given) -> Result<(String, String), Fault> {
    let (pool, _) = identity(&cx.services.store, identity_id).await?;
    if pool.settings.allow_classic_flow != Some(true) {
        return Err(Fault::invalid("Basic (classic) flow is not enabled, please use enhanced flow."));
    }
    if pool.role_mappings.as_ref().is_some_and(|mappings| !mappings.is_empty()) {
        let message = "Basic (classic) flow is not supported with RoleMappings, please use enhanced flow.";
        return Err(Fault::invalid(message));
    }
    let proof = logins::verify_public(cx, &pool, given).await?;
    let identity = linking::resolve(cx, identity_id, &proof).await?;
    let token = IdentityToken {
        pool: pool.id().to_owned(),
        identity: identity.id.clone(),
        amr: proof.amr(),
        tags: principal_tags::of_proof(cx, &pool, &proof).await?,
    };
    let token = identity_token::issue(cx, &token, TOKEN_VALIDITY).await?;
    Ok((identity.id, token))
}

/// Credentials of the role that the pool gives to the caller, and the identity that they are of
/// (`GetCredentialsForIdentity`).
pub async fn get(
    cx: &Context,
    identity_id: &str,
    given: &Given,
    custom_role: Option<&str>,
) -> Result<(String, SessionKey), Fault> {
    let (pool, _) = identity(&cx.services.store, identity_id).await?;
    let proof = logins::verify(cx, &pool, given).await?;
    let identity = linking::resolve(cx, identity_id, &proof).await?;
    let arn = roles::choose(cx, &pool, &proof, custom_role)?;
    let session = session(cx, &pool, &identity.id, &proof, arn).await?;
    Ok((identity.id, access::sessions::issue(cx, session)?))
}

async fn session(
    cx: &Context,
    pool: &IdentityPool,
    identity_id: &str,
    proof: &Proof,
    arn: String,
) -> Result<RoleSession, Fault> {
    let role = access::roles::of_arn(cx, &arn).await?;
    let longest = role.as_ref().map_or(CREDENTIALS_VALIDITY, |role| role.longest().min(CREDENTIALS_VALIDITY));
    let session = RoleSession {
        role: arn,
        name: SESSION_NAME.to_owned(),
        began: cx.now,
        until: cx.now.plus(longest),
        provider: IDENTITY_POOLS.to_owned(),
        audience: pool.id().to_owned(),
        subject: identity_id.to_owned(),
        amr: proof.amr(),
        tags: principal_tags::of_proof(cx, pool, proof).await?,
        policy: None,
        is_bounded_guest: proof.is_empty(),
    };
    match role {
        Some(role) if !access::sessions::is_trusted(&role, &session) => Err(faults::pool_configuration_invalid()),
        _ => Ok(session),
    }
}

/// Takes logins from an identity (`UnlinkIdentity`).
pub async fn unlink(cx: &Context, identity_id: &str, given: &Given, providers: &[String]) -> Result<(), Fault> {
    let (pool, _) = identity(&cx.services.store, identity_id).await?;
    let proof = logins::verify_public(cx, &pool, given).await?;
    let providers: Vec<String> = providers.iter().map(|name| super::provider_names::canonical(cx, name)).collect();
    linking::unlink(cx, identity_id, &proof, &providers).await
}
