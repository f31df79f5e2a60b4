//! What verifiers of tokens and generic clients read: a pool's keys (RFC 7517) and its metadata (OpenID Connect
//! Discovery 1.0, RFC 8414).

use crate::context::Context;
use crate::domain::pools::{client_metadata, hosts};
use crate::domain::{pools, tokens};
use crate::fault::Fault;
use crate::model::OAuthExtension;
use crate::shapes::idp::StatusType;
use serde_json::{Value, json};

/// The pool's public keys as a JSON Web Key Set.
pub async fn jwks(cx: &Context, pool_id: &str) -> Result<Value, Fault> {
    pools::pool(&cx.services.store, pool_id).await?;
    let keys = tokens::keys_of(cx, pool_id).await?;
    Ok(json!({ "keys": keys.jwks(cx.now) }))
}

/// The pool's metadata. Endpoints are left out while the pool has no domain, as its users cannot sign in there.
///
/// `code_challenge_methods_supported`, `grant_types_supported` and the members after them are not Cognito's: clients of
/// agents and some server libraries refuse an issuer without them.
pub async fn configuration(cx: &Context, pool_id: &str) -> Result<Value, Fault> {
    let pool = pools::pool(&cx.services.store, pool_id).await?;
    let issuer = tokens::issuer(cx, &pool.id);
    let mut document = json!({
        "id_token_signing_alg_values_supported": ["RS256"],
        "issuer": issuer,
        "jwks_uri": format!("{issuer}/.well-known/jwks.json"),
        "response_types_supported": ["code", "token"],
        "scopes_supported": ["openid", "email", "phone", "profile"],
        "subject_types_supported": ["public"],
        "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    });
    if pool.domain.is_none() && pool.custom_domain.is_none() {
        return Ok(document);
    }
    let base = hosts::base_url(cx, &pool);
    let mut endpoints = json!({
        "authorization_endpoint": format!("{base}/oauth2/authorize"),
        "end_session_endpoint": format!("{base}/logout"),
        "revocation_endpoint": format!("{base}/oauth2/revoke"),
        "revocation_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
        "token_endpoint": format!("{base}/oauth2/token"),
        "userinfo_endpoint": format!("{base}/oauth2/userInfo"),
        "code_challenge_methods_supported": ["S256"],
        "grant_types_supported": ["authorization_code", "implicit", "refresh_token", "client_credentials",
            "urn:ietf:params:oauth:grant-type:token-exchange"],
        "response_modes_supported": ["query", "fragment"],
        "acr_values_supported": acr_values(&pool),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "at_hash",
            "email", "email_verified", "phone_number", "phone_number_verified", "name", "given_name", "family_name",
            "middle_name", "nickname", "preferred_username", "profile", "picture", "website", "gender", "birthdate",
            "zoneinfo", "locale", "address", "updated_at", "cognito:username", "cognito:groups"],
        "authorization_response_iss_parameter_supported": true,
    });
    let mut extensions = serde_json::Map::new();
    if pool.has_oauth_extension(OAuthExtension::Introspection) {
        extensions.insert("introspection_endpoint".into(), json!(format!("{base}/oauth2/introspect")));
        let methods = json!(["client_secret_basic", "client_secret_post"]);
        extensions.insert("introspection_endpoint_auth_methods_supported".into(), methods);
    }
    if pool.has_oauth_extension(OAuthExtension::PushedRequests) {
        extensions.insert("pushed_authorization_request_endpoint".into(), json!(format!("{base}/oauth2/par")));
    }
    if pool.has_oauth_extension(OAuthExtension::FormPost) {
        extensions.insert("response_modes_supported".into(), json!(["query", "fragment", "form_post"]));
    }
    if pool.has_oauth_extension(OAuthExtension::ClientAssertions) {
        let methods =
            json!(["client_secret_basic", "client_secret_post", "none", "client_secret_jwt", "private_key_jwt"]);
        extensions.insert("token_endpoint_auth_methods_supported".into(), methods);
        let algorithms = json!(["HS256", "ES256", "RS256", "PS256", "EdDSA"]);
        extensions.insert("token_endpoint_auth_signing_alg_values_supported".into(), algorithms);
    }
    if pool.has_oauth_extension(OAuthExtension::Dpop) {
        extensions.insert("dpop_signing_alg_values_supported".into(), json!(["ES256", "RS256", "PS256", "EdDSA"]));
    }
    if pool.has_oauth_extension(OAuthExtension::DeviceGrant) {
        extensions.insert("device_authorization_endpoint".into(), json!(format!("{base}/oauth2/device_authorization")));
        if let Some(grants) = endpoints.get_mut("grant_types_supported").and_then(Value::as_array_mut) {
            grants.push(json!("urn:ietf:params:oauth:grant-type:device_code"));
        }
    }
    if pool.max_sessions().is_some() {
        extensions.insert("backchannel_logout_supported".into(), json!(true));
        extensions.insert("backchannel_logout_session_supported".into(), json!(true));
    }
    if client_metadata::is_enabled(&cx.services.store, &pool).await? {
        extensions.insert("client_id_metadata_document_supported".into(), json!(true));
    }
    let registers =
        pool.settings.dcr_configuration.as_ref().is_some_and(|dcr| dcr.enable_status == Some(StatusType::Enabled));
    if let (Some(document), Value::Object(endpoints)) = (document.as_object_mut(), endpoints) {
        document.extend(endpoints);
        document.extend(extensions);
        if registers {
            document.insert("registration_endpoint".into(), json!(format!("{base}/oauth2/register")));
        }
    }
    Ok(document)
}

fn acr_values(pool: &crate::model::Pool) -> Vec<String> {
    use crate::domain::pools::levels;
    (1..=levels::LEVELS).map(|level| levels::name(&pool.settings, level)).collect()
}
