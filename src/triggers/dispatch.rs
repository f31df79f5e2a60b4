//! The way of every event: from its parts to the function that the pool names, and the response back.

use super::answer::{MAX_ANSWER, json_size};
use super::event_context::EventContext;
use super::failure::{Failure, unrecognizable_output};
use super::functions::Functions;
use super::host::{Availability, Call, FunctionHost};
use super::plugins::Plugins;
use super::trigger::Trigger;
use crate::fault::Fault;
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tracing::Instrument as _;

/// The functions of all pools, and what invokes them.
#[derive(Clone)]
pub struct Triggers {
    host: Arc<dyn FunctionHost>,
    functions: Functions,
}

/// One event before it is wrapped into Cognito's envelope.
pub(super) struct Event {
    pub trigger: Trigger,
    /// The `version` member.
    pub version: &'static str,
    /// The `triggerSource` member.
    pub source: &'static str,
    /// The `request` member.
    pub request: Map<String, Value>,
    /// The `response` member as the function receives it.
    pub response: Value,
}

impl Event {
    /// An event of version 1, which all triggers but PreTokenGeneration use.
    pub fn new(trigger: Trigger, source: &'static str, request: Map<String, Value>, response: Value) -> Self {
        Self { trigger, version: "1", source, request, response }
    }

    /// The whole event, with the members that all events share.
    pub fn into_json(self, context: &EventContext<'_>) -> Value {
        json!({
            "version": self.version,
            "triggerSource": self.source,
            "region": context.pool.region(),
            "userPoolId": context.pool.id,
            "userName": context.username(),
            "callerContext": { "awsSdkVersion": "aws-sdk-unknown-unknown", "clientId": context.client_id() },
            "request": self.request,
            "response": self.response,
        })
    }
}

impl Triggers {
    pub fn new(functions: Functions) -> Self {
        Self { host: Arc::new(functions.clone()), functions }
    }

    /// Sends events to another host instead; for tests.
    pub fn with_host(self, host: Arc<dyn FunctionHost>) -> Self {
        Self { host, ..self }
    }

    /// Plugins, chains and functions behind web addresses.
    pub fn functions(&self) -> &Functions {
        &self.functions
    }

    pub fn plugins(&self) -> &Arc<Plugins> {
        self.functions.plugins()
    }

    /// The function that the pool names for a trigger; an error where it names one that does not exist.
    pub(super) fn function<'p>(&self, context: &EventContext<'p>, trigger: Trigger) -> Result<Option<&'p str>, Fault> {
        match trigger.function(context.pool) {
            None => Ok(None),
            Some(function) => match self.host.availability(function, &context.pool.id) {
                Availability::Available => Ok(Some(function)),
                unavailable => Err(unusable_function(context, trigger, function, unavailable)),
            },
        }
    }

    /// The call of the trigger's function; `None` where the pool names none.
    pub(super) fn prepare(&self, context: &EventContext<'_>, event: Event) -> Result<Option<Prepared>, Fault> {
        let trigger = event.trigger;
        let Some(function) = self.function(context, trigger)? else { return Ok(None) };
        let span = tracing::info_span!(
            "trigger",
            request_id = context.request_id,
            pool = %context.pool.id,
            source = event.source,
            function
        );
        let (function, request_id) = (function.to_owned(), context.request_id.to_owned());
        let call = Call { function, request_id, event: event.into_json(context) };
        Ok(Some(Prepared { host: self.host.clone(), span, trigger, call }))
    }

    /// Invokes the trigger's function and returns the `response` it filled in; `None` where the pool names no function.
    pub(super) async fn call(
        &self,
        context: &EventContext<'_>,
        event: Event,
    ) -> Result<Option<Map<String, Value>>, Fault> {
        let Some(prepared) = self.prepare(context, event)? else { return Ok(None) };
        let trigger = prepared.trigger;
        let answer = prepared.invoke().await.map_err(|failure| failure.into_fault(trigger.name()))?;
        let Value::Object(mut event) = answer else { return Err(unrecognizable_output()) };
        let Some(Value::Object(response)) = event.remove("response") else { return Err(unrecognizable_output()) };
        if json_size(&response) > MAX_ANSWER {
            return Err(unrecognizable_output());
        }
        Ok(Some(response))
    }
}

/// A call that is ready to be made.
pub(super) struct Prepared {
    host: Arc<dyn FunctionHost>,
    /// Gives every log line of the call its request id, pool and trigger source.
    pub span: tracing::Span,
    trigger: Trigger,
    call: Call,
}

impl Prepared {
    pub async fn invoke(self) -> Result<Value, Failure> {
        let Self { host, span, call, .. } = self;
        async move { host.call(call).await }.instrument(span).await
    }
}

/// Cognito's error for a function that cannot be invoked; the log tells the operator why.
fn unusable_function(context: &EventContext<'_>, trigger: Trigger, function: &str, why: Availability) -> Fault {
    let (pool, request_id, trigger) = (&context.pool.id, context.request_id, trigger.name());
    if why == Availability::OtherPools {
        tracing::warn!(
            %pool, request_id, function, trigger,
            "LambdaConfig names a function that is reserved for other pools (pools in its manifest or in [triggers])"
        );
    } else {
        tracing::warn!(
            %pool, request_id, function, trigger,
            "LambdaConfig names a function that does not exist; create it with `poolhouse plugin put`"
        );
    }
    Failure::Unavailable.into_fault(trigger)
}
