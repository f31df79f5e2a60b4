//! `poolhouse show CLIENT_ID`: where a client's programs find what they need, and settings to paste.

use super::client::Client;
use super::{Failure, To, print};
use crate::ops::admin::client_settings;
use clap::Args;

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// The id of an app client
    client_id: String,
    #[command(flatten)]
    to: To,
}

pub(super) fn run(args: &ShowArgs) -> Result<(), Failure> {
    let id = &args.client_id;
    // It goes into the path as it is.
    if id.is_empty() || id.len() > 128 || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b"_+".contains(&b)) {
        return Err(Failure::usage("a client id has letters and digits only"));
    }
    let answer = Client::find(args.to.endpoint.as_deref())?.call("GET", &format!("clients/{id}"), None)?;
    if args.to.json {
        return print(&format!("{answer:#}\n"));
    }
    print(&client_settings(&answer))
}
