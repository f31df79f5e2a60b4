//! What one provider is spoken to with: its details, what a preset says, and what discovery finds.

use super::{Oidc, Preset};
use crate::clock::Timestamp;
use crate::federation::FederationError;
use crate::model::IdentityProvider;
use crate::secret::Secret;
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use reqwest::Url;
use std::collections::BTreeMap;

/// How this server proves at the token endpoint that it is the client (RFC 6749 section 2.3, RFC 7523).
pub enum ClientAuthentication {
    /// It has no secret.
    None,
    /// The secret among the form's fields, as Cognito sends it.
    Post(Secret),
    /// The secret by HTTP Basic.
    Basic(Secret),
    /// A token that is signed with a key.
    PrivateKey { key: Secret, key_id: Option<String> },
    /// Apple's: a secret that is such a token, of the developer's team.
    Apple { key: Secret, key_id: String, team: String },
}

/// What one provider is spoken to with.
pub struct Settings {
    pub client_id: String,
    pub authentication: ClientAuthentication,
    /// The secret, for issuers that sign with it.
    pub secret: Option<Secret>,
    pub scope: String,
    /// `iss` of its ID tokens; `None` for one that has no ID tokens.
    pub issuer: Option<String>,
    pub authorize_url: String,
    pub token_url: String,
    pub token_by_get: bool,
    pub attributes_url: Option<String>,
    pub attributes_by_post: bool,
    pub keys_url: Option<String>,
    /// The claim that names the subject.
    pub subject: &'static str,
    /// Whether a challenge of PKCE goes along (RFC 7636).
    pub pkce: bool,
    /// Whether its answers must say who gives them (RFC 9207).
    pub names_issuer: bool,
}

impl Settings {
    /// Puts together what is known of a provider; asks its discovery document where the addresses are not given.
    pub async fn of(
        oidc: &Oidc,
        provider: &IdentityProvider,
        secrets: &BTreeMap<String, String>,
        now: Timestamp,
    ) -> Result<Self, FederationError> {
        let detail = |name: &str| provider.details.get(name).map(String::as_str);
        let secret = |name: &str| secrets.get(name).map(|text| Secret::new(text.as_str()));
        let preset = Preset::of(provider.kind, detail("preset"));
        let moved = |url: &str| oidc.stand_in(preset, url);
        let fixed = |given: Option<&str>, preset: Option<&'static str>| preset.or(given).map(&moved);
        let is_oidc = provider.kind == Kind::Oidc;
        let tenant = detail("tenant").unwrap_or("common");
        let issuer = match preset.and_then(|preset| preset.issuer) {
            Some(issuer) => Some(moved(&issuer.replace("{tenant}", tenant))),
            None => detail("oidc_issuer").map(str::to_owned),
        };
        let client_secret = secret("client_secret");
        let preset_url = |url: fn(&Preset) -> Option<&'static str>| preset.as_ref().and_then(url);
        let mut settings = Self {
            client_id: detail("client_id").unwrap_or_default().to_owned(),
            authentication: authentication(provider, secrets),
            secret: client_secret,
            scope: scope(provider, preset),
            issuer,
            authorize_url: fixed(detail("authorize_url"), preset_url(|preset| preset.authorize_url))
                .unwrap_or_default(),
            token_url: fixed(detail("token_url"), preset_url(|preset| preset.token_url)).unwrap_or_default(),
            token_by_get: detail("token_request_method") == Some("GET"),
            attributes_url: fixed(detail("attributes_url"), preset_url(|preset| preset.attributes_url)),
            attributes_by_post: is_oidc && detail("attributes_request_method") == Some("POST"),
            keys_url: fixed(detail("jwks_uri"), preset_url(|preset| preset.jwks_uri)),
            subject: preset.map_or("sub", |preset| preset.subject),
            pkce: preset.is_some_and(|preset| preset.pkce) || detail("pkce") == Some("true"),
            names_issuer: false,
        };
        if settings.authorize_url.is_empty() {
            settings.discover(oidc, provider, now).await?;
        }
        Ok(settings)
    }

    async fn discover(
        &mut self,
        oidc: &Oidc,
        provider: &IdentityProvider,
        now: Timestamp,
    ) -> Result<(), FederationError> {
        let unusable = |why: &str| FederationError::Unusable { what: "the discovery document", why: why.to_owned() };
        let asked = self.issuer.clone().ok_or_else(|| unusable("the provider has no oidc_issuer"))?;
        let found = oidc.discover(&asked, now).await?;
        let many = provider.details.get("multi_tenant").is_some_and(|value| value == "true");
        if found.issuer != asked && !(many && found.issuer.contains("{tenantid}")) {
            return Err(unusable("its issuer is not oidc_issuer"));
        }
        let needed = |url: &Option<String>, what: &str| {
            url.clone()
                .filter(|url| Url::parse(url).is_ok_and(|url| matches!(url.scheme(), "https" | "http")))
                .ok_or_else(|| unusable(&format!("it has no usable {what}")))
        };
        self.authorize_url = needed(&found.authorization_endpoint, "authorization_endpoint")?;
        self.token_url = needed(&found.token_endpoint, "token_endpoint")?;
        self.attributes_url = self.attributes_url.take().or_else(|| found.userinfo_endpoint.clone());
        self.keys_url = Some(found.jwks_uri.clone());
        self.issuer = Some(found.issuer.clone());
        let offers_pkce = found.code_challenge_methods_supported.iter().any(|method| method == "S256");
        self.pkce = match provider.details.get("pkce").map(String::as_str) {
            Some(set) => set == "true",
            None => offers_pkce,
        };
        self.names_issuer = found.authorization_response_iss_parameter_supported;
        Ok(())
    }
}

fn scope(provider: &IdentityProvider, preset: Option<Preset>) -> String {
    let given = provider.details.get("authorize_scopes").map(String::as_str);
    given.or(preset.map(|preset| preset.scopes)).unwrap_or_default().to_owned()
}

fn authentication(provider: &IdentityProvider, secrets: &BTreeMap<String, String>) -> ClientAuthentication {
    let detail = |name: &str| provider.details.get(name).cloned();
    let secret = |name: &str| secrets.get(name).map(|text| Secret::new(text.as_str()));
    if provider.kind == Kind::SignInWithApple {
        return ClientAuthentication::Apple {
            key: secret("private_key").unwrap_or_default(),
            key_id: detail("key_id").unwrap_or_default(),
            team: detail("team_id").unwrap_or_default(),
        };
    }
    let method = detail("token_endpoint_auth_method");
    match (method.as_deref(), secret("client_secret"), secret("private_key")) {
        (Some("private_key_jwt"), _, Some(key)) => ClientAuthentication::PrivateKey { key, key_id: detail("key_id") },
        (Some("client_secret_basic"), Some(secret), _) => ClientAuthentication::Basic(secret),
        (Some("none"), ..) | (_, None, _) => ClientAuthentication::None,
        (_, Some(secret), _) => ClientAuthentication::Post(secret),
    }
}

impl Oidc {
    /// An address of a preset, on the server that stands in for the provider's where the settings name one.
    fn stand_in(&self, preset: Option<Preset>, url: &str) -> String {
        let Some(base) = preset.and_then(|preset| self.stand_ins.get(preset.name)) else { return url.to_owned() };
        let path = url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path);
        let base = base.trim_end_matches('/');
        if path.is_empty() { base.to_owned() } else { format!("{base}/{path}") }
    }
}
