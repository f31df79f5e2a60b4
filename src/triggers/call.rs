//! Calling a function with an event: Cognito's envelope around it, Cognito's errors out of it.

use super::Trigger;
use crate::fault::Fault;
use crate::model::Pool;
use futures::future::BoxFuture;
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// What can run a pool's functions.
pub trait Host: Send + Sync {
    /// Calls the function with this name (an ARN) with an event, and gives what it answered.
    fn call<'a>(&'a self, function: &'a str, event: Value) -> BoxFuture<'a, Result<Value, Failure>>;
}

/// Why a function gave no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The function itself failed, with this message.
    Refused(String),
    /// It could not be called.
    Unavailable,
}

/// The functions of all pools.
#[derive(Clone, Default)]
pub struct Triggers {
    host: Option<Arc<dyn Host>>,
}

/// One event.
pub struct Call<'a> {
    /// Whose.
    pub pool: &'a Pool,
    /// Which.
    pub trigger: Trigger,
    /// `triggerSource`.
    pub source: &'static str,
    /// `userName`.
    pub username: &'a str,
    /// The client, where there is one.
    pub client_id: Option<&'a str>,
    /// `request`.
    pub request: Value,
    /// `response` as the function finds it.
    pub response: Value,
}

impl Triggers {
    /// Functions run by this host.
    pub fn by(host: Arc<dyn Host>) -> Self {
        Self { host: Some(host) }
    }

    /// Calls the event's function and gives the `response` it filled in; `None` where the pool names no function for it.
    pub async fn call(&self, call: Call<'_>) -> Result<Option<Map<String, Value>>, Fault> {
        let Some(function) = call.trigger.function(call.pool) else { return Ok(None) };
        let Some(host) = &self.host else { return Err(call.trigger.cannot_be_invoked(call.pool)) };
        let name = call.trigger.name();
        let answer = host.call(function, call.event()).await.map_err(|failure| match failure {
            Failure::Refused(why) => Fault::modelled("UserLambdaValidationException", format!("{name} failed with error {why}.")),
            Failure::Unavailable => Fault::modelled("UnexpectedLambdaException", format!("{name} invocation failed due to configuration.")),
        })?;
        match answer {
            Value::Object(mut event) => match event.remove("response") {
                Some(Value::Object(response)) => Ok(Some(response)),
                _ => Err(unrecognizable()),
            },
            _ => Err(unrecognizable()),
        }
    }
}

/// The error for an answer that is not of the event's form.
pub fn unrecognizable() -> Fault {
    Fault::modelled("InvalidLambdaResponseException", "Unrecognizable lambda output")
}

impl Call<'_> {
    fn event(&self) -> Value {
        json!({
            "version": "1",
            "triggerSource": self.source,
            "region": self.pool.region(),
            "userPoolId": self.pool.id,
            "userName": self.username,
            "callerContext": {
                "awsSdkVersion": "aws-sdk-unknown-unknown",
                "clientId": self.client_id.unwrap_or("CLIENT_ID_NOT_APPLICABLE"),
            },
            "request": self.request,
            "response": self.response,
        })
    }
}
