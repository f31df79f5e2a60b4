//! From a checked input to the operation's function and back to JSON.

use super::model::{Operation, Service};
use crate::context::Context;
use crate::fault::Fault;
use futures::future::LocalBoxFuture;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

/// What an operation answers; `None` for operations without output.
pub(super) type Answer<'a> = LocalBoxFuture<'a, Result<Option<Value>, Fault>>;

/// Runs an operation on a checked input.
pub(super) fn call<'a>(cx: &'a Context, service: Service, operation: &'static Operation, input: Value) -> Answer<'a> {
    match service {
        Service::Idp => idp::call(cx, operation, input),
        Service::Identity => identity::call(cx, operation, input),
        Service::Sync => sync::call(cx, operation, input),
        Service::Sts => sts::call(cx, operation, input),
        Service::SecretsManager => secrets_manager::call(cx, operation, input),
        Service::Admin => admin::call(cx, operation, input),
    }
}

fn decode<T: DeserializeOwned>(input: Value) -> Result<T, Fault> {
    // The input was checked against the model, so this should not fail. If it does, the caller's input is at fault.
    serde_json::from_value(input).map_err(|e| super::fault::serialization(e.to_string()))
}

fn encode<T: Serialize>(output: T) -> Result<Option<Value>, Fault> {
    serde_json::to_value(output).map(Some).map_err(Fault::internal)
}

fn not_available(operation: &'static Operation) -> Answer<'static> {
    Box::pin(async move { Err(Fault::not_available(operation.name)) })
}

/// One module per service, written by `build.rs`.
macro_rules! services {
    ($($module:ident => $file:literal),*) => {$(
        mod $module {
            include!(concat!(env!("OUT_DIR"), $file));
        }
    )*};
}

services! {
    idp => "/dispatch_idp.rs",
    identity => "/dispatch_identity.rs",
    sync => "/dispatch_sync.rs",
    sts => "/dispatch_sts.rs",
    secrets_manager => "/dispatch_secrets_manager.rs",
    admin => "/dispatch_admin.rs"
}
