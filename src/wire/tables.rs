//! The tables that `build.rs` writes from `models/`.

/// User pools.
pub(super) mod idp {
    include!(concat!(env!("OUT_DIR"), "/tables_idp.rs"));
}

/// Identity pools.
pub(super) mod identity {
    include!(concat!(env!("OUT_DIR"), "/tables_identity.rs"));
}

/// Sync.
pub(super) mod sync {
    include!(concat!(env!("OUT_DIR"), "/tables_sync.rs"));
}

/// Administration of this server.
pub(super) mod admin {
    include!(concat!(env!("OUT_DIR"), "/tables_admin.rs"));
}

/// STS.
pub(super) mod sts {
    include!(concat!(env!("OUT_DIR"), "/tables_sts.rs"));
}
