//! The event of what another identity provider says of a user, before its attributes are mapped to the pool's.

use super::call::Event;
use super::{EventContext, Texts, Trigger, Triggers, unrecognizable};
use crate::fault::Fault;
use serde_json::{Map, Value, json};

/// What a provider said.
#[derive(Debug, Clone)]
pub struct Inbound<'a> {
    /// The provider's name in the pool.
    pub provider: &'a str,
    /// `OIDC`, `SAML`, `Facebook`, `Google`, `SignInWithApple` or `LoginWithAmazon`.
    pub kind: &'a str,
    /// `samlResponse`; or `tokenResponse`, `idToken` and `userInfo`.
    pub attributes: Value,
}

impl Triggers {
    /// After the provider's answer was verified. The attributes that count instead of the provider's; nothing where
    /// these stand.
    pub async fn inbound_federation(
        &self,
        about: EventContext<'_>,
        inbound: Inbound<'_>,
    ) -> Result<Option<Texts>, Fault> {
        if !Trigger::InboundFederation.is_configured(about.pool) {
            return Ok(None);
        }
        let mut request = Map::new();
        request.insert("providerName".to_owned(), json!(inbound.provider));
        request.insert("providerType".to_owned(), json!(inbound.kind));
        request.insert("attributes".to_owned(), inbound.attributes);
        let found = json!({ "userAttributesToMap": {} });
        let event = Event::new(Trigger::InboundFederation, "InboundFederation_ExternalProvider", request, found);
        let Some(response) = self.call(&about, event).await? else { return Ok(None) };
        attributes(&response)
    }
}

/// `userAttributesToMap`; nothing where it is empty.
pub(super) fn attributes(response: &Map<String, Value>) -> Result<Option<Texts>, Fault> {
    let map = match response.get("userAttributesToMap") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(map)) => map,
        Some(_) => return Err(unrecognizable()),
    };
    let one = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone())),
        Value::Bool(_) | Value::Number(_) => Ok((name.clone(), value.to_string())),
        _ => Err(unrecognizable()),
    };
    let texts: Texts = map.iter().filter(|(_, value)| !value.is_null()).map(one).collect::<Result<_, _>>()?;
    Ok(Some(texts).filter(|texts| !texts.is_empty()))
}
