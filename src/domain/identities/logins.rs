//! The `Logins` map of a call: each token verified. One bad token fails the call.

use super::identity_token::{self, IdentityToken, TokenRefusal};
use super::provider_names::{self, Provider};
use super::{faults, foreign};
use crate::context::Context;
use crate::domain::tokens::{self, id_token};
use crate::fault::Fault;
use crate::keys::jwt::{self, Claims};
use crate::model::{IdentityPool, Login};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// `Logins` as it came.
pub type Given = BTreeMap<String, String>;

/// A login whose token was verified.
#[derive(Debug, Clone)]
pub struct ProvenLogin {
    pub login: Login,
    /// The client that the token is for.
    pub audience: String,
    pub claims: Claims,
}

/// What a call proves.
#[derive(Debug, Clone, Default)]
pub struct Proof {
    /// Sorted by provider, one for each.
    pub logins: Vec<ProvenLogin>,
    /// A token of the identity pool itself.
    pub identity: Option<IdentityToken>,
}

impl Proof {
    /// Whether it proves nothing: a guest.
    pub fn is_empty(&self) -> bool {
        self.logins.is_empty() && self.identity.is_none()
    }

    pub fn logins(&self) -> impl Iterator<Item = &Login> + Clone {
        self.logins.iter().map(|proven| &proven.login)
    }

    /// `amr` of tokens and sessions.
    pub fn amr(&self) -> Vec<String> {
        if let Some(token) = &self.identity {
            return token.amr.clone();
        }
        if self.logins.is_empty() {
            return vec!["unauthenticated".into()];
        }
        let of_login = |proven: &ProvenLogin| {
            let Login { provider, subject } = &proven.login;
            let whole = if provider.starts_with("cognito-idp.") {
                format!("{provider}:CognitoSignIn:{subject}")
            } else {
                format!("{provider}:{}:{subject}", proven.audience)
            };
            [provider.clone(), whole]
        };
        std::iter::once("authenticated".to_owned()).chain(self.logins.iter().flat_map(of_login)).collect()
    }
}

/// Verifies the logins of a call that takes no tokens of identity pools.
pub async fn verify_public(cx: &Context, pool: &IdentityPool, given: &Given) -> Result<Proof, Fault> {
    if given.contains_key(crate::model::policy::IDENTITY_POOLS) {
        return Err(faults::login_token_invalid("Can't pass in a Cognito token."));
    }
    verify(cx, pool, given).await
}

/// Verifies the logins of a call.
pub async fn verify(cx: &Context, pool: &IdentityPool, given: &Given) -> Result<Proof, Fault> {
    let mut proof = Proof::default();
    for (name, token) in given {
        match provider_names::provider(cx, pool, name) {
            Provider::IdentityPools => proof.identity = Some(own_token(cx, pool, token).await?),
            Provider::UserPool(id) => proof.logins.push(user_pool(cx, pool, &id, token).await?),
            Provider::Developer(_) => return Err(faults::provider_not_public()),
            Provider::Unknown if provider_names::PUBLIC.contains(&name.as_str()) || name.contains('.') => {
                return Err(faults::provider_not_supported());
            }
            Provider::Unknown => return Err(faults::provider_not_public()),
            other => proof.logins.push(foreign::verify(cx, pool, (&other, token)).await?),
        }
    }
    proof.logins.sort_by(|a, b| a.login.cmp(&b.login));
    // A user pool has two names: the same login twice is one.
    proof.logins.dedup_by(|a, b| a.login == b.login);
    let providers: BTreeSet<&String> = proof.logins.iter().map(|proven| &proven.login.provider).collect();
    if providers.len() < proof.logins.len() {
        return Err(faults::login_conflict());
    }
    Ok(proof)
}

/// A token that this or another identity pool of the server issued.
async fn own_token(cx: &Context, pool: &IdentityPool, token: &str) -> Result<IdentityToken, Fault> {
    match identity_token::verify(cx, token).await? {
        Ok(token) if token.pool == pool.id() && token.is_authenticated() => Ok(token),
        Ok(_) => Err(faults::logins_not_matching()),
        Err(TokenRefusal::Expired(end)) => Err(expired(cx, end)),
        Err(TokenRefusal::NotOurs) => Err(faults::login_token_invalid("Not a Cognito token.")),
    }
}

pub(super) fn expired(cx: &Context, end: i64) -> Fault {
    faults::login_token_invalid(&format!("Token expired: {} >= {end}", cx.now.secs()))
}

/// An ID token of a user pool of this server.
async fn user_pool(cx: &Context, pool: &IdentityPool, pool_id: &str, token: &str) -> Result<ProvenLogin, Fault> {
    let invalid = faults::login_token_invalid;
    let provider = provider_names::of_user_pool(pool_id);
    let known = pool.settings.cognito_identity_providers.as_deref().unwrap_or_default();
    let known: Vec<_> = known
        .iter()
        .filter(|known| {
            known.provider_name.as_deref().is_some_and(|name| provider_names::canonical(cx, name) == provider)
        })
        .collect();
    if known.is_empty() {
        return Err(faults::provider_not_supported());
    }
    let issuer = tokens::issuer(cx, pool_id);
    let origin = jwt::unverified_origin(token).map_err(|_| invalid("Couldn't verify signed token."))?;
    if origin.iss != issuer {
        return Err(invalid("Issuer doesn't match providerName"));
    }
    let claims = id_token::signed_claims(cx, pool_id, token).await?;
    let claims = claims.ok_or_else(|| invalid("Couldn't verify signed token."))?;
    let text = |name: &str| claims.get(name).and_then(Value::as_str);
    let Some(audience) = text("aud") else { return Err(invalid("Missing a required claim: aud")) };
    let Some(subject) = text("sub") else { return Err(invalid("Missing a required claim: sub")) };
    if text("token_use") != Some("id") || text("iss") != Some(&issuer) {
        return Err(invalid("Not an ID token."));
    }
    let end = claims.get("exp").and_then(Value::as_i64).unwrap_or(0);
    if cx.now.secs() >= end {
        return Err(expired(cx, end));
    }
    let Some(client) = known.iter().find(|known| known.client_id.as_deref() == Some(audience)) else {
        return Err(faults::provider_not_supported());
    };
    if client.server_side_token_check == Some(true) && !id_token::is_alive(cx, pool_id, &claims).await? {
        return Err(invalid("Token has been revoked, or its user is disabled or deleted."));
    }
    let login = Login { provider, subject: subject.to_owned() };
    Ok(ProvenLogin { login, audience: audience.to_owned(), claims })
}
