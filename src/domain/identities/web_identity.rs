//! `AssumeRoleWithWebIdentity`: a role for whoever holds a token that its trust policy lets in.

use super::identity;
use super::identity_token::{self, TokenRefusal};
use crate::context::Context;
use crate::domain::access::roles;
use crate::domain::access::sessions::{self, SessionKey};
use crate::domain::tokens::{self, id_token};
use crate::fault::Fault;
use crate::keys::jwt;
use crate::model::policy::{IDENTITY_POOLS, TrustPolicy};
use crate::model::{Role, RoleSession};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// The longest session policy, in characters.
const MAX_POLICY: usize = 2048;

/// A call.
pub struct Call {
    pub role: String,
    pub session_name: String,
    pub token: String,
    pub policy: Option<String>,
    pub seconds: Option<u32>,
}

/// A session that was begun.
pub struct Assumed {
    pub session: RoleSession,
    pub key: SessionKey,
}

/// What a token says, whoever issued it.
struct Holder {
    provider: String,
    audience: String,
    subject: String,
    amr: Vec<String>,
    tags: BTreeMap<String, String>,
}

pub async fn assume(cx: &Context, call: Call) -> Result<Assumed, Fault> {
    let role = roles::of_arn(cx, &call.role).await?.ok_or_else(access_denied)?;
    let holder = holder(cx, &role, &call.token).await?;
    let seconds = call.seconds.unwrap_or(roles::DEFAULT_SECONDS.min(role.longest_session));
    if seconds > role.longest_session {
        return Err(Fault::Protocol {
            name: "ValidationException",
            status: 400,
            message: "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.".into(),
        });
    }
    if let Some(policy) = &call.policy {
        if policy.chars().count() > MAX_POLICY {
            return Err(Fault::modelled("PackedPolicyTooLargeException", "The session policy is too large."));
        }
        roles::check_session_policy(policy)?;
    }
    let session = RoleSession {
        role: call.role,
        name: call.session_name,
        began: cx.now,
        until: cx.now.plus(Duration::from_secs(seconds.into())),
        provider: holder.provider,
        audience: holder.audience,
        subject: holder.subject,
        amr: holder.amr,
        tags: holder.tags,
        policy: call.policy,
        is_bounded_guest: false,
    };
    if !sessions::is_trusted(&role, &session) {
        return Err(access_denied());
    }
    let key = sessions::issue(cx, session.clone())?;
    Ok(Assumed { session, key })
}

/// A role that is not there is refused like one that may not be taken.
fn access_denied() -> Fault {
    Fault::Protocol {
        name: "AccessDeniedException",
        status: 403,
        message: "Not authorized to perform sts:AssumeRoleWithWebIdentity".into(),
    }
}

fn invalid_token(message: &'static str) -> Fault {
    Fault::modelled("InvalidIdentityTokenException", message)
}

fn expired_token() -> Fault {
    Fault::modelled("ExpiredTokenException", "The web identity token that was passed is expired.")
}

async fn holder(cx: &Context, role: &Role, token: &str) -> Result<Holder, Fault> {
    let malformed = || invalid_token("The ID Token provided is not a valid JWT.");
    let issuer = jwt::unverified_issuer(token).ok_or_else(malformed)?;
    if issuer == identity_token::issuer(cx) {
        return of_identity_pool(cx, token).await;
    }
    let provider = issuer.split_once("://").map_or(issuer.as_str(), |(_, rest)| rest);
    // Keys are asked for only where the role names the issuer.
    if !TrustPolicy::parse(&role.trust).is_ok_and(|trust| trust.names(provider)) {
        return Err(invalid_token("No OpenIDConnect provider found in your account for the issuer of this token."));
    }
    let pool_id = issuer.rsplit('/').next().unwrap_or_default();
    if issuer == tokens::issuer(cx, pool_id) {
        return of_user_pool(cx, pool_id, provider, token).await;
    }
    super::foreign::web_identity(cx, &issuer, token).await.map(|proven| Holder {
        provider: provider.to_owned(),
        audience: proven.audience,
        subject: proven.login.subject,
        amr: Vec::new(),
        tags: BTreeMap::new(),
    })
}

async fn of_identity_pool(cx: &Context, token: &str) -> Result<Holder, Fault> {
    let token = identity_token::verify(cx, token).await?.map_err(|refusal| match refusal {
        TokenRefusal::Expired(_) => expired_token(),
        TokenRefusal::NotOurs => invalid_token("Couldn't verify the signature of the token."),
    })?;
    let gone = || invalid_token("The identity of this token is not there any more.");
    let there = identity(&cx.services.store, &token.identity).await;
    let (pool, identity) = there.map_err(|fault| if fault.is_modelled() { gone() } else { fault })?;
    if pool.id() != token.pool || identity.disabled {
        return Err(gone());
    }
    Ok(Holder {
        provider: IDENTITY_POOLS.to_owned(),
        audience: token.pool,
        subject: token.identity,
        amr: token.amr,
        tags: token.tags,
    })
}

/// An ID token of a user pool of this server, as of any OpenID provider.
async fn of_user_pool(cx: &Context, pool_id: &str, provider: &str, token: &str) -> Result<Holder, Fault> {
    let claims = id_token::signed_claims(cx, pool_id, token).await?;
    let claims = claims.ok_or_else(|| invalid_token("Couldn't verify the signature of the token."))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
    let audience = text("aud").ok_or_else(|| invalid_token("Missing a required claim: aud"))?;
    let subject = text("sub").ok_or_else(|| invalid_token("Missing a required claim: sub"))?;
    if text("iss") != Some(tokens::issuer(cx, pool_id)) || text("token_use").as_deref() != Some("id") {
        return Err(invalid_token("The token is not an ID token of its issuer."));
    }
    if claims.get("exp").and_then(Value::as_i64).is_none_or(|end| cx.now.secs() >= end) {
        return Err(expired_token());
    }
    Ok(Holder { provider: provider.to_owned(), audience, subject, amr: Vec::new(), tags: BTreeMap::new() })
}
