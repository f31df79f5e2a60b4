//! The interface to whatever invokes functions.

use super::failure::Failure;
use futures::future::BoxFuture;
use serde_json::Value;

#[derive(Debug, Clone)]
pub struct Call {
    /// The function's ARN, as LambdaConfig names it.
    pub function: String,
    /// The id of the API request that caused the call.
    pub request_id: String,
    /// Cognito's event as JSON.
    pub event: Value,
}

impl Call {
    /// The `triggerSource` member of the event.
    pub fn source(&self) -> &str {
        self.event.get("triggerSource").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Something that can invoke the functions of pools. Time limits and resources are the host's own business.
pub trait FunctionHost: Send + Sync {
    /// Invokes a function and returns the event with the `response` that the function filled in.
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>>;

    /// Whether a function with this ARN exists.
    fn has_function(&self, _function: &str) -> bool {
        true
    }
}
