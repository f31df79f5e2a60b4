//! The authorization server without its pages: requests to a pool's endpoints as clients make them. A browser signs in
//! by the rules that the pages use.

mod anything;
mod authorize;
mod backchannel_logout;
mod client_keys;
mod codes;
mod documents;
mod extensions;
mod logout;
mod tokens;
mod user_info;

use super::house::{House, PASSWORD};
use poolhouse::app::{App, TestApp};
use poolhouse::domain::client_authentication::{ClientProof, authenticate};
use poolhouse::domain::pools;
use poolhouse::domain::sign_in::{self, FirstFactor, Outcome, SignInStart};
use poolhouse::oauth::{self, AuthorizationRequest, PoolRequest, authorization_response};
use poolhouse::secret::Secret;
use poolhouse::web::{Method, Parameters, Request, Response};
use serde_json::{Value, json};

pub const CALLBACK: &str = "https://app.test/callback";
pub const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
pub const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
pub const USER: &str = "ann";

/// A server with a pool, a domain, a client of the code grant and a user.
pub struct Server {
    pub house: House,
}

/// What a request is answered with.
pub struct Answer(pub Response);

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.0.body).unwrap_or(Value::Null)
    }

    pub fn location(&self) -> &str {
        self.0.header("Location").unwrap_or_else(|| panic!("no Location: {:?}", self.0))
    }

    /// The parameters of the Location's query or fragment.
    pub fn sent(&self) -> Parameters {
        let location = self.location();
        let at = location.find(['#', '?']).unwrap_or_else(|| panic!("nothing was sent: {location}"));
        Parameters::parse(&location[at + 1..]).unwrap()
    }

    pub fn error(&self) -> (u16, String) {
        (self.0.status, self.json()["error"].as_str().unwrap_or_default().to_owned())
    }

    /// The value of the session cookie that was set.
    pub fn session(&self) -> Option<&str> {
        let cookies = self.0.headers.iter().filter(|(name, _)| *name == "Set-Cookie");
        cookies.filter_map(|(_, value)| value.strip_prefix("cognito=")?.split(';').next()).next()
    }
}

pub fn query(pairs: &[(&str, &str)]) -> String {
    pairs.iter().fold(Parameters::default(), |all, (name, value)| all.with(*name, *value)).encode()
}

impl Server {
    pub async fn new() -> Self {
        Self::with(json!({})).await
    }

    /// With further settings of the client.
    pub async fn with(client: Value) -> Self {
        Self::over(App::for_tests().await.unwrap(), client).await
    }

