//! Owns the way to other identity providers: calls to their servers, and their documents.
//! Hands off nothing. Must not know pools' rules, requests or the other seams.

pub mod fetch;
pub mod metadata;

pub use fetch::{FetchError, MetadataFetcher};
