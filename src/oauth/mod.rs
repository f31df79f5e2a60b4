//! Owns the authorization server (OAuth 2.0, OpenID Connect) of the pools: what clients ask for and what they are
//! answered. Hands off the rules to `domain`, what people see to `hosted`, which uses this. Must not know the HTTP
//! framework.
//!
//! # RFC 9700, point by point
//!
//! Best current practice for OAuth 2.0 security, with the test of each point (under `tests/it`).
//!
//! | section | what it asks for | test |
//! |---|---|---|
//! | 2.1, 4.1 | exact match of redirect addresses; an address that is not registered gets nothing | `oauth::authorize::nothing_is_sent_to_an_address_that_is_not_registered` |
//! | 2.1.1, 4.5 | codes are bound to client, address and verifier | `oauth::codes::a_code_is_for_its_client_its_address_and_five_minutes`, `oauth::codes::the_verifier_of_a_challenge_is_needed` |
//! | 4.8.2 | no downgrade of PKCE: `S256` alone, and a challenge needs its verifier | `oauth::authorize::clients_are_told_in_cognitos_words`, `oauth::codes::the_verifier_of_a_challenge_is_needed` |
//! | 2.1.2 | the implicit grant only where a client is set to it, without refresh tokens | `oauth::authorize::tokens_of_the_implicit_grant_come_in_the_fragment_without_a_refresh_token` |
//! | 4.4 | mix-up: `iss` in every authorization response (RFC 9207) | `oauth::authorize::clients_are_told_in_cognitos_words` |
//! | 4.5.2 | a code that comes twice ends its tokens | `oauth::codes::a_code_that_comes_twice_ends_what_it_gave`, `oauth::codes::of_two_redemptions_at_once_one_gets_tokens` |
//! | 4.2, 4.3 | no codes in caches or Referer headers | `hosted::sign_in::pages_are_kept_out_of_frames_and_caches` |
//! | 4.7 | CSRF: every form has a token, other sites are refused | `hosted::forgery::a_form_without_its_token_does_nothing` |
//! | 4.9, 2.3 | tokens bound to a resource (`aud`), and to scopes | `oauth::codes::a_code_gives_the_tokens_of_the_sign_in` |
//! | 4.10, 2.2.1 | tokens bound to a key (DPoP), on request | `oauth::extensions::a_token_that_is_bound_to_a_key_needs_the_key` |
//! | 4.11, 4.12 | no open redirects; redirects after a form are 302 to GET, never 307 | `oauth::logout::an_address_that_is_not_registered_gets_nobody` |
//! | 4.14, 2.2.2 | refresh tokens are bound to their client, and rotate where it says so | `oauth::tokens::refresh_tokens_rotate_where_the_client_says_so`, `oauth::tokens::a_refresh_token_renews_what_was_granted` |
//! | 4.16 | no frames (`frame-ancestors 'none'`, `X-Frame-Options: DENY`) | `hosted::sign_in::pages_are_kept_out_of_frames_and_caches` |
//! | 2.4 | no resource owner password grant | `oauth::tokens::malformed_requests_are_told_so` |
//! | 2.5 | asymmetric client authentication | `oauth::client_keys::a_client_with_keys_proves_itself_by_them_alone`, `oauth::documents` |
//! | 2.6 | published metadata (RFC 8414) | `oauth::extensions::extensions_are_off_until_they_are_named` |

mod authorization_request;
pub mod authorization_response;
mod authorize;
mod client;
mod client_assertion;
mod device_authorization;
pub mod discovery;
mod dpop;
mod error;
pub mod federation;
mod form_post;
pub mod forward_auth;
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
pub use device_authorization::{DeviceConsent, RESPONSE_TYPE as DEVICE_CODE};
pub use form_post::response as posting;
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
        "/oauth2/device_authorization" if at.pool.has_oauth_extension(OAuthExtension::DeviceGrant) => {
            Ok(device_authorization::answer(at).await)
        }
        "/logout" => logout::logout(at).await,
        _ => return None,
    })
}
