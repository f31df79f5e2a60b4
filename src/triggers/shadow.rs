//! Compares the answers of a function and of its shadow.

use super::failure::Failure;
use serde_json::Value;

/// Most differences that are reported.
const MOST: usize = 10;

/// The paths where the second answer differs from the first; empty where they are equal.
pub(super) fn differences(first: &Result<Value, Failure>, second: &Result<Value, Failure>) -> Vec<String> {
    match (first, second) {
        (Ok(first), Ok(second)) => {
            let mut found = Vec::new();
            compare("response", first, second, &mut found);
            found
        }
        (Err(first), Err(second)) if first.cause() == second.cause() => Vec::new(),
        (first, second) => {
            let outcome =
                |answer: &Result<Value, Failure>| answer.as_ref().err().map_or("an answer", Failure::cause).to_owned();
            vec![format!("what came of it ({} here, {} there)", outcome(second), outcome(first))]
        }
    }
}

fn compare(path: &str, first: &Value, second: &Value, found: &mut Vec<String>) {
    if found.len() >= MOST || first == second {
        return;
    }
    let (Value::Object(first), Value::Object(second)) = (first, second) else {
        return found.push(path.to_owned());
    };
    let names = first.keys().chain(second.keys().filter(|name| !first.contains_key(*name)));
    for name in names {
        let of = |object: &serde_json::Map<String, Value>| object.get(name).cloned().unwrap_or_default();
        compare(&format!("{path}.{name}"), &of(first), &of(second), found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn places_are_named_and_values_are_not() {
        let answer = Ok;
        let first = answer(json!({ "a": 1, "b": { "c": [1, 2], "d": null }, "same": true }));
        assert_eq!(differences(&first, &first.clone()), Vec::<String>::new());
        let second = answer(json!({ "a": 2, "b": { "c": [2, 1] }, "same": true, "more": "hush" }));
        assert_eq!(differences(&first, &second), ["response.a", "response.b.c", "response.more"]);
        let failed = Err(Failure::TimedOut);
        assert_eq!(differences(&first, &failed), ["what came of it (timeout here, an answer there)"]);
        assert_eq!(differences(&failed, &failed.clone()), Vec::<String>::new());
    }
}
