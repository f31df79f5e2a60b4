//! Secrets of clients and identity providers in answers. They are an action of their own for policies,
//! `cognito-idp:ReadSecrets`, so that a key that may look at everything cannot take a client's place.

use super::model::{Kind, Operation, Shape};
use crate::model::Caller;
use crate::model::policy::Verdict;
use serde_json::Value;

const ACTION: &str = "cognito-idp:ReadSecrets";
/// The shape of client secrets, wherever an answer has one.
const CLIENT_SECRET: &str = "ClientSecretType";
/// The shape of identity providers' settings, a map, and the keys of it that hold secrets.
const PROVIDER_DETAILS: &str = "ProviderDetailsType";
const PROVIDER_SECRETS: [&str; 2] = ["client_secret", "private_key"];

/// Takes the secrets out of an answer unless the caller's policy allows to read them, or the call has just made them.
pub(super) fn withhold(caller: &Caller, resource: &str, operation: &Operation, answer: &mut Value) {
    let makes_them = operation.name.starts_with("Create") || operation.name.starts_with("Add");
    let Some(shape) = operation.output.filter(|shape| !makes_them && holds_secret(shape)) else { return };
    if caller.grants.judge(ACTION, resource) != Verdict::Allowed {
        strip(shape, answer);
    }
}

/// Whether a value of this shape can hold a secret. No shape of the answers contains itself.
fn holds_secret(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Structure(members) => members.iter().any(|member| holds_secret(member.shape)),
        Kind::List(member) => holds_secret(member),
        _ => is_secret(shape) || shape.name == PROVIDER_DETAILS,
    }
}

fn is_secret(shape: &Shape) -> bool {
    shape.name == CLIENT_SECRET
}

fn strip(shape: &Shape, value: &mut Value) {
    match (&shape.kind, value) {
        (Kind::Structure(members), Value::Object(object)) => {
            for member in *members {
                if is_secret(member.shape) {
                    object.shift_remove(member.name);
                } else if let Some(value) = object.get_mut(member.name) {
                    strip(member.shape, value);
                }
            }
        }
        (Kind::List(member), Value::Array(values)) => values.iter_mut().for_each(|value| strip(member, value)),
        (Kind::Map(..), Value::Object(object)) if shape.name == PROVIDER_DETAILS => {
            object.retain(|name, _| !PROVIDER_SECRETS.contains(&name.as_str()));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::model::Service;

    #[test]
    fn answers_with_secrets_are_known_by_their_shapes() {
        let operations = Service::Idp.model().operations.iter();
        let found: Vec<&str> =
            operations.filter(|op| op.output.is_some_and(holds_secret)).map(|operation| operation.name).collect();
        let expected = [
            "AddUserPoolClientSecret",
            "CreateIdentityProvider",
            "CreateUserPoolClient",
            "DescribeIdentityProvider",
            "DescribeUserPoolClient",
            "GetIdentityProviderByIdentifier",
            "ListUserPoolClientSecrets",
            "UpdateIdentityProvider",
            "UpdateUserPoolClient",
        ];
        assert_eq!(found, expected);
    }
}
