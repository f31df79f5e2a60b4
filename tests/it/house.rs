//! What tests through the wire share: a server whose clock is moved by hand, with one pool and one client, and short
//! functions for the usual calls.

use poolhouse::app::{App, TestApp};
use poolhouse::domain::access;
use poolhouse::keys::srp::client::Client as SrpClient;
use poolhouse::wire::{self, Headers, Request, Response, sigv4};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::time::Duration;

pub const PASSWORD: &str = "Passw0rd!";
pub const HOUR: Duration = Duration::from_secs(3600);

/// A server with one pool and one client.
pub struct House {
    pub app: TestApp,
    pub pool: String,
    pub client: String,
}

/// An access key with its secret.
pub struct Key {
    pub id: String,
    pub secret: String,
}

/// Who calls, and from where.
#[derive(Default)]
pub struct By<'a> {
    /// Signs the call. `None`: the call is not signed.
    pub key: Option<&'a Key>,
    /// `None`: loopback.
    pub from: Option<IpAddr>,
}

impl House {
    /// A server with a pool and a client. The settings are added to the usual ones.
    pub async fn new(pool: Value, client: Value) -> Self {
        Self::over(App::for_tests().await.unwrap(), pool, client).await
    }

    /// The same, on a server that was made with other settings.
    pub async fn over(app: TestApp, pool: Value, client: Value) -> Self {
        let mut house = Self { app, pool: String::new(), client: String::new() };
        house.pool = house.another_pool(pool).await;
        house.client = house.another_client(client).await;
        house
    }

    /// Makes another pool and answers its id.
    pub async fn another_pool(&self, settings: Value) -> String {
        text(&self.done("CreateUserPool", merged(json!({"PoolName": "test"}), settings)).await["UserPool"]["Id"])
    }

    /// Makes another client and answers its id. It is in the first pool unless the settings name a `UserPoolId`.
    pub async fn another_client(&self, settings: Value) -> String {
        let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"];
        let asked =
            merged(json!({"UserPoolId": self.pool, "ClientName": "test", "ExplicitAuthFlows": flows}), settings);
        text(&self.done("CreateUserPoolClient", asked).await["UserPoolClient"]["ClientId"])
    }

    /// The root key.
    pub fn root(&self) -> Key {
        Key { id: self.app.root.id.clone(), secret: self.app.root.secret.reveal().to_owned() }
    }

    /// A new access key with a policy: `admin`, `read-only`, or an IAM policy's JSON.
    pub async fn key(&self, policy: &str) -> Key {
        let made = access::create(&self.app.services, self.app.context().unwrap().now, None, policy).await.unwrap();
        Key { id: made.view.access_key_id, secret: made.secret_access_key.reveal().to_owned() }
    }

