//! Dynamic client registration (RFC 7591).

use crate::house::{House, merged, text};
use poolhouse::domain::pools;
use poolhouse::domain::tokens::registration::{self, RegistrationError};
use serde_json::{Value, json};

const SCOPE: &str = "aws.cognito/dcr/register";

async fn house(dcr: Value) -> House {
    let house = House::new(json!({}), json!({})).await;
    let scopes =
        json!([{"ScopeName": "read", "ScopeDescription": "read"}, {"ScopeName": "write", "ScopeDescription": "write"}]);
    let server = json!({"UserPoolId": house.pool, "Identifier": "api", "Name": "api", "Scopes": scopes});
    house.done("CreateResourceServer", server).await;
    house.done("UpdateUserPool", json!({"UserPoolId": house.pool, "DcrConfiguration": dcr})).await;
    house
}

fn open() -> Value {
    json!({"EnableStatus": "Enabled", "OpenDcrEnabled": true, "AllowedScopes": ["api/read"],
        "AuthenticatedGrantTypes": ["code", "client_credentials", "implicit"]})
}

async fn register(house: &House, bearer: Option<&str>, metadata: Value) -> Result<Value, RegistrationError> {
    let cx = house.app.context().unwrap();
    let pool = pools::pool(&cx.services.store, &house.pool).await.unwrap();
    registration::register(&cx, &pool, bearer, &metadata).await
}

/// Status, code and words of a refusal.
async fn refused(house: &House, bearer: Option<&str>, metadata: Value) -> (u16, &'static str, String) {
    let error = register(house, bearer, metadata).await.expect_err("the client was registered");
    (error.status(), error.code(), error.to_string())
}

/// A token of a client that may ask for these scopes.
async fn token(house: &House, scopes: &[&str]) -> String {
    let client = json!({"UserPoolId": house.pool, "ClientName": "registrar", "GenerateSecret": true,
        "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"], "AllowedOAuthScopes": scopes});
    let made = house.done("CreateUserPoolClient", client).await["UserPoolClient"].clone();
    let asked = json!({"ClientId": made["ClientId"], "Secret": made["ClientSecret"]});
    text(&house.done("GetClientToken", asked).await["ClientAuthenticationResult"]["AccessToken"])
}

fn web() -> Value {
    json!({"redirect_uris": ["https://app.example.com/cb"], "client_name": "An app (beta)"})
}

#[tokio::test]
async fn a_client_registers_itself_where_registration_is_open() {
    let house = house(open()).await;
    let more = json!({"logo_uri": "https://app.example.com/logo.png", "tos_uri": "http://app.example.com/", "contacts": ["a@example.com"],
        "grant_types": ["authorization_code", "refresh_token"], "scope": "openid api/read"});
    let made = register(&house, None, merged(web(), more)).await.unwrap();
    let id = text(&made["client_id"]);
    assert_eq!(made["client_id_issued_at"], 1_767_225_600);
    assert_eq!(made["client_secret_expires_at"], 0);
    assert_eq!(made["client_name"], "An app beta");
    assert_eq!(made["grant_types"], json!(["authorization_code", "refresh_token"]));
    assert_eq!(made["redirect_uris"], json!(["https://app.example.com/cb"]));
    assert_eq!(made["scope"], "openid api/read");
    assert_eq!(made["token_endpoint_auth_method"], "client_secret_basic");
    assert_eq!(made["logo_uri"], "https://app.example.com/logo.png");
    assert_eq!((made.get("tos_uri"), made.get("contacts")), (None, None), "what was not registered is not told");
    let of = json!({"UserPoolId": house.pool, "ClientId": id});
    let shown = house.done("DescribeUserPoolClient", of.clone()).await["UserPoolClient"].clone();
    assert_eq!(shown["ClientType"], "DCR");
    assert_eq!(shown["ClientSecret"], made["client_secret"]);
    assert_eq!(shown["AllowedOAuthFlows"], json!(["code"]));
    assert_eq!(shown["CallbackURLs"], json!(["https://app.example.com/cb"]));
    // A stranger's client takes no passwords itself.
    let password =
        json!({"ClientId": id, "AuthFlow": "USER_SRP_AUTH", "AuthParameters": {"USERNAME": "a", "SRP_A": "ab"}});
    assert!(house.refused("InitiateAuth", password).await.contains("USER_SRP_AUTH flow not enabled"));
    assert!(house.refused("AddUserPoolClientSecret", of).await.starts_with("InvalidParameterException"));

    let public = register(&house, None, merged(web(), json!({"token_endpoint_auth_method": "none"}))).await.unwrap();
    assert_eq!((public.get("client_secret"), public.get("client_secret_expires_at")), (None, None));
    assert_eq!(public["scope"], "openid email phone profile api/read");

    let listed = async |kind: Value| {
        let asked = merged(json!({"UserPoolId": house.pool, "MaxResults": 1}), kind);
        let (mut seen, mut token) = (Vec::new(), Value::Null);
        loop {
            let page = merged(asked.clone(), json!({"NextToken": token}));
            let page = house.done("ListUserPoolClients", page).await;
            seen.extend(page["UserPoolClients"].as_array().unwrap().iter().map(|client| text(&client["ClientId"])));
            token = page["NextToken"].clone();
            if token.is_null() {
                return seen;
            }
        }
    };
    let mut both = vec![id, text(&public["client_id"])];
    both.sort();
    assert_eq!(listed(json!({"ClientType": "DCR"})).await, both);
    assert_eq!(listed(json!({"ClientType": "REGULAR"})).await, std::slice::from_ref(&house.client));
    assert_eq!(listed(json!({})).await.len(), 3);
}

