//! Owns all records: one ordered key space (`tag | pool | key -> record`) with typed tables on top. Hands off storage
//! of bytes to an engine (`engine.rs`, by default sled). Must not know the rules for users, HTTP or cryptography.
//!
//! # Figures
//!
//! `cargo bench --bench store`, two shared cores (busy with other work, so these rates are the low end), ext4 on a
//! virtual disk, jemalloc, 128 MB of cache. A user is a record of 0.9 kB and two index keys (alias, group) unless
//! noted.
//!
//! | what | 100,000 users | 1,000,000 users |
//! |---|---|---|
//! | loaded, 100 users per commit | 9,500/s | 3,500/s |
//! | disk per user | 2.5 kB | 2.5 kB (3.7 kB with six index keys) |
//! | opened after `kill -9` | 0.6 s | 1.9 s (0.2 to 0.5 s after a checkpoint) |
//! | resident after opening | 20 MB | 115 MB (290 MB with six index keys) |
//! | resident in use | 140 MB | 250 to 340 MB |
//! | record by key, any user | 100,000/s | 40,000 to 90,000/s |
//! | index scan and record, by email, any user | 50,000/s | 25,000/s |
//! | durable new users, 64 writers / 1 writer | 11,000/s / 450 to 1,600/s | 3,400/s / 1,300/s |
//! | durable rewrites, 64 writers / 1 writer | 36,000/s / 700 to 2,000/s | 11,000/s / 1,100/s |
//!
//! An empty store takes 5 MB of memory and opens in 20 ms.
//!
//! Consequences:
//! - **Few keys.** sled keeps at most 16 entries per page and about 300 bytes of bookkeeping per page in memory, cached
//!   or not, so each key costs about 35 bytes of memory whatever its length, and 0.3 kB of disk. Therefore only unusual
//!   values are indexed, and nothing is indexed twice.
//! - **Cache size.** sled counts pages by their size on disk; in memory they take twice that, so it is configured with
//!   half of `cache_mb`.
//! - **Allocator.** With glibc's arenas the same load grew to between 700 and 1,000 MB; with jemalloc or one arena it
//!   stays below 450 MB.
//! - **Opening replays the log** since the last snapshot, which takes about a second per gigabyte, and sled writes a
//!   snapshot only when it opens. So the engine reopens its database after much writing: after 256 MB of log when it is
//!   idle, after 2 GB in any case.
//! - **Group commit.** All waiting commits become one sled batch, one flush and one `fdatasync`: 64 writers together
//!   are 20 times faster than one.
//! - **No compression** by default: zstd saves a third of the disk (1.6 kB per user), halves the write rate and makes
//!   opening after a kill eight times slower.
//! - Segments of 128 kB, 512 kB and 2 MB, and sled's `LowSpace` and `HighThroughput`, make no measurable difference, so
//!   the defaults are used.

pub mod access_keys;
pub mod auth_events;
pub mod authorization_codes;
pub mod branding;
pub mod client_metadata;
pub mod codes;
pub mod custom_sign_ins;
pub mod device_grants;
pub mod devices;
pub mod domains;
mod engine;
mod expiry;
pub mod federation_rounds;
pub mod groups;
pub mod identities;
pub mod identity_pools;
pub mod import_jobs;
mod key;
mod listing;
pub mod log_deliveries;
pub mod logout_notices;
pub mod meta;
pub mod names;
pub mod passkeys;
pub mod password_history;
pub mod plugin_kv;
pub mod plugins;
pub mod pools;
pub mod providers;
pub mod provisioned_limits;
pub mod pushed_requests;
mod record;
mod record_cache;
pub mod resource_servers;
pub mod risk_configurations;
pub mod roles;
mod schema;
pub mod secret_rotations;
pub mod sessions;
mod sled_engine;
pub mod sweep;
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
