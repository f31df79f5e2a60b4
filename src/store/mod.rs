//! Owns what is remembered: one ordered key space (`tag | pool | key -> record`) with typed tables on top.
//! Hands off the keeping of bytes to an engine (`engine.rs`, sled by default). Must not know users' rules, HTTP or crypto.

pub mod access_keys;
pub mod codes;
mod engine;
mod expiry;
pub mod groups;
mod key;
pub mod meta;
pub mod pools;
mod record;
mod schema;
mod sled_engine;
pub mod tags;
pub mod tokens;
mod tx;
pub mod users;

pub use engine::{Batch, CommitError, Engine, Expect, ScanPage, StoreError, Write};
pub use key::Key;
pub use record::{Record, decode, encode};
pub use schema::Migration;
pub use sled_engine::SledEngine;
pub use tx::{Read, Store, Tx};
