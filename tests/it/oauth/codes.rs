//! Authorization codes: good once, for who asked for them.

use super::{CALLBACK, CHALLENGE, Server, VERIFIER, claims, query};
use poolhouse::web::Method;
use serde_json::json;
use std::time::Duration;

#[tokio::test]
async fn a_code_gives_the_tokens_of_the_sign_in() {
    let server = Server::new().await;
    let code = server.code(&[("nonce", "n-2"), ("scope", "openid email")]).await;
    let answer = server.redeem(&code, &[]).await;
    assert_eq!(answer.0.status, 200, "{}", answer.json());
    assert_eq!(answer.0.header("Cache-Control"), Some("no-store"));
    let tokens = answer.json();
    assert_eq!((&tokens["token_type"], &tokens["expires_in"]), (&json!("Bearer"), &json!(3600)));
    assert!(tokens["refresh_token"].is_string() && tokens.get("scope").is_none());
    let (id, access) = (claims(&tokens["id_token"]), claims(&tokens["access_token"]));
    assert_eq!((&id["nonce"], &id["aud"]), (&json!("n-2"), &json!(server.house.client)));
    assert_eq!((&id["email"], &id["email_verified"], id.get("name")), (&json!("ann@example.com"), &json!(true), None));
    let half = poolhouse::keys::jwt::half_hash(tokens["access_token"].as_str().unwrap());
    assert_eq!(id["at_hash"], json!(half));
    assert_eq!((&access["scope"], &access["version"]), (&json!("openid email"), &json!(2)));
    let all = server.redeem(&server.code(&[("scope", "openid")]).await, &[]).await.json();
    assert_eq!(claims(&all["id_token"])["name"], "Ann", "openid alone shows all that the client may read");
    let none = server.redeem(&server.code(&[("scope", "aws.cognito.signin.user.admin")]).await, &[]).await.json();
    assert!(none.get("id_token").is_none(), "{none}");
    let bound = server.redeem(&server.code(&[("resource", "https://api.test/x")]).await, &[]).await.json();
    assert_eq!(claims(&bound["access_token"])["aud"], "https://api.test/x");
}

#[tokio::test]
async fn a_code_that_comes_twice_ends_what_it_gave() {
    let server = Server::new().await;
    let code = server.code(&[("scope", "openid aws.cognito.signin.user.admin")]).await;
    let tokens = server.redeem(&code, &[]).await.json();
    let access = tokens["access_token"].clone();
    assert!(server.house.unsigned("GetUser", json!({"AccessToken": access})).await.is_ok());
    assert_eq!(server.redeem(&code, &[]).await.error(), (400, "invalid_grant".into()));
    let ended = server.house.unsigned("GetUser", json!({"AccessToken": access})).await;
    assert_eq!(ended, Err("NotAuthorizedException: Access Token has been revoked".into()));
    let refresh = tokens["refresh_token"].as_str().unwrap();
    let renewed = server
        .token(&[("grant_type", "refresh_token"), ("client_id", &server.house.client), ("refresh_token", refresh)])
        .await;
    assert_eq!(renewed.error(), (400, "invalid_grant".into()));
}

#[tokio::test]
async fn a_code_is_for_its_client_its_address_and_five_minutes() {
    let server = Server::new().await;
    let settings = json!({
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid"],
        "CallbackURLs": [CALLBACK], "SupportedIdentityProviders": ["COGNITO"],
    });
    let other = server.house.another_client(settings).await;
    let code = server.code(&[]).await;
    assert_eq!(server.redeem(&code, &[("client_id", &other)]).await.error(), (400, "invalid_grant".into()));
    for address in ["https://app.test/callback/", ""] {
        let answer = server.redeem(&code, &[("redirect_uri", address)]).await;
        assert_eq!(answer.error(), (400, "unauthorized_client".into()), "{address}");
    }
    assert!(server.redeem(&code, &[]).await.json()["id_token"].is_string(), "the client's own try still works");
    let late = server.code(&[]).await;
    server.house.app.services.clock.advance(Duration::from_secs(300));
    assert_eq!(server.redeem(&late, &[]).await.error(), (400, "invalid_grant".into()));
    for nonsense in ["", "x", &"a".repeat(5000)] {
        let (status, error) = server.redeem(nonsense, &[]).await.error();
        assert!(status == 400 && (error == "invalid_grant" || error == "invalid_request"), "{error}");
    }
}

