//! `poolhouse import-report`: the rows of a file that an import job of a running server skipped or failed.

use super::client::Client;
use super::{Failure, To, print};
use clap::Args;
use serde_json::Value;

/// What `import-report` takes.
#[derive(Debug, Args)]
pub(super) struct ImportReportArgs {
    /// The id of the user pool
    pool: String,
    /// The id of the job, import-...
    job: String,
    #[command(flatten)]
    to: To,
}

/// Prints one line for each row, as AWS's log of a job has them; page after page, so that any report fits.
pub(super) fn run(args: &ImportReportArgs) -> Result<(), Failure> {
    let plain = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_".contains(&b));
    if !plain(&args.pool) || !plain(&args.job) {
        return Err(Failure::usage("a pool's id looks like us-east-1_Ab12Cd34E, and a job's like import-9sHxosU7BP"));
    }
    let client = Client::find(args.to.endpoint.as_deref())?;
    let path = format!("pools/{}/import-jobs/{}/report", args.pool, args.job);
    let mut query = String::new();
    loop {
        let page = client.call_with("GET", &path, &query)?;
        for row in page.get("Rows").and_then(Value::as_array).into_iter().flatten() {
            print(&if args.to.json { format!("{row}\n") } else { line(row) })?;
        }
        match page.get("NextToken").and_then(Value::as_str) {
            Some(next) => query = format!("nextToken={next}"),
            None => return Ok(()),
        }
    }
}

fn line(row: &Value) -> String {
    let text = |key: &str| row.get(key).and_then(Value::as_str).unwrap_or_default();
    let number = row.get("Line").and_then(Value::as_i64).unwrap_or_default();
    format!("[{}] Line Number {number} - {}\n", text("Outcome"), text("Reason"))
}
