//! `/oauth2/userInfo`.

use super::{Answer, Server};
use poolhouse::web::Method;
use serde_json::json;

async fn ask(server: &Server, header: &str) -> Answer {
    server.get("/oauth2/userInfo", &[("authorization", header)]).await
}

#[tokio::test]
async fn scopes_say_what_is_shown_and_all_of_it_is_text() {
    let server = Server::new().await;
    let tokens = server.redeem(&server.code(&[]).await, &[]).await.json();
    let token = tokens["access_token"].as_str().unwrap();
    let shown = ask(&server, &format!("bearer {token}")).await;
    let subject = super::claims(&tokens["id_token"])["sub"].clone();
    let expected = json!({
        "sub": subject, "email": "ann@example.com", "email_verified": "true", "username": super::USER,
    });
    assert_eq!((shown.0.status, shown.json()), (200, expected.clone()));
    let posted = server.send(Method::Post, "/oauth2/userInfo", &super::query(&[("access_token", token)]), &[]).await;
    assert_eq!(posted.json(), expected);
    let all = server.redeem(&server.code(&[("scope", "openid profile email")]).await, &[]).await.json();
    assert_eq!(ask(&server, &format!("Bearer {}", all["access_token"].as_str().unwrap())).await.json()["name"], "Ann");
}

#[tokio::test]
async fn other_tokens_show_nothing() {
    let (server, foreign) = (Server::new().await, Server::new().await);
    let tokens = server.redeem(&server.code(&[]).await, &[]).await.json();
    let plain = server.redeem(&server.code(&[("scope", "aws.cognito.signin.user.admin")]).await, &[]).await.json();
    let elsewhere = foreign.redeem(&foreign.code(&[]).await, &[]).await.json();
    for token in [&tokens["id_token"], &plain["access_token"], &elsewhere["access_token"], &tokens["refresh_token"]] {
        let answer = ask(&server, &format!("Bearer {}", token.as_str().unwrap())).await;
        assert_eq!(answer.error(), (401, "invalid_token".into()));
        assert!(answer.0.header("WWW-Authenticate").unwrap().contains("error=\"invalid_token\""));
    }
    for header in ["", "Basic abc", "Bearer"] {
        assert_eq!(ask(&server, header).await.error(), (400, "invalid_request".into()), "{header}");
    }
    let user = json!({"UserPoolId": server.house.pool, "Username": super::USER});
    server.house.app.services.clock.advance(std::time::Duration::from_secs(1));
    server.house.done("AdminUserGlobalSignOut", user).await;
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    assert_eq!(ask(&server, &token).await.error(), (401, "invalid_token".into()));
}
