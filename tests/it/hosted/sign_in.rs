//! Sign-in by name and password.

use super::{BOTH, Look, Site, web_client};
use crate::house::{PASSWORD, merged};
use poolhouse::web::Method;
use serde_json::json;

#[tokio::test]
async fn name_and_password_lead_back_to_the_app() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        site.house.user("ann").await;
        let mut browser = site.browser();
        browser.login().await.is_at("/login").shows("Sign in");
        let done = browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await;
        assert!(done.code().is_some(), "{done:?}");
        assert!(done.location().unwrap().contains("&state=a%2Bb"), "the state comes back: {done:?}");
        assert!(!browser.cookies.contains_key("page-data"), "nothing is kept of a journey that is over");
        // The browser is signed in: the next request is answered at once.
        assert!(browser.login().await.code().is_some());
        let page = browser.get(&format!("/login?{}", site.query())).await;
        page.shows("Continue as ann@example.com");
        assert!(browser.click("Continue as ann@example.com").await.code().is_some());
    }
}

#[tokio::test]
async fn a_wrong_password_is_told_once_on_the_same_page() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        site.house.user("ann").await;
        let mut browser = site.browser();
        let login = browser.login().await;
        let refused = browser.submit_once(&[("username", "ann"), ("password", "wrong")]).await;
        assert_eq!((refused.status, refused.location()), (302, Some(login.address.as_str())));
        let page = browser.follow(refused).await;
        page.shows("Incorrect username or password.");
        assert_eq!(page.form_with("username").fields["username"], "ann", "the name stays");
        browser.get(&login.address).await.lacks("Incorrect username or password.");
        assert!(browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.code().is_some());
    }
}

#[tokio::test]
async fn reading_a_page_changes_nothing() {
    let site = Site::new(Look::Classic, json!({}), json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.login().await;
    let with_password = format!("/login?{}&username=ann&password=Passw0rd%21", site.query());
    browser.get(&with_password).await.is_at("/login");
    assert!(!browser.cookies.contains_key("cognito"));
}

#[tokio::test]
async fn pages_are_kept_out_of_frames_and_caches() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        let page = site.browser().login().await;
        assert_eq!(page.header("x-frame-options"), Some("DENY"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe") && policy.contains("script-src 'self';"), "{policy}");
        for inline in ["<script>", "<style", " style=", " onclick", " onload", "javascript:", "//cdn", "https://fonts"]
        {
            assert!(!page.html.contains(inline), "{inline} is on the page");
        }
        let style = page.html.split("stylesheet\" href=\"").nth(1).unwrap().split('"').next().unwrap();
        let sheet = site.browser().get(style).await;
        assert_eq!(sheet.header("content-type"), Some("text/css; charset=utf-8"));
        assert!(sheet.header("cache-control").unwrap().contains("immutable"));
    }
}

#[tokio::test]
async fn what_a_query_says_is_text_on_the_page() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        let odd = "\"><script>alert(1)</script>&lt;";
        let target = format!("/login?{}&x={}", site.query(), odd.replace('&', "%26"));
        let page = site.browser().get(&target).await;
        assert!(!page.html.contains("<script>"), "{}", page.html);
        let query = page.form_with("username").action;
        assert!(query.contains("alert"), "the query is kept: {query}");
    }
}

#[tokio::test]
async fn providers_have_buttons_that_lead_to_them() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        let details = json!({"client_id": "a", "client_secret": "b", "authorize_scopes": "openid email"});
        let google = json!({"UserPoolId": site.house.pool, "ProviderName": "Google", "ProviderType": "Google",
            "ProviderDetails": details});
        site.house.done("CreateIdentityProvider", google).await;
        let settings = web_client(json!({"SupportedIdentityProviders": ["COGNITO", "Google"]}));
        let client = site.house.another_client(settings).await;
        site.style(&client).await;
        let mut browser = site.browser();
        let page = browser.get(&format!("/login?{}", site.query_of(&client))).await;
        let link = page.link("Continue with Google").unwrap();
        assert!(link.starts_with("/oauth2/authorize?identity_provider=Google&response_type=code&"), "{link}");
        let answer = browser.get(&link).await;
        let location = answer.location().unwrap();
        assert!(location.starts_with("https://accounts.google.com/o/oauth2/v2/auth?response_type=code&"), "{location}");
        // A client for the provider alone has no form.
        let alone = web_client(json!({"SupportedIdentityProviders": ["Google"]}));
        let alone = site.house.another_client(alone).await;
        site.style(&alone).await;
        let page = browser.get(&format!("/login?{}", site.query_of(&alone))).await;
        assert!(page.forms().is_empty(), "{}", page.html);
        page.shows("Continue with Google").lacks("Sign up").lacks("Forgot");
    }
}

#[tokio::test]
async fn managed_login_needs_a_style() {
    let site = Site::new(Look::Managed, json!({}), json!({})).await;
    let client = site.house.another_client(web_client(json!({}))).await;
    for path in ["/login", "/signup", "/forgotPassword", "/passkeys/add", "/challenge"] {
        let page = site.browser().get(&format!("{path}?{}", site.query_of(&client))).await;
        assert_eq!(page.status, 403, "{path}");
        page.shows("Login pages unavailable. Please contact an administrator.");
    }
}

#[tokio::test]
async fn errors_have_a_page() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        let mut browser = site.browser();
        let query = site.query().replace("callback", "callback/");
        let page = browser.get(&format!("/oauth2/authorize?{query}")).await;
        assert_eq!(page.status, 400);
        page.is_at("/error").shows("An error was encountered with the requested page.").shows("redirect_mismatch");
        let page = browser.get("/login?response_type=code").await;
        assert_eq!(page.status, 400);
        page.shows(match look {
            Look::Classic => "Required String parameter 'client_id' is not present",
            Look::Managed => "Missing required parameter client_id in request URL",
        });
        browser.get("/error?error=Call+555+0100+now").await.lacks("555");
        browser.get("/error?missing=Call+555").await.lacks("555");
        browser.get("/").await.is_at("/error");
        browser.get(&format!("/?{}", site.query())).await.is_at("/login");
    }
}

#[tokio::test]
async fn a_session_is_not_asked_for_twice_unless_the_app_says_so() {
    let site = Site::new(Look::Managed, json!({}), json!({})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.login().await;
    browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await;
    let again = browser.get(&format!("/oauth2/authorize?{}&prompt=login&login_hint=bob", site.query())).await;
    again.is_at("/login").lacks("Continue as");
    assert_eq!(again.form_with("username").fields["username"], "bob");
}

#[tokio::test]
async fn reading_needs_no_body_and_other_methods_are_refused() {
    let site = Site::new(Look::Classic, json!({}), json!({})).await;
    let page = site.browser().send(Method::Other, &format!("/login?{}", site.query()), &[]).await;
    assert_eq!(page.status, 405);
}

#[tokio::test]
async fn a_secret_of_the_client_is_not_needed_on_its_pages() {
    let site = Site::new(Look::Classic, json!({}), merged(json!({}), json!({"GenerateSecret": true}))).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.login().await;
    assert!(browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.code().is_some());
}
