//! The event of users who are known elsewhere, when they sign in with a password or forget it.

use super::call::{Event, flag, text, unusable};
use super::{EventContext, Texts, Trigger, Triggers, unrecognizable};
use crate::fault::Fault;
use crate::secret::Secret;
use serde_json::{Map, Value, json};

/// Most characters of an attribute's value.
const MAX_VALUE: usize = 2048;

/// What a function says of a user whom it knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Migrated {
    /// Attribute values; `username` may be among them.
    pub attributes: Texts,
    /// Whether the password is to be kept; else it must be reset.
    pub confirmed: bool,
    /// Whether a verified alias is taken from another user.
    pub force_alias: bool,
    /// Whether codes by SMS are the second factor.
    pub sms_mfa: bool,
}

impl Triggers {
    /// Asks for a user whom nobody here knows: at sign-in with the password that was typed. `about` is
    /// [`super::EventSubject::Unknown`] with the name as typed. Nothing where the pool names no function.
    pub async fn user_migration(
        &self,
        about: EventContext<'_>,
        (password, validation): (Option<&Secret>, Option<&Texts>),
    ) -> Result<Option<Migrated>, Fault> {
        if !Trigger::UserMigration.is_configured(about.pool) {
            return Ok(None);
        }
        let mut request = Map::new();
        if let Some(password) = password {
            request.insert("password".to_owned(), json!(password.reveal()));
        }
        request.insert("validationData".to_owned(), json!(validation));
        about.add_metadata(&mut request);
        request.insert("userAttributes".to_owned(), Value::Null);
        let source = if password.is_some() { "UserMigration_Authentication" } else { "UserMigration_ForgotPassword" };
        let found = json!({ "userAttributes": null, "forceAliasCreation": null, "enableSMSMFA": null, "finalUserStatus": null,
            "messageAction": null, "desiredDeliveryMediums": null });
        let Some(response) = self.call(&about, Event::new(Trigger::UserMigration, source, request, found)).await?
        else {
            return Ok(None);
        };
        Migrated::read(&response).map(Some)
    }
}

impl Migrated {
    /// From the answer's `response`.
    pub(super) fn read(response: &Map<String, Value>) -> Result<Self, Fault> {
        // Messages to new users hold a password that they do not know yet; these know theirs, so none is sent, whatever
        // is said of it.
        match text(response, "messageAction")?.as_deref() {
            None | Some("SUPPRESS" | "RESEND") => {}
            Some(_) => return Err(unrecognizable()),
        }
        Ok(Self {
            attributes: attributes(response)?,
            confirmed: match text(response, "finalUserStatus")?.as_deref() {
                Some("CONFIRMED") => true,
                None | Some("RESET_REQUIRED") => false,
                Some(_) => return Err(unrecognizable()),
            },
            force_alias: flag(response, "forceAliasCreation")?,
            sms_mfa: flag(response, "enableSMSMFA")?,
        })
    }
}

/// Texts; numbers and flags are taken as such, since functions often give `true` for `"true"`.
fn attributes(response: &Map<String, Value>) -> Result<Texts, Fault> {
    let Some(Value::Object(map)) = response.get("userAttributes") else {
        return Err(unusable("UserMigration answered no user."));
    };
    let one = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) if text.chars().count() <= MAX_VALUE => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => return Err(unrecognizable()),
        };
        Ok((name.clone(), value))
    };
    map.iter().filter(|(_, value)| !value.is_null()).map(one).collect()
}
