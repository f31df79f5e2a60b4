//! The code flow at a provider (OpenID Connect Core 3.1, RFC 6749 section 4.1), as a connector.

use super::exchange::{Code, Tokens};
use super::{Expected, Oidc, Settings};
use crate::clock::Timestamp;
use crate::federation::{
    Answer, Begun, Callback, Connector, ExternalIdentity, FederationError, ProviderClaims, Round, Start,
};
use crate::model::{IdentityProvider, percent};
use crate::shapes::idp::IdentityProviderTypeType as Kind;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures::future::{FutureExt as _, LocalBoxFuture};
use ring::digest::{SHA256, digest};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The longest text of a provider that is passed on to the app.
const MAX_TEXT: usize = 400;
/// Tokens of the provider that a mapping may name.
const TOKENS: [&str; 3] = ["id_token", "access_token", "refresh_token"];

/// A provider that speaks OpenID Connect, or OAuth 2.0 with an endpoint for attributes.
pub struct OidcConnector<'a> {
    pub oidc: &'a Oidc,
    pub provider: &'a IdentityProvider,
    /// The secret ones of `ProviderDetails`.
    pub secrets: BTreeMap<String, String>,
    /// Where the browser comes back to.
    pub callback: String,
    pub now: Timestamp,
}

impl Connector for OidcConnector<'_> {
    fn begin<'a>(&'a self, start: Start<'a>) -> LocalBoxFuture<'a, Result<Begun, FederationError>> {
        self.lead(start).boxed_local()
    }

    fn finish<'a>(&'a self, answer: Answer<'a>) -> LocalBoxFuture<'a, Result<ExternalIdentity, FederationError>> {
        async move {
            match answer {
                Answer::Callback { round: Some(round), callback } => self.identity(round, callback).await,
                _ => Err(FederationError::Malformed),
            }
        }
        .boxed_local()
    }
}

