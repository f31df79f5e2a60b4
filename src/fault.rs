//! Owns the one error type of the server: what was wrong, in Cognito's names and words.
//! Hands off the bytes of an error to `wire` (one renderer per protocol). Must not know HTTP frameworks or engines.
//!
//! Programs match on texts: `fault_texts.md` says which are AWS's, and how sure that is.

use std::borrow::Cow;

/// What a modelled fault means, for code that decides by it. Name and message are the caller's to read, and may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cause {
    /// Nothing that code asks for.
    Other,
    /// A wrong password or proof, or an unknown user where that is hidden.
    WrongCredentials,
    /// A one-time code that does not fit.
    WrongCode,
    /// A one-time code that is too old, or was used before.
    ExpiredCode,
    /// An app client whose proof is missing or wrong.
    ClientNotAuthenticated,
    /// A challenge session that is none, or is used up, expired or ended by a change of the account.
    InvalidSession,
    /// A user locked after too many wrong passwords.
    Locked,
    /// Too many attempts of one user, which waiting ends.
    AttemptLimit,
    /// Too many calls, which clients repeat.
    TooManyRequests,
    /// The caller's address is blocked by the pool or the client.
    BlockedAddress,
    /// A password that is known to the world.
    KnownPassword,
    /// A password that the pool's policy refuses, or that the user had before.
    PasswordPolicy,
    /// No such user.
    UserNotFound,
    /// A user of that name exists.
    UsernameExists,
    /// The account waits for its confirmation.
    UserNotConfirmed,
    /// The password must be reset before anything else.
    PasswordResetRequired,
    /// A refresh token that was replaced by rotation.
    RefreshTokenReused,
    /// A token that lacks the scope for what it is used for.
    MissingScope,
    /// None of the scopes asked for can be granted.
    InvalidScope,
    /// A grant or flow that is not on for the client.
    FlowNotEnabled,
    /// Revocation of tokens is not on for the client.
    RevocationDisabled,
    /// A token of a kind that the operation does not take.
    UnsupportedTokenType,
    /// A token that another client got.
    ForeignToken,
    /// The metadata document of a client cannot be fetched, or is not what it must be.
    ClientMetadata,
    /// A function of the pool refused, failed, or answered what cannot be.
    Trigger,
    /// A function of the pool could not be run.
    TriggerUnavailable,
}

/// Why a call failed.
///
/// `Modelled` and `Protocol` are the caller's to read. `Internal` keeps its source for the log; the caller sees a
/// generic `InternalErrorException` and the request id.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// An error of the API's model: `name` is the exception's shape name, e.g. `NotAuthorizedException`. HTTP 400.
    #[error("{name}: {message}")]
    Modelled {
        /// The exception's shape name.
        name: Cow<'static, str>,
        /// What the caller reads.
        message: Cow<'static, str>,
        /// What it means to code.
        cause: Cause,
    },
    /// An error before the model: routing, decoding, signatures, throttling at the edge.
    #[error("{name}: {message}")]
    Protocol {
        /// The error's wire name, e.g. `MissingAuthenticationTokenException`.
        name: &'static str,
        /// HTTP status for protocols that use 400 for all (AWS JSON); other protocols map by `name`.
        status: u16,
        /// What the caller reads; empty for none.
        message: Cow<'static, str>,
    },
    /// Something broke inside. Logged once with the request id, never shown.
    #[error("internal error: {0}")]
    Internal(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl Fault {
    /// A modelled fault by the exception's shape name.
    pub fn modelled(name: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Modelled { name: name.into(), message: message.into(), cause: Cause::Other }
    }

    /// The same modelled fault, with what it means to code.
    #[must_use]
    pub fn because(mut self, reason: Cause) -> Self {
        if let Self::Modelled { cause, .. } = &mut self {
            *cause = reason;
        }
        self
    }

    /// What a modelled fault means; [`Cause::Other`] for all other faults.
    pub fn cause(&self) -> Cause {
        match self {
            Self::Modelled { cause, .. } => *cause,
            Self::Protocol { .. } | Self::Internal(_) => Cause::Other,
        }
    }

    /// A modelled fault as `NotAuthorizedException`, with its words and meaning, for operations that list no other.
    #[must_use]
    pub fn into_not_authorized(self) -> Self {
        match self {
            Self::Modelled { message, cause, .. } => Self::not_authorized(message).because(cause),
            other => other,
        }
    }

    /// Whether the fault is one of the API's model, which a rule raised about the caller's input or state.
    pub fn is_modelled(&self) -> bool {
        matches!(self, Self::Modelled { .. })
    }

    /// `InvalidParameterException`.
    pub fn invalid(message: impl Into<Cow<'static, str>>) -> Self {
        Self::modelled("InvalidParameterException", message)
    }

    /// `NotAuthorizedException`.
    pub fn not_authorized(message: impl Into<Cow<'static, str>>) -> Self {
        Self::modelled("NotAuthorizedException", message)
    }

    /// `ResourceNotFoundException`.
    pub fn not_found(message: impl Into<Cow<'static, str>>) -> Self {
        Self::modelled("ResourceNotFoundException", message)
    }

    /// `UserNotFoundException` in Cognito's wording.
    pub fn user_not_found() -> Self {
        Self::modelled("UserNotFoundException", "User does not exist.").because(Cause::UserNotFound)
    }

    /// The answer to a wrong password, a wrong proof and, where existence is hidden, an unknown user.
    pub fn wrong_credentials() -> Self {
        Self::not_authorized("Incorrect username or password.").because(Cause::WrongCredentials)
    }

    /// A per-user attempt limit; clients do not retry it.
    pub fn attempt_limit() -> Self {
        Self::modelled("LimitExceededException", "Attempt limit exceeded, please try after some time.")
            .because(Cause::AttemptLimit)
    }

    /// Rate limit; clients retry it with backoff.
    pub fn too_many_requests() -> Self {
        Self::modelled("TooManyRequestsException", "Rate exceeded").because(Cause::TooManyRequests)
    }

    /// `UserNotConfirmedException`.
    pub fn user_not_confirmed() -> Self {
        Self::modelled("UserNotConfirmedException", "User is not confirmed.").because(Cause::UserNotConfirmed)
    }

    /// `PasswordResetRequiredException`.
    pub fn password_reset_required() -> Self {
        Self::modelled("PasswordResetRequiredException", "Password reset required for the user")
            .because(Cause::PasswordResetRequired)
    }

    /// An operation that this version does not have yet (HTTP 501).
    pub fn not_available(operation: &str) -> Self {
        Self::Protocol {
            name: "NotImplementedException",
            status: 501,
            message: format!("{operation} is not available yet in this version of Poolhouse.").into(),
        }
    }

    /// An internal error with its source.
    pub fn internal(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(source.into())
    }

    /// The wire name of the error (`InternalErrorException` for internal ones).
    pub fn name(&self) -> &str {
        match self {
            Self::Modelled { name, .. } => name,
            Self::Protocol { name, .. } => name,
            Self::Internal(_) => "InternalErrorException",
        }
    }

    /// The text for the caller; generic for internal errors.
    pub fn message(&self) -> &str {
        match self {
            Self::Modelled { message, .. } | Self::Protocol { message, .. } => message,
            Self::Internal(_) => "Something went wrong inside the server. Its log has the cause under this request id.",
        }
    }
}

impl From<crate::rng::RngError> for Fault {
    fn from(error: crate::rng::RngError) -> Self {
        Self::internal(error)
    }
}
