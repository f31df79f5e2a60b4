//! Why a SAML message is not accepted.

/// The outcome of reading a message that is not to be trusted. The texts are for logs and for the app, and say nothing
/// of what stands in the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More than [`super::document::LARGEST`] characters.
    #[error("the message is too large")]
    TooLarge,
    /// Not the XML that SAML messages are written in.
    #[error("the message cannot be read: {0}")]
    Malformed(&'static str),
    /// The signature of the whole message is missing, of a kind that is not allowed, or wrong.
    #[error("SAML Response signature is invalid. ")]
    ResponseSignature,
    /// No signature covers the assertion, or one that does is of a kind that is not allowed, or wrong.
    #[error("SAML Assertion signature is invalid. ")]
    AssertionSignature,
    /// An encrypted assertion cannot be decrypted, or what was in it is not signed well. One outcome for all that can
    /// go wrong with it, so that nobody learns about the plain text by trying.
    #[error("SAML Assertion cannot be decrypted or its signature is invalid. ")]
    Encrypted,
    /// A plain assertion where encrypted ones are agreed on.
    #[error("SAML Assertion is not encrypted. ")]
    NotEncrypted,
    /// An encrypted assertion where plain ones are agreed on.
    #[error("SAML Assertion is encrypted, which is not enabled for the identity provider. ")]
    UnexpectedEncryption,
    /// The provider says that it did not sign the user in.
    #[error("Status in SAML Response is not success: {0}. ")]
    Status(Status),
    /// It comes from another provider than the one that was asked.
    #[error("Issuer does not match the identity provider. ")]
    Issuer,
    /// It is meant for others.
    #[error("Audience restriction in the SAML Assertion does not allow it for this service provider. ")]
    Audience,
    /// It answers another request, none, or is sent elsewhere.
    #[error("Invalid samlResponse or relayState from identity provider")]
    Binding,
    /// Too early, too late, or for too long.
    #[error("SAML Assertion is not valid at this time. ")]
    Time,
    /// The assertion was used before.
    #[error("Invalid samlResponse or relayState from identity provider: the assertion was used before")]
    Replayed,
    /// No name of the user.
    #[error("username attribute mapping required")]
    NoNameId,
    /// A character that does not fit the attribute.
    #[error("An attribute has a character outside the Basic Multilingual Plane. ")]
    Character,
}

/// The second-level status codes of SAML core 3.2.2.2 that a user can do something about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    AuthnFailed,
    RequestDenied,
    NoPassive,
    InvalidNameIdPolicy,
    NoAuthnContext,
    Other,
}

impl Status {
    pub fn of(code: &str) -> Self {
        match code.strip_prefix("urn:oasis:names:tc:SAML:2.0:status:") {
            Some("AuthnFailed") => Self::AuthnFailed,
            Some("RequestDenied") => Self::RequestDenied,
            Some("NoPassive") => Self::NoPassive,
            Some("InvalidNameIDPolicy") => Self::InvalidNameIdPolicy,
            Some("NoAuthnContext") => Self::NoAuthnContext,
            _ => Self::Other,
        }
    }
}

impl std::fmt::Display for Status {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::AuthnFailed => "AuthnFailed",
            Self::RequestDenied => "RequestDenied",
            Self::NoPassive => "NoPassive",
            Self::InvalidNameIdPolicy => "InvalidNameIDPolicy",
            Self::NoAuthnContext => "NoAuthnContext",
            Self::Other => "other",
        })
    }
}