#[tokio::test]
async fn the_verifier_of_a_challenge_is_needed() {
    let server = Server::new().await;
    let challenge = [("code_challenge", CHALLENGE), ("code_challenge_method", "S256")];
    for verifier in ["", CHALLENGE, "short", &VERIFIER.to_lowercase()] {
        let code = server.code(&challenge).await;
        let answer = server.redeem(&code, &[("code_verifier", verifier)]).await;
        assert_eq!(answer.error(), (400, "invalid_grant".into()), "{verifier}");
    }
    let code = server.code(&challenge).await;
    assert!(server.redeem(&code, &[("code_verifier", VERIFIER)]).await.json()["access_token"].is_string());
    // A verifier without a challenge proves nothing, and is left aside as Cognito does.
    let code = server.code(&[]).await;
    assert!(server.redeem(&code, &[("code_verifier", VERIFIER)]).await.json()["access_token"].is_string());
}

#[tokio::test]
async fn what_ends_the_user_ends_a_code_that_waits() {
    let server = Server::new().await;
    let user = json!({"UserPoolId": server.house.pool, "Username": super::USER});
    for operation in ["AdminUserGlobalSignOut", "AdminDisableUser"] {
        let code = server.code(&[]).await;
        server.house.app.services.clock.advance(Duration::from_secs(1));
        server.house.done(operation, user.clone()).await;
        assert_eq!(server.redeem(&code, &[]).await.error(), (400, "invalid_grant".into()), "{operation}");
        server.house.done("AdminEnableUser", user.clone()).await;
        server.house.app.services.clock.advance(Duration::from_secs(1));
    }
}

#[tokio::test]
async fn of_two_redemptions_at_once_one_gets_tokens() {
    let server = Server::new().await;
    for _ in 0..5 {
        let code = server.code(&[]).await;
        let both = futures::future::join(server.redeem(&code, &[]), server.redeem(&code, &[])).await;
        let good = [both.0, both.1].iter().filter(|answer| answer.0.status == 200).count();
        assert!(good <= 1, "{good}");
    }
}

#[tokio::test]
async fn a_client_with_a_secret_must_show_it_in_one_way() {
    use base64::Engine as _;
    let server = Server::with(json!({"GenerateSecret": true})).await;
    let asked = json!({"UserPoolId": server.house.pool, "ClientId": server.house.client});
    let described = server.house.done("DescribeUserPoolClient", asked).await;
    let secret = described["UserPoolClient"]["ClientSecret"].as_str().unwrap().to_owned();
    let id = server.house.client.clone();
    let basic = |id: &str, secret: &str| {
        format!("Basic {}", base64::engine::general_purpose::STANDARD.encode(format!("{id}:{secret}")))
    };
    let form = |code: &str, more: &[(&str, &str)]| {
        let mut pairs = vec![("grant_type", "authorization_code"), ("code", code), ("redirect_uri", CALLBACK)];
        pairs.extend(more);
        query(&pairs)
    };
    let code = server.code(&[]).await;
    let send = async |form: String, header: &str| {
        let headers = [("authorization", header)];
        server.send(Method::Post, "/oauth2/token", &form, if header.is_empty() { &[] } else { &headers }).await
    };
    for (form, header) in [
        (form(&code, &[("client_id", &id)]), String::new()),
        (form(&code, &[("client_id", &id), ("client_secret", "wrong")]), String::new()),
        (form(&code, &[]), basic(&id, "wrong")),
        (form(&code, &[]), basic("nosuchclient", &secret)),
        (form(&code, &[]), "Basic !!!".into()),
        (form(&code, &[]), String::new()),
    ] {
        assert_eq!(send(form, &header).await.error(), (400, "invalid_client".into()), "{header}");
    }
    let two = send(form(&code, &[("client_id", &id), ("client_secret", &secret)]), &basic(&id, &secret)).await;
    assert_eq!(two.error(), (400, "invalid_request".into()));
    let foreign = send(form(&code, &[("client_id", "another")]), &basic(&id, &secret)).await;
    assert_eq!(foreign.error(), (400, "invalid_request".into()));
    assert_eq!(send(form(&code, &[("client_id", &id)]), &basic(&id, &secret)).await.0.status, 200);
    let code = server.code(&[]).await;
    assert_eq!(send(form(&code, &[("client_id", &id), ("client_secret", &secret)]), "").await.0.status, 200);
}
