//! SAML apart from the round trip: sign-ins that begin at the provider, and our metadata for it.
//!
//! A provider that begins by itself posts a response with a `RelayState` that says what for, in Cognito's form:
//! `identity_provider=<name>` or `idp_identifier=<identifier>`, `client_id`, `redirect_uri`, `response_type`, `scope`,
//! joined by `&`.

use super::federated::{finish, login_request, refused};
use crate::domain::client_authentication::{ClientProof, authenticate};
use crate::domain::federated::{self, Answer, Callback, FederatedSignIn, FederationError, connector};
use crate::domain::providers;
use crate::domain::scope::Scope;
use crate::fault::Fault;
use crate::model::IdentityProvider;
use crate::oauth::{self, AuthorizationRequest, PoolRequest, federation};
use crate::web::{Method, Parameters, Request, Response};

/// The longest `RelayState` of such a sign-in.
const LONGEST: usize = 4096;

/// Answers a response whose `RelayState` is none of ours; `None` where it does not say what the sign-in is for, or the
/// provider may not begin.
pub async fn unsolicited(at: PoolRequest<'_>, callback: &Callback) -> Result<Option<Response>, Fault> {
    let Some(state) = callback.get("RelayState").filter(|state| state.len() <= LONGEST).and_then(Parameters::parse)
    else {
        return Ok(None);
    };
    let Some(provider) = named(at, &state).await? else { return Ok(None) };
    let request = at_login(at, &state);
    let at = PoolRequest { request: &request, ..at };
    let asked = match AuthorizationRequest::read(at).await {
        Ok(asked) => asked,
        Err(refusal) => return oauth::refuse(at, refusal).map(Some),
    };
    if !oauth::offers(&asked, &provider.name) {
        return Ok(None);
    }
    match verify(at, &asked, &provider, callback).await {
        Ok(signed_in) => finish(at, &asked, &provider, signed_in).await.map(Some),
        Err(error) => refused(at, &asked, &provider, error).await.map(Some),
    }
}

/// The provider that a state names, if it may begin.
async fn named(at: PoolRequest<'_>, state: &Parameters) -> Result<Option<IdentityProvider>, Fault> {
    let records = &at.cx.services.store;
    let found = match (state.get("identity_provider"), state.get("idp_identifier")) {
        (Some(name), _) => providers::get(records, at.pool, name).await,
        (None, Some(identifier)) => providers::by_identifier(records, at.pool, identifier).await,
        (None, None) => return Ok(None),
    };
    match found {
        Ok(provider) => Ok(Some(provider).filter(federated::may_begin)),
        Err(fault) if fault.is_modelled() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// The request as it would be at the sign-in page. Cognito's examples write the scopes with plus signs, encoded once or
/// twice.
fn at_login(at: PoolRequest<'_>, state: &Parameters) -> Request {
    let mut query = Parameters::default();
    for name in ["client_id", "redirect_uri", "response_type"] {
        if let Some(value) = state.get(name) {
            query = query.with(name, value);
        }
    }
    if let Some(scopes) = state.get("scope") {
        query = query.with("scope", scopes.replace("%2B", " ").replace("%2b", " ").replace('+', " "));
    }
    login_request(at, query)
}

async fn verify(
    at: PoolRequest<'_>,
    asked: &AuthorizationRequest,
    provider: &IdentityProvider,
    callback: &Callback,
) -> Result<FederatedSignIn, FederationError> {
    let answer = Answer::Callback { round: None, callback };
    let identity = connector(federation::place(at), provider).await?.finish(answer).await?;
    let client = authenticate(at.cx, &asked.client, ClientProof::HostedPages, &[])?;
    federated::sign_in(Scope::of_client(at.cx, at.pool, &client), &client, provider, identity).await
}

/// `/saml2/metadata?identity_provider=<name>`: what we are to that provider.
pub async fn metadata(at: PoolRequest<'_>) -> Result<Response, Fault> {
    if at.request.method != Method::Get {
        return Ok(Response::new(405).with("Allow", "GET, HEAD"));
    }
    let name = at.request.query.get("identity_provider").unwrap_or_default();
    let provider = match providers::get(&at.cx.services.store, at.pool, name).await {
        Ok(provider) if provider.saml.is_some() => provider,
        Err(fault) if !fault.is_modelled() => return Err(fault),
        _ => return Ok(Response::new(404)),
    };
    let mut response = Response::new(200)
        .with("Content-Type", "application/samlmetadata+xml")
        .with("Cache-Control", "max-age=300")
        .with("X-Content-Type-Options", "nosniff");
    response.body = federated::own_metadata(federation::place(at), &provider).await?.into_bytes();
    Ok(response)
}
