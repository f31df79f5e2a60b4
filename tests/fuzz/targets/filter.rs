//! Any text as ListUsers' filter: read or refused, never a panic.
#![no_main]

use libfuzzer_sys::fuzz_target;
use poolhouse::domain::users::search;

fuzz_target!(|text: &str| {
    let _ = search::parse(text);
});
