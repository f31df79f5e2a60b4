//! Factors: what proves a user, and the second factors that a user has.

use crate::shapes::idp::ChallengeNameType as Name;
use serde::{Deserialize, Serialize};

/// One thing that a sign-in has proven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Factor {
    /// The password, itself or by SRP.
    Password,
    /// A code sent to the mail address, as first factor.
    EmailOtp,
    /// A code sent to the phone, as first factor.
    SmsOtp,
    /// A passkey that only showed presence.
    Passkey,
    /// A passkey that verified its user (by PIN or body).
    VerifiedPasskey,
    /// A code sent to the phone, as second factor.
    Sms,
    /// A TOTP code.
    SoftwareToken,
    /// A code sent to the mail address, as second factor.
    Email,
    /// A backup code in place of a second factor.
    BackupCode,
    /// The secret of a remembered device.
    Device,
    /// What the pool's own functions asked.
    Custom,
    /// Another identity provider's word, at the lowest level.
    Federated,
    /// Another identity provider's word, at level 2 by the provider's `AcrMapping`.
    FederatedAtLevel2,
    /// The same at level 3.
    FederatedAtLevel3,
    /// The same at level 4.
    FederatedAtLevel4,
}

impl Factor {
    /// Another identity provider's word, at an authentication level.
    pub fn federated(level: u8) -> Self {
        match level {
            2 => Self::FederatedAtLevel2,
            3 => Self::FederatedAtLevel3,
            4 => Self::FederatedAtLevel4,
            _ => Self::Federated,
        }
    }

    /// The level of another identity provider's word.
    pub fn federated_level(self) -> Option<u8> {
        match self {
            Self::Federated => Some(1),
            Self::FederatedAtLevel2 => Some(2),
            Self::FederatedAtLevel3 => Some(3),
            Self::FederatedAtLevel4 => Some(4),
            _ => None,
        }
    }
}

/// A method of MFA.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Mfa {
    /// A code by SMS.
    Sms,
    /// TOTP (RFC 6238).
    SoftwareToken,
    /// A code by mail.
    Email,
}

impl Mfa {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Sms, Self::SoftwareToken, Self::Email];

    /// The challenge that asks for it.
    pub fn challenge(self) -> Name {
        match self {
            Self::Sms => Name::SmsMfa,
            Self::SoftwareToken => Name::SoftwareTokenMfa,
            Self::Email => Name::EmailOtp,
        }
    }

    /// The name in `UserMFASettingList`, `PreferredMfaSetting` and `MFAS_CAN_CHOOSE`.
    pub fn name(self) -> &'static str {
        self.challenge().as_str()
    }

    /// By that name; documentation also writes `EMAIL_MFA`.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|mfa| mfa.name() == name || (*mfa == Self::Email && name == "EMAIL_MFA"))
    }

    /// What a right answer proves.
    pub fn factor(self) -> Factor {
        match self {
            Self::Sms => Factor::Sms,
            Self::SoftwareToken => Factor::SoftwareToken,
            Self::Email => Factor::Email,
        }
    }
}

/// A user's second factors.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SecondFactors {
    /// What is switched on.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub on: Vec<Mfa>,
    /// Which is asked when several are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred: Option<Mfa>,
    /// Whether passkeys count as both factors (WebAuthnMfaSettings).
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub web_authn: bool,
    /// The TOTP seed that a code has proven.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub software_token: Option<SoftwareToken>,
    /// A sealed TOTP seed that waits for its first code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub associating: Option<serde_bytes::ByteBuf>,
    /// Keyed hashes of unused backup codes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub backup_codes: Vec<serde_bytes::ByteBuf>,
}

/// A TOTP authenticator.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SoftwareToken {
    /// The seed, sealed.
    #[serde(with = "serde_bytes")]
    pub sealed: Vec<u8>,
    /// What the user calls it (`FriendlyDeviceName`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl SecondFactors {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Switches a method on or off; one that is off is not preferred.
    pub fn switch(&mut self, mfa: Mfa, on: bool) {
        self.on.retain(|other| *other != mfa);
        if on {
            self.on.push(mfa);
        } else if self.preferred == Some(mfa) {
            self.preferred = None;
        }
    }
}
