//! Owns the rules. Hands off storage, crypto and delivery to their seams. Must not know HTTP, engines or wire formats.

pub mod access;
pub mod access_token;
pub mod authorization;
pub mod branding;
pub mod client_authentication;
pub mod events;
pub mod federated;
pub mod identities;
pub mod imports;
pub mod pools;
pub mod protection;
pub mod providers;
pub mod scope;
pub mod sign_in;
pub mod tokens;
pub mod users;
