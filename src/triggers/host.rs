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
    /// The `userPoolId` member of the event.
    pub fn pool_id(&self) -> &str {
        self.event.get("userPoolId").and_then(Value::as_str).unwrap_or_default()
    }

    /// The `triggerSource` member of the event.
    pub fn source(&self) -> &str {
        self.event.get("triggerSource").and_then(Value::as_str).unwrap_or_default()
    }
}

/// Whether a pool can use a function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Availability {
    Available,
    /// There is no function of this name.
    Unknown,
    /// The function is reserved for other pools.
    OtherPools,
}

/// Something that can invoke the functions of pools. Time limits and resources are the host's own business.
pub trait FunctionHost: Send + Sync {
    /// Invokes a function and returns the event with the `response` that the function filled in.
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>>;

    /// Whether a pool may use the function with this ARN.
    fn availability(&self, _function: &str, _pool_id: &str) -> Availability {
        Availability::Available
    }
}
