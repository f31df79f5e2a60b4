//! Authorization requests (RFC 6749 section 4.1.1, OpenID Connect Core 3.1.2.1): what a client asks for, checked.
//!
//! Until client and address are known to belong together, nothing is sent to the address: a wrong one gets the error
//! page here. After that, errors go to the address, in Cognito's words.

use super::device_authorization::RESPONSE_TYPE as DEVICE_CODE;
use super::{PoolRequest, form_post};
use crate::domain::authorization::scopes::{self, ScopeError};
use crate::domain::authorization::{device_grants, pushed_requests};
use crate::domain::pools::levels;
use crate::domain::{providers, tokens};
use crate::fault::Fault;
use crate::model::{Client, OAuthExtension};
use crate::shapes::idp::OAuthFlowType;
use crate::web::{Parameters, Response};
use std::sync::Arc;

/// Lengths of a challenge (RFC 7636 section 4.2).
const CHALLENGE: std::ops::RangeInclusive<usize> = 43..=128;
/// Parameters that may be there once only (RFC 6749 section 3.1).
const SINGLE: [&str; 12] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "nonce",
    "code_challenge",
    "code_challenge_method",
    "prompt",
    "max_age",
    "response_mode",
    "acr_values",
];

/// What the answer is sent as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseType {
    /// A code in the query.
    Code,
    /// Tokens in the fragment.
    Token,
}

/// A checked request.
#[derive(Debug, Clone)]
pub struct AuthorizationRequest {
    pub client: Arc<Client>,
    /// One of the client's callback addresses, as it is registered.
    pub redirect_uri: String,
    /// Whether the request named it.
    pub names_redirect_uri: bool,
    pub response_type: ResponseType,
    /// Whether the answer is a form that the browser posts (`response_mode=form_post`).
    pub form_post: bool,
    pub scopes: Vec<String>,
    pub state: Option<String>,
    pub nonce: Option<String>,
    /// `code_challenge`, of method S256.
    pub challenge: Option<String>,
    /// The URL that access tokens are bound to (RFC 8707).
    pub resource: Option<String>,
    /// The authentication level asked for, 1 to 4 (`acr_values`).
    pub level: Option<u8>,
    /// Seconds since the user proved who they are, at most.
    pub max_age: Option<u64>,
    /// The words of `prompt`; empty on classic pages, which know none.
    pub prompt: Vec<String>,
    /// The identity provider to go to (`identity_provider`, or that of `idp_identifier`); `COGNITO` is the pool itself.
    pub provider: Option<String>,
    pub login_hint: Option<String>,
    /// The code that a device shows, where the sign-in is for one.
    pub user_code: Option<String>,
}

/// Why a request is not followed.
#[derive(Debug)]
pub enum Refusal {
    /// Nothing may be sent to the client: the error page of this server, with this `error`.
    ErrorPage {
        error: String,
        client_id: String,
    },
    /// A required parameter is missing: its name.
    Missing(&'static str),
    /// The client is told.
    Client(ClientError),
    Fault(Fault),
}

impl From<Fault> for Refusal {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// An error that is sent to the client's address.
#[derive(Debug, Clone)]
pub struct ClientError {
    pub redirect_uri: String,
    pub response_type: ResponseType,
    pub form_post: bool,
    pub state: Option<String>,
    /// RFC 6749 section 4.1.2.1.
    pub error: &'static str,
    pub description: Option<String>,
}

impl ClientError {
    /// What is sent: the description first, then the state, then the error, as Cognito orders them.
    fn parameters(&self, issuer: &str) -> Parameters {
        let mut parameters = Parameters::default();
        if let Some(description) = &self.description {
            parameters = parameters.with("error_description", description);
        }
        if let Some(state) = &self.state {
            parameters = parameters.with("state", state);
        }
        parameters.with("error", self.error).with("iss", issuer)
    }

