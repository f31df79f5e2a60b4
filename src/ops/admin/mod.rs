//! Administration of this server, `/_poolhouse`: access keys, roles, plugins, status, and what Cognito's API lacks for
//! a user's own second factors. The paths and forms are in `src/wire/models/poolhouse.json`.
//!
//! Calls are signed with the service name `poolhouse`, and policies name them `poolhouse:<Operation>`. Whoever may
//! create or enable access keys may do anything, since a new key can hold any policy; so may whoever puts roles.

mod access_keys;
mod client_settings;
mod clients;
mod export;
mod factors;
mod imports;
mod limits;
mod plugins;
mod roles;
mod signing_keys;
mod status;

pub use access_keys::{create_access_key, delete_access_key, disable_access_key, enable_access_key, list_access_keys};
pub use client_settings::client_settings;
pub use clients::{
    KnownClient, describe_client, description, get_client_oauth_settings, known_clients, set_client_oauth_settings,
};
pub use export::{export_users, export_users_with_hashes};
pub use factors::{associate_software_token, renew_backup_codes};
pub use imports::get_user_import_report;
pub use limits::get_limits;
pub use plugins::{
    complete_plugin, delete_plugin, describe_plugin, get_plugin_logs, list_plugins, put_plugin, put_plugin_piece,
};
pub use roles::{delete_role, describe_role, list_roles, put_role};
pub use signing_keys::rotate_signing_keys;
pub use status::{check_ready, get_status};
