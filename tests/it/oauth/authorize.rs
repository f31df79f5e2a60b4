//! `/oauth2/authorize`: what is refused, and to whom it is told.

use super::{CALLBACK, CHALLENGE, Server, claims};
use poolhouse::web::Method;
use serde_json::json;

#[tokio::test]
async fn without_a_session_the_way_leads_to_the_sign_in_page_with_the_whole_query() {
    let server = Server::new().await;
    let answer = server.authorize(&[("anything", "else")], None).await;
    assert_eq!(answer.0.status, 302);
    let query = server.request(&[("anything", "else")]);
    assert_eq!(answer.location(), format!("http://test.auth.localhost:9229/login?{query}"));
    let posted = server.send(Method::Post, "/oauth2/authorize", &query, &[]).await;
    assert_eq!(posted.location(), answer.location());
}

#[tokio::test]
async fn nothing_is_sent_to_an_address_that_is_not_registered() {
    let server = Server::new().await;
    for address in [
        "https://app.test/callback/",
        "https://app.test/Callback",
        "HTTPS://app.test/callback",
        "https://app.test:443/callback",
        "https://app.test/callback?x=1",
        "https://app.test/callback#x",
        "https://app.test/./callback",
        "https://app.test/%63allback",
        "https://ann@app.test/callback",
        "https://app.test.evil/callback",
        "//app.test/callback",
        "http://localhost:3001?a=b",
        "myapp://x/",
        "javascript:alert(1)",
    ] {
        for more in [[("response_type", "code")], [("response_type", "nonsense")], [("prompt", "none")]] {
            let answer = server.authorize(&[("redirect_uri", address), more[0]], None).await;
            let expected = format!(
                "http://test.auth.localhost:9229/error?error=redirect_mismatch&client_id={}",
                server.house.client
            );
            assert_eq!(answer.location(), expected, "{address}");
        }
    }
    let unknown = server.authorize(&[("client_id", "nosuchclient")], None).await;
    assert!(unknown.location().starts_with("http://test.auth.localhost:9229/error?error=Client"));
    for name in ["client_id", "redirect_uri"] {
        // This client has three addresses, so one must be named.
        let answer = server.authorize(&[(name, "")], None).await;
        assert_eq!(answer.location(), format!("http://test.auth.localhost:9229/error?missing={name}"));
    }
    let twice = format!("{}&redirect_uri=https%3A%2F%2Fevil.test", server.request(&[]));
    let answer = server.get(&format!("/oauth2/authorize?{twice}"), &[]).await;
    assert!(answer.location().contains("/error?error=redirect_mismatch"), "{}", answer.location());
}

#[tokio::test]
async fn clients_are_told_in_cognitos_words() {
    let server = Server::new().await;
    let pool = server.house.pool.clone();
    let issuer = poolhouse::domain::tokens::issuer(&server.house.app.context().unwrap(), &pool);
    for (changes, error, description) in [
        (vec![("response_type", "")], "invalid_request", "response_type is required "),
        (vec![("response_type", "code token")], "invalid_request", "Invalid response_type "),
        (vec![("scope", "openid nosuch")], "invalid_request", "invalid_scope"),
        (vec![("scope", "email")], "invalid_request", "invalid_scope"),
        (vec![("scope", "openid phone")], "invalid_request", "invalid_scope"),
        (
            vec![("code_challenge", CHALLENGE)],
            "invalid_request",
            "code_challenge_method is required with code_challenge ",
        ),
        (
            vec![("code_challenge_method", "S256")],
            "invalid_request",
            "code_challenge is required with code_challenge_method ",
        ),
        (
            vec![("code_challenge", CHALLENGE), ("code_challenge_method", "plain")],
            "invalid_request",
            "code_challenge_method must be S256 ",
        ),
        (
            vec![("code_challenge", "short"), ("code_challenge_method", "S256")],
            "invalid_request",
            "Invalid code_challenge ",
        ),
        (vec![("max_age", "-1")], "invalid_request", "max_age must be a number of seconds "),
        (vec![("resource", "relative/path")], "invalid_target", "resource must be one absolute URI "),
    ] {
        let answer = server.authorize(&changes, None).await;
        let sent = answer.sent();
        assert!(answer.location().starts_with(&format!("{CALLBACK}?error_description=")), "{}", answer.location());
        assert_eq!((sent.get("error"), sent.get("error_description")), (Some(error), Some(description)), "{changes:?}");
        assert_eq!((sent.get("state"), sent.get("iss")), (Some("a+b/c=&d"), Some(issuer.as_str())));
    }
    let none = server.authorize(&[("prompt", "none")], None).await;
    assert_eq!(none.sent().get("error"), Some("login_required"));
    let kept = server.authorize(&[("redirect_uri", "http://localhost:3000?a=b"), ("scope", "x")], None).await;
    assert!(kept.location().starts_with("http://localhost:3000?a=b&error_description="), "{}", kept.location());
    // An address that was registered for codes never gets tokens.
    let implicit = server.authorize(&[("response_type", "token")], None).await;
    assert!(implicit.location().contains("/error?error=unauthorized_client"), "{}", implicit.location());
    let off = Server::with(json!({"AllowedOAuthFlowsUserPoolClient": false})).await;
    let answer = off.authorize(&[], None).await;
    assert_eq!(answer.sent().get("error_description"), Some("Client is not enabled for OAuth2.0 flows "));
}

