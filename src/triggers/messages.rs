//! Events of messages: their words, and senders of the pool's own in place of mail and SMS.

use super::call::{Call, Event, text, unusable};
use super::{EventContext, Failure, Host, Trigger, Triggers};
use crate::fault::Fault;
use crate::model::{Contact, Pool};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Longest words of a mail, its subject, and an SMS, in characters.
const MAX_EMAIL: usize = 20_000;
const MAX_SUBJECT: usize = 140;
const MAX_SMS: usize = 140;

/// Why a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageSource {
    /// SignUp.
    SignUp,
    /// AdminCreateUser.
    AdminCreateUser,
    /// ResendConfirmationCode.
    ResendCode,
    /// ForgotPassword, AdminResetUserPassword.
    ForgotPassword,
    /// UpdateUserAttributes, AdminUpdateUserAttributes.
    UpdateUserAttribute,
    /// GetUserAttributeVerificationCode.
    VerifyUserAttribute,
    /// A code for signing in.
    Authentication,
}

impl MessageSource {
    /// The names of the events: of the words, and of senders of mail and SMS.
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

/// Words that a function gave for a message, with the places for code, link and name in them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// The subject of a mail.
    pub subject: Option<String>,
    /// The words.
    pub body: Option<String>,
}

impl Words {
    /// From the answer's `response`, what goes to this contact.
    pub(super) fn read(response: &Map<String, Value>, contact: Contact) -> Result<Self, Fault> {
        let bounded = |name: &str, most: usize| match text(response, name)? {
            Some(words) if words.chars().count() > most => {
                Err(unusable(format!("CustomMessage answered {name} of more than {most} characters.")))
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

/// A message on its way to the pool's own sender. It holds a code: there is no `Debug`.
pub struct Handed {
    host: Arc<dyn Host>,
    trigger: Trigger,
    call: Call,
}

impl Triggers {
    /// Whether a function of the pool sends what goes to this contact; fails where it names one and nothing can run it.
    pub fn has_sender(&self, about: EventContext<'_>, contact: Contact) -> Result<bool, Fault> {
        let trigger = sender(contact);
        if !trigger.is_configured(about.pool) {
            return Ok(false);
        }
        self.host(&about, trigger).map(|_| true)
    }

    /// The function's words for a message; nothing where the pool names none.
    pub async fn custom_message(
        &self,
        about: EventContext<'_>,
        source: MessageSource,
        contact: Contact,
    ) -> Result<Option<Words>, Fault> {
        if !Trigger::CustomMessage.is_configured(about.pool) {
            return Ok(None);
        }
        let [name, ..] = source.names();
        let username = (source == MessageSource::AdminCreateUser).then_some("{username}");
        let own =
            json!({ "codeParameter": "{####}", "linkParameter": "{##Click Here##}", "usernameParameter": username });
        let found = json!({ "smsMessage": null, "emailMessage": null, "emailSubject": null });
        let event = Event::new(Trigger::CustomMessage, name, about.request(own), found);
        let Some(response) = self.call(&about, event).await? else { return Ok(None) };
        Words::read(&response, contact).map(Some)
    }

    /// The event for the pool's own sender, to be handed over once what it tells of is written; nothing where it names
    /// none.
    ///
    /// `code` is as it is: AWS seals it with the pool's KMS key, and there is no KMS here.
    pub fn sender_event(
        &self,
        about: EventContext<'_>,
        (source, contact): (MessageSource, Contact),
        code: &str,
    ) -> Option<Handed> {
        let trigger = sender(contact);
        let (function, host) = (trigger.function(about.pool)?, self.host(&about, trigger).ok()?);
        let [_, email, sms] = source.names();
        let (name, kind) = match contact {
            Contact::Email => (email, "customEmailSenderRequestV1"),
            Contact::Phone => (sms, "customSMSSenderRequestV1"),
        };
        let mut request = Map::new();
        request.insert("type".to_owned(), json!(kind));
        request.insert("code".to_owned(), json!(code));
        about.add_metadata(&mut request);
        request.insert("userAttributes".to_owned(), Value::Object(about.attributes()));
        let event = Event::new(trigger, name, request, json!({})).in_full(&about);
        let call = Call { function: function.to_owned(), request_id: about.request_id.to_owned(), event };
        Some(Handed { host: host.clone(), trigger, call })
    }
}

impl Handed {
    /// Hands the message over. Nobody waits for the sender, and its failure is the log's alone.
    pub fn go(self, pool: &Pool) {
        let Self { host, trigger, call } = self;
        let pool = pool.id.clone();
        tokio::spawn(async move {
            match host.call(call).await {
                // What a sender answers does not matter.
                Ok(_) | Err(Failure::NotJson | Failure::Unrecognizable) => {}
                Err(failure) => {
                    let cause = failure.cause();
                    tracing::warn!(%pool, trigger = trigger.name(), cause, "a message was not sent by the pool's function");
                }
            }
        });
    }
}

fn sender(contact: Contact) -> Trigger {
    match contact {
        Contact::Email => Trigger::CustomEmailSender,
        Contact::Phone => Trigger::CustomSmsSender,
    }
}
