//! UserMigration: a function may know users of another directory when they sign in or forget their password.

use super::Texts;
use super::answer::{flag, text};
use super::dispatch::{Event, Triggers};
use super::event_context::EventContext;
use super::failure::{invalid_lambda_response, unrecognizable_output};
use super::trigger::Trigger;
use crate::fault::Fault;
use crate::secret::Secret;
use serde_json::{Map, Value, json};

/// Longest attribute value, in characters.
const MAX_VALUE: usize = 2048;

/// The user that a function described.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct MigratedUser {
    /// Attribute values, perhaps with `username` among them.
    pub attributes: Texts,
    /// Whether the user keeps the submitted password; otherwise it must be reset.
    pub confirmed: bool,
    /// Whether a verified alias is taken away from another user.
    pub force_alias: bool,
    /// Whether SMS codes become the user's second factor.
    pub sms_mfa: bool,
}

impl Triggers {
    /// Asks the function about an unknown user: at sign-in with the submitted password, at ForgotPassword without. The
    /// subject of `context` is [`super::EventSubject::Unknown`] with the name as typed. `None` where the pool has no
    /// function.
    pub async fn user_migration(
        &self,
        context: EventContext<'_>,
        password: Option<&Secret>,
        validation: Option<&Texts>,
    ) -> Result<Option<MigratedUser>, Fault> {
        if !Trigger::UserMigration.is_configured(context.pool) {
            return Ok(None);
        }
        let mut request = Map::new();
        if let Some(password) = password {
            request.insert("password".to_owned(), json!(password.reveal()));
        }
        request.insert("validationData".to_owned(), json!(validation));
        context.add_metadata(&mut request);
        request.insert("userAttributes".to_owned(), Value::Null);
        let source = if password.is_some() { "UserMigration_Authentication" } else { "UserMigration_ForgotPassword" };
        let found = json!({ "userAttributes": null, "forceAliasCreation": null, "enableSMSMFA": null, "finalUserStatus": null,
            "messageAction": null, "desiredDeliveryMediums": null });
        let Some(response) = self.call(&context, Event::new(Trigger::UserMigration, source, request, found)).await?
        else {
            return Ok(None);
        };
        MigratedUser::read(&response).map(Some)
    }
}

impl MigratedUser {
    pub(super) fn read(response: &Map<String, Value>) -> Result<Self, Fault> {
        // RESEND would send a temporary password. Migrated users know their password already, so no message is sent.
        match text(response, "messageAction")?.as_deref() {
            None | Some("SUPPRESS" | "RESEND") => {}
            Some(_) => return Err(unrecognizable_output()),
        }
        Ok(Self {
            attributes: attributes(response)?,
            confirmed: match text(response, "finalUserStatus")?.as_deref() {
                Some("CONFIRMED") => true,
                None | Some("RESET_REQUIRED") => false,
                Some(_) => return Err(unrecognizable_output()),
            },
            force_alias: flag(response, "forceAliasCreation")?,
            sms_mfa: flag(response, "enableSMSMFA")?,
        })
    }
}

/// The `userAttributes` member. Numbers and booleans become strings, because functions often answer `true` for
/// `"true"`.
fn attributes(response: &Map<String, Value>) -> Result<Texts, Fault> {
    let Some(Value::Object(map)) = response.get("userAttributes") else {
        return Err(invalid_lambda_response("UserMigration answered no user."));
    };
    let one = |(name, value): (&String, &Value)| {
        let value = match value {
            Value::String(text) if text.chars().count() <= MAX_VALUE => text.clone(),
            Value::Bool(_) | Value::Number(_) => value.to_string(),
            _ => return Err(unrecognizable_output()),
        };
        Ok((name.clone(), value))
    };
    map.iter().filter(|(_, value)| !value.is_null()).map(one).collect()
}
