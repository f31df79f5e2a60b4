//! The identity providers that a page offers. The one place that says what happens where one cannot be used.

use super::visit::{Visit, plain_page, words};
use crate::domain::providers;
use crate::fault::Fault;
use crate::oauth::{self, AuthorizationRequest, PoolRequest};
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use crate::web::{Parameters, Response};
use serde_json::{Value, json};

/// Whether the pages can do what the request asks: the client offers something, and a provider that is named is there
/// and among what it offers.
pub async fn is_available(at: PoolRequest<'_>, request: &AuthorizationRequest) -> Result<bool, Fault> {
    let offered = request.client.settings.supported_identity_providers.as_ref().is_some_and(|list| !list.is_empty());
    match request.provider.as_deref() {
        None => Ok(offered),
        Some(oauth::POOL) => Ok(oauth::offers(request, oauth::POOL)),
        Some(_) => Ok(oauth::federation::chosen(at, request).await?.is_some()),
    }
}

/// The answer to a request for a provider that cannot be used.
pub fn unavailable(at: PoolRequest<'_>) -> Result<Response, Fault> {
    if at.managed {
        let words = words(at);
        let text = words.text("option_unavailable");
        return plain_page(at, 401, "message", json!({"title": words.text("error_title"), "text": text}));
    }
    let query = Parameters::default().with("error", "option_unavailable");
    Ok(Response::redirect(at.url(&format!("/error?{}", query.encode()))).failing("option_unavailable"))
}

/// The buttons of a page.
pub async fn buttons(visit: &Visit<'_>) -> Result<Vec<Value>, Fault> {
    let at = visit.at;
    let mut buttons = Vec::new();
    for name in visit.client.settings.supported_identity_providers.iter().flatten() {
        if name == oauth::POOL {
            continue;
        }
        let kind = match providers::get(&at.cx.services.store, at.pool, name).await {
            Ok(provider) => provider.kind,
            Err(fault) if fault.is_modelled() => continue,
            Err(fault) => return Err(fault),
        };
        let (known, is_social) = match kind {
            Kind::Google => (Some("Google"), true),
            Kind::Facebook => (Some("Facebook"), true),
            Kind::LoginWithAmazon => (Some("Amazon"), true),
            Kind::SignInWithApple => (Some("Apple"), true),
            _ => (None, false),
        };
        let query = Parameters::default().with("identity_provider", name.as_str()).encode();
        let rest = at.request.query.clone().without("identity_provider").without("idp_identifier").encode();
        let prefix = at.request.cookie_path();
        buttons.push(json!({
            "label": known.map(|known| visit.text_with("continue_with", &[("provider", known.into())])),
            "name": name,
            "social": is_social,
            "url": format!("{prefix}oauth2/authorize?{query}&{rest}"),
        }));
    }
    let first = &visit.look().first_providers;
    let place = |button: &Value| {
        let name = button.get("name").and_then(Value::as_str);
        first.iter().position(|other| Some(other.as_str()) == name).unwrap_or(usize::MAX)
    };
    buttons.sort_by_key(place);
    Ok(buttons)
}
