//! Adds claims, groups and scopes to tokens, as the plugin's config says.

mod arena;

use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Map, Value, from_str};
use std::borrow::Cow;
use std::collections::BTreeMap;

wit_bindgen::generate!({ path: "wit", world: "trigger" });
use poolhouse::trigger::config;

struct AddClaims;
export!(AddClaims);

/// What of `request` is read here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request<'a> {
    #[serde(borrow)]
    user_attributes: Option<Attributes<'a>>,
    /// The groups and roles that the tokens have without this plugin. Null where no user signs in (client credentials).
    group_configuration: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Attributes<'a> {
    #[serde(borrow)]
    email: Option<Cow<'a, str>>,
    #[serde(borrow)]
    email_verified: Option<Cow<'a, str>>,
}

impl Guest for AddClaims {
    fn handle(event: String) -> Result<String, String> {
        // The event's members stay the text they are: all but two go back unread.
        let mut members: BTreeMap<String, &RawValue> = from_str(&event).map_err(|e| format!("the event is not a JSON object: {e}"))?;
        let version: &str = member(&members, "version")?;
        let request: Request = member(&members, "request")?;
        let response: Option<Map<String, Value>> = member(&members, "response")?;
        let mut response = response.unwrap_or_default();

        let claims: Map<String, Value> = setting("claims", "an object")?;
        let groups = groups(&request)?;
        let scopes = config::get("scopes").unwrap_or_default();

        // Version 1 of the event knows the ID token alone, and claims of text alone.
        let details = if version == "1" {
            let details = object(&mut response, "claimsOverrideDetails");
            object(details, "claimsToAddOrOverride").extend(claims.into_iter().map(|(name, value)| (name, text(value))));
            details
        } else {
            let details = object(&mut response, "claimsAndScopeOverrideDetails");
            object(object(details, "idTokenGeneration"), "claimsToAddOrOverride").extend(claims.clone());
            let access = object(details, "accessTokenGeneration");
            object(access, "claimsToAddOrOverride").extend(claims);
            add(access, "scopesToAdd", scopes.split_whitespace());
            details
        };
        if !groups.is_empty() {
            // What is named here replaces all groups and roles, so those that there are come along. A plugin that ran before this one may
            // have named others already.
            let overrides = details.entry("groupOverrideDetails").or_insert(Value::Null);
            if overrides.is_null() {
                *overrides = Value::Object(request.group_configuration.unwrap_or_default());
            }
            let overrides = object(details, "groupOverrideDetails");
            add(overrides, "groupsToOverride", groups.iter().map(String::as_str));
        }

        let response = to_raw_value(&response).map_err(|e| e.to_string())?;
        members.insert("response".to_owned(), &response);
        serde_json::to_string(&members).map_err(|e| e.to_string())
    }
}

/// The groups that the domain of the user's address gives. Only a verified address counts: anybody can claim another.
fn groups(request: &Request) -> Result<Vec<String>, String> {
    let Some(Attributes { email: Some(email), email_verified: Some(verified) }) = &request.user_attributes else {
        return Ok(Vec::new());
    };
    let Some((_, domain)) = email.rsplit_once('@').filter(|_| verified == "true") else {
        return Ok(Vec::new());
    };
    let rules: BTreeMap<String, Vec<String>> = setting("groups_by_domain", "an object of lists")?;
    Ok(rules.into_iter().filter(|(of, _)| of.eq_ignore_ascii_case(domain)).flat_map(|(_, groups)| groups).collect())
}

/// A member of the event.
fn member<'a, T: Deserialize<'a>>(members: &BTreeMap<String, &'a RawValue>, name: &str) -> Result<T, String> {
    let raw = members.get(name).ok_or_else(|| format!("the event has no {name}"))?;
    from_str(raw.get()).map_err(|e| format!("{name} of the event is not understood: {e}"))
}

/// A setting written as JSON; nothing if it is not set.
fn setting<T: for<'a> Deserialize<'a> + Default>(name: &str, what: &str) -> Result<T, String> {
    match config::get(name).as_deref() {
        None | Some("") => Ok(T::default()),
        Some(json) => from_str(json).map_err(|e| format!("the setting {name} of the plugin is not {what} in JSON: {e}")),
    }
}

/// The object that is a member of another, put there if there is none.
fn object<'a>(parent: &'a mut Map<String, Value>, name: &str) -> &'a mut Map<String, Value> {
    let value = parent.entry(name).or_insert(Value::Null);
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("just made an object")
}

/// Adds to a list that is a member of an object, each value once.
fn add<'a>(parent: &mut Map<String, Value>, name: &str, values: impl Iterator<Item = &'a str>) {
    let list = parent.entry(name).or_insert(Value::Null);
    if !list.is_array() {
        *list = Value::Array(Vec::new());
    }
    let list = list.as_array_mut().expect("just made a list");
    for value in values {
        if !list.iter().any(|known| known == value) {
            list.push(value.into());
        }
    }
}

/// A claim as text: what is none already is written as JSON.
fn text(claim: Value) -> Value {
    if claim.is_string() { claim } else { Value::String(claim.to_string()) }
}
