//! Dynamic client registration (RFC 7591): its settings (DcrConfiguration), and from a client's metadata to the client.

use super::clients::{self, InitialSecret, NewClient};
use super::{display, resource_servers};
use crate::context::Context;
use crate::fault::{Cause, Fault};
use crate::model::{ClientOrigin, ClientSettings, Pool, PoolSettings};
use crate::shapes::idp as api;
use crate::shapes::idp::OAuthFlowType as Grant;
use crate::store::{Read, providers};
use serde_json::{Map, Value, json};

/// The scope of programs that register clients; a registered client may not ask for it.
pub const REGISTRATION_SCOPE: &str = "aws.cognito/dcr/register";
/// The most bytes of a client's metadata; the endpoint bounds its body by it.
pub const LARGEST: usize = 16 * 1024;
/// Redirect addresses of a client, as for CreateUserPoolClient.
const MAX_REDIRECTS: usize = 100;
/// The longest redirect address, as for CreateUserPoolClient.
const LONGEST_REDIRECT: usize = 1024;
/// Scopes of a client, as for CreateUserPoolClient.
const MAX_SCOPES: usize = 50;
/// Scopes that every registered client may ask for.
const OPEN_ID_SCOPES: [&str; 4] = ["openid", "email", "phone", "profile"];
/// Providers that are offered at a registered client.
const MAX_PROVIDERS: usize = 300;

/// Why a client was not registered (RFC 7591, section 3.2.2).
#[derive(Debug, thiserror::Error)]
pub enum RegistrationError {
    /// The pool has no registration, or none for the caller's way. HTTP 404.
    #[error("dynamic client registration is not enabled")]
    NotEnabled,
    /// No token, or none that opens registration. HTTP 401.
    #[error("{0}")]
    InvalidToken(&'static str),
    /// HTTP 400.
    #[error("{0}")]
    InvalidRedirectUri(String),
    /// HTTP 400.
    #[error("{0}")]
    InvalidClientMetadata(String),
    /// Too many registrations from one address. HTTP 429.
    #[error("too many requests")]
    TooManyRequests,
    /// Something broke inside. HTTP 500.
    #[error(transparent)]
    Internal(Fault),
}

impl RegistrationError {
    /// `error` of the answer.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotEnabled => "not_found",
            Self::InvalidToken(_) => "invalid_token",
            Self::InvalidRedirectUri(_) => "invalid_redirect_uri",
            Self::InvalidClientMetadata(_) => "invalid_client_metadata",
            Self::TooManyRequests => "temporarily_unavailable",
            Self::Internal(_) => "server_error",
        }
    }

    /// The HTTP status of the answer.
    pub fn status(&self) -> u16 {
        match self {
            Self::NotEnabled => 404,
            Self::InvalidToken(_) => 401,
            Self::InvalidRedirectUri(_) | Self::InvalidClientMetadata(_) => 400,
            Self::TooManyRequests => 429,
            Self::Internal(_) => 500,
        }
    }
}

impl From<Fault> for RegistrationError {
    fn from(fault: Fault) -> Self {
        match fault.cause() {
            Cause::TooManyRequests => Self::TooManyRequests,
            // What an app client may not be, a client that registers itself may not be either.
            _ if fault.is_modelled() => Self::InvalidClientMetadata(fault.message().to_owned()),
            _ => Self::Internal(fault),
        }
    }
}

/// How a client registers itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Without a token (OpenDcrEnabled).
    Open,
    /// By a token with [`REGISTRATION_SCOPE`], which the caller of this module has verified.
    Authenticated,
}

/// The ways of registration that a pool has.
pub fn is_enabled(pool: &Pool, access: Access) -> bool {
    let in_tier = pool.settings.user_pool_tier != Some(api::UserPoolTierType::Lite);
    pool.settings.dcr_configuration.as_ref().is_some_and(|dcr| {
        let on = dcr.enable_status == Some(api::StatusType::Enabled);
        in_tier && on && (access == Access::Authenticated || dcr.open_dcr_enabled == Some(true))
    })
}

