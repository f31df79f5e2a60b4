//! Secrets Manager, as far as app clients publish their secrets there: reading them.

mod secrets;

pub use secrets::{describe_secret, get_secret_value};
