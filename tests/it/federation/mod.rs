//! Sign-in through other identity providers: the round trip, what a provider may do wrong, and the users who come.

mod api;
mod links;
mod oidc;
mod profile;
mod provider;
mod social;

use crate::hosted::browser::{Browser, Page};
use crate::hosted::{Look, Site, web_client};
use crate::house::{House, merged};
use crate::triggers::Recorder;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::web::{Method, Parameters};
use provider::Provider;
use serde_json::{Value, json};
use std::sync::Arc;

const NAME: &str = "Mock";
const USER: &str = "Mock_ann";
const NOW: i64 = 1_767_225_600;

/// A pool whose users come by one provider.
pub struct Office {
    pub site: Site,
    pub provider: Provider,
    pub functions: Arc<Recorder>,
}

impl Office {
    pub async fn new() -> Self {
        Self::with(json!({}), json!({})).await
    }

    /// With further settings of pool and provider.
    pub async fn with(pool: Value, provider: Value) -> Self {
        Self::looking(Look::Managed, pool, provider).await
    }

    pub async fn looking(look: Look, pool: Value, settings: Value) -> Self {
        let functions = Arc::new(Recorder::default());
        let provider = Provider::start(NOW);
        let app = TestApp::with_function_host(Clock::fake(Timestamp::from_secs(NOW)), functions.clone(), |config| {
            config.federation.allow_private = true;
            config.federation.timeout_seconds = 2;
            let names = ["Google", "Facebook", "LoginWithAmazon", "SignInWithApple", "GitHub", "X", "Discord"];
            config.federation.social_servers =
                names.map(|name| (name.to_owned(), format!("{}/{name}", provider.issuer))).into();
        });
        let client = json!({"AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"]});
        let house = House::over(app.await.unwrap(), pool, web_client(client)).await;
        let office = Self { site: Site::over(house, look).await, provider, functions };
        office.add_provider(NAME, settings).await;
        office.offer(json!(["COGNITO", NAME])).await;
        office
    }

    /// Adds a provider that is the mock.
    pub async fn add_provider(&self, name: &str, settings: Value) {
        let details = json!({"client_id": "here", "client_secret": "hush", "oidc_issuer": self.provider.issuer,
            "authorize_scopes": "openid email", "attributes_request_method": "GET"});
        let mut asked = json!({"UserPoolId": self.site.house.pool, "ProviderName": name, "ProviderType": "OIDC",
            "ProviderDetails": details, "AttributeMapping": {"email": "email", "nickname": "nickname"}});
        for (key, value) in settings.as_object().unwrap() {
            asked[key] = match (asked.get(key), key.as_str()) {
                (Some(old), "ProviderDetails") => merged(old.clone(), value.clone()),
                _ => value.clone(),
            };
        }
        self.site.house.done("CreateIdentityProvider", asked).await;
    }

    /// Sets which providers the client offers, and with what other settings.
    pub async fn offer(&self, names: Value) {
        self.client(json!({"SupportedIdentityProviders": names})).await;
    }

    pub async fn client(&self, settings: Value) {
        let (house, mut asked) = (&self.site.house, web_client(json!({})));
        asked["AllowedOAuthScopes"] = json!(["openid", "email", "profile", "aws.cognito.signin.user.admin"]);
        asked["SupportedIdentityProviders"] = json!(["COGNITO", NAME]);
        asked["ExplicitAuthFlows"] = json!(["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]);
        let named = json!({"UserPoolId": house.pool, "ClientId": house.client});
        house.done("UpdateUserPoolClient", merged(merged(asked, named), settings)).await;
    }

    pub fn browser(&self) -> Browser<'_> {
        self.site.browser()
    }

    /// The authorization request for a provider.
    pub fn target(&self, provider: &str) -> String {
        format!("/oauth2/authorize?{}&identity_provider={provider}", self.site.query())
    }

    /// To the provider and back, up to the answer of this server.
    pub async fn come_back(&self, browser: &mut Browser<'_>, provider: &str) -> Page {
        let away = browser.get(&self.target(provider)).await;
        let location = away.location().unwrap_or_else(|| panic!("not led away: {}", away.text())).to_owned();
        let back = self.provider.approve(&location);
        browser.send(Method::Get, &format!("/oauth2/idpresponse?{back}"), &[]).await
    }

    /// A whole sign-in of somebody in a new browser.
    pub async fn arrive(&self) -> Page {
        self.come_back(&mut self.browser(), NAME).await
    }

    /// A sign-in that must succeed, with its tokens.
    pub async fn tokens(&self) -> Value {
        let page = self.arrive().await;
        self.redeem(&page).await
    }

    pub async fn redeem(&self, page: &Page) -> Value {
        let code = page.code().unwrap_or_else(|| panic!("no code: {:?} {}", page.location(), page.text()));
        let (client, uri) = (self.site.house.client.clone(), crate::hosted::CALLBACK);
        let form =
            [("grant_type", "authorization_code"), ("client_id", &client), ("redirect_uri", uri), ("code", &code)];
        let answer = self.browser().send(Method::Post, "/oauth2/token", &form).await;
        assert_eq!(answer.status, 200, "{}", answer.html);
        serde_json::from_str(&answer.html).unwrap()
    }

    /// The user as AdminGetUser shows it: status and attributes.
    pub async fn user(&self, name: &str) -> Option<(String, Value)> {
        let asked = json!({"UserPoolId": self.site.house.pool, "Username": name});
        let user = self.site.house.call("AdminGetUser", asked).await.ok()?;
        let pairs = user["UserAttributes"].as_array().unwrap().iter();
        let map = pairs.map(|pair| (pair["Name"].as_str().unwrap().to_owned(), pair["Value"].clone())).collect();
        Some((user["UserStatus"].as_str().unwrap().to_owned(), Value::Object(map)))
    }

    pub async fn attribute(&self, name: &str) -> Value {
        self.user(USER).await.expect("the user is there").1[name].clone()
    }
}

/// What the app was told: error and description.
pub fn error(page: &Page) -> (String, String) {
    let location = page.location().unwrap_or_else(|| panic!("not led to the app: {} {}", page.status, page.text()));
    assert!(location.starts_with("https://app.example.com/callback?from=pool&error_description="), "{location}");
    let sent = Parameters::parse(location.split_once('?').unwrap().1).unwrap();
    assert_eq!(sent.get("state"), Some("a+b"));
    (sent.get("error").unwrap().to_owned(), sent.get("error_description").unwrap_or_default().to_owned())
}

/// The claims of a token.
pub fn claims(token: &Value) -> Value {
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
