//! The tag bytes of all tables: the first byte of each key. They are listed in one place so that no two tables share
//! one. 0 belongs to the engine. The tag of a removed table is never used again, because old stores still have its
//! keys.

/// CUSTOM_AUTH sign-ins: `pool | step id` (`custom_sign_ins.rs`).
pub const CUSTOM_SIGN_IN: u8 = 0xa0;
/// Failed attempts: `id` (`tokens.rs`).
pub const TRIES: u8 = 0xa1;
/// The store's schema version (`schema.rs`).
pub const SCHEMA: u8 = 1;
/// Keys that expire, ordered by time (`expiry.rs`).
pub const EXPIRY: u8 = 2;
/// Access keys (`access_keys.rs`).
pub const ACCESS_KEY: u8 = b'K';
/// Counts changes of the table of access keys (`access_keys.rs`).
pub const ACCESS_KEY_CHANGES: u8 = b'Q';
/// The fingerprint of the master key (`meta.rs`).
pub const MASTER_KEY: u8 = b'M';
/// Failure counters and locks (`risk/lockout.rs`).
pub const LOCKOUT: u8 = b'l';
/// Messages in the outbox (`delivery/outbox.rs`).
pub const OUTBOX: u8 = b'o';
/// Alias -> username key: `pool | kind | value`.
pub const ALIAS: u8 = b'a';
/// Clients by id.
pub const CLIENT: u8 = b'c';
/// Client ids of a pool: `pool | client id`.
pub const CLIENT_OF_POOL: u8 = b'C';
/// Codes: `pool | username key | purpose`.
pub const CODE: u8 = b'k';
/// Groups: `pool | name`.
pub const GROUP: u8 = b'g';
/// Members of a group: `pool | name | creation time of the group | username key`.
pub const GROUP_MEMBER: u8 = b'G';
/// Index of attribute values: `pool | attribute | value | username key`.
pub const ATTRIBUTE: u8 = b'i';
/// Pools by id.
pub const POOL: u8 = b'p';
/// Pool ids of a region: `region | pool id`.
pub const POOL_OF_REGION: u8 = b'P';
/// Signing keys of a pool.
pub const POOL_KEYS: u8 = b'y';
/// Prefixes whose keys are being deleted in the background.
pub const PURGE: u8 = b'z';
/// Revoked sign-ins: `pool | origin_jti`.
pub const REVOKED: u8 = b'r';
/// Refresh tokens replaced by rotation: `pool | token id`.
pub const ROTATED: u8 = b'R';
/// Used single-use ids.
pub const USED: u8 = b'x';
/// Authorization codes: `pool | SHA-256 of the code` (`authorization_codes.rs`).
pub const AUTHORIZATION_CODE: u8 = 0x84;
/// Pushed authorization requests: `pool | id` (`pushed_requests.rs`).
pub const PUSHED_REQUEST: u8 = 0x85;
/// Device authorizations: `pool | MAC of the user code` (`device_grants.rs`).
pub const DEVICE_GRANT: u8 = 0x86;
/// Browsers that are away at an identity provider: `pool | SHA-256 of the handle` (`federation_rounds.rs`).
pub const FEDERATION_ROUND: u8 = 0x8a;
/// Tracked sessions: `pool | sub`, then the slot as a number.
pub const SESSION: u8 = 0x88;
/// Sub -> username key: `pool | sub`.
pub const SUB: u8 = b's';
/// Resource servers: `pool | identifier`.
pub const RESOURCE_SERVER: u8 = 0x98;
/// Domains by name. The pool's record names its domain.
pub const DOMAIN: u8 = 0x99;
/// SAML keys and certificates of a pool.
pub const SAML_KEYS: u8 = 0x9a;
/// Identity providers: `pool | name`.
pub const PROVIDER: u8 = 0x9b;
/// Identifier -> name of an identity provider: `pool | identifier`.
pub const PROVIDER_IDENTIFIER: u8 = 0x9c;
/// Identity at a provider -> username key: `pool | provider | attribute | value`.
pub const IDENTITY: u8 = 0x9d;
/// Appearance and links of the hosted pages: `pool | kind | ..`.
pub const PAGES: u8 = 0x9e;
/// Images of the hosted pages: `pool | id`.
pub const ASSET: u8 = 0x9f;
/// Users: `pool | username key`.
pub const USER: u8 = b'u';
/// Number of users of a pool.
pub const USER_COUNT: u8 = b'n';
/// Earlier passwords: `pool | username key`.
pub const PASSWORD_HISTORY: u8 = 0x90;
/// Risk configurations: `pool | client id`; an empty client id stands for the pool's own.
pub const RISK_CONFIGURATION: u8 = 0x91;
/// Passkeys: `pool | sub | credential id`.
pub const PASSKEY: u8 = 0x80;
/// Owner of a credential: `pool | credential id` -> sub.
pub const PASSKEY_OWNER: u8 = 0x81;
/// Passkey registrations in progress: `pool | sub`.
pub const PASSKEY_CHALLENGE: u8 = 0x82;
/// Devices: `pool | sub | device key`.
pub const DEVICE: u8 = 0x83;
/// Auth events: `pool | sub | month`, newest month first.
pub const AUTH_EVENT: u8 = 0x92;
/// Log delivery configurations: `pool`.
pub const LOG_DELIVERY: u8 = 0x93;
/// Counts additions to limited tables of a pool: `pool | tag of the table` (`pools.rs`).
pub const ADDED: u8 = 0x94;
/// Policies of client metadata documents: `pool | policy id` (`client_metadata.rs`).
pub const METADATA_POLICY: u8 = 0x95;
/// Client metadata documents: `pool | policy id | url` (`client_metadata.rs`).
pub const CLIENT_METADATA: u8 = 0x96;
/// Published client secrets by the moment of their next rotation: moment, then `client id` (`secret_rotations.rs`).
pub const SECRET_ROTATION: u8 = 0x97;
/// Logout tokens to be sent, by the moment of the next try: moment, then `id` (`logout_notices.rs`).
pub const LOGOUT_NOTICE: u8 = 0xb7;
/// Plugins: `name`.
pub const PLUGIN: u8 = 0xa8;
/// Pieces of modules: `plugin id | upload id`, then the number of the piece.
pub const PLUGIN_PIECE: u8 = 0xa9;
/// Values of plugins: `plugin id | key`.
pub const PLUGIN_KV: u8 = 0xaa;
/// Size of a plugin's values: `plugin id`.
pub const PLUGIN_KV_SIZE: u8 = 0xab;
/// Roles: `name` (`roles.rs`).
pub const ROLE: u8 = 0xb0;
/// Identity pools by id (`identity_pools.rs`).
pub const IDENTITY_POOL: u8 = 0xb1;
/// Identity pool ids of a region: `region | pool id`.
pub const IDENTITY_POOL_OF_REGION: u8 = 0xb2;
/// Principal tag maps: `pool | provider`.
pub const PRINCIPAL_TAGS: u8 = 0xb3;
/// Identities of identity pools by id (`identities.rs`).
pub const POOL_IDENTITY: u8 = 0xb4;
/// Identity ids of an identity pool: `pool | identity id`.
pub const IDENTITY_OF_POOL: u8 = 0xb5;
/// Login -> identity id: `pool | provider | subject`.
pub const LOGIN: u8 = 0xb6;
/// Import jobs: `pool | job id` (`import_jobs.rs`).
pub const IMPORT_JOB: u8 = 0xb8;
/// A pool's import jobs, newest first: `pool`, then the negative creation time and the job id.
pub const IMPORT_LIST: u8 = 0xb9;
/// The import job of a pool that runs: `pool`.
pub const IMPORT_RUNNING: u8 = 0xba;
/// Rejected rows of import jobs: `pool | job id`, then the number of the piece.
pub const IMPORT_REPORT: u8 = 0xbb;
/// Rates that administrators set: `category` (`provisioned_limits.rs`).
pub const PROVISIONED_LIMIT: u8 = 0xbc;
