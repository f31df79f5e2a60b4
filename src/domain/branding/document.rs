//! The settings document of managed login: which members there are, and of what kind.

use crate::fault::Fault;
use serde_json::{Map, Value};

/// The default look, in the form of settings.
const DEFAULT: &str = include_str!("../../../static/branding.json");
/// Members beside those of the default document, with a value of their kind. `*` stands for any one name.
const FURTHER: &[(&str, &str)] = &[
    ("/components/idpButton/custom", r#"{"*": {"lightMode": 0, "darkMode": 0}}"#),
    ("/componentClasses/dropDown/lightMode/defaults", DROP_DOWN_ITEM),
    ("/componentClasses/dropDown/darkMode/defaults", DROP_DOWN_ITEM),
    ("/componentClasses/dropDown/lightMode/match", DROP_DOWN_ITEM),
    ("/componentClasses/dropDown/darkMode/match", DROP_DOWN_ITEM),
    ("/components/primaryButton/lightMode/*", BUTTON),
    ("/components/primaryButton/darkMode/*", BUTTON),
];
const DROP_DOWN_ITEM: &str =
    r#"{"itemBackgroundColor": "ffffffff", "itemBorderColor": "ffffffff", "itemTextColor": "ffffffff"}"#;
const BUTTON: &str = r#"{"backgroundColor": "ffffffff", "borderColor": "ffffffff", "textColor": "ffffffff"}"#;

/// The default look.
pub fn default_settings() -> Result<Value, Fault> {
    serde_json::from_str(DEFAULT).map_err(Fault::internal)
}

/// Checks a document: every member is one that there is, and of its kind.
pub fn check(settings: &Value) -> Result<(), Fault> {
    let mut known = default_settings()?;
    let states = known.pointer("/components/idpButton/standard/lightMode").cloned();
    for (path, members) in FURTHER {
        let members: Value = serde_json::from_str(members).map_err(Fault::internal)?;
        match path.strip_suffix("/*") {
            Some(parent) => {
                let all = known.pointer_mut(parent).and_then(Value::as_object_mut).into_iter().flatten();
                all.for_each(|(_, state)| add(state, &members));
            }
            None => {
                if let Some(target) = known.pointer_mut(path) {
                    add(target, &members);
                }
            }
        }
    }
    for mode in ["lightMode", "darkMode"] {
        if let (Some(place), Some(states)) =
            (known.pointer_mut(&format!("/components/idpButton/custom/*/{mode}")), &states)
        {
            *place = states.clone();
        }
    }
    let Some(members) = settings.as_object() else { return Err(Fault::invalid("Settings must be a JSON object.")) };
    check_members(members, &known, "")
}

fn add(target: &mut Value, members: &Value) {
    if let (Some(target), Some(members)) = (target.as_object_mut(), members.as_object()) {
        for (name, value) in members {
            target.entry(name.clone()).or_insert_with(|| value.clone());
        }
    }
}

fn check_members(given: &Map<String, Value>, known: &Value, path: &str) -> Result<(), Fault> {
    for (name, value) in given {
        let shown: String = format!("{path}{name}").chars().take(128).collect();
        let Some(kind) = known.get(name).or_else(|| known.get("*")) else {
            return Err(Fault::invalid(format!("Settings has a member that managed login does not know: {shown}.")));
        };
        match (value, kind) {
            // `null` leaves a member as it is.
            (Value::Null, _) | (Value::Bool(_), Value::Bool(_)) | (Value::Array(_), Value::Array(_)) => {}
            (Value::Number(number), Value::Number(_))
                if number.as_f64().is_some_and(|n| (0.0..=1000.0).contains(&n)) => {}
            (Value::Object(inner), Value::Object(_)) => check_members(inner, kind, &format!("{path}{name}."))?,
            (Value::String(text), Value::String(_)) if !name.ends_with("olor") || is_color(text) => {}
            (Value::String(_), Value::String(_)) => {
                return Err(Fault::invalid(format!("Settings: {shown} must be a colour as RRGGBBAA.")));
            }
            _ => return Err(Fault::invalid(format!("Settings: {shown} is not of its type."))),
        }
    }
    Ok(())
}

fn is_color(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use serde_json::json;

    #[test]
    fn the_default_document_is_one_and_strangers_are_told() {
        assert!(check(&default_settings().unwrap()).is_ok());
        let fine = json!({"components": {
            "primaryButton": {"lightMode": {"defaults": {"borderColor": "00112233"}}},
            "idpButton": {"custom": {"Corp": {"darkMode": {"hover": {"textColor": "AABBCCDD"}}}}},
        }});
        assert!(check(&fine).is_ok());
        for bad in [
            json!([]),
            json!({"other": 1}),
            json!({"components": {"form": {"colour": "x"}}}),
            json!({"components": {"form": {"borderRadius": "8"}}}),
            json!({"components": {"form": {"borderRadius": -1}}}),
            json!({"components": {"form": {"lightMode": {"backgroundColor": "red"}}}}),
            json!({"components": {"form": 1}}),
        ] {
            assert!(check(&bad).is_err(), "{bad}");
        }
    }
}
