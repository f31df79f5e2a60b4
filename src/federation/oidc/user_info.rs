//! A user's attributes at a provider: the UserInfo endpoint (OpenID Connect Core 5.3), or the API of a social provider.

use super::{Oidc, Settings};
use crate::federation::call::Call;
use crate::federation::{FederationError, ProviderClaims};
use crate::model::IdentityProvider;
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use serde_json::{Value, json};

const WHAT: &str = "the endpoint for attributes";

fn unusable(why: impl Into<String>) -> FederationError {
    FederationError::Unusable { what: WHAT, why: why.into() }
}

impl Oidc {
    /// Asks for attributes with the access token.
    pub(super) async fn user_info(
        &self,
        settings: &Settings,
        provider: &IdentityProvider,
        access_token: &str,
    ) -> Result<ProviderClaims, FederationError> {
        let Some(url) = &settings.attributes_url else { return Ok(ProviderClaims::new()) };
        let url = if provider.kind == Kind::Facebook { with_fields(url, provider) } else { url.clone() };
        let found = self.ask(&url, settings.attributes_by_post, access_token).await?;
        let Value::Object(mut claims) = found else { return Err(unusable("its answer is not a JSON object")) };
        match provider.details.get("preset").map(String::as_str) {
            // X puts everything into `data`.
            Some("X") => {
                if let Some(Value::Object(inner)) = claims.remove("data") {
                    claims = inner;
                }
            }
            Some("GitHub") => self.add_github_email(&mut claims, &url, access_token).await?,
            Some("Discord") => {
                if let Some(verified) = claims.get("verified").cloned() {
                    claims.insert("email_verified".into(), verified);
                }
            }
            _ => {}
        }
        Ok(claims)
    }

    async fn ask(&self, url: &str, by_post: bool, access_token: &str) -> Result<Value, FederationError> {
        let form: Option<&[(&str, &str)]> = if by_post { Some(&[]) } else { None };
        let call = Call { url, form, basic: None, bearer: Some(access_token) };
        let answer = self.fetcher.call(call).await.map_err(|why| unusable(why.to_string()))?;
        if answer.status != 200 {
            return Err(unusable(format!("it answered {}", answer.status)));
        }
        serde_json::from_slice(&answer.body).map_err(|_| unusable("its answer is not JSON"))
    }

    /// GitHub shows an address that its user made public, and lists all of them elsewhere, with what is verified.
    async fn add_github_email(
        &self,
        claims: &mut ProviderClaims,
        url: &str,
        access_token: &str,
    ) -> Result<(), FederationError> {
        let listed = self.ask(&format!("{url}/emails"), false, access_token).await?;
        let flag = |entry: &Value, name: &str| entry.get(name).and_then(Value::as_bool).unwrap_or(false);
        let primary = listed.as_array().into_iter().flatten().find(|entry| flag(entry, "primary"));
        if let Some(address) = primary.and_then(|entry| entry.get("email")) {
            claims.insert("email".into(), address.clone());
            claims.insert("email_verified".into(), json!(primary.is_some_and(|entry| flag(entry, "verified"))));
        }
        Ok(())
    }
}

/// Facebook answers with the fields that are named.
fn with_fields(url: &str, provider: &IdentityProvider) -> String {
    let mut fields: Vec<&str> = vec!["id"];
    for claim in provider.attribute_mapping.values().map(String::as_str) {
        let is_plain = claim.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if is_plain && !fields.contains(&claim) && !matches!(claim, "access_token" | "id_token") {
            fields.push(claim);
        }
    }
    format!("{url}{}", fields.join(","))
}
