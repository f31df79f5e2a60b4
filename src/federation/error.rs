//! Why a sign-in at a provider did not succeed, who is told, and in which words (Cognito's where they are known).

use crate::fault::{Cause, Fault};

/// Why a sign-in at a provider did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum FederationError {
    /// The state that came back is none of this browser's, or came a second time.
    #[error("the state is unknown, used, or another browser's")]
    InvalidState,
    /// A SAML answer without a RelayState that means anything here.
    #[error("the RelayState is unknown")]
    InvalidRelayState,
    /// The browser was away for too long.
    #[error("the sign-in at the provider took too long")]
    Expired,
    /// A request that is no answer of a provider.
    #[error("the request is no answer of a provider")]
    Malformed,
    /// The provider, or its user, refused: `error` and `error_description` as sent.
    #[error("the provider answered {error}")]
    Refused { error: String, description: String },
    /// The token endpoint answered with an error of the protocol.
    #[error("the token endpoint answered {status} {error}")]
    Token { status: u16, error: String, description: String },
    /// The token endpoint answered with something else.
    #[error("the token endpoint answered {0}")]
    TokenStatus(u16),
    /// The token endpoint did not answer in time, or broke off.
    #[error("the token endpoint cannot be reached: {0}")]
    TokenUnreachable(Unreachable),
    /// The keys cannot be fetched.
    #[error("the keys cannot be fetched: {0}")]
    KeysUnreachable(Unreachable),
    /// The discovery document, or the endpoint for attributes, cannot be fetched or is not what it must be.
    #[error("{what} cannot be used: {why}")]
    Unusable { what: &'static str, why: String },
    /// `iss` of the ID token is not the configured one.
    #[error("the ID token is of the issuer {0}")]
    BadIssuer(String),
    /// The ID token is not valid: why.
    #[error("the ID token is not valid: {0}")]
    BadIdToken(&'static str),
    /// A SAML response is not valid: why, as the app is told (`SAML Assertion signature is invalid. `).
    #[error("the SAML response is not valid: {0}")]
    BadSaml(String),
    /// A SAML response that answers no request of this browser, is for another place, or came a second time.
    #[error("the SAML response is not for this sign-in: {0}")]
    ForeignSaml(&'static str),
    /// The provider names no subject.
    #[error("the provider named no subject")]
    NoSubject,
    /// Required attributes that the provider did not give.
    #[error("required attributes are missing")]
    MissingAttributes(Vec<String>),
    /// An attribute that cannot be taken: why, as the app is told.
    #[error("an attribute cannot be taken: {0}")]
    Attribute(String),
    /// The account does not let its user in.
    #[error("the account is closed: {0}")]
    Account(&'static str),
    /// The user whom the identity should become exists already.
    #[error("the username is taken")]
    UsernameTaken(String),
    /// Name and password that were typed here do not fit (LDAP).
    #[error("wrong name or password")]
    WrongPassword,
    /// They may fit, but the directory does not let this user in: a key of the pages' texts.
    #[error("the directory refused: {0}")]
    PasswordRefused(&'static str),
    /// The directory cannot be asked now.
    #[error("the directory cannot be asked: {0}")]
    DirectoryUnavailable(String),
    /// A rule refused, or something broke inside.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Why a provider's server gave no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreachable {
    #[error("it took too long")]
    Connecting,
    #[error("reading took too long")]
    Reading,
    #[error("the connection was reset")]
    Reset,
    #[error("{0}")]
    Other(String),
}

/// Who is told, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// The error page, by this code.
    Page(&'static str),
    /// The page where the sign-in began, by this key of the texts.
    SignInPage(&'static str),
    /// The form that asked for name and password, by this key of the texts.
    Form(&'static str),
    /// The app: `error`, `error_description`.
    App(&'static str, String),
}

/// Errors of the protocol that are passed on as they are (RFC 6749 section 4.1.2.1, OpenID Connect Core 3.1.2.6).
const PASSED_ON: [&str; 10] = [
    "access_denied",
    "invalid_request",
    "unauthorized_client",
    "invalid_scope",
    "server_error",
    "temporarily_unavailable",
    "login_required",
    "interaction_required",
    "consent_required",
    "account_selection_required",
];

impl FederationError {
    /// Who is told, and what; `Err` where something broke inside. `provider` is the provider's name, `saml` whether it
    /// speaks SAML.
    pub fn told(self, provider: &str, saml: bool) -> Result<Told, Fault> {
        let app = |error: &'static str, description: String| Ok(Told::App(error, description));
        let invalid = |description: String| app("invalid_request", description);
        let in_saml =
            |description: String| app("server_error", format!("Invalid SAML response received: {description}"));
        match self {
            Self::InvalidState => Ok(Told::Page("Invalid state")),
            Self::InvalidRelayState => Ok(Told::Page("Invalid relayState from identity provider")),
            Self::Malformed => Ok(Told::Page("An error was encountered with the requested page.")),
            Self::Expired => Ok(Told::SignInPage("federation_expired")),
            Self::Refused { error, description } => {
                let known = PASSED_ON.into_iter().find(|known| *known == error);
                let described = if description.is_empty() { error } else { description };
                app(known.unwrap_or("invalid_request"), described)
            }
            Self::Token { status, error, description } if description.is_empty() => {
                invalid(format!("{provider} Error - {status} {error}"))
            }
            Self::Token { status, error, description } => {
                invalid(format!("{provider} Error - {status} {error} {description}"))
            }
            Self::TokenStatus(status) => invalid(format!("{provider} Error - {status} error getting token")),
            Self::TokenUnreachable(Unreachable::Connecting) => {
                invalid("Timeout occurred in calling IdP token endpoint".into())
            }
            Self::TokenUnreachable(Unreachable::Reading) => invalid("Read timed out".into()),
            Self::TokenUnreachable(Unreachable::Reset) => invalid("Connection reset".into()),
            Self::TokenUnreachable(Unreachable::Other(_)) => invalid("Error in calling IdP token endpoint".into()),
            Self::KeysUnreachable(Unreachable::Other(_)) => invalid("Error in calling jwks uri".into()),
            Self::KeysUnreachable(_) => invalid("Timeout in calling jwks uri".into()),
            Self::Unusable { what, .. } => invalid(format!("{provider} Error - {what} cannot be used")),
            Self::BadIssuer(issuer) => invalid(format!("Bad id_token issuer {issuer}")),
            Self::BadIdToken(why) => invalid(format!("Invalid id_token: {why}")),
            Self::BadSaml(why) => in_saml(why),
            Self::ForeignSaml(_) => invalid("Invalid samlResponse or relayState from identity provider".into()),
            Self::NoSubject => invalid("username attribute mapping required".into()),
            Self::MissingAttributes(names) if saml => {
                let missing = names.iter().map(|name| format!("{name}: The attribute is required"));
                in_saml(format!("Invalid user attributes: {}", missing.collect::<Vec<_>>().join("\n")))
            }
            Self::MissingAttributes(names) => invalid(format!("attributes required: [{}]", names.join(", "))),
            Self::Attribute(why) if saml => app("server_error", format!("Error in SAML response processing: {why}")),
            Self::Attribute(why) => invalid(why),
            Self::Account(why) => invalid(why.into()),
            Self::UsernameTaken(name) => invalid(format!("Already found an entry for username {name}")),
            Self::WrongPassword => Ok(Told::Form("wrong_credentials")),
            Self::PasswordRefused(key) => Ok(Told::Form(key)),
            Self::DirectoryUnavailable(_) => Ok(Told::Form("directory_unavailable")),
            Self::Fault(fault) if !fault.is_modelled() => Err(fault),
            Self::Fault(fault) => match fault.cause() {
                // Cognito ends the words of functions with a space.
                Cause::Trigger | Cause::TriggerUnavailable => invalid(format!("{} ", fault.message())),
                _ => invalid(fault.message().to_owned()),
            },
        }
    }
}
