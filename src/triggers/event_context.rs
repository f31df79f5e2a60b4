//! Whom an event is about: what every event says of pool, client and user.

use super::Texts;
use crate::model::{Client, Contact, Pool, User};
use crate::shapes::idp::AliasAttributeType;
use serde_json::{Map, Value, json};

/// Someone an event is about.
#[derive(Clone, Copy)]
pub enum EventSubject<'a> {
    /// A user of the pool.
    User(&'a User),
    /// Someone who is to become one: the name, and the attributes as submitted.
    New(&'a str, &'a Texts),
    /// A name that means nobody.
    Unknown(&'a str),
}

/// What every event says.
#[derive(Clone, Copy)]
pub struct EventContext<'a> {
    /// The pool.
    pub pool: &'a Pool,
    /// The client, where there is one.
    pub client: Option<&'a Client>,
    /// Who.
    pub who: EventSubject<'a>,
    /// `ClientMetadata` of the call.
    pub metadata: &'a Texts,
    /// The id of the request.
    pub request_id: &'a str,
}

impl EventContext<'_> {
    /// `userName`.
    pub(super) fn username(&self) -> &str {
        match self.who {
            EventSubject::User(user) => &user.username,
            EventSubject::New(name, _) | EventSubject::Unknown(name) => name,
        }
    }

    /// `callerContext.clientId`.
    pub(super) fn client_id(&self) -> &str {
        self.client.map_or("CLIENT_ID_NOT_APPLICABLE", |client| &client.id)
    }

    /// `userAttributes`: of a user with `sub`, `cognito:user_status` and the aliases that are in use.
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

    /// `request`: the attributes, what the event has of its own, and `clientMetadata` where the call had some.
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

    /// `userNotFound`, which functions are told where the client hides who exists.
    pub(super) fn add_not_found(&self, request: &mut Map<String, Value>) {
        if self.client.is_some_and(Client::hides_users) {
            request.insert("userNotFound".to_owned(), json!(matches!(self.who, EventSubject::Unknown(_))));
        }
    }
}
