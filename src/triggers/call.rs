//! Calling a function with an event: Cognito's envelope around it, Cognito's errors out of it.

use super::{EventContext, Trigger};
use crate::fault::Fault;
use futures::future::BoxFuture;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::sync::Arc;

/// Most bytes of an answer (Lambda's own bound).
pub(super) const MAX_ANSWER: usize = 6 * 1024 * 1024;
/// Most members and elements of an answer: as values they take many times the room of their text. A token has at most
/// 5,000 changes.
const MAX_PARTS: usize = 50_000;
/// Most characters of a function's own words in an error.
const MAX_WORDS: usize = 2000;

/// One call of a function.
#[derive(Debug, Clone)]
pub struct Call {
    /// The function, as the pool names it (an ARN).
    pub function: String,
    /// The id of the request that caused it.
    pub request_id: String,
    /// Cognito's event.
    pub event: Value,
}

impl Call {
    /// `triggerSource` of the event.
    pub fn source(&self) -> &str {
        self.event.get("triggerSource").and_then(Value::as_str).unwrap_or_default()
    }
}

/// What can run a pool's functions. How long they may run, and with what, is its matter.
pub trait Host: Send + Sync {
    /// Calls a function, and gives what it answered: the event with `response` filled in.
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>>;

    /// Whether there is a function of this name (an ARN).
    fn knows(&self, _function: &str) -> bool {
        true
    }
}

/// Why a function gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function itself refused or failed, with this message.
    Refused(String),
    /// It took too long.
    TimedOut,
    /// It wanted more memory than it may have.
    OutOfMemory,
    /// It broke, and how.
    Trapped(String),
    /// What it gave is no JSON, or too long.
    NotJson,
    /// What it gave is not the event with a response.
    Unrecognizable,
    /// It could not be called.
    Unavailable,
    /// It is not ready to be called yet.
    Pending,
    /// Too many calls wait already.
    Busy,
}

impl Failure {
    /// The cause as log and metrics name it.
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Refused(_) => "refused",
            Self::TimedOut => "timeout",
            Self::OutOfMemory => "out_of_memory",
            Self::Trapped(_) => "trap",
            Self::NotJson | Self::Unrecognizable => "bad_output",
            Self::Unavailable => "unavailable",
            Self::Pending => "pending",
            Self::Busy => "busy",
        }
    }

    /// What happened, for administrators.
    pub fn in_words(&self) -> String {
        match self {
            Self::Refused(why) => format!("it refused: {why}"),
            Self::TimedOut => "it took too long".into(),
            Self::OutOfMemory => "it ran out of memory (memory_mb in its manifest)".into(),
            Self::Trapped(how) => format!("it broke: {how}"),
            Self::NotJson => "what it answered is no JSON, or too long".into(),
            Self::Unrecognizable => "what it answered is not the event with its response".into(),
            Self::Unavailable => "it could not be called".into(),
            Self::Pending => "it is not compiled yet".into(),
            Self::Busy => "too many calls were waiting".into(),
        }
    }
}

/// The functions of all pools.
#[derive(Clone, Default)]
pub struct Triggers {
    host: Option<Arc<dyn Host>>,
}

/// One event.
pub(super) struct Event {
    /// Which.
    pub trigger: Trigger,
    /// `version`.
    pub version: &'static str,
    /// `triggerSource`.
    pub source: &'static str,
    /// `request`.
    pub request: Map<String, Value>,
    /// `response` as the function finds it.
    pub response: Value,
}

impl Event {
    /// An event of the usual version.
    pub fn new(trigger: Trigger, source: &'static str, request: Map<String, Value>, response: Value) -> Self {
        Self { trigger, version: "1", source, request, response }
    }

    /// The whole event.
    pub fn in_full(self, about: &EventContext<'_>) -> Value {
        json!({
            "version": self.version,
            "triggerSource": self.source,
            "region": about.pool.region(),
            "userPoolId": about.pool.id,
            "userName": about.username(),
            "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": about.client_id() },
            "request": self.request,
            "response": self.response,
        })
    }
}

impl Triggers {
    /// Functions run by this host.
    pub fn by(host: Arc<dyn Host>) -> Self {
        Self { host: Some(host) }
    }

    /// Whether anything runs functions.
    pub fn has_host(&self) -> bool {
        self.host.is_some()
    }

    /// What runs functions; fails where the pool names one for the event and nothing can run it.
    pub(super) fn host(&self, about: &EventContext<'_>, trigger: Trigger) -> Result<&Arc<dyn Host>, Fault> {
        let known = |host: &&Arc<dyn Host>| trigger.function(about.pool).is_none_or(|function| host.knows(function));
        self.host.as_ref().filter(known).ok_or_else(|| trigger.cannot_be_invoked(about.pool))
    }

