//! Identity pools: the operations, one file per family.

mod developers;
mod identities;
mod pools;
mod roles;
mod tags;

pub use developers::{
    get_open_id_token_for_developer_identity, lookup_developer_identity, merge_developer_identities,
    unlink_developer_identity,
};
pub use identities::{
    delete_identities, describe_identity, get_credentials_for_identity, get_id, get_open_id_token, list_identities,
    unlink_identity,
};
pub use pools::{
    create_identity_pool, delete_identity_pool, describe_identity_pool, list_identity_pools, update_identity_pool,
};
pub use roles::{
    get_identity_pool_roles, get_principal_tag_attribute_map, set_identity_pool_roles, set_principal_tag_attribute_map,
};
pub use tags::{list_tags_for_resource, tag_resource, untag_resource};