impl OidcConnector<'_> {
    fn settings(&self) -> impl Future<Output = Result<Settings, FederationError>> {
        Settings::of(self.oidc, self.provider, &self.secrets, self.now)
    }

    async fn lead(&self, start: Start<'_>) -> Result<Begun, FederationError> {
        let settings = self.settings().await?;
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, start.round.verifier.as_bytes()));
        let prompt = start.prompt.join(" ");
        let level = start.level.map(|level| format!("Level{level}"));
        let acr = level.and_then(|level| self.provider.acr_mapping.get(&level));
        let mut query = vec![
            ("response_type", "code"),
            ("client_id", settings.client_id.as_str()),
            ("redirect_uri", &self.callback),
            ("scope", &settings.scope),
            ("state", start.state),
        ];
        let is_oidc = settings.issuer.is_some();
        if is_oidc {
            query.push(("nonce", &start.round.nonce));
        }
        if settings.pkce {
            query.extend([("code_challenge", challenge.as_str()), ("code_challenge_method", "S256")]);
        }
        // Google takes no hint any more, and the other social providers never did.
        if let Some(hint) = start.login_hint.filter(|_| self.provider.kind == Kind::Oidc && is_oidc) {
            query.push(("login_hint", hint));
        }
        if !prompt.is_empty() && is_oidc && self.provider.kind != Kind::SignInWithApple {
            query.push(("prompt", &prompt));
        }
        if let Some(acr) = acr {
            query.push(("acr_values", acr));
        }
        // Apple gives name and address by a form alone.
        if self.provider.kind == Kind::SignInWithApple && !settings.scope.is_empty() {
            query.push(("response_mode", "form_post"));
        }
        Ok(Begun::Redirect(with_query(&settings.authorize_url, &query)))
    }

    async fn identity(&self, round: &Round, callback: &Callback) -> Result<ExternalIdentity, FederationError> {
        if let Some(error) = callback.get("error") {
            let text = |text: &str| text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect::<String>();
            let description = text(callback.get("error_description").unwrap_or_default());
            return Err(FederationError::Refused { error: text(error), description });
        }
        let settings = self.settings().await?;
        // Whoever answers must be whom was asked (RFC 9207): another provider's code must not reach this one.
        match (callback.get("iss"), &settings.issuer) {
            (Some(sent), Some(issuer)) if sent != issuer && !issuer.contains("{tenantid}") => {
                return Err(FederationError::BadIssuer(sent.chars().take(256).collect()));
            }
            (None, _) if settings.names_issuer => return Err(FederationError::BadIssuer(String::new())),
            _ => {}
        }
        let code = callback.get("code").ok_or(FederationError::Malformed)?;
        let code = Code { code, redirect_uri: &self.callback, verifier: &round.verifier };
        let tokens = self.oidc.exchange(&settings, &code, self.now).await?;
        let in_token = self.id_token(&settings, round, &tokens).await?;
        let asked = match tokens.get("access_token") {
            Some(token) if self.needs_user_info(&settings, in_token.as_ref()) => {
                self.oidc.user_info(&settings, self.provider, token).await?
            }
            _ => ProviderClaims::new(),
        };
        let mut identity = self.joined(&settings, in_token, asked, &tokens)?;
        if self.provider.kind == Kind::SignInWithApple {
            add_apple_name(&mut identity.claims, callback);
        }
        Ok(identity)
    }

    /// The verified claims of the ID token; `None` of a provider that has none.
    async fn id_token(
        &self,
        settings: &Settings,
        round: &Round,
        tokens: &Tokens,
    ) -> Result<Option<ProviderClaims>, FederationError> {
        let (Some(issuer), Some(keys)) = (&settings.issuer, &settings.keys_url) else { return Ok(None) };
        let token = tokens.get("id_token").ok_or(FederationError::BadIdToken("there is none"))?;
        let expected = Expected {
            issuer,
            audiences: &[&settings.client_id],
            nonce: Some(&round.nonce),
            secret: settings.secret.as_ref(),
            access_token: tokens.get("access_token"),
            now: self.now,
        };
        self.oidc.verify(keys, token, &expected).await.map(Some)
    }

    /// UserInfo is asked by OIDC providers always, as at AWS; by social ones with ID tokens only for what those lack.
    fn needs_user_info(&self, settings: &Settings, in_token: Option<&ProviderClaims>) -> bool {
        let Some(claims) = in_token else { return settings.attributes_url.is_some() };
        let lacks = || self.provider.attribute_mapping.values().any(|claim| !claims.contains_key(claim));
        match self.provider.kind {
            Kind::Oidc => settings.attributes_url.is_some(),
            Kind::SignInWithApple => false,
            _ => settings.attributes_url.is_some() && lacks(),
        }
    }

    /// One identity of ID token and UserInfo. What the token says counts more.
    fn joined(
        &self,
        settings: &Settings,
        in_token: Option<ProviderClaims>,
        asked: ProviderClaims,
        tokens: &Tokens,
    ) -> Result<ExternalIdentity, FederationError> {
        let told = json!({ "tokenResponse": texts(&tokens.0), "idToken": in_token.as_ref().map(texts).unwrap_or_default(), "userInfo": texts(&asked) });
        let subject = |claims: &ProviderClaims, name: &str| match claims.get(name) {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        let is_oidc = in_token.is_some();
        let (mut claims, subject) = match in_token {
            Some(token) => {
                let named = subject(&token, "sub");
                // Otherwise somebody else's attributes could come with this token (OpenID Connect Core 5.3.2).
                if !asked.is_empty() && subject(&asked, "sub") != named {
                    return Err(FederationError::Unusable {
                        what: "UserInfo",
                        why: "its sub is not that of the ID token".into(),
                    });
                }
                let mut claims = asked;
                claims.extend(token);
                (claims, named)
            }
            None => {
                let named = subject(&asked, settings.subject);
                (asked, named)
            }
        };
        for name in TOKENS {
            if let Some(token) = tokens.get(name) {
                claims.insert(name.to_owned(), json!(token));
            }
        }
        if !is_oidc && !subject.is_empty() {
            claims.insert("sub".to_owned(), json!(subject));
        }
        let text = |name: &str| claims.get(name).and_then(Value::as_str).map(str::to_owned);
        let amr = claims.get("amr").and_then(Value::as_array).into_iter().flatten();
        Ok(ExternalIdentity {
            provider: self.provider.name.clone(),
            subject,
            issuer: None,
            acr: text("acr"),
            amr: amr.filter_map(Value::as_str).map(str::to_owned).collect(),
            session: None,
            told,
            claims,
        })
    }
}

/// Values as functions are told of them: text.
fn texts(claims: &ProviderClaims) -> ProviderClaims {
    let text = |value: &Value| match value {
        Value::String(text) => json!(text),
        other => json!(other.to_string()),
    };
    claims.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// The name, which Apple's form has when a user comes for the first time. It comes by the browser, unsigned, so nothing
/// but the name is taken from it.
fn add_apple_name(claims: &mut ProviderClaims, callback: &Callback) {
    let sent: Option<Value> = callback.get("user").and_then(|user| serde_json::from_str(user).ok());
    let part = |name: &str| {
        let found = sent.as_ref().and_then(|user| user.get("name")).and_then(|names| names.get(name));
        found.and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
    };
    let (first, last) = (part("firstName"), part("lastName"));
    let both: Vec<&str> = [&first, &last].into_iter().flatten().map(String::as_str).collect();
    if !both.is_empty() {
        claims.insert("name".into(), json!(both.join(" ")));
    }
    for (name, value) in [("firstName", &first), ("given_name", &first), ("lastName", &last), ("family_name", &last)] {
        if let Some(value) = value {
            claims.insert(name.into(), json!(value));
        }
    }
}

/// An address with further parameters.
pub(super) fn with_query(url: &str, parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| percent::encode(text.as_bytes(), None);
    let query: Vec<String> =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let mark = if url.contains('?') { '&' } else { '?' };
    format!("{url}{mark}{}", query.join("&"))
}
