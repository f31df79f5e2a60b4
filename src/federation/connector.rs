//! The seam between sign-in and what identity providers speak: a connector leads a browser to a provider, and turns
//! what comes back into one verified identity. Everything after that is the same for all of them, and not here.

use super::FederationError;
use crate::clock::Timestamp;
use crate::secret::Secret;
use futures::future::{LocalBoxFuture, ready};
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A claim (OpenID Connect) or attribute (SAML, LDAP) by its name at the provider. Several values are an array.
pub type ProviderClaims = Map<String, Value>;

/// Somebody whom a provider vouches for. A connector makes one only from what it has verified.
#[derive(Debug, Clone, Default)]
pub struct ExternalIdentity {
    /// The provider's name in the pool.
    pub provider: String,
    /// Who it is, for ever, at the provider: `sub`, NameID, `entryUUID`. Empty where the provider did not say.
    pub subject: String,
    /// What the attribute `identities` says of who vouched: a SAML provider's entity id; `None` for others.
    pub issuer: Option<String>,
    /// What the provider says of them, the subject's own claim included.
    pub claims: ProviderClaims,
    /// The same as InboundFederation is told of it: an object with `samlResponse`, or with `tokenResponse`, `idToken`
    /// and `userInfo`.
    pub told: Value,
    /// `acr`, where the provider has such a thing.
    pub acr: Option<String>,
    /// `amr`, in the provider's words.
    pub amr: Vec<String>,
    /// What [`Connector::logout`] needs of this sign-in (NameID and SessionIndex, `sid`): text of the connector's own,
    /// at most [`MAX_SESSION`] bytes. It travels in the browser's sealed session cookie.
    pub session: Option<String>,
}

/// The longest [`ExternalIdentity::session`], in bytes.
pub const MAX_SESSION: usize = 1024;

/// A round trip to a provider that begins.
#[derive(Clone, Copy)]
pub struct Start<'a> {
    /// `state`, or `RelayState`: a short random handle that comes back unchanged.
    pub state: &'a str,
    /// What is kept of the round until it ends.
    pub round: &'a Round,
    /// The name that the user may have at the provider (`login_hint`).
    pub login_hint: Option<&'a str>,
    /// The words of `prompt`, without `none`.
    pub prompt: &'a [String],
    /// The authentication level that the app asks for, 1 to 4.
    pub level: Option<u8>,
}

/// What is kept of a round trip while the browser is away. The random values are for the connector to use: `nonce` and
/// a verifier of PKCE (RFC 7636), or the id of a SAML request (`_<nonce>`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// Hexadecimal, 32 digits.
    pub nonce: String,
    /// 43 characters that a PKCE verifier may have.
    pub verifier: String,
    pub begun: Timestamp,
}

/// Where a round trip leads the browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Begun {
    /// To this URL.
    Redirect(String),
    /// To this URL by a form that the browser posts.
    Post { url: String, fields: Vec<(String, String)> },
    /// Nowhere: the pool's own page asks for name and password (LDAP), for [`Answer::Password`].
    AskPassword,
}

/// What the browser brought back.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Callback {
    /// The parameters of the query or form. One that came twice is not among them.
    pub parameters: BTreeMap<String, String>,
    /// The query as it was sent, for signatures over it (SAML's HTTP-Redirect binding).
    pub raw_query: String,
    pub is_post: bool,
}

impl Callback {
    /// A parameter that is there and not empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }
}

/// How a round trip ends.
#[derive(Clone, Copy)]
pub enum Answer<'a> {
    /// The browser came back. `round` is `None` where the provider itself began (SAML's `IDPInit`).
    Callback { round: Option<&'a Round>, callback: &'a Callback },
    /// Name and password as typed on the pool's page.
    Password { username: &'a str, password: &'a Secret },
}

/// What one provider speaks. A connector is made for one call, with what it needs of the provider's record.
pub trait Connector {
    /// Leads the browser to the provider.
    fn begin<'a>(&'a self, start: Start<'a>) -> LocalBoxFuture<'a, Result<Begun, FederationError>>;

    /// Verifies what came back.
    fn finish<'a>(&'a self, answer: Answer<'a>) -> LocalBoxFuture<'a, Result<ExternalIdentity, FederationError>>;

    /// Where the browser goes to end its session at the provider, if the provider is to be asked. `session` is that of
    /// [`ExternalIdentity`], `state` comes back.
    fn logout<'a>(
        &'a self,
        _session: &'a str,
        _state: &'a str,
    ) -> LocalBoxFuture<'a, Result<Option<Begun>, FederationError>> {
        Box::pin(ready(Ok(None)))
    }

    /// Checks what the browser brought back from [`Connector::logout`]. The sign-out goes on whatever it says.
    fn finish_logout<'a>(&'a self, _callback: &'a Callback) -> LocalBoxFuture<'a, Result<(), FederationError>> {
        Box::pin(ready(Ok(())))
    }
}
