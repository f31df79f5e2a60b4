//! Owns the one error type of the server: what was wrong, in Cognito's names and words.
//! Hands off the bytes of an error to `wire` (one renderer per protocol). Must not know HTTP frameworks or engines.

use std::borrow::Cow;

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
        Self::Modelled { name: name.into(), message: message.into() }
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
        Self::modelled("UserNotFoundException", "User does not exist.")
    }

    /// The answer to a wrong password, a wrong proof and, where existence is hidden, an unknown user.
    pub fn wrong_credentials() -> Self {
        Self::not_authorized("Incorrect username or password.")
    }

    /// A per-user attempt limit; clients do not retry it.
    pub fn attempt_limit() -> Self {
        Self::modelled("LimitExceededException", "Attempt limit exceeded, please try after some time.")
    }

    /// Rate limit; clients retry it with backoff.
    pub fn too_many_requests() -> Self {
        Self::modelled("TooManyRequestsException", "Rate exceeded")
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
