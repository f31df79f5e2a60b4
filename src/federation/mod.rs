//! Owns the access to other identity providers: calls to their servers and parsing of their documents. Hands off
//! nothing. Must not know pools' rules, requests or the other modules of this layer.

pub mod fetch;
pub mod metadata;
pub mod saml;

pub use fetch::{FetchError, MetadataFetcher};
