//! `/oauth2/idpresponse`, `/saml2/idpresponse` and `/saml2/logout`: a browser comes back from an identity provider.
//!
//! What the app asked for was kept while the browser was away. It is read again as if the browser were at `/login` with
//! it: whatever has changed meanwhile, client, addresses and providers, counts as it is now.

use super::error_page;
use super::page_data::PageData;
use super::providers;
use super::saml;
use super::visit::{Visit, without_data};
use crate::domain::authorization::FromProvider;
use crate::domain::client_authentication::{ClientProof, authenticate};
use crate::domain::federated::{self, Answer, Callback, FederatedSignIn, FederationError, RoundTrip, Told, connector};
use crate::domain::providers as provider_rules;
use crate::domain::scope::Scope;
use crate::domain::sign_in::FinishedSignIn;
use crate::domain::tokens::TokenSource;
use crate::fault::Fault;
use crate::model::IdentityProvider;
use crate::oauth::{self, AuthorizationRequest, PoolRequest, authorization_response, federation};
use crate::web::{Method, Parameters, Request, Response};

/// Marks a form that this server had the browser send once more.
const SENT_AGAIN: &str = "_sent_again";
/// The code of the page for a request that is no answer of a provider.
const NO_ANSWER: &str = "An error was encountered with the requested page.";

/// Answers a browser that comes back.
pub async fn answer(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let by_form = at.request.method == Method::Post;
    let is_saml = at.request.path != "/oauth2/idpresponse";
    if at.request.method == Method::Other {
        return Ok(Response::new(405).with("Allow", "GET, HEAD, POST"));
    }
    let parameters = if by_form { &at.request.form } else { &at.request.query };
    if is_saml && (!by_form || !["SAMLResponse", "SAMLRequest"].iter().any(|name| parameters.get(name).is_some())) {
        return federation::error_page(at, NO_ANSWER);
    }
    if by_form && federation::browser(at).is_none() && parameters.get(SENT_AGAIN).is_none() {
        // Another site's form takes along no cookie that has no TLS. From this server's own page it does.
        let again = parameters.clone().with(SENT_AGAIN, "1");
        return Ok(oauth::posting(&at.url(&at.request.path), &again));
    }
    let handle = parameters.get(if is_saml { "RelayState" } else { "state" }).unwrap_or_default();
    let trip = match federated::take(federation::place(at), handle, federation::browser(at)).await {
        Ok(trip) => trip,
        Err(FederationError::Fault(fault)) => return Err(fault),
        Err(_) if is_saml => return unknown_state(at, &read(at, parameters)).await,
        Err(_) => return federation::error_page(at, "Invalid state"),
    };
    let callback = read(at, parameters);
    if trip.is_logout {
        return signed_out(at, trip, &callback).await;
    }
    if at.request.path == "/saml2/logout" {
        return federation::error_page(at, NO_ANSWER);
    }
    let Some(request) = at_login(at, &trip.query) else { return federation::error_page(at, "Invalid state") };
    let at = PoolRequest { request: &request, ..at };
    let asked = match AuthorizationRequest::read(at).await {
        Ok(asked) => asked,
        Err(refusal) => return oauth::refuse(at, refusal),
    };
    let Some(provider) = provider(at, &asked, &trip).await? else { return providers::unavailable(at) };
    let signed_in = match trip.is_late(at.cx.now) {
        true => Err(FederationError::Expired),
        false => verify(at, &asked, &provider, &trip, &callback).await,
    };
    match signed_in {
        Ok(signed_in) => finish(at, &asked, &provider, signed_in).await,
        Err(error) => refused(at, &asked, &provider, error).await,
    }
}

/// A state that is none of ours, or none any more: the provider may have begun by itself.
async fn unknown_state(at: PoolRequest<'_>, callback: &Callback) -> Result<Response, Fault> {
    let begun = if at.request.path == "/saml2/idpresponse" { saml::unsolicited(at, callback).await? } else { None };
    match begun {
        Some(response) => Ok(response),
        None => federation::error_page(at, "Invalid relayState from identity provider"),
    }
}

