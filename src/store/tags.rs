//! Every table's tag byte: the first byte of its keys. One place, so that no two tables share one. 0 belongs to the engine.
//! A tag is never given to another table, even when its own is gone: old stores still hold its keys.

/// The store's schema version (`schema.rs`).
pub const SCHEMA: u8 = 1;
/// Keys that end, by the time of their end (`expiry.rs`).
pub const EXPIRY: u8 = 2;
/// Access keys (`access_keys.rs`).
pub const ACCESS_KEY: u8 = b'K';
/// How often the table of access keys was changed (`access_keys.rs`).
pub const ACCESS_KEY_CHANGES: u8 = b'Q';
/// Which master key the store was made with (`meta.rs`).
pub const MASTER_KEY: u8 = b'M';
/// Attempt counters and locks (`risk/lockout.rs`).
pub const LOCKOUT: u8 = b'l';
/// Messages that wait to be sent (`delivery/outbox.rs`).
pub const OUTBOX: u8 = b'o';
