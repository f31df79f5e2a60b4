//! Triggers of new accounts: PreSignUp and PostConfirmation.

use super::Texts;
use super::answer::flag;
use super::dispatch::{Event, Triggers};
use super::event_context::{EventContext, EventSubject};
use super::failure::invalid_lambda_response;
use super::trigger::Trigger;
use crate::fault::Fault;
use crate::model::Contact;
use serde_json::{Map, Value, json};

/// How an account is created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignUpOrigin {
    SignUp,
    AdminCreateUser,
    /// The first sign-in with an identity provider.
    ExternalProvider,
}

/// What a PostConfirmation event reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    SignUp,
    ForgotPassword,
}

/// The answer to PreSignUp.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PreSignUpResponse {
    /// Whether the account is confirmed without a code.
    pub confirm: bool,
    verify_email: bool,
    verify_phone: bool,
}

impl PreSignUpResponse {
    pub(super) fn read(response: &Map<String, Value>) -> Result<Self, Fault> {
        Ok(Self {
            confirm: flag(response, "autoConfirmUser")?,
            verify_email: flag(response, "autoVerifyEmail")?,
            verify_phone: flag(response, "autoVerifyPhone")?,
        })
    }

    /// Whether this contact is marked as verified without a code.
    pub fn verifies(self, contact: Contact) -> bool {
        match contact {
            Contact::Email => self.verify_email,
            Contact::Phone => self.verify_phone,
        }
    }

    /// Refuses to verify a contact that the user does not have and, as AWS does in these words, to verify a contact of
    /// a user who signs up without being confirmed. Users of administrators are not confirmed by this trigger.
    fn check(self, subject: EventSubject<'_>, origin: SignUpOrigin) -> Result<Self, Fault> {
        if origin == SignUpOrigin::SignUp && !self.confirm && (self.verify_email || self.verify_phone) {
            return Err(invalid_lambda_response(
                "Phone or email cannot be auto verified, when user is not being auto confirmed.".to_owned(),
            ));
        }
        let EventSubject::New(_, attributes) = subject else { return Ok(self) };
        for (contact, name) in [(Contact::Email, "autoVerifyEmail"), (Contact::Phone, "autoVerifyPhone")] {
            if self.verifies(contact) && !attributes.contains_key(contact.attribute()) {
                return Err(invalid_lambda_response(format!(
                    "PreSignUp answered {name} for a user without {}.",
                    contact.attribute()
                )));
            }
        }
        Ok(self)
    }
}

impl Triggers {
    /// Runs before an account is created. The subject of `context` is [`super::EventSubject::New`].
    pub async fn pre_sign_up(
        &self,
        context: EventContext<'_>,
        origin: SignUpOrigin,
        validation: Option<&Texts>,
    ) -> Result<PreSignUpResponse, Fault> {
        if !Trigger::PreSignUp.is_configured(context.pool) {
            return Ok(PreSignUpResponse::default());
        }
        let source = match origin {
            SignUpOrigin::SignUp => "PreSignUp_SignUp",
            SignUpOrigin::AdminCreateUser => "PreSignUp_AdminCreateUser",
            SignUpOrigin::ExternalProvider => "PreSignUp_ExternalProvider",
        };
        let request = context.request(json!({ "validationData": validation }));
        let found = json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false });
        let Some(response) = self.call(&context, Event::new(Trigger::PreSignUp, source, request, found)).await? else {
            return Ok(PreSignUpResponse::default());
        };
        PreSignUpResponse::read(&response)?.check(context.who, origin)
    }

    /// Runs after the confirmation is stored. An error fails the API call, but the user stays confirmed.
    pub async fn post_confirmation(&self, context: EventContext<'_>, what: Confirmation) -> Result<(), Fault> {
        if !Trigger::PostConfirmation.is_configured(context.pool) {
            return Ok(());
        }
        let source = match what {
            Confirmation::SignUp => "PostConfirmation_ConfirmSignUp",
            Confirmation::ForgotPassword => "PostConfirmation_ConfirmForgotPassword",
        };
        self.call(&context, Event::new(Trigger::PostConfirmation, source, context.request(json!({})), json!({})))
            .await
            .map(|_| ())
    }
}
