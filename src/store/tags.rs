//! Every table's tag byte: the first byte of its keys. One place, so that no two tables share one. 0 belongs to the engine.
//! A tag is never given to another table, even when its own is gone: old stores still hold its keys.

/// The store's schema version (`schema.rs`).
pub const SCHEMA: u8 = 1;
/// Keys that end, by the time of their end (`expiry.rs`).
pub const EXPIRY: u8 = 2;
/// Attempt counters and locks (`risk/lockout.rs`).
pub const LOCKOUT: u8 = b'l';
/// Messages that wait to be sent (`delivery/outbox.rs`).
pub const OUTBOX: u8 = b'o';