    /// Calls the event's function and gives the `response` it filled in; nothing where the pool names no function for
    /// it.
    pub(super) async fn call(
        &self,
        about: &EventContext<'_>,
        event: Event,
    ) -> Result<Option<Map<String, Value>>, Fault> {
        let trigger = event.trigger;
        let Some(function) = trigger.function(about.pool) else { return Ok(None) };
        let host = self.host(about, trigger)?;
        let call = Call {
            function: function.to_owned(),
            request_id: about.request_id.to_owned(),
            event: event.in_full(about),
        };
        let answer = host.call(call).await.map_err(|failure| failure.told(trigger.name()))?;
        let Value::Object(mut event) = answer else { return Err(unrecognizable()) };
        let Some(Value::Object(response)) = event.remove("response") else { return Err(unrecognizable()) };
        if size(&response) > MAX_ANSWER {
            return Err(unrecognizable());
        }
        Ok(Some(response))
    }
}

impl Failure {
    /// The error for the caller after an event of this source, in Cognito's words.
    pub fn seen_by_caller(&self, source: &str) -> Fault {
        let name = source.split('_').next().unwrap_or_default();
        self.clone().told(if name == "TokenGeneration" { "PreTokenGeneration" } else { name })
    }

    /// The error for the caller, in Cognito's words.
    fn told(self, name: &str) -> Fault {
        let refused =
            |why: &str| Fault::modelled("UserLambdaValidationException", format!("{name} failed with error {why}."));
        let invocation =
            |why: &str| Fault::modelled("UnexpectedLambdaException", format!("{name} invocation failed due to {why}."));
        match self {
            Self::Refused(why) => refused(&why.chars().take(MAX_WORDS).collect::<String>()),
            Self::TimedOut => refused("Socket timeout while invoking Lambda function"),
            // Lambda tells of these as errors of the function, too.
            Self::OutOfMemory => refused("the function ran out of memory"),
            Self::Trapped(_) => refused("the function crashed"),
            Self::NotJson => {
                Fault::modelled("InvalidLambdaResponseException", "Invalid lambda function output : Invalid JSON")
            }
            Self::Unrecognizable => unrecognizable(),
            Self::Unavailable => invocation("configuration"),
            Self::Pending => invocation("error ResourceConflictException"),
            Self::Busy => invocation("error TooManyRequestsException"),
        }
    }
}

/// Whether an answer of these bytes is one that is looked at.
fn is_bounded(bytes: &[u8]) -> bool {
    bytes.len() <= MAX_ANSWER && bytes.iter().filter(|byte| matches!(byte, b',' | b'{' | b'[')).count() <= MAX_PARTS
}

/// JSON of another server, from its bytes.
pub(super) fn parse(bytes: &[u8]) -> Result<Value, Failure> {
    if !is_bounded(bytes) {
        return Err(Failure::NotJson);
    }
    serde_json::from_slice(bytes).map_err(|_| Failure::NotJson)
}

/// `response` of an answer, from its bytes; all else in it counts for nothing and is passed over.
pub(super) fn response_in(bytes: &[u8]) -> Result<Value, Failure> {
    if !is_bounded(bytes) {
        return Err(Failure::NotJson);
    }
    match serde_json::from_slice(bytes).map_err(|_| Failure::NotJson)? {
        Answer(Some(response @ Value::Object(_))) => Ok(response),
        Answer(_) => Err(Failure::Unrecognizable),
    }
}

/// The `response` of an answer; nothing where it has none, or is no object.
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

/// The bytes of an answer as JSON.
fn size(response: &Map<String, Value>) -> usize {
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

/// The error for an answer that is not of the event's form.
pub fn unrecognizable() -> Fault {
    Fault::modelled("InvalidLambdaResponseException", "Unrecognizable lambda output")
}

/// The error for an answer that cannot be applied.
pub(super) fn unusable(why: impl Into<String>) -> Fault {
    Fault::modelled("InvalidLambdaResponseException", why.into())
}

/// A flag of an answer; what is absent or null is not set.
pub(super) fn flag(response: &Map<String, Value>, name: &str) -> Result<bool, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(unrecognizable()),
    }
}

/// A text of an answer; nothing where it is absent, null or empty.
pub(super) fn text(response: &Map<String, Value>, name: &str) -> Result<Option<String>, Fault> {
    match response.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) => Ok(Some(text.clone()).filter(|text| !text.is_empty())),
        Some(_) => Err(unrecognizable()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
