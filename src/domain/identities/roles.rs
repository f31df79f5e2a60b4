//! The roles of an identity pool, and which of them a login gets.

use super::logins::{Proof, ProvenLogin};
use super::{faults, pools, provider_names};
use crate::context::Context;
use crate::domain::access;
use crate::fault::Fault;
use crate::keys::jwt::Claims;
use crate::model::IdentityPool;
use crate::shapes::identity::{
    AmbiguousRoleResolutionType as Ambiguous, MappingRule, MappingRuleMatchType as MatchType, RoleMapping,
    RoleMappingType as Kind,
};
use serde_json::Value;
use std::collections::BTreeMap;

/// Cognito's quota of rules in a mapping.
const MAX_RULES: usize = 25;

pub type Mappings = BTreeMap<String, RoleMapping>;

/// Replaces the roles of a pool (`SetIdentityPoolRoles`). Whoever gives a pool a role gives it to the pool's users, so
/// `iam:PassRole` on each of them is needed.
pub async fn set(
    cx: &Context,
    pool_id: &str,
    roles: BTreeMap<String, String>,
    mappings: Option<Mappings>,
) -> Result<(), Fault> {
    let rules = mappings.iter().flat_map(BTreeMap::values).filter_map(|m| m.rules_configuration.as_ref());
    let in_rules = rules.flat_map(|rules| rules.rules.iter().map(|rule| &rule.role_arn));
    for arn in roles.values().chain(in_rules) {
        let may_pass = access::authorize_caller(cx, "iam:PassRole", arn).is_ok();
        if access::roles::parts_of_arn(arn).is_none() || !may_pass {
            return Err(faults::role_forbidden(arn));
        }
    }
    pools::change(cx, pool_id, async |pool| {
        for (name, mapping) in mappings.iter().flatten() {
            check(cx, pool, name, mapping)?;
        }
        pool.roles.clone_from(&roles);
        pool.role_mappings.clone_from(&mappings);
        Ok(())
    })
    .await?;
    Ok(())
}

fn check(cx: &Context, pool: &IdentityPool, name: &str, mapping: &RoleMapping) -> Result<(), Fault> {
    if !provider_names::is_configured(cx, pool, name, true) {
        return Err(Fault::invalid(format!(
            "{name} is not a valid RoleMapping ProviderName or is not a configured provider."
        )));
    }
    if mapping.ambiguous_role_resolution.is_none() {
        return Err(Fault::invalid("AmbiguousRoleResolution is required for role mappings."));
    }
    let rules = mapping.rules_configuration.as_ref().map(|rules| rules.rules.len());
    match (mapping.r#type, rules) {
        (Kind::Rules, None) => Err(Fault::invalid("RulesConfiguration is required for role mappings of type Rules.")),
        (_, Some(count)) if count > MAX_RULES => {
            Err(Fault::invalid(format!("A role mapping has at most {MAX_RULES} rules.")))
        }
        _ => Ok(()),
    }
}

/// The ARN of the role for what a call proves, with the role that the caller prefers, if any.
pub fn choose(cx: &Context, pool: &IdentityPool, proof: &Proof, custom: Option<&str>) -> Result<String, Fault> {
    let role = |name: &str| pool.roles.get(name).cloned().ok_or_else(faults::pool_configuration_invalid);
    let custom_forbidden = || custom.map_or(Ok(()), |arn| Err(faults::role_forbidden(arn)));
    if proof.is_empty() {
        custom_forbidden()?;
        return role("unauthenticated");
    }
    let Some((name, mapping, login)) = mapping(cx, pool, proof) else {
        custom_forbidden()?;
        return role("authenticated");
    };
    let found = match mapping.r#type {
        Kind::Token => by_token(&login.claims, custom),
        Kind::Rules => by_rules(mapping, &login.claims, custom),
    };
    match (found, mapping.ambiguous_role_resolution) {
        (Some(arn), _) => Ok(arn.to_owned()),
        (None, Some(Ambiguous::AuthenticatedRole)) if custom.is_none() => role("authenticated"),
        _ => Err(Fault::not_authorized(format!("The ambiguous role mapping rules for: {name} denied this request."))),
    }
}

