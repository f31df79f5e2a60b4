//! Policies in IAM's JSON: what a key may do. Deny wins; what nothing allows is denied.

//! The policies of access keys have neither conditions nor variables; those of roles and sessions do.

mod condition;
mod facts;
mod pattern;
mod trust;

pub use facts::Facts;
pub use trust::{IDENTITY_POOLS, TrustPolicy};

use condition::Condition;
use pattern::Pattern;
use serde_json::{Map, Value};

/// The longest policy document, in bytes.
pub const MAX_BYTES: usize = 10_240;
/// The most statements in a policy.
const MAX_STATEMENTS: usize = 100;

/// The ready-made policy that allows everything.
pub const ADMIN: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// The ready-made policy that allows looking and nothing else. Operations that look but hand out credentials or tokens
/// are left out, and so are the secrets of clients and providers (`cognito-idp:ReadSecrets`).
pub const READ_ONLY: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["#,
    r#""cognito-idp:Describe*","cognito-idp:Get*","cognito-idp:List*","cognito-idp:AdminGet*","cognito-idp:AdminList*","#,
    r#""cognito-identity:Describe*","cognito-identity:GetIdentityPoolRoles","cognito-identity:GetPrincipalTagAttributeMap","#,
    r#""cognito-identity:List*","cognito-identity:LookupDeveloperIdentity","#,
    r#""cognito-sync:Describe*","cognito-sync:Get*","cognito-sync:List*","#,
    r#""sts:GetCallerIdentity","poolhouse:GetStatus","poolhouse:ListPlugins","poolhouse:DescribePlugin","poolhouse:DescribeClient"],"Resource":"*"},"#,
    r#"{"Effect":"Deny","Action":["cognito-idp:GetClientToken","cognito-idp:GetDerivedToken"],"Resource":"*"}]}"#
);

/// Why a text is no policy, in words for its author.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PolicyError(String);

/// What a policy says of one call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// A statement allows it and none denies it.
    Allowed,
    /// No statement allows it.
    NotAllowed,
    /// A statement denies it.
    Denied,
}

/// A policy, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    statements: Vec<Statement>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Statement {
    allow: bool,
    /// In lower case: the case of actions does not count.
    actions: Match,
    resources: Match,
    conditions: Vec<Condition>,
}

/// A list of patterns: any of them (`Action`), or none of them (`NotAction`).
#[derive(Debug, Clone, PartialEq, Eq)]
struct Match {
    patterns: Vec<Pattern>,
    inverted: bool,
}

impl Match {
    fn holds(&self, text: &str, facts: &Facts) -> bool {
        self.patterns.iter().any(|pattern| pattern.matches(text, facts)) != self.inverted
    }
}

/// Whose policy it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Holder {
    AccessKey,
    /// A role or a session of one.
    Role,
}

impl Policy {
    /// Reads the policy of an access key. Anything that would not be enforced (a `Condition`, a `Principal`, an unknown
    /// member) is refused rather than passed over, because a policy that is half obeyed allows more than it says.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        Self::read(text, Holder::AccessKey)
    }

    /// Reads the policy of a role or of a session, which may have conditions and variables.
    pub fn parse_of_role(text: &str) -> Result<Self, PolicyError> {
        Self::read(text, Holder::Role)
    }

    fn read(text: &str, holder: Holder) -> Result<Self, PolicyError> {
        let (has_variables, statements) = document(text)?;
        let read = statements.iter().enumerate().map(|(i, s)| statement(&statement_place(i), s, holder));
        let policy = Self { statements: read.collect::<Result<_, _>>()? };
        if holder == Holder::Role && text.contains("${") && !has_variables {
            return wrong(r#"policy variables need "Version": "2012-10-17""#);
        }
        Ok(policy)
    }

    /// A policy that allows nothing, in place of one that cannot be read.
    pub fn nothing() -> Self {
        Self { statements: Vec::new() }
    }

    /// What the policy says of `action` (`service:Operation`) on `resource` (an ARN or `*`).
    pub fn judge(&self, action: &str, resource: &str, facts: &Facts) -> Verdict {
        let mut verdict = Verdict::NotAllowed;
        let action = action.to_ascii_lowercase();
        for statement in &self.statements {
            let applies = statement.actions.holds(&action, facts)
                && statement.resources.holds(resource, facts)
                && statement.conditions.iter().all(|condition| condition.holds(facts));
            if applies {
                if !statement.allow {
                    return Verdict::Denied;
                }
                verdict = Verdict::Allowed;
            }
        }
        verdict
    }
}