/// Makes a client of what its metadata says, and answers the metadata as registered (RFC 7591, section 3.2.1).
pub async fn create(cx: &Context, pool: &Pool, access: Access, metadata: &Value) -> Result<Value, RegistrationError> {
    if !is_enabled(pool, access) {
        return Err(RegistrationError::NotEnabled);
    }
    let Value::Object(metadata) = metadata else { return Err(wrong("the metadata must be a JSON object")) };
    let wanted = RequestedClient::read(&Terms::of(&cx.services.store, pool, access).await?, metadata)?;
    let profile = display::profile(metadata);
    let mut names = vec!["COGNITO".to_owned()];
    let (found, _) = providers::list(&cx.services.store, &pool.id, None, MAX_PROVIDERS).await.map_err(Fault::from)?;
    names.extend(found.into_iter().map(|provider| provider.name));
    let settings = ClientSettings {
        client_name: Some(wanted.name.clone()),
        allowed_o_auth_flows: Some(vec![wanted.grant]),
        allowed_o_auth_scopes: Some(wanted.scopes.clone()),
        allowed_o_auth_flows_user_pool_client: Some(true),
        callback_urls: Some(wanted.redirect_uris.clone()).filter(|uris| !uris.is_empty()),
        supported_identity_providers: Some(names).filter(|_| wanted.grant == Grant::Code),
        // Nothing that takes a password from the client itself: people sign in on the pool's own pages.
        explicit_auth_flows: Some(vec![api::ExplicitAuthFlowsType::AllowRefreshTokenAuth]),
        prevent_user_existence_errors: Some(api::PreventUserExistenceErrorTypes::Enabled),
        ..ClientSettings::default()
    };
    let is_public = wanted.method == "none";
    let new = NewClient {
        secret: if is_public { InitialSecret::None } else { InitialSecret::Generated },
        settings,
        publish: false,
        origin: ClientOrigin::Registration,
        profile: profile.clone(),
    };
    let (client, secret) = clients::create(cx, &pool.id, new).await?;
    let mut answer = Map::new();
    answer.insert("client_id".into(), json!(client.id));
    answer.insert("client_id_issued_at".into(), json!(client.created.secs()));
    if let Some(secret) = secret {
        answer.insert("client_secret".into(), json!(secret));
        answer.insert("client_secret_expires_at".into(), json!(0));
    }
    wanted.tell(&mut answer);
    let links = [
        ("client_uri", profile.client_uri),
        ("logo_uri", profile.logo_uri),
        ("tos_uri", profile.tos_uri),
        ("policy_uri", profile.policy_uri),
    ];
    answer.extend(links.into_iter().filter_map(|(name, link)| Some((name.to_owned(), json!(link?)))));
    Ok(Value::Object(answer))
}

fn wrong(why: impl Into<String>) -> RegistrationError {
    RegistrationError::InvalidClientMetadata(why.into())
}

/// What the pool opens to registered clients.
struct Terms {
    grants: Vec<Grant>,
    /// Scopes of AllowedScopes that are still there.
    scopes: Vec<String>,
}

impl Terms {
    async fn of(read: &impl Read, pool: &Pool, access: Access) -> Result<Self, Fault> {
        let dcr = pool.settings.dcr_configuration.clone().unwrap_or_default();
        let grants = match access {
            Access::Open => dcr.open_dcr_grant_types,
            Access::Authenticated => dcr.authenticated_grant_types,
        };
        let mut scopes = Vec::new();
        for scope in dcr.allowed_scopes.unwrap_or_default() {
            if clients::is_standard_scope(&scope) || resource_servers::has_scope(read, pool, &scope).await? {
                scopes.push(scope);
            }
        }
        Ok(Self { grants: grants.unwrap_or_default(), scopes })
    }
}

/// A client's metadata, checked.
struct RequestedClient {
    name: String,
    /// `none`, `client_secret_basic` or `client_secret_post`.
    method: String,
    grant: Grant,
    /// Beside the grant.
    refreshes: bool,
    redirect_uris: Vec<String>,
    scopes: Vec<String>,
}

