//! A message to one destination.

use super::mask;
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The first code, after SignUp.
    SignUp,
    ResendCode,
    /// ForgotPassword or AdminResetUserPassword.
    ForgotPassword,
    /// GetUserAttributeVerificationCode.
    VerifyAttribute,
    /// UpdateUserAttributes.
    UpdateAttribute,
    /// AdminCreateUser.
    Invitation,
    /// A code for signing in or MFA.
    Authentication,
}

/// How a message is transported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Medium {
    Email,
    Sms,
}

impl Medium {
    /// The name in `CodeDeliveryDetails`: `EMAIL` or `SMS`.
    pub fn wire_name(self) -> &'static str {
        match self {
            Self::Email => "EMAIL",
            Self::Sms => "SMS",
        }
    }

    /// The destination as responses show it: `f***@e***`, `+*******1234`.
    pub fn mask(self, destination: &str) -> String {
        match self {
            Self::Email => mask::email(destination),
            Self::Sms => mask::phone(destination),
        }
    }
}

/// The rendered text of a message; made by [`super::templates`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// Empty for SMS.
    pub subject: String,
    /// The body as plain text.
    pub text: String,
    /// The body as HTML, if the template has markup.
    pub html: Option<String>,
}

/// A message to send. It contains codes and passwords, so `Debug` leaves out the text.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    pub pool_id: String,
    pub username: String,
    pub kind: Kind,
    pub medium: Medium,
    /// The mail address, or the phone number in E.164 format.
    pub to: String,
    pub content: Content,
    /// The code or temporary password in the text, for the development inbox.
    pub code: String,
    /// The pool's sender: `EmailConfiguration.From` or the SMS sender. `None` uses the server's.
    pub from: Option<String>,
    /// `EmailConfiguration.ReplyToEmailAddress`.
    pub reply_to: Option<String>,
    /// When the code expires. The message is not sent after that.
    pub expires: Option<Timestamp>,
}

impl Message {
    /// The destination as logs and responses may show it.
    pub fn masked_destination(&self) -> String {
        self.medium.mask(&self.to)
    }
}

impl fmt::Debug for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("pool_id", &self.pool_id)
            .field("kind", &self.kind)
            .field("medium", &self.medium)
            .field("to", &self.masked_destination())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[content]")
    }
}
