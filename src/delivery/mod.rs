//! Owns messages: templates, the outbox, mail and SMS.
//! Hands off the bytes to SMTP servers and HTTP gateways. Must not know sign-in rules.

/// Mail and SMS.
pub struct Delivery {}
