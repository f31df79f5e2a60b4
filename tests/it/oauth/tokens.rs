//! The other grants of the token endpoint, and revocation.

use super::{Server, claims, query};
use poolhouse::web::Method;
use serde_json::json;

#[tokio::test]
async fn a_refresh_token_renews_what_was_granted() {
    let server = Server::new().await;
    let client = server.house.client.clone();
    let code = server.code(&[("nonce", "n-3"), ("resource", "https://api.test/")]).await;
    let first = server.redeem(&code, &[]).await.json();
    let refresh = first["refresh_token"].as_str().unwrap();
    server.house.app.services.clock.advance(std::time::Duration::from_secs(60));
    let asked =
        [("grant_type", "refresh_token"), ("client_id", &*client), ("refresh_token", refresh), ("scope", "phone")];
    let renewed = server.token(&asked).await.json();
    assert!(renewed.get("refresh_token").is_none(), "{renewed}");
    let (id, access) = (claims(&renewed["id_token"]), claims(&renewed["access_token"]));
    assert_eq!(access["scope"], "openid email", "scopes stay as they were");
    assert_eq!(
        (&access["aud"], &id["auth_time"]),
        (&json!("https://api.test/"), &claims(&first["id_token"])["auth_time"])
    );
    assert_eq!((id.get("nonce"), id.get("name")), (None, None));
    let other = server.house.another_client(json!({})).await;
    let foreign = [("grant_type", "refresh_token"), ("client_id", &*other), ("refresh_token", refresh)];
    assert_eq!(server.token(&foreign).await.error(), (400, "invalid_grant".into()));
    let revoke = query(&[("token", refresh), ("client_id", &client)]);
    let foreign = query(&[("token", refresh), ("client_id", &other)]);
    assert_eq!(server.send(Method::Post, "/oauth2/revoke", &foreign, &[]).await.error().0, 400);
    let revoked = server.send(Method::Post, "/oauth2/revoke", &revoke, &[]).await;
    assert_eq!((revoked.0.status, revoked.0.body.len()), (200, 0));
    assert_eq!(server.token(&asked).await.error(), (400, "invalid_grant".into()));
    assert_eq!(server.send(Method::Post, "/oauth2/revoke", &revoke, &[]).await.0.status, 200, "again");
    for (form, expected) in [
        (query(&[("client_id", &client)]), (400, "invalid_request")),
        (
            query(&[("client_id", &client), ("token", renewed["access_token"].as_str().unwrap())]),
            (400, "unsupported_token_type"),
        ),
        (query(&[("client_id", "nosuchclient"), ("token", refresh)]), (401, "invalid_client")),
        (query(&[("client_id", &client), ("token", "nonsense")]), (200, "")),
    ] {
        let answer = server.send(Method::Post, "/oauth2/revoke", &form, &[]).await;
        assert_eq!(answer.error(), (expected.0, expected.1.to_owned()), "{form}");
    }
}

#[tokio::test]
async fn refresh_tokens_rotate_where_the_client_says_so() {
    let rotation = json!({"Feature": "ENABLED", "RetryGracePeriodSeconds": 0});
    let server =
        Server::with(json!({"RefreshTokenRotation": rotation, "ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH"]}))
            .await;
    let client = server.house.client.clone();
    let first = server.redeem(&server.code(&[]).await, &[]).await.json();
    let renew = async |token: &serde_json::Value| {
        let token = token.as_str().unwrap();
        server.token(&[("grant_type", "refresh_token"), ("client_id", &client), ("refresh_token", token)]).await
    };
    let second = renew(&first["refresh_token"]).await.json();
    assert!(second["refresh_token"].is_string() && second["refresh_token"] != first["refresh_token"]);
    server.house.app.services.clock.advance(std::time::Duration::from_secs(1));
    assert_eq!(renew(&first["refresh_token"]).await.error(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn a_client_gets_tokens_for_itself() {
    let server = Server::new().await;
    let house = &server.house;
    let scopes =
        json!([{"ScopeName": "read", "ScopeDescription": "r"}, {"ScopeName": "write", "ScopeDescription": "w"}]);
    let created = json!({"UserPoolId": house.pool, "Identifier": "srv", "Name": "srv", "Scopes": scopes});
    house.done("CreateResourceServer", created).await;
    let settings = json!({
        "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["srv/read", "srv/write"],
    });
    let client = house.another_client(settings).await;
    let described = house.done("DescribeUserPoolClient", json!({"UserPoolId": house.pool, "ClientId": client})).await;
    let secret = described["UserPoolClient"]["ClientSecret"].as_str().unwrap().to_owned();
    let ask = async |more: &[(&str, &str)]| {
        let mut pairs =
            vec![("grant_type", "client_credentials"), ("client_id", &*client), ("client_secret", &*secret)];
        pairs.extend(more);
        server.token(&pairs).await
    };
    let all = ask(&[]).await.json();
    assert_eq!(claims(&all["access_token"])["scope"], "srv/read srv/write");
    assert!(all.get("id_token").is_none() && all.get("refresh_token").is_none());
    assert_eq!(claims(&ask(&[("scope", "srv/read nosuch/x")]).await.json()["access_token"])["scope"], "srv/read");
    assert_eq!(ask(&[("scope", "openid")]).await.error(), (400, "invalid_scope".into()));
    assert_eq!(ask(&[("aws_client_metadata", "[]")]).await.error(), (400, "invalid_request".into()));
    assert_eq!(ask(&[("aws_client_metadata", "{\"a\":\"b\"}")]).await.0.status, 200);
    let public = [("grant_type", "client_credentials"), ("client_id", &*house.client)];
    assert_eq!(server.token(&public).await.error(), (400, "unauthorized_client".into()));
}

#[tokio::test]
async fn malformed_requests_are_told_so() {
    let server = Server::new().await;
    let client = server.house.client.clone();
    for (form, error) in [
        (query(&[("client_id", &client)]), "invalid_request"),
        (query(&[("client_id", &client), ("grant_type", "password")]), "unsupported_grant_type"),
        (query(&[("client_id", &client), ("grant_type", "authorization_code")]), "invalid_request"),
        (query(&[("client_id", &client), ("grant_type", "refresh_token")]), "invalid_request"),
        (query(&[("client_id", &client), ("grant_type", "refresh_token"), ("refresh_token", "x")]), "invalid_grant"),
        (query(&[("grant_type", "refresh_token"), ("grant_type", "refresh_token")]), "invalid_request"),
    ] {
        assert_eq!(server.send(Method::Post, "/oauth2/token", &form, &[]).await.error(), (400, error.into()), "{form}");
    }
    let got = server.get("/oauth2/token", &[]).await;
    assert_eq!((got.0.status, got.0.header("Allow")), (405, Some("POST")));
    // Parameters of the query are read too, as one public client needs.
    let code = server.code(&[]).await;
    let in_query = format!("/oauth2/token?{}", query(&[("grant_type", "authorization_code"), ("code", &code)]));
    let form = query(&[("client_id", &client), ("redirect_uri", super::CALLBACK)]);
    assert_eq!(server.send(Method::Post, &in_query, &form, &[]).await.0.status, 200);
}
