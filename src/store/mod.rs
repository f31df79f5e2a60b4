//! Owns what is remembered: one ordered key space (`tag | pool | key -> record`) with typed tables on top.
//! Hands off the keeping of bytes to an engine (`engine.rs`, sled by default). Must not know users' rules, HTTP or crypto.

pub mod access_keys;
mod engine;
mod expiry;
mod key;
pub mod meta;
mod record;
mod schema;
mod sled_engine;
pub mod tags;
mod tx;

pub use engine::{Batch, CommitError, Engine, Expect, ScanPage, StoreError, Write};
pub use key::Key;
pub use record::{Record, decode, encode};
pub use schema::Migration;
pub use sled_engine::SledEngine;
pub use tx::{Read, Store, Tx};
