//! Integration tests: one binary, one module for each thing that is tested; each test makes its own server, on a port
//! and a directory of its own.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing, reason = "tests")]

mod accounts;
mod admin;
mod architecture;
mod attacks;
mod authenticator;
mod choice;
mod client_metadata;
mod command_line;
mod constraints;
mod custom_auth;
mod custom_clients;
mod decoders;
mod device_renewal;
mod device_sign_in;
mod devices;
mod document_server;
mod events;
mod exchange;
mod hang_up;
mod hostile;
mod house;
mod http;
mod levels;
mod limits;
mod log_lanes;
mod message_quotas;
mod mfa;
mod mfa_around;
mod neighbours;
mod new_accounts;
mod passkeys;
mod plugins;
mod policies;
mod protection;
mod published_secrets;
mod readme;
mod records_pages;
mod records_pool;
mod records_providers;
mod records_settings;
mod registration;
mod sampling;
mod sdk;
mod server_process;
mod sessions;
mod store_contract;
mod store_crash;
mod store_descriptors;
mod store_full_disk;
mod triggers;
mod unknown_users;
mod user_index;
mod webhooks;
