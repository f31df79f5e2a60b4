//! Owns the authorization server (OAuth 2.0, OpenID Connect) of the pools.
//! Hands off the rules to `domain`. Must not know the HTTP framework.

pub mod discovery;
