//! Sign-up, its confirmation, and the link that confirms it.

use super::{BOTH, Browser, Look, Site, mail_pool};
use crate::house::{PASSWORD, mail, merged, other};
use crate::mfa::totp;
use serde_json::json;

const ANN: [(&str, &str); 3] =
    [("username", "ann"), ("password", PASSWORD), ("requiredAttributes[email]", "ann@example.com")];

async fn signed_up<'s>(site: &'s Site) -> Browser<'s> {
    let mut browser = site.browser();
    browser.login().await;
    browser.click("Sign up").await.is_at("/signup");
    browser.submit_as_far_as(&ANN).await.is_at("/confirm");
    browser
}

#[tokio::test]
async fn who_signs_up_and_has_the_code_is_signed_in() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        let mut browser = signed_up(&site).await;
        browser.page.clone().unwrap().shows("We have sent a code by email to a***@e***");
        let first = site.house.code(&mail("ann")).await;
        browser.submit(&[("code", &other(&first))]).await.is_at("/confirm").shows("The code is wrong.");
        browser.submit(&[("resend", "")]).await.is_at("/confirm").shows("You can ask for a new code in 0:30.");
        site.house.app.advance(std::time::Duration::from_secs(31));
        browser.submit(&[("resend", "")]).await.is_at("/confirm").shows("A new code is on its way.");
        let code = site.house.code(&mail("ann")).await;
        assert!(browser.submit(&[("code", &code)]).await.code().is_some());
        let user = site.house.done("AdminGetUser", site.house.admin("ann")).await;
        assert_eq!(user["UserStatus"], "CONFIRMED");
        assert!(browser.login().await.code().is_some(), "the browser is signed in");
    }
}

#[tokio::test]
async fn a_whole_life_without_javascript() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        let demand = json!({"UserPoolId": site.house.pool, "MfaConfiguration": "ON",
            "SoftwareTokenMfaConfiguration": {"Enabled": true}});
        site.house.done("SetUserPoolMfaConfig", demand).await;
        let mut browser = signed_up(&site).await;
        let code = site.house.code(&mail("ann")).await;
        let page = browser.submit(&[("code", &code)]).await;
        page.is_at("/challenge").shows("Set up authenticator app MFA");
        let secret = page.html.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap().replace(' ', "");
        let seed = json!(secret);
        assert!(browser.submit(&[("code", &totp(&site.house, &seed, 0))]).await.code().is_some());

        browser.cookies.clear();
        site.house.app.advance(std::time::Duration::from_secs(90));
        browser.login().await;
        browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.is_at("/challenge");
        assert!(browser.submit(&[("code", &totp(&site.house, &seed, 0))]).await.code().is_some());

        browser.cookies.clear();
        site.house.app.advance(std::time::Duration::from_secs(90));
        browser.login().await;
        browser.click("Forgot your password?").await;
        browser.submit(&[("username", "ann")]).await;
        let code = site.house.code(&mail("ann")).await;
        let new = "An0ther-one";
        browser.submit(&[("code", &code), ("password", new), ("confirmPassword", new)]).await.is_at("/login");
        browser.submit(&[("username", "ann"), ("password", new)]).await.is_at("/challenge");
        assert!(browser.submit(&[("code", &totp(&site.house, &seed, 0))]).await.code().is_some());
    }
}

#[tokio::test]
async fn what_is_wrong_with_a_sign_up_is_told_and_what_was_typed_stays() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        site.house.user("ann").await;
        let mut browser = site.browser();
        browser.get(&format!("/signup?{}", site.query())).await;
        let page = browser.submit_as_far_as(&ANN).await;
        page.is_at("/signup").shows("User already exists");
        let fields = page.form_with("username").fields;
        assert_eq!((fields["username"].as_str(), fields["password"].as_str()), ("ann", ""));
        assert_eq!(fields["requiredAttributes[email]"], "ann@example.com");
        let short = [("username", "bob"), ("password", "short"), ("requiredAttributes[email]", "bob@example.com")];
        browser.submit_as_far_as(&short).await.is_at("/signup").shows("Password did not conform with policy");
        let no_mail = [("username", "bob"), ("password", PASSWORD), ("requiredAttributes[email]", "bob")];
        browser.submit_as_far_as(&no_mail).await.is_at("/signup").shows("Invalid email address format.");
    }
}

