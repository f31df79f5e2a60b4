//! Owns the API's shapes as Rust types, generated from `src/wire/models` (see `build.rs`): plain data, named as in the
//! models. Hands off nothing. Must not know operations, rules or protocols; it is a lowest layer, beside `model`, so
//! records may hold shapes.
//!
//! Required members are plain, others `Option`. Every type has a default (an enum's is its first value), goes through
//! serde by the wire's names, and never prints sensitive members. In JSON a timestamp is epoch seconds and a blob
//! base64; in binary formats they are milliseconds and bytes.

mod scalar;

pub use scalar::Blob;
pub(crate) use scalar::parse_timestamp;

/// Shapes of `cognito-idp` (user pools).
pub mod idp {
    include!(concat!(env!("OUT_DIR"), "/shapes_idp.rs"));
}

/// Shapes of `cognito-identity` (identity pools).
pub mod identity {
    include!(concat!(env!("OUT_DIR"), "/shapes_identity.rs"));
}

/// Shapes of `cognito-sync`.
pub mod sync {
    include!(concat!(env!("OUT_DIR"), "/shapes_sync.rs"));
}

/// Shapes of the administration of this server.
pub mod admin {
    include!(concat!(env!("OUT_DIR"), "/shapes_admin.rs"));
}

/// Shapes of STS.
pub mod sts {
    include!(concat!(env!("OUT_DIR"), "/shapes_sts.rs"));
}

/// Shapes of Secrets Manager.
pub mod secrets_manager {
    include!(concat!(env!("OUT_DIR"), "/shapes_secrets_manager.rs"));
}
