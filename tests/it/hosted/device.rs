//! Devices without a browser (RFC 8628): what they ask, what their users see, and what each of them gets.

use super::browser::{Browser, Page};
use super::{BOTH, Look, Site};
use crate::house::{PASSWORD, claims};
use poolhouse::web::Method;
use serde_json::{Value, json};
use std::time::Duration;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

async fn site(look: Look) -> Site {
    let pool = json!({"UserPoolTags": {"poolhouse:oauth": "device_grant"}});
    let site =
        Site::new(look, pool, json!({"ClientName": "Telly", "CallbackURLs": ["https://app.example.com/cb"]})).await;
    site.house.user("ann").await;
    site
}

fn json_of(page: &Page) -> Value {
    serde_json::from_str(&page.html).unwrap_or(Value::Null)
}

/// What the device is told.
async fn begin(site: &Site) -> Value {
    let form = [("client_id", &*site.house.client), ("scope", "openid email")];
    let page = site.browser().send(Method::Post, "/oauth2/device_authorization", &form).await;
    assert_eq!(page.status, 200, "{}", page.html);
    json_of(&page)
}

async fn poll_as(site: &Site, client: &str, code: &str) -> (u16, Value) {
    let form = [("grant_type", GRANT), ("client_id", client), ("device_code", code)];
    let page = site.browser().send(Method::Post, "/oauth2/token", &form).await;
    (page.status, json_of(&page))
}

async fn poll(site: &Site, begun: &Value) -> Value {
    let (status, answer) = poll_as(site, &site.house.client, begun["device_code"].as_str().unwrap()).await;
    assert_eq!(status == 200, answer.get("error").is_none());
    answer.get("error").cloned().unwrap_or(answer)
}

/// Types the code and signs in, up to the question.
async fn sign_in<'s>(site: &'s Site, code: &str) -> Browser<'s> {
    let mut browser = site.browser();
    browser.get("/device").await.shows("Enter the code that your device shows.");
    browser.submit(&[("user_code", code)]).await.is_at("/login");
    let page = browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await;
    page.is_at("/device/confirm").shows("Telly asks to sign in").shows(code).shows("signed in as ann");
    assert_eq!(page.header("x-frame-options"), Some("DENY"));
    assert!(page.header("content-security-policy").unwrap().contains("frame-ancestors 'none'"));
    browser
}

/// Presses one of the two buttons.
async fn press(browser: &mut Browser<'_>, button: &str) -> Page {
    let token = browser.page.clone().unwrap().form_with("_csrf").fields["_csrf"].clone();
    browser.send(Method::Post, "/device/confirm", &[("_csrf", &token), (button, "yes")]).await
}

#[tokio::test]
async fn a_device_gets_tokens_once_its_user_agrees() {
    for look in BOTH {
        let site = site(look).await;
        let begun = begin(&site).await;
        assert_eq!((&begun["expires_in"], &begun["interval"]), (&json!(600), &json!(5)));
        let code = begun["user_code"].as_str().unwrap();
        assert!(begun["verification_uri"].as_str().unwrap().ends_with("/device"));
        assert_eq!(poll(&site, &begun).await, json!("authorization_pending"));
        let mut browser = sign_in(&site, code).await;
        site.house.app.services.clock.advance(Duration::from_secs(5));
        assert_eq!(poll(&site, &begun).await, json!("authorization_pending"), "signed in is not agreed");
        press(&mut browser, "allow").await.shows("Your device is signed in");
        let tokens = poll(&site, &begun).await;
        assert_eq!(claims(&tokens["access_token"])["scope"], "openid email");
        assert_eq!(claims(&tokens["id_token"])["email"], "ann@example.com");
        assert!(tokens["refresh_token"].is_string());
        assert_eq!(poll(&site, &begun).await, json!("invalid_grant"), "a device code is good once");
        browser.get("/device/confirm").await.is_at("/device");
        // The link with the code fills it in, and the browser's session still asks.
        let next = begin(&site).await;
        let link = next["verification_uri_complete"].as_str().unwrap();
        browser.get(link).await;
        browser.submit(&[("user_code", next["user_code"].as_str().unwrap())]).await.is_at("/device/confirm");
    }
}

#[tokio::test]
async fn a_device_that_its_user_refuses_gets_nothing() {
    let site = site(Look::Managed).await;
    let begun = begin(&site).await;
    let mut browser = sign_in(&site, begun["user_code"].as_str().unwrap()).await;
    press(&mut browser, "refuse").await.shows("The device was refused");
    assert_eq!(poll(&site, &begun).await, json!("access_denied"));
    assert_eq!(poll(&site, &begun).await, json!("invalid_grant"));
}