#[tokio::test]
async fn what_a_registered_client_may_not_be_is_refused() {
    let house = house(open()).await;
    let (uri, metadata) = ("invalid_redirect_uri", "invalid_client_metadata");
    for (change, code) in [
        (json!({"redirect_uris": []}), uri),
        (json!({"redirect_uris": ["http://app.example.com/cb"]}), uri),
        (json!({"redirect_uris": ["https://app.example.com/cb#f"]}), uri),
        (json!({"redirect_uris": ["javascript:alert(1)"]}), uri),
        (json!({"redirect_uris": ["https://app.example.com/a b"]}), uri),
        (json!({"redirect_uris": [format!("https://app.example.com/{}", "x".repeat(1024))]}), uri),
        (json!({"redirect_uris": vec!["https://app.example.com/cb"; 101]}), uri),
        (json!({"redirect_uris": "https://app.example.com/cb"}), metadata),
        (json!({"redirect_uris": [1]}), metadata),
        (json!({"grant_types": ["password"]}), metadata),
        (json!({"grant_types": ["implicit"]}), metadata),
        (json!({"grant_types": []}), metadata),
        (json!({"grant_types": ["authorization_code", "client_credentials"]}), metadata),
        // Only those with a token may ask for this one here.
        (json!({"grant_types": ["client_credentials"]}), metadata),
        (json!({"response_types": ["token"]}), metadata),
        (json!({"token_endpoint_auth_method": "private_key_jwt"}), metadata),
        (json!({"scope": "api/write"}), metadata),
        (json!({"scope": "openid aws.cognito.signin.user.admin"}), metadata),
        (json!({"scope": SCOPE}), metadata),
        (json!({"scope": "email"}), metadata),
        (json!({"scope": ["openid"]}), metadata),
        (json!({"client_name": "a\u{202e}b"}), metadata),
        (json!({"client_name": "x".repeat(129)}), metadata),
    ] {
        let (status, got, words) = refused(&house, None, merged(web(), change.clone())).await;
        assert_eq!((status, got), (400, code), "{change}: {words}");
    }
    for odd in [json!(null), json!([]), json!("x"), json!(1)] {
        assert_eq!(refused(&house, None, odd).await.1, metadata);
    }
    let listed = house.done("ListUserPoolClients", json!({"UserPoolId": house.pool, "ClientType": "DCR"})).await;
    assert_eq!(listed["UserPoolClients"], json!([]));
}

#[tokio::test]
async fn a_token_with_the_scope_opens_registration_and_no_other_does() {
    let house = house(merged(open(), json!({"OpenDcrEnabled": false}))).await;
    let bearer = token(&house, &[SCOPE]).await;
    let machine = json!({"grant_types": ["client_credentials"], "scope": "api/read"});
    let made = register(&house, Some(&bearer), machine.clone()).await.unwrap();
    assert_eq!(made["grant_types"], json!(["client_credentials"]));
    assert_eq!((made.get("redirect_uris"), made.get("response_types")), (None, None));
    let other = token(&house, &["api/read"]).await;
    let elsewhere = self::house(open()).await;
    let foreign = token(&elsewhere, &[SCOPE]).await;
    house.user("alice").await;
    let users = text(&house.tokens("alice").await["AccessToken"]);
    for bad in ["", "garbage", &other, &foreign, &users] {
        assert_eq!(refused(&house, Some(bad), machine.clone()).await.0, 401, "{bad}");
    }
    assert_eq!(refused(&house, None, web()).await.1, "invalid_token");
    house.app.advance(std::time::Duration::from_secs(3601));
    assert_eq!(refused(&house, Some(&bearer), web()).await.1, "invalid_token");
    // Where registration is open too, a bad token is still a bad one.
    assert_eq!(refused(&elsewhere, Some("garbage"), web()).await.0, 401);
    let secretless =
        json!({"grant_types": ["client_credentials"], "token_endpoint_auth_method": "none", "scope": "api/read"});
    let bearer = token(&elsewhere, &[SCOPE]).await;
    assert_eq!(refused(&elsewhere, Some(&bearer), secretless).await.1, "invalid_client_metadata");
}

#[tokio::test]
async fn registration_is_off_until_it_is_turned_on() {
    let never = House::new(json!({}), json!({})).await;
    assert_eq!(refused(&never, None, web()).await.0, 404);
    let off = house(merged(open(), json!({"EnableStatus": "Disabled"}))).await;
    assert_eq!(refused(&off, None, web()).await.0, 404);
    let lite = house(open()).await;
    lite.done("UpdateUserPool", json!({"UserPoolId": lite.pool, "UserPoolTier": "LITE", "DcrConfiguration": open()}))
        .await;
    assert_eq!(refused(&lite, None, web()).await.0, 404);
}

#[tokio::test]
async fn one_address_registers_only_so_many_clients() {
    let house = house(open()).await;
    let mut cx = house.app.context().unwrap();
    cx.source_ip = [192, 0, 2, 1].into();
    let pool = pools::pool(&cx.services.store, &house.pool).await.unwrap();
    let mut done = 0;
    let last = loop {
        match registration::register(&cx, &pool, None, &web()).await {
            Ok(_) => done += 1,
            Err(error) => break error,
        }
        assert!(done < 1000, "no limit");
    };
    assert_eq!((last.status(), done), (429, 100));
}
