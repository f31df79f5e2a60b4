//! Checks this server's answers against the model: in builds with debug assertions (which `tests/dev` and `tests/run`
//! make) unless `POOLHOUSE_CHECK_RESPONSES=0` says otherwise, and in all builds where it is 1. A deviation changes
//! nothing in the answer; it is logged, counted, and named in a header so that tests can see it.

use super::check::check;
use super::message::{Response, header_text};
use super::model::Operation;
use crate::fault::Fault;
use serde_json::Value;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering};

/// The header that names a deviation.
pub const HEADER: &str = "x-poolhouse-nonconforming";

/// Errors that AWS documents for an operation though its model does not list them.
const AWS_OWN_ERRORS: [(&str, &str); 1] = [("AdminCreateUser", "AliasExistsException")];

static DEVIATIONS: AtomicU64 = AtomicU64::new(0);

/// How many answers have deviated from the model so far.
pub fn deviations() -> u64 {
    DEVIATIONS.load(Ordering::Relaxed)
}

fn is_checked() -> bool {
    static CHECKED: OnceLock<bool> = OnceLock::new();
    *CHECKED.get_or_init(|| match std::env::var("POOLHOUSE_CHECK_RESPONSES") {
        Ok(value) => value != "0",
        Err(_) => cfg!(debug_assertions),
    })
}

/// How an operation's result deviates from the model. `None` if it does not, or if answers are not checked.
pub(super) fn deviation(operation: &Operation, result: &Result<Option<Value>, Fault>) -> Option<String> {
    if !is_checked() {
        return None;
    }
    match (result, operation.output) {
        (Ok(Some(output)), Some(shape)) => match check(shape, &mut output.clone()) {
            Ok(violations) => {
                let wrong: Vec<String> = violations.into_iter().filter(|v| !is_aws_own(v)).collect();
                (!wrong.is_empty()).then(|| wrong.join("; "))
            }
            Err(fault) => Some(fault.message().to_owned()),
        },
        (Err(Fault::Modelled { name, .. }), _)
            if !operation.errors.contains(&name.as_ref())
                && !AWS_OWN_ERRORS.contains(&(operation.name, name.as_ref())) =>
        {
            Some(format!("{name} is not among its errors"))
        }
        _ => None,
    }
}

/// Where the API's own answers break its model. Attribute names are bounded for those who make custom ones, and the
/// answers list longer names, such as `phone_number_verified` and `custom:...`. The client of a session may be one that
/// is known by the URL of its metadata document, and the form of client ids was not widened for these.
fn is_aws_own(violation: &str) -> bool {
    (violation.contains("chemaAttributes.") && violation.contains(".member.name'"))
        || (violation.contains("at 'sessions.") && violation.contains(".member.clientId'"))
}

/// Logs, counts and names a deviation.
pub(super) fn report(operation: &Operation, deviation: &str, response: &mut Response) {
    DEVIATIONS.fetch_add(1, Ordering::Relaxed);
    tracing::error!(operation = operation.name, deviation, "the answer does not conform to the model");
    response.headers.push((HEADER, header_text(&format!("{}: {deviation}", operation.name))));
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::wire::model::Service;
    use serde_json::json;

    #[test]
    fn answers_are_checked_where_tests_run() {
        let operation = Service::Idp.model().operation("DescribeUserPool").unwrap();
        let with_id = |id: &str| Ok(Some(json!({"UserPool": {"Id": id}})));
        assert_eq!(deviation(operation, &with_id("eu-west-1_a")), None);
        assert!(deviation(operation, &with_id("no id")).unwrap().contains("userPool.id"));
        let fault = Fault::modelled("AliasExistsException", "");
        assert!(deviation(operation, &Err(fault)).unwrap().contains("AliasExistsException"));
    }
}
