//! Reading answers of functions: the `response` object, and members of it. Sizes are checked before anything is parsed.

use super::failure::{Failure, unrecognizable_output};
use crate::fault::Fault;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::borrow::Cow;

/// Largest answer in bytes, the same bound as Lambda's.
pub(super) const MAX_ANSWER: usize = 6 * 1024 * 1024;
/// Most members and elements in an answer. Parsed values take many times the memory of their text. A token has at most
/// 5,000 changes, so real answers stay far below.
const MAX_PARTS: usize = 50_000;
/// Whether an answer is small enough to be parsed.
fn is_bounded(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_ANSWER && bytes.iter().filter(|byte| matches!(byte, b',' | b'{' | b'[')).count() <= MAX_PARTS
}

/// Parses JSON that another server sent.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Failure> {
    if !is_bounded(bytes) {
        return Err(Failure::NotJson);
    }
    serde_json::from_slice(bytes).map_err(|_| Failure::NotJson)
}

/// The `response` object of an answer. Everything else in the answer is skipped without being stored.
pub(super) fn response_in(bytes: &[u8]) -> Result<Value, Failure> {
    if !is_bounded(bytes) {
        return Err(Failure::NotJson);
    }
    match serde_json::from_slice(bytes).map_err(|_| Failure::NotJson)? {
        Answer(Some(response @ Value::Object(_))) => Ok(response),
        Answer(_) => Err(Failure::Unrecognizable),
    }
}

/// The `response` member of an answer; `None` where there is none or the answer is not an object.
struct Answer(Option<Value>);

impl<'de> Deserialize<'de> for Answer {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Members;
        impl<'de> Visitor<'de> for Members {
            type Value = Answer;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("JSON")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Answer, A::Error> {
                let mut response = None;
                while let Some(name) = members.next_key::<Cow<'de, str>>()? {
                    if name == "response" {
                        response = Some(members.next_value()?);
                    } else {
                        members.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(Answer(response))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Answer, A::Error> {
                while elements.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Answer(None))
            }

            fn visit_str<E>(self, _: &str) -> Result<Answer, E> {
                Ok(Answer(None))
            }

            fn visit_bool<E>(self, _: bool) -> Result<Answer, E> {
                Ok(Answer(None))
            }

            fn visit_u64<E>(self, _: u64) -> Result<Answer, E> {
                Ok(Answer(None))
            }

            fn visit_i64<E>(self, _: i64) -> Result<Answer, E> {
                Ok(Answer(None))
            }

            fn visit_f64<E>(self, _: f64) -> Result<Answer, E> {
                Ok(Answer(None))
            }

            fn visit_unit<E>(self) -> Result<Answer, E> {
                Ok(Answer(None))
            }
        }
        from.deserialize_any(Members)
    }
}

/// The size of a response as JSON, in bytes.
pub(super) fn json_size(response: &Map<String, Value>) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, response) {
        Ok(()) => count.0,
        Err(_) => usize::MAX,
    }
}

/// A boolean member of a response; absent or null means false.
pub(super) fn flag(response: &Map<String, Value>, name: &str) -> Result<bool, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(unrecognizable_output()),
    }
}

/// A string member of a response; `None` where it is absent, null or empty.
pub(super) fn text(response: &Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(unrecognizable_output()),
    }
}

/// An object member of a response; `None` where it is absent or null.
pub(super) fn object<'v>(
    response: &'v Map<String, Value>,
    name: &str,
) -> Result<Option<&'v Map<String, Value>>, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::Object(map)) => Ok(Some(map)),
        Some(_) => Err(unrecognizable_output()),
    }
}

/// An array of strings in a response; empty where it is absent or null.
pub(super) fn strings(response: &Map<String, Value>, name: &str) -> Result<Vec<String>, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(Vec::new()),
        Some(Value::Array(list)) => {
            list.iter().map(|value| value.as_str().map(str::to_owned).ok_or_else(unrecognizable_output)).collect()
        }
        Some(_) => Err(unrecognizable_output()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn of_an_answer_only_the_response_counts() {
        let of = |text: &str| response_in(text.as_bytes());
        assert_eq!(of(r#"{"request":{"a":[1,{"b":null}]},"response":{"x":1},"more":"y"}"#), Ok(json!({ "x": 1 })));
        for other in
            ["[1,{}]", "null", "true", "-1", "1", "1.5", "\"text\"", "{}", r#"{"response":[]}"#, r#"{"response":null}"#]
        {
            assert_eq!(of(other), Err(Failure::Unrecognizable), "{other}");
        }
        for broken in ["", "{", r#"{"response":{}"#, "hello", r#"{"response":{}} x"#, "{\"request\":[}"] {
            assert_eq!(of(broken), Err(Failure::NotJson), "{broken}");
        }
        assert_eq!(of(&format!(r#"{{"response":{{"a":[{}0]}}}}"#, "0,".repeat(MAX_PARTS))), Err(Failure::NotJson));
    }
}