#[tokio::test]
async fn who_comes_back_unconfirmed_needs_the_password_for_the_code_to_sign_in() {
    for look in BOTH {
        for hides in ["ENABLED", "LEGACY"] {
            let site = Site::new(look, mail_pool(), json!({"PreventUserExistenceErrors": hides})).await;
            signed_up(&site).await;
            let code = site.house.code(&mail("ann")).await;
            let mut browser = site.browser();
            browser.login().await;
            browser
                .submit(&[("username", "ann"), ("password", "Wr0ng-one")])
                .await
                .is_at("/login")
                .shows("Incorrect username or password.");
            browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.is_at("/confirm");
            assert!(browser.submit(&[("code", &code)]).await.code().is_some(), "{look:?} {hides}");
        }
    }
}

#[tokio::test]
async fn where_nothing_is_verified_an_administrator_confirms() {
    for look in BOTH {
        let site = Site::new(look, json!({}), json!({})).await;
        let mut browser = site.browser();
        browser.get(&format!("/signup?{}", site.query())).await;
        let page = browser.submit_as_far_as(&[("username", "ann"), ("password", PASSWORD)]).await;
        page.is_at("/confirm").shows("An administrator must confirm it");
        site.house.done("AdminConfirmSignUp", site.house.admin("ann")).await;
        browser.login().await;
        assert!(browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.code().is_some());
    }
}

#[tokio::test]
async fn the_link_in_a_mail_confirms() {
    for look in BOTH {
        let by_link = json!({"VerificationMessageTemplate": {"DefaultEmailOption": "CONFIRM_WITH_LINK"}});
        let site = Site::new(look, merged(mail_pool(), by_link), json!({})).await;
        signed_up(&site).await;
        let code = site.house.code(&mail("ann")).await;
        let client = &site.house.client;
        let link = |code: &str| format!("/confirmUser?client_id={client}&user_name=ann&confirmation_code={code}");
        let mut browser = site.browser();
        let wrong = browser.get(&link(&other(&code))).await;
        assert_eq!(wrong.status, 400);
        assert_eq!(browser.get("/confirmUser?client_id=x").await.status, 400);
        let back = "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback%3Ffrom%3Dpool";
        let done = browser.get(&format!("{}{back}", link(&code))).await;
        done.shows("Your registration has been confirmed!");
        assert_eq!(done.link("Continue").as_deref(), Some(super::CALLBACK));
        let foreign = browser.get(&format!("{}&redirect_uri=https%3A%2F%2Fevil.example", link(&code))).await;
        assert!(!foreign.html.contains("evil"), "{}", foreign.html);
    }
}

#[tokio::test]
async fn terms_are_shown_when_both_are_there() {
    let site = Site::new(Look::Managed, mail_pool(), json!({})).await;
    let mut browser = site.browser();
    let terms = |name: &str| {
        json!({"UserPoolId": site.house.pool, "ClientId": site.house.client, "TermsName": name,
        "TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": format!("https://a.example/{name}")}})
    };
    site.house.done("CreateTerms", terms("terms-of-use")).await;
    let signup = format!("/signup?{}", site.query());
    browser.get(&signup).await.lacks("By signing up");
    site.house.done("CreateTerms", terms("privacy-policy")).await;
    let page = browser.get(&signup).await;
    page.shows("By signing up, you agree to our");
    assert_eq!(page.link("Privacy policy").as_deref(), Some("https://a.example/privacy-policy"));
}
