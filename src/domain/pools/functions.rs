//! Which functions a pool may name in LambdaConfig.

use crate::context::Context;
use crate::domain::access;
use crate::fault::Fault;
use crate::shapes::idp::LambdaConfigType;
use crate::triggers::Trigger;
use std::collections::BTreeSet;

/// The action that a policy must allow on the function's ARN, as Lambda's own policies name it.
const INVOKE: &str = "lambda:InvokeFunction";

/// Checks that the caller may use the functions that a change of LambdaConfig adds. Functions receive data of the
/// pool's users and answer with data of their own, so managing a pool does not include the use of any function.
pub fn authorize(
    cx: &Context,
    before: Option<&LambdaConfigType>,
    after: Option<&LambdaConfigType>,
) -> Result<(), Fault> {
    let known = named(before);
    for arn in named(after).difference(&known) {
        access::authorize_caller(cx, INVOKE, arn)?;
    }
    Ok(())
}

fn named(config: Option<&LambdaConfigType>) -> BTreeSet<&str> {
    config
        .into_iter()
        .flat_map(|config| Trigger::ALL.iter().filter_map(|trigger| trigger.function_in(config)))
        .collect()
}