#[tokio::test]
async fn a_browser_that_is_signed_in_goes_on_at_once() {
    let server = Server::new().await;
    let first = server.sign_in(&[]).await;
    let cookie = first.session().unwrap().to_owned();
    let answer = server.authorize(&[], Some(&cookie)).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}?code=")), "{}", answer.location());
    assert_eq!(answer.sent().get("state"), Some("a+b/c=&d"));
    assert!(server.redeem(answer.sent().get("code").unwrap(), &[]).await.json()["id_token"].is_string());
    assert!(server.authorize(&[("prompt", "none")], Some(&cookie)).await.sent().get("code").is_some());
    for fresh in [[("prompt", "login")], [("acr_values", "urn:cognito:loa:4")], [("identity_provider", "Google")]] {
        let answer = server.authorize(&fresh, Some(&cookie)).await;
        assert!(answer.location().contains("/login?"), "{fresh:?}: {}", answer.location());
    }
    assert!(
        server.authorize(&[("acr_values", "no urn:cognito:loa:1")], Some(&cookie)).await.sent().get("code").is_some()
    );
    server.house.app.services.clock.advance(std::time::Duration::from_secs(100));
    assert!(server.authorize(&[("max_age", "99")], Some(&cookie)).await.location().contains("/login?"));
    assert!(server.authorize(&[("max_age", "100")], Some(&cookie)).await.sent().get("code").is_some());
    server.house.app.services.clock.advance(super::super::house::HOUR);
    assert!(server.authorize(&[], Some(&cookie)).await.location().contains("/login?"), "an hour is over");
}

#[tokio::test]
async fn a_session_ends_with_what_ends_its_user() {
    let server = Server::new().await;
    let house = &server.house;
    let user = json!({"UserPoolId": house.pool, "Username": super::USER});
    for operation in ["AdminUserGlobalSignOut", "AdminDisableUser", "AdminResetUserPassword"] {
        let cookie = server.sign_in(&[]).await.session().unwrap().to_owned();
        house.app.services.clock.advance(std::time::Duration::from_secs(1));
        assert!(server.authorize(&[], Some(&cookie)).await.sent().get("code").is_some());
        house.done(operation, user.clone()).await;
        assert!(server.authorize(&[], Some(&cookie)).await.location().contains("/login?"), "{operation}");
        house.done("AdminEnableUser", user.clone()).await;
        house.app.services.clock.advance(std::time::Duration::from_secs(1));
    }
}

#[tokio::test]
async fn a_session_of_another_pool_or_one_that_was_changed_is_none() {
    let (server, other) = (Server::new().await, Server::new().await);
    let cookie = other.sign_in(&[]).await.session().unwrap().to_owned();
    assert!(server.authorize(&[], Some(&cookie)).await.location().contains("/login?"));
    let own = server.sign_in(&[]).await.session().unwrap().to_owned();
    let changed = format!("{}A", &own[..own.len() - 1]);
    let changed = if changed == own { format!("{}B", &own[..own.len() - 1]) } else { changed };
    for cookie in [changed.as_str(), "", "x", &own[1..]] {
        assert!(server.authorize(&[], Some(cookie)).await.location().contains("/login?"), "{cookie}");
    }
}

#[tokio::test]
async fn tokens_of_the_implicit_grant_come_in_the_fragment_without_a_refresh_token() {
    let server = Server::with(json!({"AllowedOAuthFlows": ["implicit"]})).await;
    let answer = server.sign_in(&[("response_type", "token"), ("nonce", "n-1")]).await;
    assert!(answer.location().starts_with(&format!("{CALLBACK}#id_token=")), "{}", answer.location());
    let sent = answer.sent();
    assert_eq!((sent.get("token_type"), sent.get("expires_in")), (Some("Bearer"), Some("3600")));
    assert_eq!((sent.get("refresh_token"), sent.get("code")), (None, None));
    let (id, access) = (json!(sent.get("id_token")), json!(sent.get("access_token")));
    assert_eq!(claims(&id)["nonce"], "n-1");
    assert_eq!((&claims(&access)["scope"], &claims(&access)["version"]), (&json!("openid email"), &json!(2)));
    let without = server.sign_in(&[("response_type", "token"), ("scope", "aws.cognito.signin.user.admin")]).await;
    assert_eq!(without.sent().get("id_token"), None);
    // Errors go where the answer would.
    let refused = server.authorize(&[("response_type", "token"), ("scope", "nosuch")], None).await;
    assert!(
        refused.location().starts_with(&format!("{CALLBACK}#error_description=invalid_scope")),
        "{}",
        refused.location()
    );
}