    /// Makes a call and gives the whole response.
    pub async fn answer(&self, operation: &str, body: &Value, by: By<'_>) -> Response {
        let mut headers = Headers::default();
        headers.push("host", "localhost");
        headers.push("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
        let mut request = Request {
            method: "POST".into(),
            path: "/".into(),
            headers,
            body: body.to_string().into_bytes(),
            ..Default::default()
        };
        let mut cx = self.app.context().unwrap();
        if let Some(from) = by.from {
            cx.source_ip = from;
        }
        if let Some(Key { id, secret }) = by.key {
            let secret = poolhouse::secret::Secret::new(secret.as_str());
            let signer = sigv4::Signer {
                key: id.clone(),
                secret,
                token: None,
                region: "eu-west-1".into(),
                service: "cognito-idp".into(),
            };
            sigv4::sign(&mut request, &signer, cx.now);
        }
        wire::answer(cx, &request).await
    }

    /// Calls an operation. An error is `ExceptionName: message`. A response that does not fit the model fails the test.
    pub async fn call_by(&self, by: By<'_>, operation: &str, body: Value) -> Result<Value, String> {
        let response = self.answer(operation, &body, by).await;
        let deviation = response.headers.iter().find(|(name, _)| *name == wire::NONCONFORMING);
        assert!(deviation.is_none(), "{deviation:?}");
        let answer: Value = serde_json::from_slice(&response.body).unwrap_or(Value::Null);
        if response.status == 200 {
            Ok(answer)
        } else {
            Err(format!("{}: {}", text(&answer["__type"]), text(&answer["message"])))
        }
    }

    /// Calls an operation, signed by the root key. Operations that need no signature ignore it.
    pub async fn call(&self, operation: &str, body: Value) -> Result<Value, String> {
        self.call_by(By { key: Some(&self.root()), ..By::default() }, operation, body).await
    }

    /// Calls an operation without a signature, as a program on a user's device does.
    pub async fn unsigned(&self, operation: &str, body: Value) -> Result<Value, String> {
        self.call_by(By::default(), operation, body).await
    }

    /// Calls an operation, signed by the root key. It must succeed.
    pub async fn done(&self, operation: &str, body: Value) -> Value {
        self.call(operation, body).await.unwrap_or_else(|fault| panic!("{operation}: {fault}"))
    }

    /// Calls an operation, signed by the root key. It must fail; the error is returned.
    pub async fn refused(&self, operation: &str, body: Value) -> String {
        self.call(operation, body).await.err().unwrap_or_else(|| panic!("{operation} was accepted"))
    }

    /// The newest code sent to an address.
    pub async fn code(&self, to: &str) -> String {
        self.app.app.services.delivery.drain().await.unwrap();
        self.app.app.services.delivery.inbox().unwrap().last_to(to).unwrap().code
    }

    /// A confirmed user with a verified mail address.
    pub async fn user(&self, name: &str) {
        self.user_with(name, json!({"email": mail(name), "email_verified": "true"})).await;
    }

    /// A confirmed user with these attributes.
    pub async fn user_with(&self, name: &str, attributes: Value) {
        let attributes: Vec<Value> =
            attributes.as_object().unwrap().iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
        let body = json!({"UserPoolId": self.pool, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": attributes});
        self.done("AdminCreateUser", body).await;
        self.set_password(name).await;
    }

    pub async fn set_password(&self, name: &str) {
        self.done("AdminSetUserPassword", merged(self.admin(name), json!({"Password": PASSWORD, "Permanent": true})))
            .await;
    }

    pub fn sign_in_body(&self, name: &str, password: &str) -> Value {
        json!({"ClientId": self.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": {"USERNAME": name, "PASSWORD": password}})
    }

    /// `AuthenticationResult` of a sign-in by password.
    pub async fn tokens(&self, name: &str) -> Value {
        self.done("InitiateAuth", self.sign_in_body(name, PASSWORD)).await["AuthenticationResult"].clone()
    }

    /// Answers a challenge. `asked` is the response that contained it.
    pub async fn respond(&self, asked: &Value, responses: Value) -> Result<Value, String> {
        let body = json!({"ClientId": self.client, "ChallengeName": asked["ChallengeName"], "Session": asked["Session"],
            "ChallengeResponses": responses});
        self.call("RespondToAuthChallenge", body).await
    }

    /// The parameters that name a user to unsigned operations.
    pub fn of(&self, name: &str) -> Value {
        json!({"ClientId": self.client, "Username": name})
    }

    /// The parameters that name a user to administrators' operations.
    pub fn admin(&self, name: &str) -> Value {
        json!({"UserPoolId": self.pool, "Username": name})
    }

    pub fn reset_body(&self, name: &str, code: &str) -> Value {
        merged(self.of(name), json!({"ConfirmationCode": code, "Password": "An0ther-one"}))
    }

    pub async fn begin_srp(&self, name: &str) -> Value {
        let a = SrpClient::begin().unwrap().srp_a();
        let body = json!({"ClientId": self.client, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": name, "SRP_A": a}});
        self.done("InitiateAuth", body).await["ChallengeParameters"].clone()
    }
}

pub fn mail(name: &str) -> String {
    format!("{name}@example.com")
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// The claims of a JWT, which is not verified.
pub fn claims(token: &Value) -> Value {
    use base64::Engine as _;
    let token = text(token);
    let body = token.split('.').nth(1).unwrap();
    serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(body).unwrap()).unwrap()
}

/// The members of both objects. Where both have one, that of the second counts.
pub fn merged(mut into: Value, from: Value) -> Value {
    into.as_object_mut().unwrap().extend(from.as_object().unwrap().clone());
    into
}

/// A code that differs from this one.
pub fn other(code: &str) -> String {
    if code == "111111" { "222222".into() } else { "111111".into() }
}

#[tokio::test]
async fn signatures_keys_pools_and_clients_are_told_apart() {
    let house = House::new(json!({}), json!({})).await;
    house.user("alice").await;
    let tokens = house.tokens("alice").await;
    house.unsigned("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await.unwrap();
    let unsigned = house.unsigned("AdminGetUser", house.admin("alice")).await.unwrap_err();
    assert!(unsigned.starts_with("MissingAuthenticationTokenException"), "{unsigned}");
    let reader = house.key("read-only").await;
    let by = || By { key: Some(&reader), from: Some([192, 0, 2, 1].into()) };
    house.call_by(by(), "AdminGetUser", house.admin("alice")).await.unwrap();
    let writes = house.call_by(by(), "AdminDisableUser", house.admin("alice")).await.unwrap_err();
    assert!(writes.starts_with("AccessDeniedException"), "{writes}");
    let (second, elsewhere) = (house.another_client(json!({})).await, house.another_pool(json!({})).await);
    let moved = merged(house.sign_in_body("alice", PASSWORD), json!({"ClientId": second}));
    house.done("InitiateAuth", moved).await;
    let unknown = house.refused("AdminGetUser", merged(house.admin("alice"), json!({"UserPoolId": elsewhere}))).await;
    assert_eq!(unknown, "UserNotFoundException: User does not exist.");
    let invited = json!({"UserPoolId": house.pool, "Username": "bob", "MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD});
    house.done("AdminCreateUser", invited).await;
    let asked = house.done("InitiateAuth", house.sign_in_body("bob", PASSWORD)).await;
    let done = house.respond(&asked, json!({"USERNAME": "bob", "NEW_PASSWORD": "An0ther-one"})).await.unwrap();
    assert!(done["AuthenticationResult"]["IdToken"].is_string());
}
