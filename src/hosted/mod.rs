//! Owns the hosted pages: what people see in a browser, one file for each page or journey.
//! Hands off the rules to `domain`, the way back to the app to `oauth`. Must not know the HTTP framework.
//!
//! Classic pages and managed login are two sets of templates over the same journeys. A form is answered by a redirect
//! to the page that follows, so that going back and reloading never send it again; what the next page needs travels in
//! a sealed cookie ([`page_data`]). A page that cannot be shown as it is leads back to `/login`.

mod assets;
mod attributes;
mod challenge;
mod challenge_view;
mod confirm;
mod confirm_link;
mod device;
mod error_page;
mod federated;
mod files;
mod forgery;
mod forgot;
mod journey;
mod login;
mod look;
mod look_css;
mod page_data;
mod passkey;
pub mod preview;
mod providers;
mod saml;
mod sign_up;
mod speech;
mod visit;

pub use files::BUILT_IN;

use crate::context::Context;
use crate::fault::Fault;
use crate::model::OAuthExtension;
use crate::oauth::PoolRequest;
use crate::web::{Method, Response};
use visit::Visit;

/// Answers a request to one of a pool's pages; `None` for a path that is none.
pub async fn answer(at: PoolRequest<'_>) -> Option<Result<Response, Fault>> {
    let chosen = speech::choose(at);
    let cx = Context { language: chosen.clone().map(|chosen| chosen.tag), ..at.cx.clone() };
    let answered = answer_in(PoolRequest { cx: &cx, ..at }).await?;
    Some(answered.map(|response| speech::remember(at, chosen.as_ref(), response)))
}

async fn answer_in(at: PoolRequest<'_>) -> Option<Result<Response, Fault>> {
    let path = at.request.path.as_str();
    let answered = match path {
        "/" => Ok(begin(at)),
        "/error" => error_page::answer(at),
        "/oauth2/idpresponse" | "/saml2/idpresponse" | "/saml2/logout" => federated::answer(at).await,
        "/saml2/metadata" => saml::metadata(at).await,
        "/confirmUser" if at.request.method == Method::Get => confirm_link::answer(at).await,
        "/device" | "/device/confirm" if at.pool.has_oauth_extension(OAuthExtension::DeviceGrant) => {
            device::answer(at).await
        }
        "/passkeys/add" if !at.managed => return None,
        "/login"
        | "/challenge"
        | "/signup"
        | "/confirm"
        | "/resendcode"
        | "/forgotPassword"
        | "/confirmforgotPassword"
        | "/passkeys/add" => page(at).await,
        _ => {
            let file = path.strip_prefix("/assets/").filter(|_| at.request.method == Method::Get)?;
            return match assets::answer(at, file) {
                Some(found) => Some(Ok(found)),
                None => look::file(at, file).await,
            };
        }
    };
    Some(Ok(answered.unwrap_or_else(|fault| error_page::broken(at, &fault))))
}

/// A page that belongs to a sign-in at an app.
async fn page(at: PoolRequest<'_>) -> Result<Response, Fault> {
    if at.request.method == Method::Other {
        return Ok(Response::new(405).with("Allow", "GET, HEAD, POST"));
    }
    let visit = match Visit::open(at).await? {
        Ok(visit) => visit,
        Err(answer) => return Ok(answer),
    };
    match at.request.path.as_str() {
        "/challenge" => challenge::answer(visit).await,
        "/signup" => sign_up::answer(visit).await,
        "/confirm" => confirm::answer(visit).await,
        "/resendcode" => confirm::resend(visit).await,
        "/forgotPassword" => forgot::answer(visit).await,
        "/confirmforgotPassword" => forgot::confirm(visit).await,
        "/passkeys/add" => passkey::answer(visit).await,
        _ => login::answer(visit).await,
    }
}

/// `/`: to the sign-in page, if the query says for which app.
fn begin(at: PoolRequest<'_>) -> Response {
    match at.request.query.get("client_id") {
        Some(_) => Response::redirect(at.url_with_query("/login")),
        None => Response::redirect(at.url("/error?missing=client_id")),
    }
}