fn wrong<T>(message: impl Into<String>) -> Result<T, PolicyError> {
    Err(PolicyError(message.into()))
}

fn known(object: &Map<String, Value>, names: &[&str], place: &str) -> Result<(), PolicyError> {
    match object.keys().find(|key| !names.contains(&key.as_str())) {
        None => Ok(()),
        Some(key) if key == "Condition" => wrong(format!(
            "{place} has a Condition, which Poolhouse does not evaluate; take it out (the statement then holds without it) or narrow Action and Resource instead"
        )),
        Some(key) => wrong(format!("{place} has a member `{}` that Poolhouse does not know", key.escape_debug())),
    }
}

/// The statements of a document, and whether its version has policy variables.
fn document(text: &str) -> Result<(bool, Vec<Value>), PolicyError> {
    if text.len() > MAX_BYTES {
        return wrong(format!("the policy has {} bytes; at most {MAX_BYTES} are taken", text.len()));
    }
    let value: Value = serde_json::from_str(text).map_err(|e| PolicyError(format!("the policy is not JSON: {e}")))?;
    let Value::Object(mut document) = value else { return wrong("the policy must be a JSON object") };
    known(&document, &["Version", "Id", "Statement"], "the policy")?;
    let has_variables = match document.get("Version").map(Value::as_str) {
        Some(Some("2012-10-17")) => true,
        None | Some(Some("2008-10-17")) => false,
        Some(_) => return wrong(r#"Version must be "2012-10-17""#),
    };
    let statements = match document.remove("Statement") {
        Some(Value::Array(list)) => list,
        Some(one @ Value::Object(_)) => vec![one],
        _ => return wrong("the policy has no Statement (an object or a list of objects)"),
    };
    if statements.is_empty() || statements.len() > MAX_STATEMENTS {
        return wrong(format!("the policy must have from 1 to {MAX_STATEMENTS} statements"));
    }
    Ok((has_variables, statements))
}

/// How messages name the statement at an index.
fn statement_place(index: usize) -> String {
    format!("statement {}", index + 1)
}

fn effect(object: &Map<String, Value>, place: &str) -> Result<bool, PolicyError> {
    if object.get("Sid").is_some_and(|sid| !sid.is_string()) {
        return wrong(format!("{place}: Sid must be text"));
    }
    match object.get("Effect").and_then(Value::as_str) {
        Some("Allow") => Ok(true),
        Some("Deny") => Ok(false),
        _ => wrong(format!(r#"{place}: Effect must be "Allow" or "Deny""#)),
    }
}

fn statement(place: &str, value: &Value, holder: Holder) -> Result<Statement, PolicyError> {
    let Value::Object(object) = value else { return wrong(format!("{place} must be an object")) };
    let members = ["Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    let count = if holder == Holder::Role { members.len() } else { members.len() - 1 };
    known(object, members.get(..count).unwrap_or_default(), place)?;
    let allow = effect(object, place)?;
    let (actions, not_action) = patterns(object, place, ("Action", "NotAction"))?;
    if let Some(bad) = actions.iter().find(|p| *p != "*" && !p.contains(':')) {
        return wrong(format!(
            "{place}: the action `{}` must look like service:Operation, e.g. cognito-idp:ListUsers",
            bad.escape_debug()
        ));
    }
    if let Some(bad) = actions.iter().find(|pattern| pattern.contains("${")) {
        return wrong(no_variables(place, bad));
    }
    let (resources, not_resource) = patterns(object, place, ("Resource", "NotResource"))?;
    // IAM fills in `${aws:username}` and the like. Taken as text it would never match, so a Deny would not hold.
    if let Some(bad) = resources.iter().find(|pattern| holder == Holder::AccessKey && pattern.contains("${")) {
        return wrong(no_variables(place, bad));
    }
    if let Some(bad) = resources.iter().find(|pattern| !can_be_arn(pattern)) {
        return wrong(format!(
            "{place}: the resource `{}` must be * or an ARN, e.g. arn:aws:cognito-idp:*:*:userpool/eu-west-1_AbCdEfGhI",
            bad.escape_debug()
        ));
    }
    let actions = actions.iter().map(|action| Pattern::plain(&action.to_ascii_lowercase())).collect();
    let resources = resources
        .iter()
        .map(|resource| match holder {
            Holder::AccessKey => Ok(Pattern::plain(resource)),
            Holder::Role => Pattern::with_variables(resource, true, place),
        })
        .collect::<Result<_, _>>()?;
    let conditions = object.get("Condition").map(|value| Condition::read(value, place)).transpose()?;
    Ok(Statement {
        allow,
        actions: Match { patterns: actions, inverted: not_action },
        resources: Match { patterns: resources, inverted: not_resource },
        conditions: conditions.unwrap_or_default(),
    })
}

fn no_variables(place: &str, text: &str) -> String {
    format!(
        "{place}: `{}` has a policy variable, which Poolhouse does not evaluate here; write what it stands for",
        text.escape_debug()
    )
}

/// Whether a pattern can match an ARN: in a Deny, one that cannot would never hold.
fn can_be_arn(pattern: &str) -> bool {
    let literal = pattern.split(['*', '?', '$']).next().unwrap_or_default();
    literal.starts_with("arn:") || (literal.len() < pattern.len() && "arn:".starts_with(literal))
}

/// The texts of a list, and whether it is the one that excludes (`NotAction`).
fn patterns(
    object: &Map<String, Value>,
    place: &str,
    (name, not_name): (&str, &str),
) -> Result<(Vec<String>, bool), PolicyError> {
    let (value, inverted) = match (object.get(name), object.get(not_name)) {
        (Some(value), None) => (value, false),
        (None, Some(value)) => (value, true),
        _ => return wrong(format!("{place} must have either {name} or {not_name}")),
    };
    let texts: Option<Vec<String>> = match value {
        Value::String(one) => Some(vec![one.clone()]),
        Value::Array(list) => list.iter().map(|v| v.as_str().map(str::to_owned)).collect(),
        _ => None,
    };
    let Some(texts) = texts.filter(|texts| !texts.is_empty()) else {
        return wrong(format!("{place}: {} must be text or a list of texts", if inverted { not_name } else { name }));
    };
    Ok((texts, inverted))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use proptest::prelude::*;

    fn judge(policy: &str, action: &str, resource: &str) -> Verdict {
        Policy::parse(policy).unwrap().judge(action, resource, &Facts::default())
    }

    #[test]
    fn deny_wins_and_silence_denies() {
        let policy = r#"{"Statement":[{"Effect":"Allow","Action":"cognito-idp:*","Resource":"*"},
            {"Sid":"no","Effect":"Deny","Action":["cognito-idp:adminDelete*"],"Resource":"arn:aws:cognito-idp:*:*:userpool/eu-west-1_a?c"}]}"#;
        assert_eq!(
            judge(policy, "cognito-idp:AdminDeleteUser", "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_abc"),
            Verdict::Denied
        );
        assert_eq!(
            judge(policy, "cognito-idp:AdminDeleteUser", "arn:aws:cognito-idp:eu-west-1:1:userpool/eu-west-1_x"),
            Verdict::Allowed
        );
        assert_eq!(judge(policy, "sts:AssumeRole", "*"), Verdict::NotAllowed);
    }

    #[test]
    fn not_action_and_not_resource_turn_the_match_around() {
        let policy = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","NotAction":"cognito-idp:Delete*","NotResource":"arn:secret*"}}"#;
        assert_eq!(judge(policy, "cognito-idp:ListUsers", "arn:x"), Verdict::Allowed);
        assert_eq!(judge(policy, "cognito-idp:DeleteUserPool", "arn:x"), Verdict::NotAllowed);
        assert_eq!(judge(policy, "cognito-idp:ListUsers", "arn:secret/1"), Verdict::NotAllowed);
    }

    #[test]
    fn ready_made_policies() {
        assert_eq!(judge(ADMIN, "poolhouse:CreateAccessKey", "*"), Verdict::Allowed);
        for action in [
            "cognito-idp:ListUsers",
            "cognito-idp:AdminGetUser",
            "cognito-identity:ListIdentities",
            "poolhouse:GetStatus",
        ] {
            assert_eq!(judge(READ_ONLY, action, "arn:x"), Verdict::Allowed, "{action}");
        }
        for action in [
            "cognito-idp:AdminCreateUser",
            "cognito-identity:GetOpenIdTokenForDeveloperIdentity",
            "cognito-identity:GetCredentialsForIdentity",
            "poolhouse:CreateAccessKey",
            "sts:AssumeRole",
        ] {
            assert_eq!(judge(READ_ONLY, action, "arn:x"), Verdict::NotAllowed, "{action}");
        }
    }

    #[test]
    fn what_would_not_be_obeyed_is_refused() {
        let refused = |body: &str| Policy::parse(body).unwrap_err().to_string();
        assert!(
            refused(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":"true"}}}}"#)
                .contains("Condition")
        );
        assert!(
            refused(r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*","Principal":"*"}}"#)
                .contains("Principal")
        );
        assert!(refused(r#"{"Statement":{"Effect":"Maybe","Action":"*","Resource":"*"}}"#).contains("Effect"));
        assert!(
            refused(r#"{"Statement":{"Effect":"Allow","Action":"ListUsers","Resource":"*"}}"#)
                .contains("service:Operation")
        );
        assert!(
            refused(r#"{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*","Resource":"*"}}"#)
                .contains("either")
        );
        for variable in [
            r#"{"Statement":{"Effect":"Deny","Action":"*","Resource":"arn:aws:cognito-idp:*:*:userpool/${aws:username}"}}"#,
            r#"{"Statement":{"Effect":"Deny","Action":"cognito-idp:${aws:x}","Resource":"*"}}"#,
            r#"{"Statement":{"Effect":"Allow","NotAction":["a:b"],"NotResource":["*", "arn:${*}"]}}"#,
        ] {
            assert!(refused(variable).contains("policy variable"), "{variable}");
        }
        for resource in ["userpool/eu-west-1_a", "", "arm:aws:*", "x*", "?rm:"] {
            let policy = format!(r#"{{"Statement":{{"Effect":"Deny","Action":"*","Resource":"{resource}"}}}}"#);
            let is_fine = Policy::parse(&policy).is_ok();
            assert_eq!(is_fine, resource.starts_with('?'), "{resource}");
        }
        let of_role = |body: &str| Policy::parse_of_role(body).map(|_| ());
        let variable = r#""Statement":{"Effect":"Allow","Action":"a:b","Resource":"arn:${aws:PrincipalTag/x}"}"#;
        assert!(of_role(&format!(r#"{{"Version":"2012-10-17",{variable}}}"#)).is_ok());
        assert!(of_role(&format!("{{{variable}}}")).is_err(), "an older version knows no variables");
        assert!(refused(r#"{"Statement":[]}"#).contains("statements"));
        assert!(refused(r#"{"Version":"2020-01-01","Statement":[]}"#).contains("Version"));
        assert!(refused("[]").contains("object"));
        assert!(refused(&" ".repeat(MAX_BYTES + 1)).contains("bytes"));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in ".{0,200}", action in ".{0,20}", resource in ".{0,20}") {
            if let Ok(policy) = Policy::parse(&text) {
                policy.judge(&action, &resource, &Facts::default());
            }
        }

        #[test]
        fn an_explicit_deny_always_wins(action in "[a-z]{1,5}:[A-Za-z]{1,8}", resource in "[a-z:/]{0,12}") {
            let policy = r#"{"Statement":[{"Effect":"Allow","Action":"*","Resource":"*"},{"Effect":"Deny","Action":"*","Resource":"*"}]}"#;
            prop_assert_eq!(judge(policy, &action, &resource), Verdict::Denied);
        }
    }
}
