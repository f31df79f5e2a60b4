//! `poolhouse limits`: what a running server allows, and how much of it is used.

use super::client::Client;
use super::{Failure, To, print};
use clap::Args;
use serde_json::Value;

/// What `limits` takes.
#[derive(Debug, Args)]
pub(super) struct LimitsArgs {
    /// The id of a user pool, to see what it uses
    pool: Option<String>,
    #[command(flatten)]
    to: To,
}

pub(super) fn run(args: &LimitsArgs) -> Result<(), Failure> {
    let client = Client::find(args.to.endpoint.as_deref())?;
    let answer = match &args.pool {
        None => client.call("GET", "limits", None)?,
        Some(id) if !id.is_empty() && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b)) => {
            client.call_with("GET", "limits", &format!("userPoolId={id}"))?
        }
        Some(_) => return Err(Failure::usage("a user pool's id looks like us-east-1_Ab12Cd34E")),
    };
    if args.to.json {
        return print(&format!("{answer:#}\n"));
    }
    print(&table(&answer))
}

/// Two tables: quotas, and rates of those categories that have one.
fn table(answer: &Value) -> String {
    let text = |row: &Value, key: &str| match row.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => "-".to_owned(),
    };
    let rows = |key: &str| answer.get(key).and_then(Value::as_array).cloned().unwrap_or_default();
    let mut out = format!("Quotas (profile {}):\n{:<24}{:>12}{:>12}\n", text(answer, "Profile"), "", "used", "limit");
    for row in rows("Quotas") {
        out += &format!("{:<24}{:>12}{:>12}\n", text(&row, "Name"), text(&row, "Used"), text(&row, "Limit"));
    }
    let limited: Vec<Value> = rows("Rates").into_iter().filter(|row| row.get("Limit").is_some()).collect();
    if limited.is_empty() {
        return out + "\nCalls per second are not limited.\n";
    }
    out += &format!("\n{:<24}{:>12}{:>12}{:>12}\n", "Calls per second:", "used", "limit", "free");
    for row in limited {
        let [name, used, limit, free] = ["Category", "Used", "Limit", "Free"].map(|key| text(&row, key));
        out += &format!("{name:<24}{used:>12}{limit:>12}{free:>12}\n");
    }
    out
}
