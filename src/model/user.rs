//! Users and the codes sent to them.

use super::LinkedIdentity;
use super::{Credential, SecondFactors};
use crate::clock::Timestamp;
use crate::shapes::idp as api;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A user of a pool.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct User {
    /// A UUID that never changes.
    pub sub: String,
    /// The canonical username; equal to `sub` in pools where mail address or phone number is the sign-in name.
    pub username: String,
    /// Where the account stands.
    pub status: api::UserStatusType,
    /// Whether an administrator lets the user in.
    pub enabled: bool,
    /// When the account was made.
    pub created: Timestamp,
    /// When it last changed.
    pub modified: Timestamp,
    /// Attribute values by full name, without `sub`.
    pub attributes: BTreeMap<String, String>,
    /// New values that wait for their code while the old ones stay in use.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub pending: BTreeMap<String, String>,
    /// The password, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential: Option<Credential>,
    /// When the password was set; `None` in records of before this was kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_set: Option<Timestamp>,
    /// When the temporary password ends.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub temporary_until: Option<Timestamp>,
    /// Tokens issued up to this moment are dead (global sign-out, disabling).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signed_out: Option<Timestamp>,
    /// Groups by name, with the moment the group was made: a later group of that name is another one.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, Timestamp>,
    /// Identities at providers that sign the user in; the attribute `identities` tells of them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<LinkedIdentity>,
    /// Legacy SMS MFA options (SetUserSettings).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mfa_options: Vec<api::MFAOptionType>,
    /// Second factors.
    #[serde(default, skip_serializing_if = "SecondFactors::is_empty")]
    pub factors: SecondFactors,
}

/// An attribute that messages can go to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Contact {
    /// `email`.
    Email,
    /// `phone_number`.
    Phone,
}

impl Contact {
    /// The attribute's name.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone_number",
        }
    }

    /// The name of the attribute that says whether it is verified.
    pub fn verified(self) -> &'static str {
        match self {
            Self::Email => "email_verified",
            Self::Phone => "phone_number_verified",
        }
    }

    /// By attribute name.
    pub fn named(attribute: &str) -> Option<Self> {
        match attribute {
            "email" => Some(Self::Email),
            "phone_number" => Some(Self::Phone),
            _ => None,
        }
    }

    /// How messages to it travel.
    pub fn medium(self) -> api::DeliveryMediumType {
        match self {
            Self::Email => api::DeliveryMediumType::Email,
            Self::Phone => api::DeliveryMediumType::Sms,
        }
    }
}

impl User {
    /// The value of an attribute; `sub` included.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        if name == "sub" { Some(&self.sub) } else { self.attributes.get(name).map(String::as_str) }
    }

    /// Whether the contact is there and verified.
    pub fn verified(&self, contact: Contact) -> bool {
        self.attributes.contains_key(contact.attribute())
            && self.attributes.get(contact.verified()).is_some_and(|v| v == "true")
    }
}

/// What a code is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CodePurpose {
    /// Confirms a sign-up.
    SignUp,
    /// Resets a password.
    ForgotPassword,
    /// Verifies a mail address.
    VerifyEmail,
    /// Verifies a phone number.
    VerifyPhone,
}

impl CodePurpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::SignUp, Self::ForgotPassword, Self::VerifyEmail, Self::VerifyPhone];

    /// A stable name for keys.
    pub fn name(self) -> &'static str {
        match self {
            Self::SignUp => "sign-up",
            Self::ForgotPassword => "forgot-password",
            Self::VerifyEmail => "verify-email",
            Self::VerifyPhone => "verify-phone",
        }
    }

    /// The purpose of verifying a contact.
    pub fn verify(contact: Contact) -> Self {
        match contact {
            Contact::Email => Self::VerifyEmail,
            Contact::Phone => Self::VerifyPhone,
        }
    }
}

/// A code that was sent and waits.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Code {
    /// Keyed hash of the digits.
    #[serde(with = "serde_bytes")]
    pub mac: Vec<u8>,
    /// When it ends.
    pub until: Timestamp,
    /// Wrong answers so far.
    pub failures: u32,
    /// What it was sent to.
    pub contact: Contact,
    /// The value it was sent to; the code verifies this value alone.
    pub value: String,
}
