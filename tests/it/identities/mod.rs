//! Identity pools through the wire: what the tests share.

mod access;
mod attacks;
mod flows;
mod foreign;
mod linking;
mod sts;

use crate::house::{House, Key, merged, text};
use poolhouse::secret::Secret;
use poolhouse::wire::{self, Headers, Request, sigv4};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::rc::Rc;

pub const ACCOUNT: &str = "123456789012";
pub const DEVELOPER: &str = "login.shop.example";

pub fn role(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

/// A server with a user pool, and an identity pool that takes its tokens, guests and developer users.
pub struct Town {
    pub house: Rc<House>,
    pub pool: String,
}

/// Temporary keys with their session token.
#[derive(Debug, Clone)]
pub struct Session {
    pub id: String,
    pub secret: String,
    pub token: String,
}

impl Session {
    pub fn of(credentials: &Value) -> Self {
        let secret = if credentials["SecretKey"].is_null() { "SecretAccessKey" } else { "SecretKey" };
        Self {
            id: text(&credentials["AccessKeyId"]),
            secret: text(&credentials[secret]),
            token: text(&credentials["SessionToken"]),
        }
    }
}

impl From<Key> for Session {
    fn from(key: Key) -> Self {
        Self { id: key.id, secret: key.secret, token: String::new() }
    }
}

impl Town {
    pub async fn new(settings: Value) -> Self {
        let mut town = Self { house: Rc::new(House::new(json!({}), json!({})).await), pool: String::new() };
        town.pool = town.another_pool(settings).await;
        town
    }

    pub async fn another_pool(&self, settings: Value) -> String {
        let usual = json!({"IdentityPoolName": "shop", "AllowUnauthenticatedIdentities": true, "AllowClassicFlow": true,
            "DeveloperProviderName": DEVELOPER,
            "CognitoIdentityProviders": [{"ProviderName": self.provider(), "ClientId": self.house.client}]});
        let pool = text(&self.done("CreateIdentityPool", merged(usual, settings)).await["IdentityPoolId"]);
        let roles = json!({"authenticated": role("web-auth"), "unauthenticated": role("web-guest")});
        self.done("SetIdentityPoolRoles", json!({"IdentityPoolId": pool, "Roles": roles})).await;
        pool
    }

    pub fn provider(&self) -> String {
        format!("cognito-idp.eu-west-1.amazonaws.com/{}", self.house.pool)
    }

    /// The issuer without its scheme, as Amplify names the provider.
    pub fn issuer(&self) -> String {
        let base = &self.house.app.services.config.identity.issuer_base;
        format!("{}/{}", base.split_once("://").unwrap().1, self.house.pool)
    }

    /// Logins with a fresh token of a user.
    pub async fn login(&self, user: &str) -> Value {
        json!({self.provider(): self.house.tokens(user).await["IdToken"]})
    }

    /// Any call of any service. `Err` is `Name: message`.
    pub async fn send(
        &self,
        key: Option<&Session>,
        (service, name): (&str, &str),
        body: Value,
    ) -> Result<Value, String> {
        self.send_from(None, key, ((service, name), body)).await
    }

    pub async fn send_from(
        &self,
        from: Option<IpAddr>,
        key: Option<&Session>,
        ((service, name), body): ((&str, &str), Value),
    ) -> Result<Value, String> {
        let prefix = match service {
            "cognito-identity" => "AWSCognitoIdentityService",
            _ => "AWSCognitoIdentityProviderService",
        };
        let mut headers = Headers::default();
        headers.push("host", "localhost");
        let mut request = Request { method: "POST".into(), path: "/".into(), ..Request::default() };
        if service == "sts" {
            headers.push("content-type", "application/x-www-form-urlencoded");
            let mut form = format!("Action={name}&Version=2011-06-15");
            for (name, value) in body.as_object().unwrap() {
                let value = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                form.push_str(&format!("&{name}={}", encoded(&value)));
            }
            request.body = form.into_bytes();
        } else {
            headers.push("x-amz-target", format!("{prefix}.{name}"));
            request.body = body.to_string().into_bytes();
        }
        request.headers = headers;
        let mut cx = self.house.app.context().unwrap();
        if let Some(from) = from {
            cx.source_ip = from;
        }
        if let Some(Session { id, secret, token }) = key {
            let signer = sigv4::Signer {
                key: id.clone(),
                secret: Secret::new(secret.as_str()),
                token: Some(token).filter(|token| !token.is_empty()).map(|token| Secret::new(token.as_str())),
                region: "eu-west-1".into(),
                service: service.into(),
            };
            let added = sigv4::sign(&mut request, &signer, cx.now);
            assert!(!added.is_empty());
        }
        let response = wire::answer(cx, &request).await;
        let odd = response.headers.iter().find(|(name, _)| *name == wire::NONCONFORMING);
        assert!(odd.is_none(), "{odd:?}");
        let text_body = String::from_utf8(response.body).unwrap();
        if service == "sts" {
            return if response.status == 200 { Ok(json!(text_body)) } else { Err(text_body) };
        }
        let answer: Value = serde_json::from_str(&text_body).unwrap_or(Value::Null);
        if response.status == 200 {
            return Ok(answer);
        }
        Err(format!("{}: {}", text(&answer["__type"]), text(&answer["message"])))
    }

    /// An operation of identity pools, signed by the root key.
    pub async fn call(&self, name: &str, body: Value) -> Result<Value, String> {
        self.send(Some(&self.house.root().into()), ("cognito-identity", name), body).await
    }

    pub async fn done(&self, name: &str, body: Value) -> Value {
        self.call(name, body).await.unwrap_or_else(|fault| panic!("{name}: {fault}"))
    }

    pub async fn refused(&self, name: &str, body: Value) -> String {
        self.call(name, body).await.err().unwrap_or_else(|| panic!("{name} was accepted"))
    }

    /// An unsigned operation of identity pools.
    pub async fn open(&self, name: &str, body: Value) -> Result<Value, String> {
        self.send(None, ("cognito-identity", name), body).await
    }

    pub async fn guest(&self) -> String {
        text(&self.open("GetId", json!({"IdentityPoolId": self.pool})).await.unwrap()["IdentityId"])
    }

    pub async fn id_of(&self, logins: &Value) -> Result<String, String> {
        let body = json!({"IdentityPoolId": self.pool, "Logins": logins});
        self.open("GetId", body).await.map(|answer| text(&answer["IdentityId"]))
    }

    pub async fn credentials(&self, identity: &str, logins: Value) -> Result<Value, String> {
        self.open("GetCredentialsForIdentity", json!({"IdentityId": identity, "Logins": logins})).await
    }

    /// The session that an identity gets.
    pub async fn session(&self, identity: &str, logins: Value) -> Session {
        Session::of(&self.credentials(identity, logins).await.unwrap()["Credentials"])
    }

    /// The logins (providers) of an identity.
    pub async fn providers(&self, identity: &str) -> Value {
        self.done("DescribeIdentity", json!({"IdentityId": identity})).await["Logins"].clone()
    }

    /// Makes a role that the identity pool's tokens may take.
    pub async fn put_role(&self, name: &str, policies: &[Value]) {
        self.put_trusting(name, (self.trust("authenticated"), policies)).await.unwrap();
    }

    pub fn trust(&self, kind: &str) -> Value {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Federated": "cognito-identity.amazonaws.com"},
            "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
            "Condition": {"StringEquals": {"cognito-identity.amazonaws.com:aud": self.pool},
                "ForAnyValue:StringLike": {"cognito-identity.amazonaws.com:amr": kind}}}]})
    }

    pub async fn put_trusting(&self, name: &str, (trust, policies): (Value, &[Value])) -> Result<(), String> {
        use poolhouse::domain::access::roles::{RoleSettings, put};
        let settings = RoleSettings {
            name: name.into(),
            trust: trust.to_string(),
            policies: policies.iter().map(Value::to_string).collect(),
            longest_session: None,
        };
        let cx = self.house.app.context().unwrap();
        put(&cx, settings).await.map(|_| ()).map_err(|fault| fault.to_string())
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A policy with one statement that allows.
pub fn allow(actions: Value, resource: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": resource}]})
}
