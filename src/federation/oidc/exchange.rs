//! The code for tokens at a provider's token endpoint (RFC 6749 section 4.1.3).

use super::{ClientAuthentication, Oidc, Settings};
use crate::clock::Timestamp;
use crate::federation::FederationError;
use crate::federation::call::Call;
use crate::keys::cpu;
use crate::keys::signed_by_holder::sign_assertion;
use crate::model::percent;
use crate::secret::Secret;
use serde_json::{Map, Value, json};

/// The audience of Apple's client secrets.
const APPLE: &str = "https://appleid.apple.com";
/// What an assertion is (RFC 7523 section 2.2).
const ASSERTION: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// Seconds that an assertion lives.
const LIVES: i64 = 300;
/// The longest text of a provider that is passed on.
const MAX_TEXT: usize = 400;

/// What the token endpoint gave, as it gave it.
pub struct Tokens(pub Map<String, Value>);

impl Tokens {
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str).filter(|text| !text.is_empty())
    }
}

/// What a code is exchanged with.
pub struct Code<'a> {
    pub code: &'a str,
    pub redirect_uri: &'a str,
    pub verifier: &'a str,
}

impl Oidc {
    /// Exchanges a code.
    pub(super) async fn exchange(
        &self,
        settings: &Settings,
        code: &Code<'_>,
        now: Timestamp,
    ) -> Result<Tokens, FederationError> {
        let mut form =
            vec![("grant_type", "authorization_code"), ("code", code.code), ("redirect_uri", code.redirect_uri)];
        if settings.pkce {
            form.push(("code_verifier", code.verifier));
        }
        let assertion = assertion(settings, now).await?;
        let mut basic = None;
        match (&settings.authentication, &assertion) {
            (ClientAuthentication::Basic(secret), _) => basic = Some(secret),
            (ClientAuthentication::PrivateKey { .. }, Some(assertion)) => {
                form.extend([("client_assertion_type", ASSERTION), ("client_assertion", assertion.reveal())]);
                form.push(("client_id", &settings.client_id));
            }
            (ClientAuthentication::Apple { .. }, Some(secret)) => {
                form.extend([("client_id", settings.client_id.as_str()), ("client_secret", secret.reveal())]);
            }
            (ClientAuthentication::Post(secret), _) => {
                form.extend([("client_id", settings.client_id.as_str()), ("client_secret", secret.reveal())]);
            }
            _ => form.push(("client_id", &settings.client_id)),
        }
        // RFC 6749 section 2.3.1: both parts are form-encoded first.
        let name = percent::encode(settings.client_id.as_bytes(), None);
        let basic = basic.map(|secret| Secret::new(percent::encode(secret.reveal().as_bytes(), None)));
        let by_get = super::connector::with_query(&settings.token_url, &form);
        let call = Call {
            url: if settings.token_by_get { &by_get } else { &settings.token_url },
            form: (!settings.token_by_get).then_some(form.as_slice()),
            basic: basic.as_ref().map(|secret| (name.as_str(), secret)),
            bearer: None,
        };
        let answer = self.fetcher.call(call).await.map_err(FederationError::TokenUnreachable)?;
        let members: Option<Map<String, Value>> = serde_json::from_slice(&answer.body).ok();
        let text = |name: &str| {
            let found = members.as_ref().and_then(|members| members.get(name)).and_then(Value::as_str);
            found.map(|text| text.chars().filter(|c| !c.is_control()).take(MAX_TEXT).collect::<String>())
        };
        match (answer.status, text("error")) {
            (200, None) => {}
            // Some providers answer errors with status 200.
            (200 | 400, Some(error)) => {
                let description = text("error_description").unwrap_or_default();
                return Err(FederationError::Token { status: answer.status, error, description });
            }
            (status, _) => return Err(FederationError::TokenStatus(status)),
        }
        members.map(Tokens).ok_or_else(|| FederationError::Unusable {
            what: "the answer of the token endpoint",
            why: "it is not a JSON object".into(),
        })
    }
}

/// The signed token by which this server proves who it is, where it does so that way.
async fn assertion(settings: &Settings, now: Timestamp) -> Result<Option<Secret>, FederationError> {
    let (key, key_id, issuer, audience) = match &settings.authentication {
        ClientAuthentication::PrivateKey { key, key_id } => {
            (key, key_id.clone(), &settings.client_id, settings.token_url.as_str())
        }
        ClientAuthentication::Apple { key, key_id, team } => (key, Some(key_id.clone()), team, APPLE),
        _ => return Ok(None),
    };
    let claims = json!({
        "iss": issuer, "sub": settings.client_id, "aud": audience, "jti": crate::rng::uuid().map_err(crate::fault::Fault::from)?,
        "iat": now.secs(), "exp": now.secs() + LIVES,
    });
    let Value::Object(claims) = claims else { return Ok(None) };
    let key = key.clone();
    let signed = cpu::run(move || sign_assertion(&key, key_id.as_deref(), &claims)).await?;
    let unusable = || FederationError::Unusable { what: "the private key", why: "it signs no assertions".into() };
    signed.map(|text| Some(Secret::new(text))).ok_or_else(unusable)
}