impl RequestedClient {
    fn read(terms: &Terms, metadata: &Map<String, Value>) -> Result<Self, RegistrationError> {
        let method = text(metadata, "token_endpoint_auth_method")?.unwrap_or("client_secret_basic");
        if !matches!(method, "none" | "client_secret_basic" | "client_secret_post") {
            return Err(wrong("token_endpoint_auth_method must be none, client_secret_basic or client_secret_post"));
        }
        let asked = texts(metadata, "grant_types")?.unwrap_or_else(|| vec!["authorization_code"]);
        let grant = grant(terms, &asked)?;
        if grant == Grant::ClientCredentials && method == "none" {
            return Err(wrong("client_credentials needs a client with a secret"));
        }
        if texts(metadata, "response_types")?.is_some_and(|types| types.iter().any(|kind| *kind != "code")) {
            return Err(wrong("code is the only response type"));
        }
        Ok(Self {
            name: client_name(text(metadata, "client_name")?)?,
            method: method.to_owned(),
            refreshes: grant == Grant::Code && asked.contains(&"refresh_token"),
            redirect_uris: redirect_uris(metadata, grant)?,
            scopes: scopes(terms, grant, text(metadata, "scope")?)?,
            grant,
        })
    }

    /// Adds what was registered to the answer.
    fn tell(self, answer: &mut Map<String, Value>) {
        let mut grants = vec![match self.grant {
            Grant::ClientCredentials => "client_credentials",
            Grant::Code | Grant::Implicit => "authorization_code",
        }];
        grants.extend(self.refreshes.then_some("refresh_token"));
        answer.insert("client_name".into(), json!(self.name));
        answer.insert("token_endpoint_auth_method".into(), json!(self.method));
        answer.insert("grant_types".into(), json!(grants));
        if self.grant == Grant::Code {
            answer.insert("response_types".into(), json!(["code"]));
            answer.insert("redirect_uris".into(), json!(self.redirect_uris));
        }
        answer.insert("scope".into(), json!(self.scopes.join(" ")));
    }
}

/// The grant of a client, which the pool must open for this way of registration. `refresh_token` comes with every code,
/// and `implicit` is passed over in the lists of the pool and of clients.
fn grant(terms: &Terms, asked: &[&str]) -> Result<Grant, RegistrationError> {
    let mut grants = Vec::new();
    for name in asked {
        match *name {
            "authorization_code" => grants.push(Grant::Code),
            "client_credentials" => grants.push(Grant::ClientCredentials),
            "refresh_token" | "implicit" => {}
            other => return Err(wrong(format!("the grant type {} is not available", other.escape_debug()))),
        }
    }
    grants.dedup();
    let [grant] = grants.as_slice() else {
        return Err(wrong("grant_types must have either authorization_code or client_credentials"));
    };
    if terms.grants.contains(grant) {
        Ok(*grant)
    } else {
        Err(wrong("the user pool does not open this grant type for registration"))
    }
}

fn redirect_uris(metadata: &Map<String, Value>, grant: Grant) -> Result<Vec<String>, RegistrationError> {
    let uris = texts(metadata, "redirect_uris")?.unwrap_or_default();
    let refuse = |why: String| Err(RegistrationError::InvalidRedirectUri(why));
    if grant == Grant::ClientCredentials {
        // It has no redirect, so none is registered.
        return Ok(Vec::new());
    }
    if uris.is_empty() || uris.len() > MAX_REDIRECTS {
        return refuse(format!("redirect_uris must have from 1 to {MAX_REDIRECTS} addresses"));
    }
    for uri in &uris {
        let is_text =
            uri.chars().count() <= LONGEST_REDIRECT && !uri.chars().any(|c| c.is_control() || c.is_whitespace());
        if let Err(why) = clients::check_redirect_uri(uri).and(is_text.then_some(()).ok_or("it is no address.")) {
            return refuse(format!("Invalid redirect URL {}: {why}", uri.escape_debug()));
        }
    }
    Ok(uris.into_iter().map(str::to_owned).collect())
}

