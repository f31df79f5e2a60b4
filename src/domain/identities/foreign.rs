//! Logins at providers other than this server's user pools: OpenID issuers, verified by the keys that they publish.

use super::faults;
use super::logins::ProvenLogin;
use super::provider_names::Provider;
use crate::context::Context;
use crate::fault::Fault;
use crate::federation::FederationError;
use crate::keys::jwt::{self, Claims};
use crate::model::{IdentityPool, Login};
use serde_json::Value;

/// The tag of an identity pool that names the clients of an OpenID provider: the tag ends in the issuer without its
/// scheme, and its value has the client ids, with spaces between. At AWS they are part of the provider in IAM.
pub const CLIENTS_TAG: &str = "poolhouse:oidc-clients/";

/// Verifies a token of a provider that the pool has.
pub async fn verify(
    cx: &Context,
    pool: &IdentityPool,
    (provider, token): (&Provider, &str),
) -> Result<ProvenLogin, Fault> {
    let (name, clients) = match provider {
        // Their tokens are ID tokens; those of the others are access tokens or worse.
        Provider::Public { name, applications }
            if matches!(name.as_str(), "accounts.google.com" | "appleid.apple.com") =>
        {
            (name, applications.clone())
        }
        Provider::OpenId(name) => (name, clients_of(pool, name)?),
        Provider::Public { name, .. } | Provider::Saml(name) => return Err(cannot_be_checked(name)),
        _ => return Err(faults::provider_not_supported()),
    };
    let issuer =
        jwt::unverified_issuer(token).ok_or_else(|| faults::login_token_invalid("Couldn't verify signed token."))?;
    // Google writes its issuer with and without the scheme.
    let issuer = if issuer == *name { format!("https://{name}") } else { issuer };
    if issuer.split_once("://").is_none_or(|(_, rest)| rest != name) {
        return Err(faults::login_token_invalid("Issuer doesn't match providerName"));
    }
    let clients: Vec<&str> = clients.iter().map(String::as_str).collect();
    let claims = cx.services.oidc.verify_id_token(&issuer, &clients, token, cx.now).await;
    let claims = claims.map_err(|error| match error {
        FederationError::Fault(fault) => fault,
        FederationError::BadIssuer(_) => faults::login_token_invalid("Issuer doesn't match providerName"),
        FederationError::BadIdToken(why) => faults::login_token_invalid(&format!("Couldn't verify signed token: {why}.")),
        FederationError::NoSubject => faults::login_token_invalid("Missing a required claim: sub"),
        other => {
            tracing::warn!(provider = name, error = %other, "the tokens of a provider of an identity pool cannot be checked");
            Fault::modelled("ExternalServiceException", format!("The keys of {name} cannot be fetched."))
        }
    })?;
    proven(name, &clients, claims)
}

fn proven(provider: &str, clients: &[&str], claims: Claims) -> Result<ProvenLogin, Fault> {
    let subject = claims.get("sub").and_then(Value::as_str).unwrap_or_default().to_owned();
    let audience = match claims.get("aud") {
        Some(Value::String(audience)) => audience.clone(),
        Some(Value::Array(all)) => {
            let ours = all.iter().filter_map(Value::as_str).find(|audience| clients.contains(audience));
            ours.unwrap_or_default().to_owned()
        }
        _ => return Err(faults::login_token_invalid("Missing a required claim: aud")),
    };
    Ok(ProvenLogin { login: Login { provider: provider.to_owned(), subject }, audience, claims })
}

fn clients_of(pool: &IdentityPool, issuer: &str) -> Result<Vec<String>, Fault> {
    let tags = pool.settings.identity_pool_tags.as_ref();
    let clients = tags.and_then(|tags| tags.get(&format!("{CLIENTS_TAG}{issuer}")));
    let clients: Vec<String> = clients.into_iter().flat_map(|list| list.split(' ')).map(str::to_owned).collect();
    if clients.iter().all(String::is_empty) {
        return Err(Fault::invalid(format!(
            "The client ids of {issuer} are not known: set them in the identity pool's tag {CLIENTS_TAG}{issuer}."
        )));
    }
    Ok(clients)
}

fn cannot_be_checked(name: &str) -> Fault {
    Fault::modelled(
        "ExternalServiceException",
        format!("Tokens of {name} cannot be checked yet by this version of Poolhouse."),
    )
}

/// Verifies a token of an issuer that a role's trust policy names, for one of the audiences that the policy accepts:
/// the policy itself is asked about the audience afterwards.
pub async fn web_identity(cx: &Context, issuer: &str, token: &str) -> Result<ProvenLogin, Fault> {
    let invalid = |why: String| Fault::modelled("InvalidIdentityTokenException", why);
    let named = jwt::unverified_audiences(token);
    let audiences: Vec<&str> = named.iter().map(String::as_str).collect();
    let [audience] = audiences.as_slice() else {
        return Err(invalid("A web identity token must name one audience.".to_owned()));
    };
    let claims = cx.services.oidc.verify_id_token(issuer, &[*audience], token, cx.now).await;
    let claims = claims.map_err(|error| match error {
        FederationError::Fault(fault) => fault,
        FederationError::BadIdToken(why) => invalid(format!("The token is refused: {why}.")),
        FederationError::BadIssuer(_) => invalid("The token is of another issuer.".to_owned()),
        FederationError::NoSubject => invalid("Missing a required claim: sub".to_owned()),
        other => {
            tracing::warn!(issuer, error = %other, "the tokens of an issuer that a role trusts cannot be checked");
            Fault::modelled("IDPCommunicationErrorException", "The keys of the token's issuer cannot be fetched.")
        }
    })?;
    proven(issuer, &[*audience], claims)
}
