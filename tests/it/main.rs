//! Integration tests: each makes its own server, on a port of its own and a directory of its own.

#![expect(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod command_line;
mod sdk;
mod store_contract;
mod store_crash;
mod store_full_disk;
