//! How large and how complex a body may be, before anything of it is parsed.

use super::message::Request;
use super::model::{Operation, Service};
use super::{json, rest};

/// Forms of STS, and calls of no known operation.
const SMALL: usize = 64 * 1024;
/// Operations that anyone may call: their largest members are attributes and `ClientMetadata`.
const UNSIGNED: usize = 256 * 1024;
/// Signed operations.
const SIGNED: usize = 1024 * 1024;
/// Signed operations that take images.
const WITH_IMAGES: [&str; 3] = ["CreateManagedLoginBranding", "SetUICustomization", "UpdateManagedLoginBranding"];

/// The most values in a JSON body. The largest of real calls, the styles of managed login, have some two thousand.
pub(super) const MAX_JSON_VALUES: usize = 20_000;
/// The most parameters of a form or query.
pub(super) const MAX_PARAMETERS: usize = 1_000;
/// Bodies above this are parsed away from the event loop.
pub(super) const LARGE: usize = 128 * 1024;

/// The most bytes of the body of this request, as its head shows: method, path, query and headers.
pub fn max_body_bytes(head: &Request) -> usize {
    let operation = operation(head);
    let is_signed = head.headers.get("authorization").is_some() || head.query.contains("X-Amz-Signature=");
    match operation {
        None => SMALL,
        // A call that will be refused for its missing signature needs no large body.
        Some(operation) if !operation.signed || !is_signed => UNSIGNED,
        Some(operation) if WITH_IMAGES.contains(&operation.name) => usize::MAX,
        Some(_) => SIGNED,
    }
}

fn operation(head: &Request) -> Option<&'static Operation> {
    if head.path == "/" {
        let (service, name) = json::target(head)?;
        return service.model().operation(name);
    }
    [Service::Sync, Service::Admin].into_iter().find_map(|service| Some(rest::route(service, head)?.0))
}

/// At most how many values a JSON text has: a count of what stands before a value outside of texts. Costs a fraction
/// of parsing it.
pub(super) fn json_values(body: &[u8]) -> usize {
    let (mut count, mut in_text, mut escaped) = (1, false, false);
    for byte in body {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            b',' | b':' | b'[' | b'{' if !in_text => count += 1,
            _ => {}
        }
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Headers;

    fn head(operation: &str, is_signed: bool) -> Request {
        let mut headers = Headers::default();
        headers.push("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
        if is_signed {
            headers.push("authorization", "AWS4-HMAC-SHA256 ...");
        }
        Request { method: "POST".into(), path: "/".into(), headers, ..Request::default() }
    }

    #[test]
    fn a_body_is_as_large_as_its_operation_needs() {
        assert_eq!(max_body_bytes(&head("SignUp", true)), UNSIGNED);
        assert_eq!(max_body_bytes(&head("AdminCreateUser", true)), SIGNED);
        assert_eq!(max_body_bytes(&head("SetUICustomization", true)), usize::MAX);
        assert_eq!(max_body_bytes(&head("SetUICustomization", false)), UNSIGNED);
        assert_eq!(max_body_bytes(&head("NoSuchOperation", true)), SMALL);
        assert_eq!(max_body_bytes(&Request { path: "/".into(), ..Request::default() }), SMALL);
    }

    #[test]
    fn values_are_counted_outside_of_texts() {
        assert_eq!(json_values(br#"{"a": [1, 2, {"b": "x,:[{\",,\\"}], "c": null}"#), 10);
        assert!(json_values("[{},".repeat(10_000).as_bytes()) > MAX_JSON_VALUES);
    }
}
