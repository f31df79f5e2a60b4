//! Forged requests, and state that belongs elsewhere.

use super::{BOTH, Browser, Look, Site, mail_pool, web_client};
use crate::house::{HOUR, PASSWORD};
use poolhouse::web::Method;
use serde_json::json;

/// Every form of the pages, with what makes it wait: opens the page with the form.
async fn at_form(browser: &mut Browser<'_>, site: &Site, path: &str) {
    let query = site.query();
    match path {
        "/confirm" | "/resendcode" => {
            browser.get(&format!("/signup?{query}")).await;
            let person =
                [("username", "new"), ("password", PASSWORD), ("requiredAttributes[email]", "new@example.com")];
            browser.submit_as_far_as(&person).await.is_at("/confirm");
        }
        "/confirmforgotPassword" => {
            browser.get(&format!("/forgotPassword?{query}")).await;
            browser.submit(&[("username", "ann")]).await.is_at("/confirmforgotPassword");
        }
        "/challenge" => {
            let body =
                json!({"UserPoolId": site.house.pool, "Username": "ann", "Password": PASSWORD, "Permanent": false});
            site.house.done("AdminSetUserPassword", body).await;
            browser.login().await;
            browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.is_at("/challenge");
        }
        path => drop(browser.get(&format!("{path}?{query}")).await),
    }
}

const FORMS: [&str; 7] =
    ["/login", "/signup", "/confirm", "/resendcode", "/forgotPassword", "/confirmforgotPassword", "/challenge"];

#[tokio::test]
async fn a_form_without_its_token_does_nothing() {
    for look in BOTH {
        for path in FORMS {
            let site = Site::new(look, mail_pool(), json!({})).await;
            site.house.user("ann").await;
            let mut browser = site.browser();
            at_form(&mut browser, &site, path).await;
            let token = browser.cookies["XSRF-TOKEN"].clone();
            let target = format!("{path}?{}", site.query());
            let filled = [("username", "ann"), ("password", PASSWORD), ("code", "123456")];
            let sent = async |browser: &mut Browser<'_>, token: &[(&str, &str)]| {
                browser.send(Method::Post, &target, &[&filled[..], token].concat()).await
            };
            let other = poolhouse::rng::uuid().unwrap();
            for forged in [
                vec![],
                vec![("_csrf", "")],
                vec![("_csrf", other.as_str())],
                vec![("_csrf", token.as_str()), ("_csrf", other.as_str())],
            ] {
                let answer = sent(&mut browser, &forged).await;
                assert_eq!(answer.status, 302, "{path} {forged:?}");
                let back = answer.location().unwrap();
                let page = if path == "/resendcode" { "/confirm" } else { path };
                assert!(back.starts_with(&format!("{}{page}?", super::browser::BASE)), "{path}: {back}");
                assert!(!browser.cookies.contains_key("cognito"));
            }
            // Another site's page, even with the token.
            for (name, value) in [("origin", "https://evil.example"), ("sec-fetch-site", "cross-site")] {
                browser.headers = vec![(name.into(), value.into())];
                let answer = sent(&mut browser, &[("_csrf", token.as_str())]).await;
                assert!(answer.location().unwrap().starts_with(super::browser::BASE), "{path} {name}");
                assert!(!browser.cookies.contains_key("cognito"), "{path} {name}");
            }
            browser.headers.clear();
            // Without cookies the token is nobody's.
            let kept = std::mem::take(&mut browser.cookies);
            let answer = sent(&mut browser, &[("_csrf", token.as_str())]).await;
            assert!(answer.location().unwrap().starts_with(super::browser::BASE), "{path}");
            assert!(!browser.cookies.contains_key("cognito"));
            browser.cookies = kept;
        }
    }
}

