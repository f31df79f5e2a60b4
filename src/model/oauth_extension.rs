//! Extensions of a pool's authorization server that Cognito does not have. Each is off until the pool's tag
//! `poolhouse:oauth` names it.

/// The tag by which a pool turns extensions on: their names, with spaces between them.
pub const OAUTH_TAG: &str = "poolhouse:oauth";

/// An extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OAuthExtension {
    /// `/oauth2/introspect` (RFC 7662).
    Introspection,
    /// `/oauth2/par` (RFC 9126).
    PushedRequests,
    /// `response_mode=form_post` (OAuth 2.0 Form Post Response Mode).
    FormPost,
    /// Clients that prove themselves by a signed token (`client_secret_jwt`, `private_key_jwt`; RFC 7523).
    ClientAssertions,
    /// Tokens bound to a client's key (RFC 9449).
    Dpop,
    /// Sign-in of devices without a browser (RFC 8628).
    DeviceGrant,
}

impl OAuthExtension {
    pub const ALL: [Self; 6] = [
        Self::Introspection,
        Self::PushedRequests,
        Self::FormPost,
        Self::ClientAssertions,
        Self::Dpop,
        Self::DeviceGrant,
    ];

    /// The name in the tag.
    pub fn name(self) -> &'static str {
        match self {
            Self::Introspection => "introspection",
            Self::PushedRequests => "par",
            Self::FormPost => "form_post",
            Self::ClientAssertions => "client_assertions",
            Self::Dpop => "dpop",
            Self::DeviceGrant => "device_grant",
        }
    }

    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|extension| extension.name() == name)
    }
}
