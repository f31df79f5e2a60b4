//! The identity providers that a page offers. The one place that says what happens where one cannot be used.

use super::visit::{Visit, plain_page, words};
use crate::domain::providers;
use crate::fault::Fault;
use crate::model::IdentityProvider;
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

/// What a page offers besides the pool's own sign-in.
pub struct Offered {
    pub buttons: Vec<Value>,
    /// Whether the page asks for an address, whose domain leads to the provider.
    pub asks_address: bool,
}

/// The providers of a page. As at AWS, several SAML providers that all have identifiers have no buttons: an address
/// leads to them, so that nobody sees who else is a customer.
pub async fn offered(visit: &Visit<'_>) -> Result<Offered, Fault> {
    let mut found = Vec::new();
    for name in visit.client.settings.supported_identity_providers.iter().flatten().filter(|name| *name != oauth::POOL)
    {
        match providers::get(&visit.at.cx.services.store, visit.at.pool, name).await {
            Ok(provider) => found.push(provider),
            Err(fault) if fault.is_modelled() => {}
            Err(fault) => return Err(fault),
        }
    }
    let saml = || found.iter().filter(|provider| provider.kind == Kind::Saml);
    let asks_address = saml().count() > 1 && saml().all(|provider| !provider.identifiers.is_empty());
    let shown = found.iter().filter(|provider| !(asks_address && provider.kind == Kind::Saml));
    let mut buttons: Vec<Value> = shown.map(|provider| button(visit, provider)).collect();
    let first = &visit.look().first_providers;
    let place = |button: &Value| {
        let name = button.get("name").and_then(Value::as_str);
        first.iter().position(|other| Some(other.as_str()) == name).unwrap_or(usize::MAX)
    };
    buttons.sort_by_key(place);
    Ok(Offered { buttons, asks_address })
}

fn button(visit: &Visit<'_>, provider: &IdentityProvider) -> Value {
    let (known, is_social) = match provider.kind {
        Kind::Google => (Some("Google"), true),
        Kind::Facebook => (Some("Facebook"), true),
        Kind::LoginWithAmazon => (Some("Amazon"), true),
        Kind::SignInWithApple => (Some("Apple"), true),
        _ => (None, false),
    };
    json!({
        "label": known.map(|known| visit.text_with("continue_with", &[("provider", known.into())])),
        "name": provider.name,
        "social": is_social,
        "url": leading(visit, "identity_provider", &provider.name),
    })
}

/// The address that leads to a provider with what the app asked for.
fn leading(visit: &Visit<'_>, parameter: &str, value: &str) -> String {
    let query = Parameters::default().with(parameter, value).encode();
    let rest = visit.at.request.query.clone().without("identity_provider").without("idp_identifier").encode();
    format!("{}oauth2/authorize?{query}&{rest}", visit.at.request.cookie_path())
}

/// Leads to the provider that has the domain of an address among its identifiers, if the client offers it.
pub async fn by_address(visit: &Visit<'_>, address: &str) -> Result<Option<Response>, Fault> {
    let Some((_, domain)) = address.trim().rsplit_once('@') else { return Ok(None) };
    let domain = domain.to_ascii_lowercase();
    match providers::by_identifier(&visit.at.cx.services.store, visit.at.pool, &domain).await {
        Ok(provider) if oauth::offers(&visit.request, &provider.name) => {
            Ok(Some(Response::redirect(leading(visit, "idp_identifier", &domain))))
        }
        Err(fault) if !fault.is_modelled() => Err(fault),
        _ => Ok(None),
    }
}