#[tokio::test]
async fn pages_in_two_tabs_can_both_be_sent_for_an_hour() {
    let site = Site::new(Look::Classic, json!({}), json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.login().await;
    let first = browser.page.clone();
    let token = browser.cookies["XSRF-TOKEN"].clone();
    site.house.app.advance(HOUR / 2);
    browser.login().await;
    assert_eq!(browser.cookies["XSRF-TOKEN"], token);
    browser.page = first;
    assert!(browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.code().is_some());
    site.house.app.advance(HOUR);
    browser.cookies.remove("cognito");
    browser.login().await;
    assert_ne!(browser.cookies["XSRF-TOKEN"], token, "an old one is replaced");
}

#[tokio::test]
async fn a_token_that_was_planted_does_not_make_a_page() {
    let site = Site::new(Look::Classic, json!({}), json!({})).await;
    for planted in ["", "1", "\"><b>", "00000000-0000-4000-8000-000000000000"] {
        let mut browser = site.browser();
        browser.cookies.insert("XSRF-TOKEN".into(), planted.into());
        let page = browser.login().await;
        assert_ne!(page.form_with("_csrf").fields["_csrf"], planted);
    }
}

/// A browser whose sign-in waits for a new password.
async fn waiting(site: &Site) -> Browser<'_> {
    let mut browser = site.browser();
    at_form(&mut browser, site, "/challenge").await;
    browser
}

#[tokio::test]
async fn the_state_of_a_journey_is_worth_nothing_elsewhere() {
    let site = Site::new(Look::Managed, mail_pool(), json!({})).await;
    site.house.user("ann").await;
    let challenge = format!("/challenge?{}", site.query());

    let mut browser = waiting(&site).await;
    let data = browser.cookies["page-data"].clone();
    browser.get(&challenge).await.is_at("/challenge");

    // In another browser.
    let mut other = site.browser();
    other.login().await;
    other.cookies.insert("page-data".into(), data.clone());
    other.get(&challenge).await.is_at("/login");

    // For another client, or another request of the same one.
    let client = site.house.another_client(web_client(json!({}))).await;
    site.style(&client).await;
    for query in [site.query_of(&client), site.query().replace("state=", "state=x")] {
        browser.cookies.insert("page-data".into(), data.clone());
        browser.get(&format!("/challenge?{query}")).await.is_at("/login");
    }

    // At another pool of the same server.
    browser.cookies.insert("page-data".into(), data);
    let cookies = browser.cookies;
    let Site { mut house, look } = site;
    house.pool = house.another_pool(mail_pool()).await;
    house.client = house.another_client(web_client(json!({}))).await;
    let elsewhere = Site { house, look };
    elsewhere.style(&elsewhere.house.client).await;
    let mut browser = elsewhere.browser();
    browser.cookies = cookies;
    browser.get(&format!("/challenge?{}", elsewhere.query())).await.is_at("/login");
}

#[tokio::test]
async fn a_journey_ends_by_time_and_a_changed_cookie_is_none() {
    let site = Site::new(Look::Classic, mail_pool(), json!({})).await;
    site.house.user("ann").await;
    let challenge = format!("/challenge?{}", site.query());
    let mut browser = waiting(&site).await;
    let data = browser.cookies["page-data"].clone();
    for changed in [String::new(), "x".into(), data.replace(&data[60..64], "AAAA"), "A".repeat(9000)] {
        browser.cookies.insert("page-data".into(), changed);
        browser.get(&challenge).await.is_at("/login");
    }
    browser.cookies.insert("page-data".into(), data);
    browser.get(&challenge).await.is_at("/challenge");
    site.house.app.advance(HOUR / 4);
    browser.get(&challenge).await.is_at("/login").shows("This sign-in has ended or took too long.");
}

#[tokio::test]
async fn a_step_that_was_taken_cannot_be_taken_again() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        site.house.user("ann").await;
        let mut browser = waiting(&site).await;
        let (page, cookies) = (browser.page.clone(), browser.cookies.clone());
        let fields = [("password", "An0ther-one"), ("confirmPassword", "An0ther-one")];
        assert!(browser.submit(&fields).await.code().is_some());
        (browser.page, browser.cookies) = (page, cookies);
        browser.submit(&fields).await.is_at("/login").shows("This sign-in has ended or took too long.");
    }
}
