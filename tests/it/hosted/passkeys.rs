//! Passkeys on managed login, with an authenticator in software in the script's place.

use super::browser::{Browser, Page, unescaped};
use super::{Look, Site, mail_pool};
use crate::authenticator::Authenticator;
use crate::house::{PASSWORD, mail, merged};
use serde_json::{Value, json};

const ORIGIN: &str = "https://shop.example.com";

async fn site(client: Value) -> Site {
    let policy = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}});
    let pool = merged(mail_pool(), json!({"Policies": policy}));
    let site = Site::new(
        Look::Managed,
        pool,
        merged(json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_PASSWORD_AUTH"]}), client),
    )
    .await;
    let party = json!({"UserPoolId": site.house.pool, "MfaConfiguration": "OFF",
        "WebAuthnConfiguration": {"RelyingPartyId": "shop.example.com", "UserVerification": "preferred"}});
    site.house.done("SetUserPoolMfaConfig", party).await;
    site
}

/// The options that the page hands to its script.
fn options(page: &Page) -> Value {
    let options = page.html.split("data-options=\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(page.header("content-security-policy").unwrap().contains("script-src 'self'"));
    assert!(page.html.contains("<script src=\"/assets/passkeys-"), "{}", page.html);
    serde_json::from_str(&unescaped(options)).unwrap()
}

async fn add(browser: &mut Browser<'_>, key: &mut Authenticator) -> Page {
    let page = browser.submit(&[("action", "add")]).await;
    let made = key.create(&options(&page)).to_string();
    browser.submit(&[("credential", &made)]).await
}

#[tokio::test]
async fn a_new_user_is_offered_a_passkey_and_signs_in_by_it() {
    let site = site(json!({})).await;
    let mut browser = site.browser();
    browser.get(&format!("/signup?{}", site.query())).await;
    let person = [("username", "ann"), ("password", PASSWORD), ("requiredAttributes[email]", "ann@example.com")];
    browser.submit_as_far_as(&person).await.is_at("/confirm");
    let code = site.house.code(&mail("ann")).await;
    browser.submit(&[("code", &code)]).await.is_at("/passkeys/add").shows("Add a passkey");
    let mut key = Authenticator::new(ORIGIN);
    assert!(add(&mut browser, &mut key).await.code().is_some(), "the app gets its code afterwards");

    browser.cookies.clear();
    browser.login().await;
    let choice = browser.submit(&[("username", "ann")]).await;
    choice.shows("Passkey").shows("Password");
    let page = browser.submit(&[("method", "WEB_AUTHN")]).await;
    page.shows("Sign in with a passkey");
    let mut wrong = Authenticator::new(ORIGIN);
    let forged = wrong.get(&options(&page)).to_string();
    let again = browser.submit(&[("credential", &forged)]).await;
    again.is_at("/challenge").shows("Incorrect username or password.");
    let right = key.get(&options(&again)).to_string();
    assert!(browser.submit(&[("credential", &right)]).await.code().is_some());
}

#[tokio::test]
async fn the_offer_can_be_declined() {
    let site = site(json!({})).await;
    let mut browser = site.browser();
    browser.get(&format!("/signup?{}", site.query())).await;
    let person = [("username", "ann"), ("password", PASSWORD), ("requiredAttributes[email]", "ann@example.com")];
    browser.submit_as_far_as(&person).await;
    let code = site.house.code(&mail("ann")).await;
    browser.submit(&[("code", &code)]).await.is_at("/passkeys/add");
    assert!(browser.submit(&[("action", "skip")]).await.code().is_some());
}

#[tokio::test]
async fn a_link_to_the_page_asks_to_sign_in_first_and_leads_back_without_a_code() {
    let site = site(json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    let link = format!("/passkeys/add?{}", site.query());
    browser.get(&link).await.is_at("/login");
    browser.submit(&[("username", "ann")]).await;
    browser.submit(&[("password", PASSWORD)]).await.is_at("/passkeys/add").shows("ann@example.com");
    let done = add(&mut browser, &mut Authenticator::new(ORIGIN)).await;
    assert_eq!(done.location(), Some(super::CALLBACK));
    browser.get(&link).await.is_at("/passkeys/add");
    assert_eq!(browser.submit(&[("action", "skip")]).await.location(), Some(super::CALLBACK));
}

#[tokio::test]
async fn reading_the_page_begins_nothing() {
    let site = site(json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.get(&format!("/passkeys/add?{}", site.query())).await;
    browser.submit(&[("username", "ann")]).await;
    let page = browser.submit(&[("password", PASSWORD)]).await;
    page.is_at("/passkeys/add");
    assert!(!page.html.contains("data-options") && !page.html.contains("/assets/passkeys-"));
    let made = json!({"id": "x"}).to_string();
    let form = page.form_with("action");
    let sent = [("_csrf", form.fields["_csrf"].as_str()), ("credential", made.as_str())];
    let refused = browser.send(poolhouse::web::Method::Post, &form.action, &sent).await;
    assert!(refused.location().unwrap().contains("/passkeys/add?"), "{refused:?}");
}

#[tokio::test]
async fn a_passkey_that_the_browser_offers_signs_in_without_a_name() {
    let site = site(json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.get(&format!("/passkeys/add?{}", site.query())).await;
    browser.submit(&[("username", "ann")]).await;
    browser.submit(&[("password", PASSWORD)]).await;
    let mut key = Authenticator::new(ORIGIN);
    add(&mut browser, &mut key).await;

    browser.cookies.clear();
    let page = browser.login().await;
    let asked = options(&page);
    assert_eq!(asked["allowCredentials"], json!([]), "the page does not know who comes");
    let sent = key.get(&asked).to_string();
    let mut stranger = Authenticator::new(ORIGIN);
    stranger.user.clone_from(&key.user);
    let forged = stranger.get(&asked).to_string();
    browser.submit(&[("credential", &forged)]).await.is_at("/login").shows("Incorrect username or password.");
    browser.page = Some(page.clone());
    assert!(browser.submit(&[("credential", &sent)]).await.code().is_some());
    // The same offer again, with a new signature.
    let again = key.get(&asked).to_string();
    browser.page = Some(page);
    browser.submit(&[("credential", &again)]).await.is_at("/login").shows("This sign-in has ended");

    // For another client the offer is none.
    let flows = super::web_client(json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]}));
    let other = site.house.another_client(flows).await;
    site.style(&other).await;
    let foreign = browser.get(&format!("/login?{}", site.query_of(&other))).await;
    let session = foreign.form_with("passkeySession").fields["passkeySession"].clone();
    let sent = key.get(&options(&foreign)).to_string();
    browser.cookies.clear();
    browser.login().await;
    let refused = browser.submit(&[("credential", &sent), ("passkeySession", &session)]).await;
    refused.is_at("/login").shows("This sign-in has ended");
}

#[tokio::test]
async fn a_passkey_is_no_way_around_a_second_factor() {
    let site = site(json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.get(&format!("/passkeys/add?{}", site.query())).await;
    browser.submit(&[("username", "ann")]).await;
    browser.submit(&[("password", PASSWORD)]).await;
    let mut key = Authenticator::new(ORIGIN);
    add(&mut browser, &mut key).await;
    let mfa = json!({"UserPoolId": site.house.pool, "MfaConfiguration": "OPTIONAL",
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "WebAuthnConfiguration": {"RelyingPartyId": "shop.example.com", "UserVerification": "preferred"}});
    site.house.done("SetUserPoolMfaConfig", mfa).await;
    crate::mfa::with_totp(&site.house, "ann").await;
    browser.cookies.clear();
    let page = browser.login().await;
    let sent = key.get(&options(&page)).to_string();
    let refused = browser.submit(&[("credential", &sent)]).await;
    refused.is_at("/login").shows("Incorrect username or password.");
}
