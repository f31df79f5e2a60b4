//! Poolhouse: Amazon Cognito's API as one self-hosted server.

pub mod app;
pub mod cli;
pub mod clock;
pub mod config;
pub mod context;
pub mod delivery;
pub mod domain;
pub mod fault;
pub mod http;
pub mod keys;
pub mod model;
pub mod oauth;
pub mod ops;
pub mod risk;
pub mod rng;
pub mod secret;
pub mod shapes;
pub mod store;
pub mod telemetry;
pub mod triggers;
pub mod wire;