#[tokio::test]
async fn devices_that_ask_too_often_are_slowed_down_and_codes_expire() {
    let site = site(Look::Classic).await;
    let clock = &site.house.app.services.clock;
    let begun = begin(&site).await;
    assert_eq!(poll(&site, &begun).await, json!("authorization_pending"));
    clock.advance(Duration::from_secs(4));
    assert_eq!(poll(&site, &begun).await, json!("slow_down"));
    clock.advance(Duration::from_secs(9));
    assert_eq!(poll(&site, &begun).await, json!("slow_down"), "five seconds more are asked for");
    clock.advance(Duration::from_secs(15));
    assert_eq!(poll(&site, &begun).await, json!("authorization_pending"));
    clock.advance(Duration::from_secs(600));
    assert_eq!(poll(&site, &begun).await, json!("expired_token"));
    let mut browser = site.browser();
    browser.get("/device").await;
    browser
        .submit(&[("user_code", begun["user_code"].as_str().unwrap())])
        .await
        .shows("No device waits with this code.");
}

#[tokio::test]
async fn only_the_client_of_a_device_code_gets_its_tokens() {
    let site = site(Look::Classic).await;
    let begun = begin(&site).await;
    let code = begun["device_code"].as_str().unwrap();
    let other = site.house.another_client(super::web_client(json!({}))).await;
    assert_eq!(poll_as(&site, &other, code).await.1["error"], "invalid_grant");
    for wrong in ["nonsense", &code[1..], &"x".repeat(4000)] {
        assert_eq!(poll_as(&site, &site.house.client, wrong).await.1["error"], "invalid_grant", "{wrong}");
    }
    let machine =
        site.house.another_client(json!({"GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": false})).await;
    let page = site.browser().send(Method::Post, "/oauth2/device_authorization", &[("client_id", &machine)]).await;
    assert_eq!(json_of(&page)["error"], "invalid_client");
    let plain = site.house.another_client(json!({})).await;
    let page = site.browser().send(Method::Post, "/oauth2/device_authorization", &[("client_id", &plain)]).await;
    assert_eq!(json_of(&page)["error"], "unauthorized_client");
}

#[tokio::test]
async fn nobody_is_asked_who_did_not_sign_in_and_forged_answers_do_nothing() {
    let site = site(Look::Managed).await;
    let begun = begin(&site).await;
    let code = begun["user_code"].as_str().unwrap();
    let mut browser = sign_in(&site, code).await;
    let forged = browser.send(Method::Post, "/device/confirm", &[("_csrf", "forged"), ("allow", "yes")]).await;
    assert!(forged.location().unwrap().ends_with("/device/confirm"));
    assert_eq!(poll(&site, &begun).await, json!("authorization_pending"));
    // A cookie of this pool does not open another pool's question.
    let mut stranger = site.browser();
    stranger.get("/device").await;
    stranger.cookies.insert("device-consent".into(), "made up".into());
    stranger.get("/device/confirm").await.is_at("/device");
    let token = stranger.page.clone().unwrap().form_with("_csrf").fields["_csrf"].clone();
    stranger.send(Method::Post, "/device/confirm", &[("_csrf", &token), ("allow", "yes")]).await;
    site.house.app.services.clock.advance(Duration::from_secs(5));
    assert_eq!(poll(&site, &begun).await, json!("authorization_pending"));
}

#[tokio::test]
async fn guesses_of_codes_run_out() {
    let site = site(Look::Managed).await;
    let begun = begin(&site).await;
    let mut browser = site.browser();
    for _ in 0..100 {
        browser.get("/device").await;
        browser.submit(&[("user_code", "BBBB-BBBB")]).await.shows("No device waits with this code.");
    }
    browser.get("/device").await;
    let right = begun["user_code"].as_str().unwrap();
    browser.submit(&[("user_code", right)]).await.lacks("Sign in with").is_at("/device");
    let direct = format!("/login?response_type=device_code&client_id={}&user_code={right}", site.house.client);
    assert_eq!(browser.get(&direct).await.status, 400, "the sign-in page is no way around");
    let mut elsewhere = site.browser();
    elsewhere.from = [198, 51, 100, 9].into();
    elsewhere.get("/device").await;
    elsewhere.submit(&[("user_code", right)]).await.is_at("/login");
}

#[tokio::test]
async fn it_is_off_until_the_pool_names_it() {
    let site = Site::new(Look::Managed, json!({}), json!({})).await;
    let form = [("grant_type", GRANT), ("client_id", &*site.house.client), ("device_code", "x")];
    let page = site.browser().send(Method::Post, "/oauth2/token", &form).await;
    assert_eq!(json_of(&page)["error"], "unsupported_grant_type");
    let query = format!("/login?response_type=device_code&client_id={}&user_code=BCDF-GHJK", site.house.client);
    assert!(!site.browser().get(&query).await.html.contains("name=\"password\""));
    let on = self::site(Look::Managed).await;
    let document = |site: &Site| {
        let cx = site.house.app.context().unwrap();
        let pool = site.house.pool.clone();
        async move { poolhouse::oauth::discovery::configuration(&cx, &pool).await.unwrap() }
    };
    assert_eq!(document(&site).await.get("device_authorization_endpoint"), None);
    let found = document(&on).await;
    assert!(found["device_authorization_endpoint"].as_str().unwrap().ends_with("/oauth2/device_authorization"));
    assert!(found["grant_types_supported"].as_array().unwrap().contains(&json!(GRANT)));
}
