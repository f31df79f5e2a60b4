//! Pages must not tell who has an account, where the client hides it.

use super::browser::{Browser, Page};
use super::{BOTH, Look, Site, mail_pool};
use crate::house::{PASSWORD, merged};
use serde_json::json;

/// What an observer sees of an answer, without what differs between any two of them.
fn seen(browser: &Browser<'_>, page: &Page, name: &str) -> String {
    let token = browser.cookies.get("XSRF-TOKEN").cloned().unwrap_or_default();
    let cookies: Vec<String> = browser.cookies.iter().map(|(name, value)| format!("{name} {}", value.len())).collect();
    let headers: Vec<_> = page.headers.iter().filter(|(name, _)| name != "Set-Cookie").collect();
    let html = page.html.replace(&token, "TOKEN").replace(name, "NAME");
    format!("{} {headers:?} {cookies:?} {html}", page.status).replace(name, "NAME")
}

/// What both a user and nobody see after the same steps.
async fn compare(site: &Site, start: &str, fields: impl Fn(&str) -> Vec<(String, String)>) {
    let masked = regex::Regex::new(r"\w\*{3}@\w\*{3}(\.\w+)?").unwrap();
    let mut views = Vec::new();
    for name in ["knownann", "nobodyxy"] {
        let mut browser = site.browser();
        browser.get(&format!("{start}?{}", site.query())).await;
        let fields = fields(name);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let first = browser.submit_once(&fields).await;
        let answer = seen(&browser, &first, name);
        let page = browser.follow(first).await;
        let page = masked.replace_all(&seen(&browser, &page, name), "MASKED").into_owned();
        views.push((answer, page));
    }
    assert_eq!(views[0], views[1], "{:?} {start}", site.look);
}

fn pairs(list: &[(&str, &str)]) -> Vec<(String, String)> {
    list.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[tokio::test]
async fn unknown_users_get_what_known_ones_get() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        site.house.user("knownann").await;
        compare(&site, "/login", |name| pairs(&[("username", name), ("password", "Wr0ng-one")])).await;
        compare(&site, "/forgotPassword", |name| pairs(&[("username", name)])).await;
    }
}

#[tokio::test]
async fn unconfirmed_users_are_not_told_from_unknown_ones() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        let person = json!({"ClientId": site.house.client, "Username": "knownann", "Password": PASSWORD,
            "UserAttributes": [{"Name": "email", "Value": "knownann@example.com"}]});
        site.house.unsigned("SignUp", person).await.unwrap();
        compare(&site, "/login", |name| pairs(&[("username", name), ("password", "Wr0ng-one")])).await;
    }
}

#[tokio::test]
async fn the_choice_of_a_factor_does_not_tell_either() {
    let policy = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}});
    let pool = merged(mail_pool(), json!({"Policies": policy}));
    let site = Site::new(Look::Managed, pool, json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]})).await;
    let mut browser = site.browser();
    for name in ["nobody1", "nobody2", "nobody3"] {
        browser.login().await;
        let page = browser.submit(&[("username", name)]).await;
        page.is_at("/challenge");
        assert!(!page.text().contains("does not exist"));
    }
}

#[tokio::test]
async fn a_reset_for_nobody_goes_on_as_if_a_code_had_been_sent() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        let mut browser = site.browser();
        browser.get(&format!("/forgotPassword?{}", site.query())).await;
        browser.submit(&[("username", "nobody")]).await.is_at("/confirmforgotPassword");
        let filled = [("code", "123456"), ("password", PASSWORD), ("confirmPassword", PASSWORD)];
        browser.submit(&filled).await.is_at("/confirmforgotPassword").shows("The code is wrong.");
    }
}
