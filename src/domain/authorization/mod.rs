//! Owns what the authorization server and the hosted pages share below their forms: the scopes that a client may have,
//! authorization codes, sign-ins of devices, and the session of a browser. Hands off tokens to `tokens`. Must not know
//! requests, redirects or pages.

pub mod browser_session;
pub mod codes;
pub mod device_grants;
pub mod granted;
pub mod pushed_requests;
pub mod scopes;
pub mod user_info;

pub use browser_session::{BrowserSession, FromProvider};
