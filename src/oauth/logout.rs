//! `/logout`: the end of a browser's session, in Cognito's forms and in that of OpenID Connect RP-Initiated Logout 1.0.
//!
//! | query | leads to |
//! |---|---|
//! | `client_id`, `logout_uri` | that address, as it is registered |
//! | `client_id`, `response_type`, `redirect_uri`, ... | the sign-in page with these |
//! | `client_id` or `id_token_hint`, `post_logout_redirect_uri` | that address, with `state` |
//!
//! Only `GET` ends a session, and no prefetch. Tokens are not revoked.

use super::PoolRequest;
use super::authorization_request::{Refusal, ResponseType, refuse, with_parameters};
use super::client::find;
use super::federation;
use crate::domain::authorization::BrowserSession;
use crate::domain::tokens;
use crate::fault::Fault;
use crate::model::Client;
use crate::web::{Method, Parameters, Response};
use std::sync::Arc;

/// Parameters that go on to the sign-in page.
const CARRIED: [&str; 13] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "state",
    "scope",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "lang",
    "login_hint",
    "acr_values",
    "resource",
];

/// Ends the browser's session and leads on.
pub async fn logout(at: PoolRequest<'_>) -> Result<Response, Fault> {
    if at.request.method != Method::Get {
        return Ok(Response::new(405).with("Allow", "GET"));
    }
    let prefetched = ["sec-purpose", "purpose", "x-moz"].iter().any(|name| {
        at.request.header(name).is_some_and(|purpose| purpose.contains("prefetch") || purpose.contains("prerender"))
    });
    if prefetched {
        return Ok(Response::new(204).with("Cache-Control", "no-store"));
    }
    let target = match target(at).await {
        Ok(target) => target,
        Err(refusal) => return refuse(at, refusal),
    };
    if let Some(cookie) = at.session_cookie()
        && let Some((session, _)) = BrowserSession::open(at.cx, at.pool, cookie).await?
    {
        session.end(at.cx, at.pool).await?;
        if let Some(response) = federation::sign_out(at, &session, &target).await? {
            return Ok(at.without_session(response));
        }
    }
    Ok(at.without_session(Response::redirect(target)))
}

/// Where a sign-out leads.
async fn target(at: PoolRequest<'_>) -> Result<String, Refusal> {
    let query = &at.request.query;
    let client = client(at).await?;
    let registered = |uri: &str| client.settings.logout_urls.iter().flatten().any(|other| other == uri);
    let mismatch = || Refusal::ErrorPage { error: "redirect_mismatch".into(), client_id: client.id.clone() };
    if let Some(uri) = query.get("logout_uri") {
        return if registered(uri) { Ok(uri.to_owned()) } else { Err(mismatch()) };
    }
    if let Some(uri) = query.get("post_logout_redirect_uri") {
        if !registered(uri) {
            return Err(mismatch());
        }
        return Ok(match query.get("state") {
            Some(state) => with_parameters(uri, ResponseType::Code, &Parameters::default().with("state", state)),
            None => uri.to_owned(),
        });
    }
    let uri = query.get("redirect_uri").ok_or(Refusal::Missing("redirect_uri"))?;
    if query.get("response_type").is_none() {
        return Err(Refusal::Missing("response_type"));
    }
    if !client.settings.callback_urls.iter().flatten().any(|other| other == uri) {
        return Err(mismatch());
    }
    let mut carried = Parameters::default();
    for (name, value) in query.iter().filter(|(name, _)| CARRIED.contains(name)) {
        carried = carried.with(name, value);
    }
    if query.get("scope").is_none() {
        let scopes = client.settings.allowed_o_auth_scopes.as_deref().unwrap_or_default().join(" ");
        carried = carried.with("scope", scopes);
    }
    Ok(format!("{}?{}", at.url("/login"), carried.encode()))
}

/// The client that the request names, itself or by an ID token that it once got.
async fn client(at: PoolRequest<'_>) -> Result<Arc<Client>, Refusal> {
    let hinted = match at.request.query.get("id_token_hint") {
        Some(hint) => tokens::client_of_id_token(at.cx, at.pool, hint).await?,
        None => None,
    };
    let id = at.request.query.get("client_id").map(str::to_owned).or(hinted);
    let id = id.ok_or(Refusal::Missing("client_id"))?;
    let unknown = || Refusal::ErrorPage { error: "Client does not exist.".into(), client_id: String::new() };
    find(at, &id).await?.ok_or_else(unknown)
}
