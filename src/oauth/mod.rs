//! Owns the authorization server (OAuth 2.0, OpenID Connect) of the pools: what clients ask for and what they are
//! answered. Hands off the rules to `domain`, what people see to `hosted`, which uses this. Must not know the HTTP
//! framework.

mod authorization_request;
pub mod authorization_response;
mod authorize;
mod client;
mod client_assertion;
pub mod discovery;
mod dpop;
mod error;
mod form_post;
mod introspect;
mod logout;
mod par;
mod pool_request;
mod register;
mod revoke;
mod token;
mod user_info;

pub use authorization_request::{AuthorizationRequest, ClientError, Refusal, ResponseType, refuse};
pub use authorize::{POOL, offers, reusable_session};
pub use pool_request::PoolRequest;

use crate::fault::Fault;
use crate::model::OAuthExtension;
use crate::web::Response;

/// Answers a request to an endpoint of the authorization server; `None` for a path that is none.
pub async fn answer(at: PoolRequest<'_>) -> Option<Result<Response, Fault>> {
    Some(match at.request.path.as_str() {
        // Cognito's documentation shows the second one, too.
        "/oauth2/authorize" | "/authorize" => authorize::authorize(at).await,
        "/oauth2/token" => Ok(token::token(at).await),
        "/oauth2/userInfo" | "/userinfo" | "/oauth2/userinfo" => user_info::answer(at).await,
        "/oauth2/register" => Ok(register::answer(at).await),
        "/oauth2/revoke" => Ok(revoke::revoke(at).await),
        "/oauth2/introspect" if at.pool.has_oauth_extension(OAuthExtension::Introspection) => {
            Ok(introspect::answer(at).await)
        }
        "/oauth2/par" if at.pool.has_oauth_extension(OAuthExtension::PushedRequests) => Ok(par::answer(at).await),
        "/logout" => logout::logout(at).await,
        _ => return None,
    })
}
