//! Tokens without a sign-in: a client's own, and exchanged ones.

use crate::context::Context;
use crate::domain::tokens::exchange::{self, Exchange, Presented, Target};
use crate::domain::tokens::machine;
use crate::fault::Fault;
use crate::secret::Secret;
use crate::shapes::idp::*;

/// `GetClientToken`: an access token for the client itself. The client's secret decides; a signature does not matter.
pub async fn get_client_token(cx: &Context, input: GetClientTokenRequest) -> Result<GetClientTokenResponse, Fault> {
    let cx = &cx.passing_on(input.client_metadata);
    let token = machine::get(cx, &input.client_id, &input.secret, &input.scopes.unwrap_or_default()).await?;
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
        (Some(token), Some(kind)) => Some(Presented { token, kind, provider: input.actor_token_provider_name }),
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
        client_id: input.client_id,
        secret: input.client_secret.map(Secret::new),
        subject: Presented {
            token: input.subject_token,
            kind: input.subject_token_type,
            provider: input.subject_token_provider_name,
        },
        actor,
        scopes: input.scopes.unwrap_or_default(),
        target,
        wanted,
    };
    let derived = exchange::exchange(cx, &asked).await?;
    let is_id = wanted == IssuedTokenTypeIdentifierType::IdToken;
    Ok(GetDerivedTokenResponse {
        issued_token: derived.token,
        issued_token_type: wanted,
        token_type: if is_id { OAuthTokenTypeType::NA } else { OAuthTokenTypeType::Bearer },
        expires_in: i32::try_from(derived.expires_in).ok(),
        scopes: (!is_id).then_some(derived.scopes),
    })
}

/// The model takes one at most.
fn first(list: Option<Vec<String>>) -> Option<String> {
    list.and_then(|list| list.into_iter().next())
}
