//! Events of new accounts: before they are made, and after they are confirmed.

use super::call::{Event, flag, unusable};
use super::{EventContext, Texts, Trigger, Triggers};
use crate::fault::Fault;
use crate::model::Contact;
use serde_json::{Map, Value, json};

/// What makes an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Maker {
    /// `PreSignUp_SignUp`.
    User,
    /// `PreSignUp_AdminCreateUser`.
    Admin,
    /// `PreSignUp_ExternalProvider`.
    Provider,
}

/// What was confirmed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Confirmation {
    /// `PostConfirmation_ConfirmSignUp`.
    SignUp,
    /// `PostConfirmation_ConfirmForgotPassword`.
    ForgotPassword,
}

/// What PreSignUp says of a new account.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is confirmed without a code.
    pub confirm: bool,
    verify_email: bool,
    verify_phone: bool,
}

impl Verdict {
    /// From the answer's `response`.
    pub(super) fn read(response: &Map<String, Value>) -> Result<Self, Fault> {
        Ok(Self {
            confirm: flag(response, "autoConfirmUser")?,
            verify_email: flag(response, "autoVerifyEmail")?,
            verify_phone: flag(response, "autoVerifyPhone")?,
        })
    }

    /// Whether a contact is verified without a code.
    pub fn verifies(self, contact: Contact) -> bool {
        match contact {
            Contact::Email => self.verify_email,
            Contact::Phone => self.verify_phone,
        }
    }

    /// What is verified must be there.
    fn check(self, attributes: &Texts) -> Result<Self, Fault> {
        for (contact, name) in [(Contact::Email, "autoVerifyEmail"), (Contact::Phone, "autoVerifyPhone")] {
            if self.verifies(contact) && !attributes.contains_key(contact.attribute()) {
                return Err(unusable(format!("PreSignUp answered {name} for a user without {}.", contact.attribute())));
            }
        }
        Ok(self)
    }
}

impl Triggers {
    /// Before an account with these attributes is made; `about` is [`super::EventSubject::New`]. `validation` is
    /// `ValidationData`.
    pub async fn pre_sign_up(
        &self,
        about: EventContext<'_>,
        maker: Maker,
        (attributes, validation): (&Texts, Option<&Texts>),
    ) -> Result<Verdict, Fault> {
        if !Trigger::PreSignUp.is_configured(about.pool) {
            return Ok(Verdict::default());
        }
        let source = match maker {
            Maker::User => "PreSignUp_SignUp",
            Maker::Admin => "PreSignUp_AdminCreateUser",
            Maker::Provider => "PreSignUp_ExternalProvider",
        };
        let request = about.request(json!({ "validationData": validation }));
        let found = json!({ "autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false });
        let Some(response) = self.call(&about, Event::new(Trigger::PreSignUp, source, request, found)).await? else {
            return Ok(Verdict::default());
        };
        Verdict::read(&response)?.check(attributes)
    }

    /// After an account was confirmed, and that is written. A failure is the call's, and undoes nothing.
    pub async fn post_confirmation(&self, about: EventContext<'_>, what: Confirmation) -> Result<(), Fault> {
        if !Trigger::PostConfirmation.is_configured(about.pool) {
            return Ok(());
        }
        let source = match what {
            Confirmation::SignUp => "PostConfirmation_ConfirmSignUp",
            Confirmation::ForgotPassword => "PostConfirmation_ConfirmForgotPassword",
        };
        self.call(&about, Event::new(Trigger::PostConfirmation, source, about.request(json!({})), json!({})))
            .await
            .map(|_| ())
    }
}
