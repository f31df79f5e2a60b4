//! STS: who the caller is, and (later) credentials for web identities.

mod caller;

pub use caller::get_caller_identity;