/// The mapping of the first login that has one, its name, and the login.
fn mapping<'a>(
    cx: &Context,
    pool: &'a IdentityPool,
    proof: &'a Proof,
) -> Option<(&'a str, &'a RoleMapping, &'a ProvenLogin)> {
    let mappings = pool.role_mappings.as_ref()?;
    proof.logins.iter().find_map(|proven| {
        let of_login = |name: &str| match name.rsplit_once(':') {
            // An ARN has colons as well, and no user pool's name.
            Some((provider, client)) if provider_names::user_pool(cx, provider).is_some() => {
                provider_names::canonical(cx, provider) == proven.login.provider && client == proven.audience
            }
            _ => provider_names::issuer_of_arn(name).unwrap_or(name) == proven.login.provider,
        };
        let (name, mapping) = mappings.iter().find(|(name, _)| of_login(name))?;
        // Only a user pool says roles in its tokens; another provider's claims may be anybody's to write.
        let fits = mapping.r#type == Kind::Rules || provider_names::user_pool(cx, &proven.login.provider).is_some();
        fits.then_some((name.as_str(), mapping, proven))
    })
}

/// The role that a user pool's token names: of several, one that is preferred or asked for.
fn by_token<'a>(claims: &'a Claims, custom: Option<&'a str>) -> Option<&'a str> {
    let roles = claims.get("cognito:roles").and_then(Value::as_array).into_iter().flatten();
    let roles: Vec<&str> = roles.filter_map(Value::as_str).collect();
    if let Some(custom) = custom {
        return roles.contains(&custom).then_some(custom);
    }
    let preferred = claims.get("cognito:preferred_role").and_then(Value::as_str).filter(|role| !role.is_empty());
    preferred.or(match roles.as_slice() {
        [one] => Some(one),
        _ => None,
    })
}

fn by_rules<'a>(mapping: &'a RoleMapping, claims: &Claims, custom: Option<&str>) -> Option<&'a str> {
    let rules = mapping.rules_configuration.as_ref().map(|rules| rules.rules.as_slice()).unwrap_or_default();
    let matching = rules.iter().filter(|rule| holds(rule, claims)).map(|rule| rule.role_arn.as_str());
    let mut wanted = matching.filter(|arn| custom.is_none_or(|custom| custom == *arn));
    wanted.next()
}

/// Whether a rule holds. A claim that the token lacks fits no rule.
fn holds(rule: &MappingRule, claims: &Claims) -> bool {
    let text = |value: &Value| match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    };
    let Some(claim) = claims.get(&rule.claim) else { return false };
    if let Value::Array(list) = claim {
        let has = list.iter().filter_map(text).any(|member| member == rule.value);
        return match rule.match_type {
            MatchType::Contains => has,
            MatchType::NotEqual => !has,
            MatchType::Equals | MatchType::StartsWith => false,
        };
    }
    let Some(value) = text(claim) else { return false };
    match rule.match_type {
        MatchType::Equals => value == rule.value,
        MatchType::NotEqual => value != rule.value,
        MatchType::StartsWith => value.starts_with(&rule.value),
        MatchType::Contains => value.contains(&rule.value),
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    #[test]
    fn rules_compare_claims_as_cognito_does() {
        let claims = json!({"tier": "gold-plus", "cognito:groups": ["staff", "eu"], "n": 7});
        let claims = claims.as_object().unwrap();
        for (claim, match_type, value, expected) in [
            ("tier", MatchType::Equals, "gold-plus", true),
            ("tier", MatchType::Equals, "Gold-plus", false),
            ("tier", MatchType::StartsWith, "gold", true),
            ("tier", MatchType::Contains, "-p", true),
            ("tier", MatchType::NotEqual, "gold", true),
            ("n", MatchType::Equals, "7", true),
            ("cognito:groups", MatchType::Contains, "eu", true),
            ("cognito:groups", MatchType::Contains, "e", false),
            ("cognito:groups", MatchType::NotEqual, "us", true),
            ("none", MatchType::NotEqual, "x", false),
        ] {
            let rule = MappingRule { claim: claim.into(), match_type, value: value.into(), role_arn: String::new() };
            assert_eq!(holds(&rule, claims), expected, "{claim} {match_type:?} {value}");
        }
    }

    #[test]
    fn of_several_roles_one_must_be_preferred_or_asked_for() {
        let claims = json!({"cognito:roles": ["a", "b"]});
        let claims = claims.as_object().unwrap();
        assert_eq!(by_token(claims, None), None);
        assert_eq!(by_token(claims, Some("b")), Some("b"));
        assert_eq!(by_token(claims, Some("c")), None);
        let preferred = json!({"cognito:roles": ["a", "b"], "cognito:preferred_role": "b"});
        assert_eq!(by_token(preferred.as_object().unwrap(), None), Some("b"));
        assert_eq!(by_token(json!({"cognito:roles": ["a"]}).as_object().unwrap(), None), Some("a"));
    }
}
