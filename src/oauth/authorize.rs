//! `/oauth2/authorize`: the way to the sign-in page, or back to the client at once where the browser is signed in.

use super::authorization_request::{AuthorizationRequest, Refusal, refuse};
use super::{PoolRequest, authorization_response, federation};
use crate::domain::authorization::BrowserSession;
use crate::domain::tokens;
use crate::fault::Fault;
use crate::model::User;
use crate::web::{Method, Parameters, Response};

/// The provider that stands for the pool itself.
pub const POOL: &str = "COGNITO";

/// Answers a request.
pub async fn authorize(at: PoolRequest<'_>) -> Result<Response, Fault> {
    let form = at.request.method == Method::Post && !at.request.form.is_empty();
    let parameters = if form { &at.request.form } else { &at.request.query };
    let request = match AuthorizationRequest::of(at, parameters).await {
        Ok(request) => request,
        Err(refusal) => return refuse(at, refusal),
    };
    if let Some((session, user)) = reusable_session(at, &request).await? {
        let sign_in = session.sign_in(at.cx)?;
        return authorization_response::respond(at, &request, &user, sign_in).await;
    }
    if request.prompts("none") {
        return refuse(at, Refusal::Client(request.error("login_required", None)));
    }
    let query = parameters_text(at, form, parameters);
    if let Some(provider) = federation::chosen(at, &request).await? {
        return federation::lead_to(at, &request, &provider, &query).await;
    }
    Ok(Response::redirect(format!("{}?{query}", at.url("/login"))))
}

fn parameters_text(at: PoolRequest<'_>, form: bool, parameters: &Parameters) -> String {
    if form { parameters.encode() } else { at.request.raw_query.clone() }
}

/// The browser's session, if the request takes it: of the same provider, fresh enough, at the level that is asked for.
pub async fn reusable_session(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
) -> Result<Option<(BrowserSession, User)>, Fault> {
    // A client that registered nowhere could be anybody's: its user sees whose it is before it learns anything.
    if request.prompts("login") || request.client.is_of_document() {
        return Ok(None);
    }
    let Some(cookie) = at.session_cookie() else { return Ok(None) };
    let Some((session, user)) = BrowserSession::open(at.cx, at.pool, cookie).await? else { return Ok(None) };
    let provider = session.provider.as_deref().unwrap_or(POOL);
    let same_provider = request.provider.as_deref().is_none_or(|asked| asked == provider);
    let offered = offers(request, provider);
    let reached = request.level.is_none_or(|level| tokens::level(&session.factors) >= level);
    let fresh = session.serves(at.cx, (at.pool, &request.client), request.max_age);
    Ok((same_provider && offered && reached && fresh).then_some((session, user)))
}

/// Whether the client lets its users sign in through a provider.
pub fn offers(request: &AuthorizationRequest, provider: &str) -> bool {
    request.client.settings.supported_identity_providers.iter().flatten().any(|offered| offered == provider)
}
