//! Authorization responses (RFC 6749 sections 4.1.2 and 4.2.2): the way back to the client with a code or tokens.

use super::authorization_request::{AuthorizationRequest, ResponseType, with_parameters};
use super::device_authorization::DeviceConsent;
use super::{PoolRequest, form_post};
use crate::domain::authorization::browser_session::{self, BrowserSession, FromProvider};
use crate::domain::authorization::codes::{self, CodeRequest};
use crate::domain::authorization::granted::GrantedSignIn;
use crate::domain::sign_in::FinishedSignIn;
use crate::domain::tokens::{self, Grant, Issued, SignIn, TokenRequest, TokenSource};
use crate::fault::{Cause, Fault};
use crate::model::User;
use crate::web::{Parameters, Response};

/// Ends a sign-in on the pool's pages: the browser gets a session, the client its answer. `provider` is the identity
/// provider that the user came from, if any.
pub async fn finish(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
    finished: FinishedSignIn,
    provider: Option<FromProvider<'_>>,
) -> Result<Response, Fault> {
    let FinishedSignIn { user, sign_in, .. } = finished;
    // Pages do not ask a browser for the device that it is, so its tokens are not bound to one.
    let mut sign_in = SignIn { device: None, ..sign_in };
    let place = (at.pool, &*request.client);
    let session = BrowserSession::begin(at.cx, place, &user, &sign_in, provider).await?;
    let Some((session, sealed)) = session else {
        return respond(at, request, &user, sign_in).await;
    };
    sign_in.sso_session = session.sign_in(at.cx)?.sso_session;
    let response = respond(at, request, &user, sign_in).await?;
    Ok(at.with_session(response, sealed, browser_session::validity(at.pool, &request.client)))
}

/// The answer to a client for a user who is signed in: a redirect with a code, or with tokens.
pub async fn respond(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
    user: &User,
    sign_in: SignIn,
) -> Result<Response, Fault> {
    let grant = Grant {
        scopes: request.scopes.clone(),
        resource: request.resource.clone(),
        oauth: true,
        names_level: request.level.is_some(),
        key: None,
    };
    if let Some(user_code) = &request.user_code {
        let (username, sub) = (user.username.clone(), user.sub.clone());
        return DeviceConsent::ask(at, user_code, &GrantedSignIn { grant, username, sub, sign_in });
    }
    let issuer = tokens::issuer(at.cx, &at.pool.id);
    let answer = match request.response_type {
        ResponseType::Code => {
            let code = CodeRequest {
                client_id: &request.client.id,
                redirect_uri: &request.redirect_uri,
                names_redirect_uri: request.names_redirect_uri,
                challenge: request.challenge.as_deref(),
                nonce: request.nonce.as_deref(),
                grant: &grant,
                user,
                sign_in: &sign_in,
            };
            Parameters::default().with("code", codes::issue(at.cx, at.pool, &code).await?)
        }
        ResponseType::Token => match implicit(at, request, user, (sign_in, &grant)).await {
            Ok(issued) => in_fragment(issued),
            Err(fault) if matches!(fault.cause(), Cause::Trigger | Cause::TriggerUnavailable) => {
                let error = request.error("invalid_request", Some(format!("{} ", fault.message())));
                return Ok(error.response(&issuer));
            }
            Err(fault) => return Err(fault),
        },
    };
    let answer = match &request.state {
        Some(state) => answer.with("state", state),
        None => answer,
    };
    let answer = answer.with("iss", issuer);
    if request.form_post {
        return Ok(form_post::response(&request.redirect_uri, &answer));
    }
    Ok(Response::redirect(with_parameters(&request.redirect_uri, request.response_type, &answer)))
}

async fn implicit(
    at: PoolRequest<'_>,
    request: &AuthorizationRequest,
    user: &User,
    (sign_in, grant): (SignIn, &Grant),
) -> Result<Issued, Fault> {
    let tokens = TokenRequest {
        pool: at.pool,
        client: &request.client,
        user,
        sign_in,
        grant,
        renewable: false,
        nonce: request.nonce.as_deref(),
        source: TokenSource::HostedAuth,
    };
    tokens::issue(at.cx, tokens).await
}

fn in_fragment(issued: Issued) -> Parameters {
    let parameters = Parameters::default();
    let parameters = match issued.id {
        Some(id) => parameters.with("id_token", id),
        None => parameters,
    };
    parameters
        .with("access_token", issued.access)
        .with("token_type", "Bearer")
        .with("expires_in", issued.expires_in.to_string())
}
