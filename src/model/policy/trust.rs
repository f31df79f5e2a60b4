//! Trust policies: whose tokens may take a role, and under which conditions.

use super::condition::Condition;
use super::{Facts, PolicyError, Verdict, document, known, statement_place, wrong};
use crate::model::wildcard;
use serde_json::{Map, Value};

/// The provider of identity pools, as trust policies name it.
pub const IDENTITY_POOLS: &str = "cognito-identity.amazonaws.com";

/// A trust policy, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustPolicy {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    allow: bool,
    /// Providers as they are written.
    federated: Vec<String>,
    /// In lower case.
    actions: Vec<String>,
    conditions: Vec<Condition>,
}

impl TrustPolicy {
    /// Reads a trust policy. Refused is what would not be enforced, and what would let in the tokens of anybody: an
    /// identity pool of anyone's, or any client of an OpenID provider.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let (_, statements) = document(text)?;
        let read = statements.iter().enumerate().map(|(i, s)| statement(&statement_place(i), s));
        Ok(Self { statements: read.collect::<Result<_, _>>()? })
    }

    /// Whether tokens of `provider` (`cognito-identity.amazonaws.com`, or an issuer without its scheme) may be used for
    /// `action` (`sts:AssumeRoleWithWebIdentity`, `sts:TagSession`).
    pub fn judge(&self, provider: &str, action: &str, facts: &Facts) -> Verdict {
        let action = action.to_ascii_lowercase();
        let mut verdict = Verdict::NotAllowed;
        for statement in &self.statements {
            let applies = statement.federated.iter().any(|federated| names(federated, provider))
                && statement.actions.iter().any(|pattern| wildcard::matches(pattern, &action))
                && statement.conditions.iter().all(|condition| condition.holds(facts));
            if applies && !statement.allow {
                return Verdict::Denied;
            }
            if applies {
                verdict = Verdict::Allowed;
            }
        }
        verdict
    }

    /// Whether some statement names the provider at all: keys of others need not be fetched.
    pub fn names(&self, provider: &str) -> bool {
        self.statements.iter().any(|s| s.allow && s.federated.iter().any(|federated| names(federated, provider)))
    }
}

/// A provider stands in a policy by its name, or in the ARN that IAM would give it.
fn names(federated: &str, provider: &str) -> bool {
    federated == provider || federated.split_once(":oidc-provider/").is_some_and(|(_, name)| name == provider)
}

fn statement(place: &str, value: &Value) -> Result<Statement, PolicyError> {
    let Value::Object(object) = value else { return wrong(format!("{place} must be an object")) };
    known(object, &["Sid", "Effect", "Principal", "Action", "Condition"], place)?;
    let allow = super::effect(object, place)?;
    let federated = federated(object, place)?;
    let actions: Vec<String> = texts(object.get("Action"))
        .ok_or_else(|| PolicyError(format!("{place}: Action must be text or a list of texts")))?
        .into_iter()
        .map(|action| action.to_ascii_lowercase())
        .collect();
    if let Some(bad) = actions.iter().find(|action| !action.starts_with("sts:") && *action != "*") {
        return wrong(format!(
            "{place}: `{}` is no action of a trust policy; sts:AssumeRoleWithWebIdentity and sts:TagSession are",
            bad.escape_debug()
        ));
    }
    let conditions =
        object.get("Condition").map(|value| Condition::read(value, place)).transpose()?.unwrap_or_default();
    for provider in federated.iter().filter(|_| allow) {
        let name = provider.split_once(":oidc-provider/").map_or(provider.as_str(), |(_, name)| name);
        let audience = format!("{name}:aud");
        if !conditions.iter().any(|condition| condition.requires(&audience)) {
            return wrong(format!(
                "{place}: without a condition on `{audience}` (StringEquals), whoever has an identity pool or a client at \
                 this provider could take the role; name yours"
            ));
        }
    }
    Ok(Statement { allow, federated, actions, conditions })
}

fn federated(object: &Map<String, Value>, place: &str) -> Result<Vec<String>, PolicyError> {
    let Some(Value::Object(principal)) = object.get("Principal") else {
        return wrong(format!(r#"{place}: Principal must look like {{"Federated": "{IDENTITY_POOLS}"}}"#));
    };
    known(principal, &["Federated"], place)?;
    match texts(principal.get("Federated")) {
        Some(list) if !list.is_empty() && !list.iter().any(|name| name.contains('*')) => Ok(list),
        _ => wrong(format!("{place}: Federated must name providers")),
    }
}

fn texts(value: Option<&Value>) -> Option<Vec<String>> {
    match value? {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(list) => list.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    const ASSUME: &str = "sts:AssumeRoleWithWebIdentity";

    fn policy(condition: Value) -> Value {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": IDENTITY_POOLS},
            "Action": ASSUME, "Condition": condition}]})
    }

    #[test]
    fn tokens_of_the_named_pool_and_kind_pass() {
        let text = policy(json!({"StringEquals": {"cognito-identity.amazonaws.com:aud": "r:1"},
            "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": "authenticated"}}));
        let trust = TrustPolicy::parse(&text.to_string()).unwrap();
        let facts = |aud: &str, amr: &[&str]| {
            let mut facts = Facts::default();
            facts.put("cognito-identity.amazonaws.com:aud", aud);
            facts.put_all("cognito-identity.amazonaws.com:amr", amr.iter().map(|s| (*s).to_owned()).collect());
            facts
        };
        assert_eq!(trust.judge(IDENTITY_POOLS, ASSUME, &facts("r:1", &["authenticated", "x"])), Verdict::Allowed);
        assert_eq!(trust.judge(IDENTITY_POOLS, ASSUME, &facts("r:1", &["unauthenticated"])), Verdict::NotAllowed);
        assert_eq!(trust.judge(IDENTITY_POOLS, ASSUME, &facts("r:2", &["authenticated"])), Verdict::NotAllowed);
        assert_eq!(
            trust.judge(IDENTITY_POOLS, "sts:TagSession", &facts("r:1", &["authenticated"])),
            Verdict::NotAllowed
        );
        assert_eq!(trust.judge("idp.example", ASSUME, &facts("r:1", &["authenticated"])), Verdict::NotAllowed);
        assert!(trust.names(IDENTITY_POOLS) && !trust.names("idp.example"));
    }

    #[test]
    fn a_policy_that_lets_in_anybody_is_refused() {
        let any = json!({"StringLike": {"cognito-identity.amazonaws.com:aud": "*"}});
        let weak = json!({"StringEqualsIfExists": {"cognito-identity.amazonaws.com:aud": "r:1"}});
        let not = json!({"StringNotEquals": {"cognito-identity.amazonaws.com:aud": "r:1"}});
        for condition in [json!({}), any, weak, not] {
            let told = TrustPolicy::parse(&policy(condition.clone()).to_string()).unwrap_err().to_string();
            assert!(told.contains(":aud"), "{condition}: {told}");
        }
        for bad in [
            json!({"Statement": {"Effect": "Allow", "Principal": "*", "Action": ASSUME}}),
            json!({"Statement": {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ASSUME}}),
            json!({"Statement": {"Effect": "Allow", "Principal": {"Federated": "*"}, "Action": ASSUME}}),
            json!({"Statement": {"Effect": "Deny", "Principal": {"Federated": "x"}, "Action": "s3:Get*"}}),
        ] {
            assert!(TrustPolicy::parse(&bad.to_string()).is_err(), "{bad}");
        }
    }
}
