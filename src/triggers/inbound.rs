//! InboundFederation: a function may change the attributes that an identity provider sent, before they are mapped.

use super::Texts;
use super::dispatch::{Event, Triggers};
use super::event_context::EventContext;
use super::failure::unrecognizable_output;
use super::trigger::Trigger;
use crate::fault::Fault;
use serde_json::{Map, Value, json};

/// The attributes that an identity provider sent for a user.
#[derive(Debug, Clone)]
pub struct ProviderAttributes<'a> {
    /// The provider's name in the pool.
    pub provider_name: &'a str,
    /// `OIDC`, `SAML`, `Facebook`, `Google`, `SignInWithApple` or `LoginWithAmazon`.
    pub provider_type: &'a str,
    /// An object with `samlResponse`; or with `tokenResponse`, `idToken` and `userInfo`.
    pub attributes: Value,
}

impl Triggers {
    /// Runs after the provider's answer was verified. Returns the attributes to use instead of the provider's; `None`
    /// to keep those.
    pub async fn inbound_federation(
        &self,
        context: EventContext<'_>,
        inbound: ProviderAttributes<'_>,
    ) -> Result<Option<Texts>, Fault> {
        if !Trigger::InboundFederation.is_configured(context.pool) {
            return Ok(None);
        }
        let mut request = Map::new();
        request.insert("providerName".to_owned(), json!(inbound.provider_name));
        request.insert("providerType".to_owned(), json!(inbound.provider_type));
        request.insert("attributes".to_owned(), inbound.attributes);
        let found = json!({ "userAttributesToMap": {} });
        let event = Event::new(Trigger::InboundFederation, "InboundFederation_ExternalProvider", request, found);
        let Some(response) = self.call(&context, event).await? else { return Ok(None) };
        attributes(&response)
    }
}

/// The `userAttributesToMap` member; `None` where it is empty.
pub(super) fn attributes(response: &Map<String, Value>) -> Result<Option<Texts>, Fault> {
    let map = match response.get("userAttributesToMap") {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Object(map)) => map,
        Some(_) => return Err(unrecognizable_output()),
    };
    let one = |(name, value): (&String, &Value)| match value {
        Value::String(text) => Ok((name.clone(), text.clone())),
        Value::Bool(_) | Value::Number(_) => Ok((name.clone(), value.to_string())),
        _ => Err(unrecognizable_output()),
    };
    let texts: Texts = map.iter().filter(|(_, value)| !value.is_null()).map(one).collect::<Result<_, _>>()?;
    Ok(Some(texts).filter(|texts| !texts.is_empty()))
}
