//! The call of each operation's function by name. An operation without a function does not compile, unless it stands in
//! `ops/not_available.txt`.

use super::model::Model;
use super::names;
use std::collections::BTreeSet;
use std::fmt::Write;

/// The text of one service's dispatch; `unavailable` answer HTTP 501.
pub fn dispatch(model: &Model, module: &str, unavailable: &BTreeSet<String>) -> String {
    let mut arms = String::new();
    for (name, operation) in model.operations.iter().filter(|(name, _)| !unavailable.contains(*name)) {
        let function = format!("crate::ops::{module}::{}", names::snake(name));
        let call = if operation.input.is_some() {
            format!("{function}(cx, decode(input)?)")
        } else {
            format!("{function}(cx)")
        };
        let result = if operation.output.is_some() {
            format!("encode({call}.await?)")
        } else {
            format!("{call}.await.map(|()| None)")
        };
        // Writing into a String cannot fail.
        let _ = writeln!(arms, "        {name:?} => Box::pin(async move {{ {result} }}),");
    }
    let (cx, input) = if arms.is_empty() { ("_cx", "_input") } else { ("cx", "input") };
    let body = if arms.is_empty() {
        "    not_available(operation)\n".to_owned()
    } else {
        format!("    match operation.name {{\n{arms}        _ => not_available(operation),\n    }}\n")
    };
    let uses: String = [("decode(", "decode, "), ("encode(", "encode, ")]
        .iter()
        .filter(|(call, _)| arms.contains(call))
        .map(|(_, name)| *name)
        .collect();
    format!(
        "use super::{{Answer, Context, Operation, Value, {uses}not_available}};\n\n/// Runs an operation on a checked input.\n\
         pub fn call<'a>({cx}: &'a Context, operation: &'static Operation, {input}: Value) -> Answer<'a> {{\n{body}}}\n"
    )
}

/// For tests: every operation's input into its type and back.
pub fn round_trip(model: &Model, module: &str) -> String {
    let mut arms = String::new();
    for (name, operation) in &model.operations {
        if let Some(input) = &operation.input {
            // Writing into a String cannot fail.
            let _ = writeln!(
                arms,
                "        {name:?} => serde_json::to_value(serde_json::from_value::<crate::shapes::{module}::{input}>(input)?),"
            );
        }
    }
    format!(
        "pub fn {module}(operation: &str, input: serde_json::Value) -> serde_json::Result<serde_json::Value> {{\n    match operation {{\n{arms}        \
         _ => Ok(input),\n    }}\n}}\n"
    )
}
