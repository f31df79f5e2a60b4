//! Owns keys: the master key, sealing, signing keys, password verifiers.
//! Hands off nothing. Must not know users, pools or HTTP.

/// The keys of the server.
pub struct Keys {}
