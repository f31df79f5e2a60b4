//! Owns the plain types of what is remembered: pools, clients, users, groups, codes, sessions.
//! Hands off their keeping to `store`, their rules to `domain`. Must not know IO of any kind.

mod access;
mod auth_event;
mod branding;
mod client;
mod client_metadata;
mod credential;
mod device;
mod domain;
mod factor;
mod group;
mod identity;
mod import_job;
mod linked_identity;
mod oauth_extension;
mod passkey;
pub mod percent;
mod plugin;
pub mod policy;
mod pool;
mod pool_security;
mod protection;
mod provider;
mod resource_server;
mod session;
mod user;
mod user_agent;
pub mod wildcard;

pub use access::{AccessKey, Caller, Grants, Role, RoleSession};
pub use auth_event::{AuthEvent, AuthEvents, LogDelivery};
pub use branding::{Asset, Customization, Style, StyleAsset, Terms};
pub use client::{
    Client, ClientOAuthSettings, ClientOrigin, ClientProfile, ClientSettings, PublishedSecret, SealedSecret,
};
pub use client_metadata::{ClientKeys, ClientMetadata, MetadataPolicy};
pub use credential::{Credential, PasswordScheme};
pub use device::Device;
pub use domain::Domain;
pub use factor::{Factor, Mfa, SecondFactors, SoftwareToken};
pub use group::Group;
pub use identity::{Identity, IdentityPool, Login, PrincipalTagMap};
pub use import_job::{FilePosition, ImportJob, ImportUpload, RejectedRow};
pub use linked_identity::{LinkedIdentity, SUBJECT};
pub use oauth_extension::{OAUTH_TAG, OAuthExtension};
pub use passkey::{Passkey, PasskeyChallenge};
pub use plugin::{Body, Chain, Grant, Manifest, Module, Next, OnFailure, Plugin, Release, Stage, Step};
pub use pool::{
    DEVICE_EXPIRY_TAG, FEDERATED_LINKING_TAG, LINK_BY_EMAIL, MfaMethods, PASSWORD_MAX_AGE_TAG, PASSWORD_SCHEME_TAG,
    Pool, PoolKeysRecord, PoolSettings,
};
pub use pool_security::{SECURITY_TAG, SaferChoice};
pub use protection::{PasswordHistory, RiskConfiguration};
pub use provider::{EncryptionKey, IdentityProvider, SamlKeys, SamlProvider};
pub use resource_server::ResourceServer;
pub use session::{SessionKind, SessionTracking, UserSession};
pub use user::{Code, CodePurpose, Contact, User};
pub use user_agent::UserAgent;
