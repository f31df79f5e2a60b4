//! Errors of the endpoints that programs call (RFC 6749 section 5.2), from the causes of faults.

use crate::fault::{Cause, Fault};
use crate::web::Response;
use serde_json::json;

/// An error answer. Cognito answers 400 to all of them.
#[derive(Debug)]
pub enum OAuthError {
    /// An error of the protocol.
    Error { code: &'static str, description: Option<String> },
    /// Too many calls.
    TooManyRequests,
    /// Something broke inside.
    Fault(Fault),
}

impl OAuthError {
    pub fn new(code: &'static str, description: impl Into<String>) -> Self {
        Self::Error { code, description: Some(description.into()) }
    }

    pub fn invalid_request(description: impl Into<String>) -> Self {
        Self::new("invalid_request", description)
    }

    /// `invalid_client`: unknown, or not proven.
    pub fn invalid_client(description: Option<&str>) -> Self {
        Self::Error { code: "invalid_client", description: description.map(str::to_owned) }
    }

    /// `invalid_grant`, without a word on which of its reasons it was.
    pub fn invalid_grant() -> Self {
        Self::Error { code: "invalid_grant", description: None }
    }

    pub fn unauthorized_client() -> Self {
        Self::Error { code: "unauthorized_client", description: None }
    }

    pub fn invalid_scope() -> Self {
        Self::Error { code: "invalid_scope", description: None }
    }

    /// The answer.
    pub fn response(self) -> Response {
        match self {
            Self::Error { code, description } => {
                let mut body = json!({ "error": code });
                if let (Some(description), Some(members)) = (description, body.as_object_mut()) {
                    members.insert("error_description".into(), json!(description));
                }
                Response::json(400, &body).failing(code)
            }
            Self::TooManyRequests => {
                let body = json!({ "error": "temporarily_unavailable", "error_description": "Rate exceeded" });
                Response::json(429, &body).with("Retry-After", "1").failing("TooManyRequestsException")
            }
            Self::Fault(fault) => {
                tracing::error!(error = %fault, "an OAuth endpoint failed");
                Response::json(500, &json!({ "error": "server_error" })).failing(fault.name().to_owned())
            }
        }
    }
}

impl From<Fault> for OAuthError {
    /// A fault of a rule, by what it means. A grant that a rule refuses is not told why.
    fn from(fault: Fault) -> Self {
        match fault.cause() {
            _ if !fault.is_modelled() => Self::Fault(fault),
            Cause::TooManyRequests | Cause::AttemptLimit => Self::TooManyRequests,
            Cause::FlowNotEnabled => Self::unauthorized_client(),
            Cause::InvalidScope => Self::invalid_scope(),
            Cause::ClientNotAuthenticated => Self::invalid_client(Some("invalid_client_secret")),
            Cause::Trigger | Cause::TriggerUnavailable => Self::new("invalid_grant", fault.message().to_owned()),
            _ => Self::invalid_grant(),
        }
    }
}