    /// The same, on a server that was made with other settings.
    pub async fn over(app: TestApp, client: Value) -> Self {
        let mut settings = json!({
            "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"],
            "AllowedOAuthScopes": ["openid", "email", "profile", "aws.cognito.signin.user.admin"],
            "CallbackURLs": [CALLBACK, "http://localhost:3000?a=b", "myapp://x"],
            "LogoutURLs": ["https://app.test/bye"], "SupportedIdentityProviders": ["COGNITO"],
        });
        for (name, value) in client.as_object().unwrap() {
            settings[name] = value.clone();
        }
        let house = House::over(app, json!({}), settings).await;
        house.done("CreateUserPoolDomain", json!({"UserPoolId": house.pool, "Domain": "test"})).await;
        let attributes = json!([{"Name": "email", "Value": "ann@example.com"}, {"Name": "email_verified", "Value": "true"},
            {"Name": "name", "Value": "Ann"}]);
        let user = json!({"UserPoolId": house.pool, "Username": USER, "MessageAction": "SUPPRESS", "UserAttributes": attributes});
        house.done("AdminCreateUser", user).await;
        let password = json!({"UserPoolId": house.pool, "Username": USER, "Password": PASSWORD, "Permanent": true});
        house.done("AdminSetUserPassword", password).await;
        Self { house }
    }

    /// The usual authorization request with other or further parameters; an empty value takes one away.
    pub fn request(&self, changes: &[(&str, &str)]) -> String {
        let mut parameters: Vec<(&str, &str)> = vec![
            ("response_type", "code"),
            ("client_id", &self.house.client),
            ("redirect_uri", CALLBACK),
            ("state", "a+b/c=&d"),
            ("scope", "openid email"),
        ];
        for (name, value) in changes {
            parameters.retain(|(other, _)| other != name);
            if !value.is_empty() {
                parameters.push((name, value));
            }
        }
        query(&parameters)
    }

    pub async fn send(&self, method: Method, target: &str, form: &str, headers: &[(&str, &str)]) -> Answer {
        let (path, raw_query) = target.split_once('?').unwrap_or((target, ""));
        let request = Request {
            method,
            path: path.to_owned(),
            raw_query: raw_query.to_owned(),
            query: Parameters::parse(raw_query).unwrap(),
            form: Parameters::parse(form).unwrap(),
            body: Vec::new(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            base_url: "http://test.auth.localhost:9229".into(),
            secure: false,
        };
        let cx = self.house.app.context().unwrap();
        let pool = pools::pool(&cx.services.store, &self.house.pool).await.unwrap();
        let at = PoolRequest { cx: &cx, pool: &pool, request: &request, managed: true };
        Answer(oauth::answer(at).await.expect("a path of the authorization server").unwrap())
    }

    pub async fn get(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send(Method::Get, target, "", headers).await
    }

    pub async fn authorize(&self, changes: &[(&str, &str)], cookie: Option<&str>) -> Answer {
        let cookie = cookie.map(|value| format!("cognito={value}"));
        let headers: Vec<(&str, &str)> = cookie.iter().map(|value| ("cookie", value.as_str())).collect();
        self.get(&format!("/oauth2/authorize?{}", self.request(changes)), &headers).await
    }

    /// Signs in as a page does after the right password, and answers with what the page would.
    pub async fn sign_in(&self, changes: &[(&str, &str)]) -> Answer {
        let raw_query = self.request(changes);
        let request = Request {
            method: Method::Post,
            path: "/login".into(),
            query: Parameters::parse(&raw_query).unwrap(),
            raw_query,
            form: Parameters::default(),
            body: Vec::new(),
            headers: Vec::new(),
            base_url: "http://test.auth.localhost:9229".into(),
            secure: false,
        };
        let cx = self.house.app.context().unwrap();
        let pool = pools::pool(&cx.services.store, &self.house.pool).await.unwrap();
        let at = PoolRequest { cx: &cx, pool: &pool, request: &request, managed: true };
        let asked = AuthorizationRequest::read(at).await.unwrap();
        let client = authenticate(&cx, &asked.client, ClientProof::HostedPages, &[]).unwrap();
        let first = FirstFactor::Password(Secret::new(PASSWORD));
        let start = SignInStart { username: USER, device: None, validation: None, level: asked.level, first };
        let Outcome::SignedIn(finished) = sign_in::begin(&cx, &client, start).await.unwrap() else {
            panic!("a challenge");
        };
        Answer(authorization_response::finish(at, &asked, *finished, None).await.unwrap())
    }

    /// A code for the usual request with changes.
    pub async fn code(&self, changes: &[(&str, &str)]) -> String {
        self.sign_in(changes).await.sent().get("code").unwrap().to_owned()
    }

    pub async fn token(&self, pairs: &[(&str, &str)]) -> Answer {
        self.send(Method::Post, "/oauth2/token", &query(pairs), &[]).await
    }

    /// Redeems a code as the client; further or other parameters.
    pub async fn redeem(&self, code: &str, changes: &[(&str, &str)]) -> Answer {
        let mut pairs = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("client_id", &*self.house.client),
            ("redirect_uri", CALLBACK),
        ];
        for (name, value) in changes {
            pairs.retain(|(other, _)| other != name);
            if !value.is_empty() {
                pairs.push((name, value));
            }
        }
        self.token(&pairs).await
    }
}

/// The claims of a token.
pub fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let part = token.as_str().unwrap().split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
}
