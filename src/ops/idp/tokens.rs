//! Tokens without a sign-in: renewed, revoked, exchanged, and a client's own.

use super::auth::result;
use crate::context::Context;
use crate::domain::client_authentication::{ClientProof, authenticate};
use crate::domain::pools;
use crate::domain::tokens::client_credentials::{self, Way};
use crate::domain::tokens::exchange::{self, Exchange, PresentedToken, Target};
use crate::domain::tokens::{self, Renewer};
use crate::fault::{Cause, Fault};
use crate::shapes::idp::*;

/// `GetClientToken`: an access token for the client itself. The client's secret decides; a signature does not matter.
pub async fn get_client_token(cx: &Context, input: GetClientTokenRequest) -> Result<GetClientTokenResponse, Fault> {
    let cx = &cx.passing_on(input.client_metadata);
    cx.check_address()?;
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let client = authenticate(cx, &client, ClientProof::Secret(Some(&input.secret)), &[])?;
    let token = client_credentials::issue(cx, &client, Way::Api, &input.scopes.unwrap_or_default()).await?;
    Ok(GetClientTokenResponse {
        client_authentication_result: Some(ClientAuthenticationResultType {
            access_token: Some(token.access),
            expires_in: i32::try_from(token.expires_in).ok(),
            token_type: Some("Bearer".to_owned()),
        }),
    })
}

/// `GetDerivedToken`: exchanges a token (RFC 8693). A signature or the client's secret opens it.
pub async fn get_derived_token(cx: &Context, input: GetDerivedTokenRequest) -> Result<GetDerivedTokenResponse, Fault> {
    let actor = match (input.actor_token, input.actor_token_type) {
        (Some(token), Some(kind)) => Some(PresentedToken { token, kind, provider: input.actor_token_provider_name }),
        (None, None) if input.actor_token_provider_name.is_none() => None,
        _ => return Err(Fault::invalid("ActorToken and ActorTokenType must be given together.")),
    };
    let target = match (first(input.audiences), first(input.resources)) {
        (Some(_), Some(_)) => return Err(Fault::invalid("Audiences and Resources cannot be given together.")),
        (Some(audience), None) => Some(Target::Audience(audience)),
        (None, resource) => resource.map(Target::Resource),
    };
    let wanted = input.requested_token_type.unwrap_or(IssuedTokenTypeIdentifierType::AccessToken);
    let asked = Exchange {
        subject: PresentedToken {
            token: input.subject_token,
            kind: input.subject_token_type,
            provider: input.subject_token_provider_name,
        },
        actor,
        scopes: input.scopes.unwrap_or_default(),
        target,
        wanted,
    };
    cx.check_address()?;
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let proof = ClientProof::SecretOrSignature(input.client_secret.as_deref());
    let client = authenticate(cx, &client, proof, &[])?;
    let derived = exchange::exchange(cx, &client, &asked).await?;
    let is_id = wanted == IssuedTokenTypeIdentifierType::IdToken;
    Ok(GetDerivedTokenResponse {
        issued_token: derived.token,
        issued_token_type: wanted,
        token_type: if is_id { OAuthTokenTypeType::NA } else { OAuthTokenTypeType::Bearer },
        expires_in: i32::try_from(derived.expires_in).ok(),
        scopes: (!is_id).then_some(derived.scopes),
    })
}

/// `GetTokensFromRefreshToken` (unsigned): renews tokens; the refresh token too where the client's rotate.
pub async fn get_tokens_from_refresh_token(
    cx: &Context,
    input: GetTokensFromRefreshTokenRequest,
) -> Result<GetTokensFromRefreshTokenResponse, Fault> {
    let client = pools::client(&cx.services.store, &input.client_id).await?;
    let client = authenticate(cx, &client, ClientProof::Secret(input.client_secret.as_deref()), &[])?;
    let cx = &cx.passing_on(input.client_metadata);
    let token = tokens::open_refresh_token(cx, &client, &input.refresh_token).await?;
    let renewer = Renewer { device: input.device_key.as_deref(), key: None };
    let tokens = tokens::renew(cx, &client, token, renewer).await?;
    Ok(GetTokensFromRefreshTokenResponse { authentication_result: Some(result(tokens)) })
}

/// `RevokeToken` (unsigned): ends the sign-in of a refresh token.
pub async fn revoke_token(cx: &Context, input: RevokeTokenRequest) -> Result<RevokeTokenResponse, Fault> {
    let unauthorized = || Fault::modelled("UnauthorizedException", "Client is not authorized to revoke the token.");
    let client = crate::store::pools::client(&cx.services.store, &input.client_id).await?.ok_or_else(unauthorized)?;
    let proof = ClientProof::Secret(input.client_secret.as_deref());
    let client = authenticate(cx, &client, proof, &[]).map_err(|fault| match fault.cause() {
        Cause::ClientNotAuthenticated => unauthorized(),
        _ => fault,
    })?;
    tokens::revoke(cx, &client, &input.token, super::sessions::is_linked(input.revoke_associated_sessions)).await?;
    Ok(RevokeTokenResponse {})
}

/// The model takes one at most.
fn first(list: Option<Vec<String>>) -> Option<String> {
    list.and_then(|list| list.into_iter().next())
}