    /// The answer to the browser, which takes the error to the client.
    pub fn response(&self, issuer: &str) -> Response {
        let parameters = self.parameters(issuer);
        let response = if self.form_post {
            form_post::response(&self.redirect_uri, &parameters)
        } else {
            Response::redirect(with_parameters(&self.redirect_uri, self.response_type, &parameters))
        };
        response.failing(self.error)
    }
}

/// An address with parameters in its query or, for tokens, its fragment.
pub(super) fn with_parameters(uri: &str, response_type: ResponseType, parameters: &Parameters) -> String {
    let mark = match response_type {
        ResponseType::Token => '#',
        ResponseType::Code if uri.contains('?') => '&',
        ResponseType::Code => '?',
    };
    format!("{uri}{mark}{}", parameters.encode())
}

impl AuthorizationRequest {
    /// Reads and checks the query of a request.
    pub async fn read(at: PoolRequest<'_>) -> Result<Self, Refusal> {
        Self::of(at, &at.request.query).await
    }

    /// Checks parameters, wherever they came from; those of a pushed request take the place of all others.
    pub async fn of(at: PoolRequest<'_>, parameters: &Parameters) -> Result<Self, Refusal> {
        match parameters.get("request_uri") {
            Some(uri) if at.pool.has_oauth_extension(OAuthExtension::PushedRequests) => {
                Self::checked(at, &pushed(at, parameters, uri).await?).await
            }
            _ if parameters.get("response_type") == Some(DEVICE_CODE)
                && at.pool.has_oauth_extension(OAuthExtension::DeviceGrant) =>
            {
                Self::for_device(at, parameters).await
            }
            _ => Self::checked(at, parameters).await,
        }
    }

    /// The sign-in of a user who typed the code of a device: the device has said what it asks for.
    async fn for_device(at: PoolRequest<'_>, parameters: &Parameters) -> Result<Self, Refusal> {
        let unknown = || Refusal::ErrorPage { error: "invalid_user_code".into(), client_id: String::new() };
        let user_code = parameters.get("user_code").ok_or(Refusal::Missing("user_code"))?;
        let waiting = match device_grants::waiting(at.cx, at.pool, user_code).await {
            Err(fault) if fault.is_modelled() => return Err(unknown()),
            waiting => waiting?.ok_or_else(unknown)?,
        };
        let client = super::client::find(at, &waiting.client_id).await?.ok_or_else(unknown)?;
        Ok(Self {
            client,
            redirect_uri: at.url("/device"),
            names_redirect_uri: false,
            response_type: ResponseType::Code,
            form_post: false,
            scopes: waiting.scopes,
            state: None,
            nonce: None,
            challenge: None,
            resource: waiting.resource,
            level: None,
            max_age: None,
            prompt: Vec::new(),
            provider: provider(at, parameters).await?,
            login_hint: None,
            user_code: Some(user_code.to_owned()),
        })
    }

