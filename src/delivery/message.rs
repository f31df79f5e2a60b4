//! What is sent: one message to one destination.

use super::mask;
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Why a message is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// The first code, after SignUp.
    SignUp,
    /// ResendConfirmationCode.
    ResendCode,
    /// ForgotPassword, AdminResetUserPassword.
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

/// The way a message takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Medium {
    /// By mail.
    Email,
    /// By SMS.
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

    /// The destination as responses may show it: `f***@e***`, `+*******1234`.
    pub fn mask(self, destination: &str) -> String {
        match self {
            Self::Email => mask::email(destination),
            Self::Sms => mask::phone(destination),
        }
    }
}

/// The words of a message, rendered by [`super::templates`].
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Content {
    /// The subject; empty for SMS.
    pub subject: String,
    /// The words as plain text.
    pub text: String,
    /// The words as HTML, where the template has markup.
    pub html: Option<String>,
}

/// A message to be sent. Its words hold codes and passwords: `Debug` does not show them.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The pool it is sent for.
    pub pool_id: String,
    /// The user it is sent to, by username.
    pub username: String,
    /// Why.
    pub kind: Kind,
    /// The way.
    pub medium: Medium,
    /// The address or the number (E.164).
    pub to: String,
    /// The words.
    pub content: Content,
    /// The code or temporary password in the words, for the development inbox.
    pub code: String,
    /// The pool's sender: `EmailConfiguration.From` or the SMS sender. `None`: the server's.
    pub from: Option<String>,
    /// `EmailConfiguration.ReplyToEmailAddress`.
    pub reply_to: Option<String>,
    /// When the code in it expires; it is not sent after that.
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
