//! Owns lockout and rate limits.
//! Hands off nothing. Must not know credentials.

/// Lockout and rates.
pub struct Risk {}
