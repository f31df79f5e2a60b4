//! The way of a browser to an identity provider, and what the app or the browser is told where it fails.

use super::authorization_request::{AuthorizationRequest, Refusal, refuse};
use super::authorize::{POOL, offers};
use super::{PoolRequest, form_post};
use crate::domain::authorization::BrowserSession;
use crate::domain::federated::{self, Beginning, Begun, FederationError, Place, Told};
use crate::domain::{providers, tokens};
use crate::fault::Fault;
use crate::model::IdentityProvider;
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use crate::web::{Parameters, Response, SameSite};
use std::time::Duration;

/// The cookie that says in which browser a round trip began.
const COOKIE: &str = "csrf-state";
/// How long it stays: longer than a round trip.
const KEPT: Duration = Duration::from_secs(3600);
/// Lengths that a value of it can have.
const LENGTH: std::ops::RangeInclusive<usize> = 32..=64;
/// The page that asks for the name and password of a directory.
const PASSWORD_PAGE: &str = "/directory";

/// Where connectors answer.
pub fn place<'a>(at: PoolRequest<'a>) -> Place<'a> {
    Place { cx: at.cx, pool: at.pool, base_url: &at.request.base_url }
}

/// The browser's cookie, if it has one.
pub fn browser<'a>(at: PoolRequest<'a>) -> Option<&'a str> {
    let sent = at.request.cookie(&at.cookie_name(COOKIE))?;
    let is_plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-';
    Some(sent).filter(|sent| LENGTH.contains(&sent.len()) && sent.bytes().all(is_plain))
}

/// The provider that a request leads to without a choice: the one that it names, or the only one that the client
/// offers. `None` for the pool itself, and for one that cannot be used.
pub async fn chosen(at: PoolRequest<'_>, request: &AuthorizationRequest) -> Result<Option<IdentityProvider>, Fault> {
    let offered = request.client.settings.supported_identity_providers.as_deref().unwrap_or_default();
    let name = match (&request.provider, offered) {
        (Some(name), _) => name,
        (None, [only]) => only,
        _ => return Ok(None),
    };
    if name == POOL || !offers(request, name) {
        return Ok(None);
    }
    match providers::get(&at.cx.services.store, at.pool, name).await {
        Ok(provider) => Ok(Some(provider)),
        Err(fault) if fault.is_modelled() => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// Leads the browser to a provider. `query` is the app's request, to be gone on with afterwards.
pub async fn lead_to(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
    provider: &IdentityProvider,
    query: &str,
) -> Result<Response, Fault> {
    let (browser, response) = match browser(at) {
        Some(known) => (known.to_owned(), None),
        None => {
            let made = crate::rng::uuid()?;
            (made.clone(), Some(made))
        }
    };
    let prompt: Vec<String> = request.prompt.iter().filter(|word| *word != "none").cloned().collect();
    let beginning = Beginning {
        provider,
        query,
        browser: &browser,
        login_hint: request.login_hint.as_deref(),
        prompt: &prompt,
        level: request.level,
    };
    let begun = match federated::begin(place(at), beginning).await {
        Ok(begun) => begun,
        Err(error) => return tell_app(at, request, provider, error),
    };
    let answer = match begun {
        Begun::AskPassword => return Ok(Response::redirect(format!("{}?{query}", at.url(PASSWORD_PAGE)))),
        begun => leading(begun),
    };
    Ok(match response {
        Some(made) => answer.with_cookie(&browser_cookie(at, made)),
        None => answer,
    })
}

/// The response that takes a browser where a connector leads it.
fn leading(begun: Begun) -> Response {
    match begun {
        Begun::Redirect(url) => Response::redirect(url),
        Begun::Post { url, fields } => {
            let fields = fields.into_iter().fold(Parameters::default(), |all, (name, value)| all.with(name, value));
            form_post::response(&url, &fields)
        }
        Begun::AskPassword => Response::new(500),
    }
}

/// Providers may answer by a form that their page posts here, which takes along only cookies that say so; and those
/// need TLS.
fn browser_cookie(at: PoolRequest<'_>, value: String) -> crate::web::SetCookie {
    let mut cookie = at.cookie(at.cookie_name(COOKIE), value, Some(KEPT));
    if cookie.secure {
        cookie.same_site = SameSite::None;
    }
    cookie
}

/// What follows from a sign-in at a provider that failed. `Err` of the inner result is for a page of this server: the
/// key of its text.
pub fn tell(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
    provider: &IdentityProvider,
    error: FederationError,
) -> Result<Result<Response, Told>, Fault> {
    tracing::warn!(pool = %at.pool.id, provider = %provider.name, %error, "a sign-in at an identity provider failed");
    Ok(match error.told(&provider.name, provider.kind == Kind::Saml)? {
        Told::App(error, description) => {
            Ok(request.error(error, Some(description)).response(&tokens::issuer(at.cx, &at.pool.id)))
        }
        Told::Page(error) => Ok(error_page(at, error)?),
        told => Err(told),
    })
}

/// [`tell`], where no page of the sign-in is open.
fn tell_app(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
    provider: &IdentityProvider,
    error: FederationError,
) -> Result<Response, Fault> {
    match tell(at, request, provider, error)? {
        Ok(response) => Ok(response),
        Err(_) => {
            let error = request.error("server_error", None);
            Ok(error.response(&tokens::issuer(at.cx, &at.pool.id)))
        }
    }
}

/// The error page, by a code.
pub fn error_page(at: PoolRequest<'_>, error: &'static str) -> Result<Response, Fault> {
    refuse(at, Refusal::ErrorPage { error: error.to_owned(), client_id: String::new() })
}

/// Where a sign-out goes on at the provider that the browser's session came from, before `target`; `None` where that
/// provider is not asked.
pub(super) async fn sign_out(
    at: PoolRequest<'_>,
    session: &BrowserSession,
    target: &str,
) -> Result<Option<Response>, Fault> {
    let (Some(name), Some(text)) = (&session.provider, &session.provider_session) else { return Ok(None) };
    let provider = match providers::get(&at.cx.services.store, at.pool, name).await {
        Ok(provider) => provider,
        Err(fault) if fault.is_modelled() => return Ok(None),
        Err(fault) => return Err(fault),
    };
    let (known, made) = (browser(at), crate::rng::uuid()?);
    let browser = known.unwrap_or(&made);
    match federated::begin_logout(place(at), &provider, text, (browser, target)).await {
        Ok(begun) => {
            let answer = begun.map(leading);
            Ok(answer.map(|answer| match known {
                Some(_) => answer,
                None => answer.with_cookie(&browser_cookie(at, made.clone())),
            }))
        }
        // The sign-out here has happened; only the provider does not hear of it.
        Err(error) => {
            tracing::warn!(pool = %at.pool.id, provider = %name, %error, "an identity provider cannot be told of a sign-out");
            Ok(None)
        }
    }
}