/// The scopes of a client: those it names, or else all that it may have.
fn scopes(terms: &Terms, grant: Grant, asked: Option<&str>) -> Result<Vec<String>, RegistrationError> {
    let custom = terms.scopes.iter().map(String::as_str);
    // A client's own token says nothing of people.
    let standard = OPEN_ID_SCOPES.into_iter().filter(|_| grant == Grant::Code);
    let mut open: Vec<&str> = standard.collect();
    open.extend(custom.filter(|scope| grant == Grant::Code || !clients::is_standard_scope(scope)));
    let mut found: Vec<String> = Vec::new();
    let asked: Vec<&str> = asked.unwrap_or_default().split(' ').filter(|scope| !scope.is_empty()).collect();
    if let Some(closed) = asked.iter().find(|scope| !open.contains(*scope)) {
        return Err(wrong(format!("the scope {} is not open to registered clients", closed.escape_debug())));
    }
    for scope in if asked.is_empty() { open } else { asked } {
        if !found.iter().any(|known| known == scope) {
            found.push(scope.to_owned());
        }
    }
    if found.is_empty() || found.len() > MAX_SCOPES {
        return Err(wrong("the client has no scope, or too many"));
    }
    Ok(found)
}

/// A name that app clients can have: what their names do not take is left out.
fn client_name(asked: Option<&str>) -> Result<String, RegistrationError> {
    let Some(asked) = asked else { return Ok("Registered client".into()) };
    let name = display::name(asked).map_err(wrong)?;
    let taken = |c: char| c.is_ascii_alphanumeric() || "_+=,.@-".contains(c);
    let words = name.split(|c: char| !taken(c)).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join(" ");
    Ok(if name.is_empty() { "Registered client".into() } else { name })
}

fn text<'m>(metadata: &'m Map<String, Value>, name: &str) -> Result<Option<&'m str>, RegistrationError> {
    match metadata.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => value.as_str().map(Some).ok_or_else(|| wrong(format!("{name} must be text"))),
    }
}

fn texts<'m>(metadata: &'m Map<String, Value>, name: &str) -> Result<Option<Vec<&'m str>>, RegistrationError> {
    match metadata.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let list = value.as_array().and_then(|list| list.iter().map(Value::as_str).collect());
            list.map(Some).ok_or_else(|| wrong(format!("{name} must be a list of texts")))
        }
    }
}

/// Fills in what AWS answers for members that were left out.
pub(super) fn fill_defaults(settings: &mut PoolSettings) {
    let Some(dcr) = settings.dcr_configuration.as_mut() else { return };
    dcr.enable_status = dcr.enable_status.or(Some(api::StatusType::Disabled));
    dcr.open_dcr_enabled = dcr.open_dcr_enabled.or(Some(false));
    dcr.authenticated_grant_types
        .get_or_insert_with(|| vec![api::OAuthFlowType::Code, api::OAuthFlowType::ClientCredentials]);
    dcr.open_dcr_grant_types.get_or_insert_with(|| vec![api::OAuthFlowType::Code]);
}

/// Checks that the scopes that registered clients may ask for exist.
pub(super) async fn check_scopes(read: &impl Read, pool: Option<&Pool>, settings: &PoolSettings) -> Result<(), Fault> {
    let scopes = settings.dcr_configuration.as_ref().and_then(|dcr| dcr.allowed_scopes.as_ref());
    for scope in scopes.into_iter().flatten() {
        let known = match pool {
            _ if scope == REGISTRATION_SCOPE => false,
            _ if clients::is_standard_scope(scope) => true,
            Some(pool) => resource_servers::has_scope(read, pool, scope).await?,
            None => false,
        };
        if !known {
            return Err(Fault::invalid(format!("Invalid scope requested: {scope}")));
        }
    }
    Ok(())
}
