//! Owns import jobs: their life, the upload of their files, the check of each row, the work in the background.
//! Hands off accounts to `users`, hashes to `keys`, records to `store`. Must not know HTTP.

mod csv;
mod file;
mod header;
pub mod jobs;
mod row;
mod run;
pub mod upload;

pub use header::template;
pub use run::{run_waiting, work};

use crate::fault::Fault;

/// The directory below the data directory that holds uploaded files.
const DIRECTORY: &str = "imports";

/// `PreconditionNotMetException`.
fn precondition(text: impl Into<std::borrow::Cow<'static, str>>) -> Fault {
    Fault::modelled("PreconditionNotMetException", text)
}
