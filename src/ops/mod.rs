//! Owns the API's operations: one function per operation, named as in the API, that maps the wire's shapes to the rules
//! and back. Hands off all work to `domain`. Must not know protocols, HTTP or engines.
//!
//! `wire` calls `ops::<service>::<operation>` by name. What is not built yet stands in `not_available.txt`.

pub mod admin;
pub mod identity;
pub mod idp;
pub mod paging;
pub mod secrets_manager;
pub mod sts;
pub mod sync;
