//! Triggers around messages: CustomMessage changes the text, CustomEmailSender and CustomSMSSender send the message.

use super::answer::text;
use super::dispatch::{Event, Prepared, Triggers};
use super::event_context::EventContext;
use super::failure::{Failure, invalid_lambda_response};
use super::trigger::Trigger;
use crate::fault::Fault;
use crate::model::Contact;
use serde_json::{Map, Value, json};
use tracing::Instrument as _;

/// Longest mail body, subject and SMS text that a function may answer, in characters.
const MAX_EMAIL: usize = 20_000;
const MAX_SUBJECT: usize = 140;
const MAX_SMS: usize = 140;

/// Which operation sends a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageSource {
    SignUp,
    AdminCreateUser,
    ResendCode,
    /// ForgotPassword and AdminResetUserPassword.
    ForgotPassword,
    /// UpdateUserAttributes and AdminUpdateUserAttributes.
    UpdateUserAttribute,
    /// GetUserAttributeVerificationCode.
    VerifyUserAttribute,
    /// A one-time code for signing in or MFA.
    Authentication,
}

impl MessageSource {
    /// The trigger sources of CustomMessage, CustomEmailSender and CustomSMSSender.
    fn names(self) -> [&'static str; 3] {
        match self {
            Self::SignUp => ["CustomMessage_SignUp", "CustomEmailSender_SignUp", "CustomSMSSender_SignUp"],
            Self::AdminCreateUser => [
                "CustomMessage_AdminCreateUser",
                "CustomEmailSender_AdminCreateUser",
                "CustomSMSSender_AdminCreateUser",
            ],
            Self::ResendCode => {
                ["CustomMessage_ResendCode", "CustomEmailSender_ResendCode", "CustomSMSSender_ResendCode"]
            }
            Self::ForgotPassword => {
                ["CustomMessage_ForgotPassword", "CustomEmailSender_ForgotPassword", "CustomSMSSender_ForgotPassword"]
            }
            Self::UpdateUserAttribute => [
                "CustomMessage_UpdateUserAttribute",
                "CustomEmailSender_UpdateUserAttribute",
                "CustomSMSSender_UpdateUserAttribute",
            ],
            Self::VerifyUserAttribute => [
                "CustomMessage_VerifyUserAttribute",
                "CustomEmailSender_VerifyUserAttribute",
                "CustomSMSSender_VerifyUserAttribute",
            ],
            Self::Authentication => {
                ["CustomMessage_Authentication", "CustomEmailSender_Authentication", "CustomSMSSender_Authentication"]
            }
        }
    }
}

/// The subject and text that a CustomMessage function answered, with placeholders for code, link and username.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CustomizedMessage {
    /// The subject; only mails have one.
    pub subject: Option<String>,
    pub body: Option<String>,
}

impl CustomizedMessage {
    /// Reads the part of the response that applies to mails or to SMS.
    pub(super) fn read(response: &Map<String, Value>, contact: Contact) -> Result<Self, Fault> {
        let bounded = |name: &str, most: usize| match text(response, name)? {
            Some(words) if words.chars().count() > most => {
                Err(invalid_lambda_response(format!("CustomMessage answered {name} of more than {most} characters.")))
            }
            words => Ok(words),
        };
        let (sms, email, subject) = (
            bounded("smsMessage", MAX_SMS)?,
            bounded("emailMessage", MAX_EMAIL)?,
            bounded("emailSubject", MAX_SUBJECT)?,
        );
        Ok(match contact {
            Contact::Email => Self { subject, body: email },
            Contact::Phone => Self { subject: None, body: sms },
        })
    }
}

/// A message that a function of the pool will send. It has no `Debug`, because the event contains the code.
pub struct SenderCall(Prepared);

impl Triggers {
    /// Whether a function of the pool sends messages of this kind; an error where the function does not exist.
    pub fn has_sender(&self, context: EventContext<'_>, contact: Contact) -> Result<bool, Fault> {
        self.function(&context, sender(contact)).map(|function| function.is_some())
    }

    /// Runs CustomMessage. `None` where the pool has no such function.
    pub async fn custom_message(
        &self,
        context: EventContext<'_>,
        source: MessageSource,
        contact: Contact,
    ) -> Result<Option<CustomizedMessage>, Fault> {
        if !Trigger::CustomMessage.is_configured(context.pool) {
            return Ok(None);
        }
        let [name, ..] = source.names();
        let username = (source == MessageSource::AdminCreateUser).then_some("{username}");
        let own =
            json!({ "codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": username });
        let found = json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null });
        let event = Event::new(Trigger::CustomMessage, name, context.request(own), found);
        let Some(response) = self.call(&context, event).await? else { return Ok(None) };
        CustomizedMessage::read(&response, contact).map(Some)
    }

    /// Builds the event for CustomEmailSender or CustomSMSSender; `None` where the pool has no such function. Send it
    /// after the code is stored.
    ///
    /// The code is not encrypted: AWS encrypts it with the pool's KMS key, and there is no KMS here.
    pub fn sender_event(
        &self,
        context: EventContext<'_>,
        source: MessageSource,
        contact: Contact,
        code: &str,
    ) -> Result<Option<SenderCall>, Fault> {
        let [_, email, sms] = source.names();
        let (name, kind) = match contact {
            Contact::Email => (email, "customEmailSenderRequestV1"),
            Contact::Phone => (sms, "customSMSSenderRequestV1"),
        };
        let mut request = Map::new();
        request.insert("type".to_owned(), json!(kind));
        request.insert("code".to_owned(), json!(code));
        context.add_metadata(&mut request);
        request.insert("userAttributes".to_owned(), Value::Object(context.attributes()));
        let event = Event::new(sender(contact), name, request, json!({}));
        self.prepare(&context, event).map(|prepared| prepared.map(SenderCall))
    }
}

impl SenderCall {
    /// Invokes the function in the background. A failure is only logged.
    pub fn send(self) {
        let span = self.0.span.clone();
        let sending = async move {
            match self.0.invoke().await {
                // Senders need not answer anything.
                Ok(_) | Err(Failure::NotJson | Failure::Unrecognizable) => {}
                Err(failure) => {
                    tracing::warn!(cause = failure.cause(), "the pool's function did not send a message");
                }
            }
        };
        tokio::spawn(sending.instrument(span));
    }
}

fn sender(contact: Contact) -> Trigger {
    match contact {
        Contact::Email => Trigger::CustomEmailSender,
        Contact::Phone => Trigger::CustomSmsSender,
    }
}
