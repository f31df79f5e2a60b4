//! Owns the access to other identity providers: what they speak, calls to their servers, their documents and answers.
//! Hands off one verified identity ([`ExternalIdentity`]). Must not know pools' rules, users or requests.

mod call;
mod connector;
mod error;
pub mod fetch;
pub mod metadata;
pub mod oidc;
pub mod saml;

pub use connector::{Answer, Begun, Callback, Connector, ExternalIdentity, MAX_SESSION, ProviderClaims, Round, Start};
pub use error::{FederationError, Told, Unreachable};
pub use fetch::{FetchError, MetadataFetcher};
pub use oidc::Oidc;