    async fn checked(at: PoolRequest<'_>, parameters: &Parameters) -> Result<Self, Refusal> {
        let (client, redirect_uri) = client_and_address(at, parameters).await?;
        let implicit = parameters.get("response_type") == Some("token");
        let response_type = if implicit { ResponseType::Token } else { ResponseType::Code };
        let state = parameters.get("state").map(str::to_owned);
        let form_post = !implicit
            && parameters.get("response_mode") == Some("form_post")
            && at.pool.has_oauth_extension(OAuthExtension::FormPost);
        let refuse = |error: &'static str, description: Option<&str>| {
            Refusal::Client(ClientError {
                redirect_uri: redirect_uri.clone(),
                response_type,
                form_post,
                state: state.clone(),
                error,
                description: description.map(str::to_owned),
            })
        };
        let invalid = |description: &str| refuse("invalid_request", Some(description));
        if let Some(name) = SINGLE.into_iter().find(|name| parameters.is_repeated(name)) {
            return Err(invalid(&format!("{name} must not be repeated ")));
        }
        if client.settings.allowed_o_auth_flows_user_pool_client != Some(true) {
            return Err(invalid("Client is not enabled for OAuth2.0 flows "));
        }
        let flow = match parameters.get("response_type") {
            Some("code") => OAuthFlowType::Code,
            Some("token") => OAuthFlowType::Implicit,
            Some(_) => return Err(invalid("Invalid response_type ")),
            None => return Err(invalid("response_type is required ")),
        };
        if !client.settings.allowed_o_auth_flows.iter().flatten().any(|allowed| *allowed == flow) {
            return Err(match flow {
                // Cognito shows its error page: an address that was registered for codes never gets tokens.
                OAuthFlowType::Implicit => {
                    Refusal::ErrorPage { error: "unauthorized_client".into(), client_id: client.id.clone() }
                }
                _ => refuse("unauthorized_client", None),
            });
        }
        let challenge = challenge(parameters).map_err(&invalid)?;
        if challenge.is_none() && !implicit && client.is_of_document() {
            return Err(invalid("code_challenge is required "));
        }
        let asked = parameters.get("scope");
        let scopes = match scopes::granted(&at.cx.services.store, at.pool, &client, asked).await {
            Ok(scopes) => scopes,
            Err(ScopeError::Invalid) => return Err(invalid("invalid_scope")),
            Err(ScopeError::Fault(fault)) => return Err(fault.into()),
        };
        let max_age = match parameters.get("max_age").map(str::parse::<u64>) {
            Some(Err(_)) => return Err(invalid("max_age must be a number of seconds ")),
            parsed => parsed.and_then(Result::ok),
        };
        let resource = parameters.get("resource").map(str::to_owned);
        if parameters.is_repeated("resource") || resource.as_deref().is_some_and(|uri| !is_resource(uri)) {
            return Err(refuse("invalid_target", Some("resource must be one absolute URI ")));
        }
        let provider = provider(at, parameters).await?;
        let prompt = parameters.get("prompt").filter(|_| at.managed).unwrap_or_default();
        Ok(Self {
            names_redirect_uri: parameters.get("redirect_uri").is_some(),
            response_type,
            form_post,
            scopes,
            state,
            nonce: parameters.get("nonce").map(str::to_owned),
            challenge: challenge.map(str::to_owned),
            resource,
            level: parameters.get("acr_values").and_then(|values| level(at, values)),
            max_age,
            prompt: prompt.split(' ').filter(|word| !word.is_empty()).map(str::to_owned).collect(),
            provider,
            login_hint: parameters.get("login_hint").filter(|_| at.managed).map(str::to_owned),
            user_code: None,
            client,
            redirect_uri,
        })
    }

    /// An error for the client.
    pub fn error(&self, error: &'static str, description: Option<String>) -> ClientError {
        ClientError {
            redirect_uri: self.redirect_uri.clone(),
            response_type: self.response_type,
            form_post: self.form_post,
            state: self.state.clone(),
            error,
            description,
        }
    }

