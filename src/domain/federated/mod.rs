//! Owns sign-in through other identity providers, from the round trip of the browser to the finished sign-in: attribute
//! mapping, the user's first and later sign-ins, linked users. Hands off what providers speak to `federation`
//! ([`connector`]), tokens and codes to whoever asked. Must not know requests, pages or protocols.

mod connectors;
mod factors;
mod mapping;
mod profile;
mod round_trip;
mod saml;
mod sign_in;

pub use crate::federation::{Answer, Begun, Callback, ExternalIdentity, FederationError, Told};
pub use connectors::connector;
pub use round_trip::{Beginning, RoundTrip, begin, begin_logout, take};
pub use saml::{may_begin, own_metadata};
pub use sign_in::{FederatedSignIn, sign_in};

use crate::context::Context;
use crate::model::Pool;

/// The call, the pool, and where the pool's pages and endpoints are, without closing slash: callbacks lead there.
#[derive(Clone, Copy)]
pub struct Place<'a> {
    pub cx: &'a Context,
    pub pool: &'a Pool,
    pub base_url: &'a str,
}
