//! The tables that `build.rs` writes from `models/`.

pub(super) mod idp {
    include!(concat!(env!("OUT_DIR"), "/tables_idp.rs"));
}

pub(super) mod identity {
    include!(concat!(env!("OUT_DIR"), "/tables_identity.rs"));
}

pub(super) mod sync {
    include!(concat!(env!("OUT_DIR"), "/tables_sync.rs"));
}

pub(super) mod admin {
    include!(concat!(env!("OUT_DIR"), "/tables_admin.rs"));
}

pub(super) mod sts {
    include!(concat!(env!("OUT_DIR"), "/tables_sts.rs"));
}

pub(super) mod secrets_manager {
    include!(concat!(env!("OUT_DIR"), "/tables_secrets_manager.rs"));
}