    pub fn prompts(&self, word: &str) -> bool {
        self.prompt.iter().any(|other| other == word)
    }
}

/// The parameters that the client pushed.
async fn pushed(at: PoolRequest<'_>, parameters: &Parameters, uri: &str) -> Result<Parameters, Refusal> {
    let id = parameters.get("client_id").ok_or(Refusal::Missing("client_id"))?;
    let found = pushed_requests::find(at.cx, at.pool, id, uri).await?;
    let unknown = || Refusal::ErrorPage { error: "invalid_request_uri".into(), client_id: id.to_owned() };
    found.as_deref().and_then(Parameters::parse).ok_or_else(unknown)
}

/// The client, and the address that its answers go to: exactly one that it is registered with.
async fn client_and_address(at: PoolRequest<'_>, parameters: &Parameters) -> Result<(Arc<Client>, String), Refusal> {
    let id = parameters.get("client_id").ok_or(Refusal::Missing("client_id"))?;
    let unknown = || Refusal::ErrorPage { error: "Client does not exist.".into(), client_id: String::new() };
    if parameters.is_repeated("client_id") {
        return Err(unknown());
    }
    let client = super::client::find(at, id).await?.ok_or_else(unknown)?;
    let registered = client.settings.callback_urls.as_deref().unwrap_or_default();
    let Some(named) = parameters.get("redirect_uri") else {
        return match default_address(&client) {
            Some(uri) => Ok((client, uri)),
            None => Err(Refusal::Missing("redirect_uri")),
        };
    };
    if parameters.is_repeated("redirect_uri") || !registered.iter().any(|uri| uri == named) {
        return Err(Refusal::ErrorPage { error: "redirect_mismatch".into(), client_id: client.id.clone() });
    }
    Ok((client, named.to_owned()))
}

/// The address of a client that has one provider, where it need not be named.
fn default_address(client: &Client) -> Option<String> {
    let settings = &client.settings;
    if settings.supported_identity_providers.as_ref().is_none_or(|providers| providers.len() != 1) {
        return None;
    }
    let only = settings.callback_urls.as_deref().and_then(|urls| match urls {
        [only] => Some(only.clone()),
        _ => None,
    });
    settings.default_redirect_uri.clone().or(only)
}

fn challenge(parameters: &Parameters) -> Result<Option<&str>, &'static str> {
    match (parameters.get("code_challenge"), parameters.get("code_challenge_method")) {
        (None, None) => Ok(None),
        (Some(challenge), Some("S256")) => {
            let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
            if CHALLENGE.contains(&challenge.len()) && challenge.bytes().all(plain) {
                Ok(Some(challenge))
            } else {
                Err("Invalid code_challenge ")
            }
        }
        (Some(_), Some(_)) => Err("code_challenge_method must be S256 "),
        (Some(_), None) => Err("code_challenge_method is required with code_challenge "),
        (None, Some(_)) => Err("code_challenge is required with code_challenge_method "),
    }
}

/// The first level of a list of names that the pool knows; others are passed over.
fn level(at: PoolRequest<'_>, values: &str) -> Option<u8> {
    let named = |value: &str| (1..=levels::LEVELS).find(|level| levels::name(&at.pool.settings, *level) == value);
    values.split(' ').find_map(named)
}

/// Whether a URI can be the resource of a token: absolute, without fragment, encrypted unless it stays on the machine.
pub(super) fn is_resource(uri: &str) -> bool {
    let Some((scheme, rest)) = uri.split_once(':') else { return false };
    let scheme_ok = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let local = ["//localhost", "//127.0.0.1", "//[::1]"].iter().any(|host| {
        rest.strip_prefix(host).is_some_and(|after| after.is_empty() || after.starts_with([':', '/', '?']))
    });
    scheme_ok && !rest.is_empty() && !uri.contains(['#', ' ']) && (scheme != "http" || local)
}

/// The provider that a request names, by its name or by one of its identifiers.
async fn provider(at: PoolRequest<'_>, parameters: &Parameters) -> Result<Option<String>, Fault> {
    if let Some(name) = parameters.get("identity_provider") {
        return Ok(Some(name.to_owned()));
    }
    let Some(identifier) = parameters.get("idp_identifier") else { return Ok(None) };
    match providers::by_identifier(&at.cx.services.store, at.pool, identifier).await {
        Ok(provider) => Ok(Some(provider.name)),
        Err(fault) if !fault.is_modelled() => Err(fault),
        // One that no provider has is no provider of the client either, which the sign-in page says.
        Err(_) => Ok(Some(identifier.to_owned())),
    }
}

/// The answer to a request that is not followed. Nothing in it leads elsewhere but to the client's own address.
pub fn refuse(at: PoolRequest<'_>, refusal: Refusal) -> Result<Response, Fault> {
    Ok(match refusal {
        Refusal::Fault(fault) => return Err(fault),
        Refusal::Client(error) => {
            let issuer = tokens::issuer(at.cx, &at.pool.id);
            error.response(&issuer)
        }
        Refusal::ErrorPage { error, client_id } => {
            let query = Parameters::default().with("error", &error).with("client_id", client_id);
            Response::redirect(at.url(&format!("/error?{}", query.encode()))).failing(error)
        }
        Refusal::Missing(name) => {
            let query = Parameters::default().with("missing", name);
            Response::redirect(at.url(&format!("/error?{}", query.encode()))).failing("invalid_request")
        }
    })
}
