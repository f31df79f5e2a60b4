//! Client secrets that are published in the secrets manager: where they are shown, their rotation, and who reads them.

use crate::house::{House, Key, merged, text};
use poolhouse::domain::pools::published_secrets;
use poolhouse::wire::{self, Headers, Request, sigv4};
use serde_json::{Value, json};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

/// Calls the secrets manager.
async fn secrets(house: &House, key: &Key, operation: &str, body: Value) -> Result<Value, String> {
    let mut headers = Headers::default();
    headers.push("host", "localhost");
    headers.push("x-amz-target", format!("secretsmanager.{operation}"));
    let mut request = Request {
        method: "POST".into(),
        path: "/".into(),
        headers,
        body: body.to_string().into_bytes(),
        ..Default::default()
    };
    let cx = house.app.context().unwrap();
    let signer = sigv4::Signer {
        key: key.id.clone(),
        secret: poolhouse::secret::Secret::new(key.secret.as_str()),
        token: None,
        region: "eu-west-1".into(),
        service: "secretsmanager".into(),
    };
    sigv4::sign(&mut request, &signer, cx.now);
    let response = wire::answer(cx, &request).await;
    let deviation = response.headers.iter().find(|(name, _)| *name == wire::NONCONFORMING);
    assert!(deviation.is_none(), "{deviation:?}");
    let answer: Value = serde_json::from_slice(&response.body).unwrap();
    if response.status == 200 {
        Ok(answer)
    } else {
        Err(format!("{}: {}", text(&answer["__type"]), text(&answer["message"])))
    }
}

struct Vault {
    house: House,
    client: String,
}

impl Vault {
    /// A client that may get its own tokens, so that a test sees which secret is right.
    async fn new(settings: Value) -> (Self, Value) {
        let house = House::new(json!({}), json!({})).await;
        let scopes = json!([{"ScopeName": "read", "ScopeDescription": "read"}]);
        let server = json!({"UserPoolId": house.pool, "Identifier": "api", "Name": "api", "Scopes": scopes});
        house.done("CreateResourceServer", server).await;
        let asked = merged(json!({"UserPoolId": house.pool, "ClientName": "machine"}), Self::settings());
        let made = house.done("CreateUserPoolClient", merged(asked, settings)).await["UserPoolClient"].clone();
        (Self { client: text(&made["ClientId"]), house }, made)
    }

