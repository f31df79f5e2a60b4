//! What all events have in common: the pool, the client and the user they are about.

use super::Texts;
use crate::model::{Client, Contact, Pool, User};
use crate::shapes::idp::AliasAttributeType;
use serde_json::{Map, Value, json};

/// The user an event is about.
#[derive(Clone, Copy)]
pub enum EventSubject<'a> {
    /// An existing user.
    User(&'a User),
    /// A user who is about to be created: the username and the submitted attributes.
    New(&'a str, &'a Texts),
    /// A username that does not exist.
    Unknown(&'a str),
}

/// The members that all events share.
#[derive(Clone, Copy)]
pub struct EventContext<'a> {
    pub pool: &'a Pool,
    /// The app client; `None` for calls of administrators.
    pub client: Option<&'a Client>,
    pub who: EventSubject<'a>,
    /// The `ClientMetadata` of the API call.
    pub metadata: &'a Texts,
    pub request_id: &'a str,
}

impl EventContext<'_> {
    /// The `userName` member.
    pub(super) fn username(&self) -> &str {
        match self.who {
            EventSubject::User(user) => &user.username,
            EventSubject::New(name, _) | EventSubject::Unknown(name) => name,
        }
    }

    /// The `callerContext.clientId` member.
    pub(super) fn client_id(&self) -> &str {
        self.client.map_or("CLIENT_ID_NOT_APPLICABLE", |client| &client.id)
    }

    /// The `userAttributes` member. For existing users it also has `sub`, `cognito:user_status` and the active aliases.
    pub(super) fn attributes(&self) -> Map<String, Value> {
        let texts =
            |texts: &Texts| texts.iter().map(|(name, value)| (name.clone(), json!(value))).collect::<Map<_, _>>();
        match self.who {
            EventSubject::Unknown(_) => Map::new(),
            EventSubject::New(_, attributes) => texts(attributes),
            EventSubject::User(user) => {
                let mut map = Map::new();
                map.insert("sub".to_owned(), json!(user.sub));
                for (alias, contact, name) in [
                    (AliasAttributeType::Email, Contact::Email, "cognito:email_alias"),
                    (AliasAttributeType::PhoneNumber, Contact::Phone, "cognito:phone_number_alias"),
                ] {
                    let active = self.pool.alias_attributes.iter().flatten().any(|other| *other == alias)
                        && user.verified(contact);
                    if let Some(value) = user.attribute(contact.attribute()).filter(|_| active) {
                        map.insert(name.to_owned(), json!(value));
                    }
                }
                map.insert("cognito:user_status".to_owned(), json!(user.status.as_str()));
                map.extend(texts(&user.attributes));
                map
            }
        }
    }

    /// The `request` member: user attributes, the event's own members, and `clientMetadata` if the call had any.
    pub(super) fn request(&self, own: Value) -> Map<String, Value> {
        let mut request = Map::new();
        request.insert("userAttributes".to_owned(), Value::Object(self.attributes()));
        if let Value::Object(own) = own {
            request.extend(own);
        }
        self.add_metadata(&mut request);
        request
    }

    pub(super) fn add_metadata(&self, request: &mut Map<String, Value>) {
        if !self.metadata.is_empty() {
            request.insert("clientMetadata".to_owned(), json!(self.metadata));
        }
    }

    /// Adds `userNotFound`, which functions receive when the client has PreventUserExistenceErrors enabled.
    pub(super) fn add_not_found(&self, request: &mut Map<String, Value>) {
        if self.client.is_some_and(Client::hides_users) {
            request.insert("userNotFound".to_owned(), json!(matches!(self.who, EventSubject::Unknown(_))));
        }
    }
}
