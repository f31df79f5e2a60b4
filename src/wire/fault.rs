//! Faults of the wire itself, and every fault's code and status in each protocol.

use super::model::{Operation, Service};
use crate::fault::Fault;
use std::borrow::Cow;

/// The body is not what its protocol says.
pub(super) fn serialization(message: impl Into<Cow<'static, str>>) -> Fault {
    Fault::Protocol { name: "SerializationException", status: 400, message: message.into() }
}

/// The service has no such operation.
pub(super) fn unknown_operation() -> Fault {
    Fault::Protocol { name: "UnknownOperationException", status: 400, message: "".into() }
}

/// A signed operation without a signature.
pub(super) fn missing_token() -> Fault {
    Fault::Protocol {
        name: "MissingAuthenticationTokenException",
        status: 400,
        message: "Missing Authentication Token".into(),
    }
}

/// A signature with a piece missing.
pub(super) fn incomplete(message: impl Into<Cow<'static, str>>) -> Fault {
    Fault::Protocol { name: "IncompleteSignatureException", status: 400, message: message.into() }
}

/// An access key that is unknown or off, or a session token that does not go with it.
pub(super) fn unrecognized_client() -> Fault {
    Fault::Protocol {
        name: "UnrecognizedClientException",
        status: 400,
        message: "The security token included in the request is invalid.".into(),
    }
}

/// A signature that is complete but wrong.
pub(super) fn invalid_signature(message: impl Into<Cow<'static, str>>) -> Fault {
    Fault::Protocol { name: "InvalidSignatureException", status: 400, message: message.into() }
}

/// A call that may not be made from where it comes.
pub(super) fn access_denied(message: &'static str) -> Fault {
    Fault::Protocol { name: "AccessDeniedException", status: 400, message: message.into() }
}

/// A temporary key past its end.
pub(super) fn expired_token() -> Fault {
    Fault::Protocol {
        name: "ExpiredTokenException",
        status: 400,
        message: "The security token included in the request is expired".into(),
    }
}

/// Broken constraints. Some services answer other names than the rest.
pub(super) fn validation(service: Service, violations: &[String]) -> Fault {
    let message = super::check::sentence(violations);
    match service {
        Service::Identity | Service::Sts | Service::SecretsManager => {
            Fault::Protocol { name: "ValidationException", status: 400, message: message.into() }
        }
        Service::Idp | Service::Sync | Service::Admin => Fault::invalid(message),
    }
}

/// The code on the wire and the HTTP status of a fault.
pub(super) fn code_and_status<'a>(service: Service, operation: Option<&Operation>, fault: &'a Fault) -> (&'a str, u16) {
    match (fault, service) {
        (Fault::Internal(_), Service::Sts) => ("InternalFailure", 500),
        (Fault::Internal(_), Service::SecretsManager) => ("InternalServiceError", 500),
        (Fault::Internal(_), _) => {
            let lists = |name: &str| operation.is_some_and(|operation| operation.errors.contains(&name));
            let other = lists("InternalServerException") && !lists("InternalErrorException");
            (if other { "InternalServerException" } else { "InternalErrorException" }, 500)
        }
        (Fault::Modelled { name, .. }, Service::Sts) => match service.model().exception(name) {
            Some(known) => known,
            None => query_code(name, 400),
        },
        (Fault::Modelled { name, .. }, Service::Sync | Service::Admin) => {
            (name, service.model().exception(name).map_or(400, |(_, status)| status))
        }
        (Fault::Modelled { name, .. }, _) => (name, if name.starts_with("Internal") { 500 } else { 400 }),
        (Fault::Protocol { name, status, .. }, Service::Sts) => query_code(name, *status),
        (Fault::Protocol { name, status, .. }, Service::Sync | Service::Admin) => (name, rest_status(name, *status)),
        (Fault::Protocol { name, status, .. }, _) => (name, *status),
    }
}

/// REST services have real statuses for what AWS JSON calls 400.
fn rest_status(name: &str, otherwise: u16) -> u16 {
    match name {
        "MissingAuthenticationTokenException"
        | "IncompleteSignatureException"
        | "UnrecognizedClientException"
        | "InvalidSignatureException"
        | "ExpiredTokenException"
        | "AccessDeniedException" => 403,
        "UnknownOperationException" => 404,
        "ThrottlingException" => 429,
        _ => otherwise,
    }
}

/// STS has its own names for the same faults.
fn query_code(name: &str, status: u16) -> (&str, u16) {
    match name {
        "MissingAuthenticationTokenException" => ("MissingAuthenticationToken", 403),
        "IncompleteSignatureException" => ("IncompleteSignature", 400),
        "UnrecognizedClientException" => ("InvalidClientTokenId", 403),
        "InvalidSignatureException" => ("SignatureDoesNotMatch", 403),
        "ExpiredTokenException" => ("ExpiredToken", 403),
        "AccessDeniedException" => ("AccessDenied", 403),
        "UnknownOperationException" => ("InvalidAction", 400),
        "SerializationException" => ("MalformedInput", 400),
        "InvalidParameterException" | "ValidationException" => ("ValidationError", 400),
        "ThrottlingException" | "TooManyRequestsException" => ("Throttling", 400),
        _ => (name, status),
    }
}
