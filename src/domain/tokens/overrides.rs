//! What the pool's function changes of tokens, and what it cannot: claims that say who the user is and how far the
//! token goes.

use crate::keys::jwt::Claims;
use crate::triggers::{ClaimChanges, TokenOverrides};
use serde_json::{Value, json};

/// Claims of an ID token that stay as they are.
const FIXED_IN_ID: [&str; 18] = [
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "cognito:username",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "sub",
    "token_use",
];

/// Claims of an access token that stay as they are; scopes are changed as scopes.
const FIXED_IN_ACCESS: [&str; 25] = [
    "acr",
    "act",
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "client_id",
    "cnf",
    "cognito:username",
    "device_key",
    "event_id",
    "exp",
    "iat",
    "identities",
    "iss",
    "jti",
    "nbf",
    "nonce",
    "origin_jti",
    "scope",
    "sub",
    "token_use",
    "username",
    "version",
];

/// Changes the claims of an ID token. What cannot be changed is silently left.
pub fn id(overrides: &TokenOverrides, claims: &mut Claims) {
    apply(&overrides.id, claims, |name, _| FIXED_IN_ID.contains(&name));
}

/// Changes the claims of an access token, likewise. It may be said to be for its own client (`aud`), and for nobody
/// else.
pub fn access(overrides: &TokenOverrides, client_id: &str, claims: &mut Claims) {
    apply(&overrides.access, claims, |name, value| match (name, value) {
        ("aud", Some(value)) => value.as_str() != Some(client_id),
        _ => FIXED_IN_ACCESS.contains(&name),
    });
}

fn apply(changes: &ClaimChanges, claims: &mut Claims, is_fixed: impl Fn(&str, Option<&Value>) -> bool) {
    for name in changes.suppress.iter().filter(|name| !is_fixed(name, None)) {
        claims.remove(name);
    }
    for (name, value) in &changes.add {
        if !changes.suppress.contains(name) && !is_fixed(name, Some(value)) {
            claims.insert(name.clone(), value.clone());
        }
    }
}

/// The scopes of an access token after the function's changes; leaving out counts for more than adding.
pub fn scopes(overrides: &TokenOverrides, before: &[String]) -> Vec<String> {
    let mut scopes: Vec<String> = Vec::new();
    for scope in before.iter().chain(&overrides.scopes_to_add) {
        if !overrides.scopes_to_suppress.contains(scope) && !scopes.contains(scope) {
            scopes.push(scope.clone());
        }
    }
    scopes
}

/// Writes the scopes into a token; one without any has no such claim.
pub fn write_scopes(scopes: &[String], claims: &mut Claims) {
    if scopes.is_empty() {
        claims.remove("scope");
    } else {
        claims.insert("scope".to_owned(), json!(scopes.join(" ")));
    }
}
