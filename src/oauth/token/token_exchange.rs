//! Token exchange (RFC 8693), for clients whose flows allow it.

use super::{Members, required, scopes};
use crate::domain::client_authentication::AuthenticatedClient;
use crate::domain::tokens::exchange::{Exchange, PresentedToken, Target, exchange};
use crate::oauth::PoolRequest;
use crate::oauth::error::OAuthError;
use crate::shapes::idp::{IssuedTokenTypeIdentifierType as IssuedType, TokenTypeIdentifierType as Kind};
use serde_json::json;

const ACCESS_TOKEN: &str = "urn:ietf:params:oauth:token-type:access_token";
const ID_TOKEN: &str = "urn:ietf:params:oauth:token-type:id_token";

pub async fn grant(at: PoolRequest<'_>, client: &AuthenticatedClient) -> Result<Members, OAuthError> {
    let subject = PresentedToken {
        token: required(at, "subject_token")?.to_owned(),
        kind: kind(required(at, "subject_token_type")?)?,
        provider: None,
    };
    let actor = match at.request.parameter("actor_token") {
        Some(token) => Some(PresentedToken {
            token: token.to_owned(),
            kind: kind(required(at, "actor_token_type")?)?,
            provider: None,
        }),
        None => None,
    };
    let target = match (at.request.parameter("audience"), at.request.parameter("resource")) {
        (Some(_), Some(_)) => return Err(OAuthError::new("invalid_target", "audience or resource, not both")),
        (Some(audience), None) => Some(Target::Audience(audience.to_owned())),
        (None, Some(resource)) => Some(Target::Resource(resource.to_owned())),
        (None, None) => None,
    };
    let wanted = match at.request.parameter("requested_token_type") {
        None | Some(ACCESS_TOKEN) => IssuedType::AccessToken,
        Some(ID_TOKEN) => IssuedType::IdToken,
        Some(_) => return Err(OAuthError::invalid_request("requested_token_type is not supported")),
    };
    let asked = Exchange { subject, actor, scopes: scopes(at), target, wanted };
    let derived = exchange(at.cx, client, &asked).await?;
    let is_id = wanted == IssuedType::IdToken;
    let mut members = Members::new();
    members.insert("access_token".into(), json!(derived.token));
    members.insert("issued_token_type".into(), json!(if is_id { ID_TOKEN } else { ACCESS_TOKEN }));
    members.insert("token_type".into(), json!(if is_id { "N_A" } else { "Bearer" }));
    members.insert("expires_in".into(), json!(derived.expires_in));
    if !derived.scopes.is_empty() {
        members.insert("scope".into(), json!(derived.scopes.join(" ")));
    }
    Ok(members)
}

fn kind(name: &str) -> Result<Kind, OAuthError> {
    match name {
        ACCESS_TOKEN | "urn:ietf:params:oauth:token-type:jwt" => Ok(Kind::AccessToken),
        ID_TOKEN => Ok(Kind::IdToken),
        _ => Err(OAuthError::invalid_request("this token type is not supported")),
    }
}