/// What the browser brought, for the connector. A parameter that comes twice means nothing.
fn read(at: PoolRequest<'_>, parameters: &Parameters) -> Callback {
    let single = parameters.iter().filter(|(name, _)| !parameters.is_repeated(name));
    Callback {
        parameters: single.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
        raw_query: at.request.raw_query.clone(),
        is_post: at.request.method == Method::Post,
    }
}

/// The request as it would be at the sign-in page. It names no provider, so that the page offers all of them.
fn at_login(at: PoolRequest<'_>, query: &str) -> Option<Request> {
    let query = Parameters::parse(query)?.without("identity_provider").without("idp_identifier");
    Some(login_request(at, query))
}

/// A request for the sign-in page with this query, from the same browser.
pub(super) fn login_request(at: PoolRequest<'_>, query: Parameters) -> Request {
    Request {
        method: Method::Get,
        path: "/login".into(),
        raw_query: query.encode(),
        query,
        form: Parameters::default(),
        body: Vec::new(),
        ..at.request.clone()
    }
}

/// The provider of the round trip, if the client still offers it.
async fn provider(
    at: PoolRequest<'_>,
    asked: &AuthorizationRequest,
    trip: &RoundTrip,
) -> Result<Option<IdentityProvider>, Fault> {
    if !oauth::offers(asked, &trip.provider) {
        return Ok(None);
    }
    match provider_rules::get(&at.cx.services.store, at.pool, &trip.provider).await {
        Ok(provider) => Ok(Some(provider).filter(|provider| provider.created == trip.provider_created)),
        Err(fault) if fault.is_modelled() => Ok(None),
        Err(fault) => Err(fault),
    }
}

async fn verify(
    at: PoolRequest<'_>,
    asked: &AuthorizationRequest,
    provider: &IdentityProvider,
    trip: &RoundTrip,
    callback: &Callback,
) -> Result<FederatedSignIn, FederationError> {
    let round = trip.round();
    let answer = Answer::Callback { round: Some(&round), callback };
    let identity = connector(federation::place(at), provider).await?.finish(answer).await?;
    let client = authenticate(at.cx, &asked.client, ClientProof::HostedPages, &[])?;
    federated::sign_in(Scope::of_client(at.cx, at.pool, &client), &client, provider, identity).await
}

/// Back to the app, with a session in this browser.
pub async fn finish(
    at: PoolRequest<'_>,
    asked: &AuthorizationRequest,
    provider: &IdentityProvider,
    signed_in: FederatedSignIn,
) -> Result<Response, Fault> {
    let FederatedSignIn { user, sign_in, session } = signed_in;
    let finished = FinishedSignIn { user, sign_in, source: TokenSource::HostedAuth, new_device: None };
    let from = FromProvider { name: &provider.name, session: session.as_deref() };
    let response = authorization_response::finish(at, asked, finished, Some(from)).await?;
    Ok(if PageData::sent(at).is_some() { without_data(at, response) } else { response })
}

/// Tells the app, the error page or the sign-in page that it failed.
pub(super) async fn refused(
    at: PoolRequest<'_>,
    asked: &AuthorizationRequest,
    provider: &IdentityProvider,
    error: FederationError,
) -> Result<Response, Fault> {
    let key = match federation::tell(at, asked, provider, error)? {
        Ok(response) => return Ok(response),
        Err(Told::SignInPage(key) | Told::Form(key)) => key,
        Err(_) => return Ok(error_page::broken(at, &Fault::internal("an error without a place to tell it"))),
    };
    let visit = match Visit::open(at).await? {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    let text = visit.text(key);
    visit.go_with_error("/login", text)
}

/// The end of a sign-out at the provider: on to where it was to lead.
async fn signed_out(at: PoolRequest<'_>, trip: RoundTrip, callback: &Callback) -> Result<Response, Fault> {
    match provider_rules::get(&at.cx.services.store, at.pool, &trip.provider).await {
        Ok(provider) => {
            let connector = connector(federation::place(at), &provider).await?;
            if let Err(error) = connector.finish_logout(callback).await {
                tracing::warn!(pool = %at.pool.id, provider = %provider.name, %error, "a provider did not sign out");
            }
        }
        Err(fault) if fault.is_modelled() => {}
        Err(fault) => return Err(fault),
    }
    Ok(Response::redirect(trip.query))
}