    fn settings() -> Value {
        json!({"ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "AllowedOAuthScopes": ["api/read"]})
    }

    fn of(&self) -> Value {
        json!({"UserPoolId": self.house.pool, "ClientId": self.client})
    }

    async fn update(&self, publish: Value) -> Value {
        let asked = merged(merged(self.of(), Self::settings()), publish);
        self.house.done("UpdateUserPoolClient", asked).await["UserPoolClient"].clone()
    }

    async fn shown(&self) -> Value {
        self.house.done("DescribeUserPoolClient", self.of()).await["UserPoolClient"].clone()
    }

    async fn read(&self, body: Value) -> Result<String, String> {
        let read = secrets(&self.house, &self.house.root(), "GetSecretValue", body).await?;
        let value: Value = serde_json::from_str(&text(&read["SecretString"])).unwrap();
        assert_eq!(
            (text(&value["userPoolId"]), text(&value["userPoolClientId"])),
            (self.house.pool.clone(), self.client.clone())
        );
        Ok(text(&value["clientSecretValue"]))
    }

    /// Whether a secret opens the client.
    async fn is_right(&self, secret: &str) -> bool {
        self.house.call("GetClientToken", json!({"ClientId": self.client, "Secret": secret})).await.is_ok()
    }

    async fn rotate(&self) {
        let services = &self.house.app.app.services;
        published_secrets::rotate_due(services, services.clock.now()).await.unwrap();
    }
}

#[tokio::test]
async fn a_published_secret_is_read_from_the_secrets_manager_alone() {
    let (vault, made) = Vault::new(json!({"GenerateSecret": true, "PublishSecretsInAWSSecretsManager": true})).await;
    assert_eq!(made.get("ClientSecret"), None);
    let arn = text(&made["ClientSecretArn"]);
    assert!(arn.contains(&format!(":secret/cognito-idp/{}/{}-", vault.house.pool, vault.client)), "{arn}");
    let shown = vault.shown().await;
    assert_eq!((shown.get("ClientSecret"), &shown["ClientSecretArn"]), (None, &json!(arn)));
    let secret = vault.read(json!({"SecretId": arn})).await.unwrap();
    assert!(vault.is_right(&secret).await);
    let name = format!("cognito-idp/{}/{}", vault.house.pool, vault.client);
    assert_eq!(vault.read(json!({"SecretId": name})).await.unwrap(), secret);
    let described =
        secrets(&vault.house, &vault.house.root(), "DescribeSecret", json!({"SecretId": arn})).await.unwrap();
    assert_eq!(described["Name"], json!(name));
    assert_eq!(described["RotationRules"], json!({"AutomaticallyAfterDays": 7}));
    assert_eq!(described["NextRotationDate"].as_f64().unwrap(), 1_767_225_600.0 + 7.0 * 86_400.0);
    assert!(!described.to_string().contains(&secret));
    for body in [
        json!({"SecretId": format!("{arn}x")}),
        json!({"SecretId": arn.replace("cognito-idp/", "other/")}),
        json!({"SecretId": vault.client}),
        json!({"SecretId": "no such secret"}),
        json!({"SecretId": arn, "VersionStage": "AWSPREVIOUS"}),
        json!({"SecretId": arn, "VersionId": "0".repeat(32)}),
    ] {
        let fault = vault.read(body.clone()).await.unwrap_err();
        assert!(fault.starts_with("ResourceNotFoundException"), "{body}: {fault}");
    }
    let fault = vault.read(json!({})).await.unwrap_err();
    assert!(fault.starts_with("ValidationException"), "{fault}");
    for operation in ["AddUserPoolClientSecret", "DeleteUserPoolClientSecret"] {
        let body = merged(vault.of(), json!({"ClientSecretId": "x"}));
        let body = if operation.starts_with("Add") { vault.of() } else { body };
        assert!(vault.house.refused(operation, body).await.contains("secrets manager"));
    }
}

#[tokio::test]
async fn a_published_secret_is_replaced_every_week_and_the_one_before_has_a_day() {
    let (vault, made) = Vault::new(json!({"GenerateSecret": true, "PublishSecretsInAWSSecretsManager": true})).await;
    let arn = json!({"SecretId": made["ClientSecretArn"]});
    let first = vault.read(arn.clone()).await.unwrap();
    vault.house.app.advance(7 * DAY - Duration::from_secs(1));
    vault.rotate().await;
    assert_eq!(vault.read(arn.clone()).await.unwrap(), first, "too early");
    vault.house.app.advance(Duration::from_secs(1));
    vault.rotate().await;
    vault.rotate().await;
    let second = vault.read(arn.clone()).await.unwrap();
    assert_ne!(second, first);
    let previous = merged(arn.clone(), json!({"VersionStage": "AWSPREVIOUS"}));
    assert_eq!(vault.read(previous.clone()).await.unwrap(), first);
    assert!(vault.is_right(&first).await && vault.is_right(&second).await);
    vault.house.app.advance(DAY);
    assert!(!vault.is_right(&first).await, "the old secret outlived its day");
    assert!(vault.is_right(&second).await);
    assert!(vault.read(previous).await.is_err());
    // A server that stood still for a month replaces it once.
    vault.house.app.advance(30 * DAY);
    vault.rotate().await;
    let third = vault.read(arn.clone()).await.unwrap();
    vault.rotate().await;
    assert_eq!(vault.read(arn).await.unwrap(), third);
    assert!(vault.is_right(&second).await && vault.is_right(&third).await);
    let listed = vault.house.done("ListUserPoolClientSecrets", vault.of()).await;
    assert_eq!(listed["ClientSecrets"].as_array().unwrap().len(), 2);
    vault.house.done("DeleteUserPoolClient", vault.of()).await;
    vault.house.app.advance(30 * DAY);
    vault.rotate().await;
}

#[tokio::test]
async fn an_update_moves_the_secret_in_and_out() {
    let (vault, made) = Vault::new(json!({"GenerateSecret": true})).await;
    let oldest = text(&made["ClientSecret"]);
    let added = vault.house.done("AddUserPoolClientSecret", vault.of()).await;
    let newer = text(&added["ClientSecretDescriptor"]["ClientSecretValue"]);
    let published = vault.update(json!({"PublishSecretsInAWSSecretsManager": true})).await;
    let arn = text(&published["ClientSecretArn"]);
    assert_eq!(published.get("ClientSecret"), None);
    let current = vault.read(json!({"SecretId": arn})).await.unwrap();
    // It is replaced at once; the newer of the two stays for a day, and the older one is gone.
    assert!(current != oldest && current != newer);
    assert!(!vault.is_right(&oldest).await && vault.is_right(&newer).await && vault.is_right(&current).await);
    let unchanged = vault.update(json!({})).await;
    assert_eq!(text(&unchanged["ClientSecretArn"]), arn);
    let again = vault.update(json!({"PublishSecretsInAWSSecretsManager": true})).await;
    assert_eq!(
        (text(&again["ClientSecretArn"]), vault.read(json!({"SecretId": arn})).await.unwrap()),
        (arn.clone(), current.clone())
    );
    let back = vault.update(json!({"PublishSecretsInAWSSecretsManager": false})).await;
    assert_eq!((text(&back["ClientSecret"]), back.get("ClientSecretArn")), (current.clone(), None));
    assert!(vault.read(json!({"SecretId": arn})).await.is_err());
    vault.house.app.advance(30 * DAY);
    vault.rotate().await;
    assert!(vault.is_right(&current).await, "a secret that is not published was replaced");
    assert_eq!(text(&vault.shown().await["ClientSecret"]), current);
    let anew = vault.update(json!({"PublishSecretsInAWSSecretsManager": true})).await;
    assert_ne!(text(&anew["ClientSecretArn"]), arn);
}

#[tokio::test]
async fn a_secret_that_was_chosen_is_replaced_and_a_public_client_has_none_to_publish() {
    let given = "a_secret_that_somebody_chose_once";
    let (vault, made) = Vault::new(json!({"ClientSecret": given, "PublishSecretsInAWSSecretsManager": true})).await;
    let current = vault.read(json!({"SecretId": made["ClientSecretArn"]})).await.unwrap();
    assert_ne!(current, given);
    assert!(vault.is_right(given).await && vault.is_right(&current).await);
    vault.house.app.advance(DAY);
    assert!(!vault.is_right(given).await);
    let public = json!({"UserPoolId": vault.house.pool, "ClientId": vault.house.client, "PublishSecretsInAWSSecretsManager": true});
    let fault = vault.house.refused("UpdateUserPoolClient", public).await;
    assert!(fault.starts_with("InvalidParameterException"), "{fault}");
}

#[tokio::test]
async fn reading_a_secret_is_an_action_on_its_arn() {
    let (vault, made) = Vault::new(json!({"GenerateSecret": true, "PublishSecretsInAWSSecretsManager": true})).await;
    let arn = text(&made["ClientSecretArn"]);
    let name = format!("cognito-idp/{}/{}", vault.house.pool, vault.client);
    let policy = |action: &str, resource: &str| {
        json!({"Statement": {"Effect": "Allow", "Action": action, "Resource": resource}}).to_string()
    };
    let reader = vault.house.key(&policy("secretsmanager:GetSecretValue", &arn)).await;
    for id in [&arn, &name] {
        secrets(&vault.house, &reader, "GetSecretValue", json!({"SecretId": id})).await.unwrap();
        let fault = secrets(&vault.house, &reader, "DescribeSecret", json!({"SecretId": id})).await.unwrap_err();
        assert!(fault.starts_with("AccessDeniedException"), "{fault}");
    }
    for other in [
        policy("secretsmanager:GetSecretValue", &arn.replace(&vault.client, "another")),
        policy("secretsmanager:DescribeSecret", &arn),
        policy("cognito-idp:*", "*"),
        "read-only".into(),
    ] {
        let key = vault.house.key(&other).await;
        for id in [&arn, &name] {
            let fault = secrets(&vault.house, &key, "GetSecretValue", json!({"SecretId": id})).await.unwrap_err();
            assert!(fault.starts_with("AccessDeniedException"), "{other}: {fault}");
        }
    }
    let wrong = Key { id: reader.id.clone(), secret: "another".into() };
    let fault = secrets(&vault.house, &wrong, "GetSecretValue", json!({"SecretId": arn})).await.unwrap_err();
    assert!(fault.starts_with("InvalidSignatureException"), "{fault}");
}
