//! The claims of tokens (Cognito's own; OIDC Core sections 2 and 5.1).

use super::{Grant, SignIn};
use crate::clock::Timestamp;
use crate::domain::pools::clients::may_read;
use crate::model::{Client, Group, User};
use crate::triggers::GroupOverride;
use serde_json::{Map, Value, json};

/// What access and ID token have in common.
pub struct Common<'a> {
    pub issuer: &'a str,
    pub sign_in: &'a SignIn,
    /// The moment of issue.
    pub now: Timestamp,
    pub event_id: &'a str,
    pub user: &'a User,
    pub client: &'a Client,
    pub groups: &'a GroupOverride,
    pub grant: &'a Grant,
    /// `acr` and `amr`, where the tokens have them.
    pub level: &'a Map<String, Value>,
}

impl Common<'_> {
    fn base(&self, token_use: &str, jti: &str, validity: std::time::Duration) -> Map<String, Value> {
        let mut claims = Map::new();
        claims.insert("sub".into(), json!(self.user.sub));
        claims.insert("iss".into(), json!(self.issuer));
        claims.insert("token_use".into(), json!(token_use));
        claims.insert("event_id".into(), json!(self.event_id));
        claims.insert("auth_time".into(), json!(self.sign_in.at.secs()));
        claims.insert("iat".into(), json!(self.now.secs()));
        claims.insert("exp".into(), json!(self.now.plus(validity).secs()));
        claims.insert("jti".into(), json!(jti));
        // A token session can be ended whether the client's tokens can be revoked or not.
        if self.client.can_revoke() || self.sign_in.session.is_some() {
            claims.insert("origin_jti".into(), json!(self.sign_in.origin));
        }
        claims.extend(self.level.clone());
        if !self.groups.groups.is_empty() {
            claims.insert("cognito:groups".into(), json!(self.groups.groups));
        }
        claims
    }
}

/// The claims of an access token.
pub fn access(common: &Common<'_>, scope: &str, jti: &str) -> Map<String, Value> {
    let mut claims = common.base("access", jti, common.client.access_validity());
    claims.insert("client_id".into(), json!(common.client.id));
    claims.insert("username".into(), json!(common.user.username));
    claims.insert("scope".into(), json!(scope));
    if common.grant.oauth {
        claims.insert("version".into(), json!(2));
    }
    if let Some(device) = &common.sign_in.device {
        claims.insert("device_key".into(), json!(device));
    }
    claims
}

/// The claims of an ID token.
pub fn id(common: &Common<'_>, jti: &str) -> Map<String, Value> {
    let mut claims = common.base("id", jti, common.client.id_validity());
    claims.insert("aud".into(), json!(common.client.id));
    claims.insert("cognito:username".into(), json!(common.user.username));
    // A client that hears of ended sessions must know which one its own sign-in belongs to.
    if let (Some(sso), Some(_)) = (&common.sign_in.sso_session, &common.client.oauth.backchannel_logout_uri) {
        claims.insert("sid".into(), json!(sso));
    }
    if !common.groups.roles.is_empty() {
        claims.insert("cognito:roles".into(), json!(common.groups.roles));
    }
    if let Some(role) = &common.groups.preferred_role {
        claims.insert("cognito:preferred_role".into(), json!(role));
    }
    for (name, value) in &common.user.attributes {
        if may_read(common.client, name) && common.grant.shows(name) {
            claims.insert(name.clone(), attribute(name, value));
        }
    }
    claims
}

/// An attribute as a claim: flags are booleans, `updated_at` a number, `address` an object, the rest text.
fn attribute(name: &str, value: &str) -> Value {
    match name {
        "email_verified" | "phone_number_verified" => json!(value.eq_ignore_ascii_case("true")),
        "updated_at" => value.parse::<i64>().map_or_else(|_| json!(value), |n| json!(n)),
        "address" => json!({ "formatted": value }),
        "identities" => serde_json::from_str(value).map_or_else(|_| json!(value), identities),
        _ => json!(value),
    }
}

/// In tokens, the flags and times of identities are text.
fn identities(mut list: Value) -> Value {
    for identity in list.as_array_mut().into_iter().flatten() {
        for name in ["primary", "dateCreated"] {
            if let Some(value) = identity.get_mut(name).filter(|value| !value.is_string()) {
                *value = json!(value.to_string());
            }
        }
    }
    list
}

/// The claims for groups, which come sorted by precedence: their names, their roles, and the preferred role where one
/// group alone has the best precedence.
pub fn group_claims(groups: &[Group]) -> GroupOverride {
    let with_role: Vec<(&Group, &str)> =
        groups.iter().filter_map(|g| g.role_arn.as_deref().map(|role| (g, role))).collect();
    let mut roles: Vec<String> = Vec::new();
    for (_, role) in &with_role {
        if !roles.iter().any(|other| other == role) {
            roles.push((*role).to_owned());
        }
    }
    let preferred_role = with_role.first().and_then(|(best, role)| {
        let contested = with_role.iter().any(|(group, other)| group.precedence == best.precedence && other != role);
        (!contested).then(|| (*role).to_owned())
    });
    GroupOverride { groups: groups.iter().map(|group| group.name.clone()).collect(), roles, preferred_role }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(name: &str, precedence: Option<i32>, role: Option<&str>) -> Group {
        let at = Timestamp::default();
        Group {
            name: name.into(),
            description: None,
            role_arn: role.map(Into::into),
            precedence,
            created: at,
            modified: at,
        }
    }

    #[test]
    fn the_preferred_role_is_the_single_best() {
        let own = group_claims(&[
            group("a", Some(1), Some("arn:a")),
            group("b", Some(2), Some("arn:b")),
            group("c", None, None),
        ]);
        assert_eq!(own.preferred_role.as_deref(), Some("arn:a"));
        assert_eq!(own.roles, ["arn:a", "arn:b"]);
        assert_eq!(own.groups, ["a", "b", "c"]);
        let shared = group_claims(&[group("a", Some(1), Some("arn:a")), group("b", Some(1), Some("arn:b"))]);
        assert_eq!(shared.preferred_role, None);
        let none = group_claims(&[group("a", Some(1), None)]);
        assert_eq!((none.roles.len(), none.preferred_role), (0, None));
    }

    #[test]
    fn attributes_have_their_types() {
        assert_eq!(attribute("email_verified", "true"), json!(true));
        assert_eq!(attribute("updated_at", "17"), json!(17));
        assert_eq!(attribute("address", "1 Main St"), json!({"formatted": "1 Main St"}));
        assert_eq!(attribute("custom:n", "17"), json!("17"));
    }
}
