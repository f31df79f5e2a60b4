//! STS: who the caller is, and credentials for web identities.

mod caller;
mod web_identity;

pub use caller::get_caller_identity;
pub use web_identity::assume_role_with_web_identity;
