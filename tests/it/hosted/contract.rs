//! What public scripts do: read the token by a pattern, post the form, and read `Location`.

use super::{BOTH, CALLBACK, Look, Site};
use crate::house::PASSWORD;
use poolhouse::web::Method;
use serde_json::json;

/// The text that scripts look for, and the token in it.
fn token(html: &str) -> String {
    let pattern = regex::Regex::new(r#"<input type="hidden" name="_csrf" value="([^"]+)""#).unwrap();
    pattern.captures(html).unwrap()[1].to_owned()
}

#[tokio::test]
async fn scripts_sign_in_by_the_form_alone() {
    for look in BOTH {
        for flows in [json!(["ALLOW_USER_SRP_AUTH"]), json!(["ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"])] {
            let site = Site::new(look, json!({}), json!({"ExplicitAuthFlows": flows})).await;
            site.house.user("ann").await;
            let mut script = site.browser();
            let page = script.login().await;
            let token = token(&page.html);
            assert_eq!(script.cookies["XSRF-TOKEN"], token);
            assert!(uuid::Uuid::parse_str(&token).is_ok(), "{token}");
            let usual = [
                ("_csrf", token.as_str()),
                ("username", "ann"),
                ("password", PASSWORD),
                ("cognitoAsfData", ""),
                ("signInSubmitButton", "Sign in"),
            ];
            // The address of the page is that of the form; neither Origin nor Referer is sent.
            let done = script.send(Method::Post, &page.address, &usual).await;
            assert_eq!(done.status, 302);
            assert!(done.location().unwrap().starts_with(CALLBACK), "{done:?}");
            assert!(done.code().is_some(), "{done:?}");
            let mut wrong = usual;
            wrong[2].1 = "wrong";
            let refused = script.send(Method::Post, &page.address, &wrong).await;
            assert_eq!((refused.status, refused.location()), (302, Some(page.address.as_str())));
        }
    }
}

#[tokio::test]
async fn addresses_of_apps_without_the_web_are_passed_on_unchanged() {
    let site = Site::new(Look::Classic, json!({}), json!({"CallbackURLs": ["myapp://done/Here"]})).await;
    site.house.user("ann").await;
    let mut script = site.browser();
    let query = format!("response_type=code&client_id={}&redirect_uri=myapp%3A%2F%2Fdone%2FHere", site.house.client);
    script.get(&format!("/login?{query}")).await;
    let done = script.submit_once(&[("username", "ann"), ("password", PASSWORD)]).await;
    assert!(done.location().unwrap().starts_with("myapp://done/Here?code="), "{done:?}");
}

#[tokio::test]
async fn classic_pages_have_the_marks_that_tests_look_for() {
    let site = Site::new(Look::Classic, super::mail_pool(), json!({})).await;
    let mut browser = site.browser();
    let page = browser.login().await;
    let html = page.html.as_str();
    assert!(html.contains("<title>Signin</title>"));
    for mark in [
        "class=\"container\"",
        "class=\"modal-dialog\"",
        "modal-content-mobile visible-md visible-lg",
        "modal-content-mobile visible-xs visible-sm",
        "class=\"banner-customizable\"",
        "class=\"modal-body\"",
    ] {
        assert!(html.contains(mark), "{mark}");
    }
    for twice in [
        "name=\"cognitoSignInForm\"",
        "id=\"signInFormUsername\"",
        "id=\"signInFormPassword\"",
        "name=\"username\"",
        "name=\"password\"",
        "name=\"signInSubmitButton\"",
        "name=\"cognitoAsfData\"",
        "name=\"_csrf\"",
    ] {
        assert_eq!(html.matches(twice).count(), 2, "{twice}");
    }
    assert!(html.contains(r#"type="submit" value="Sign in" class="btn btn-primary submitButton-customizable""#));
    page.shows("Sign in with your username and password").shows("Forgot your password?").shows("Need an account?");
    browser.submit(&[("username", "ann"), ("password", "wrong")]).await;
    let page = browser.page.clone().unwrap();
    assert!(page.html.contains(r#"id="loginErrorMessage" class="errorMessage-customizable""#));
    let page = browser.click("Sign up").await;
    for mark in [
        "name=\"signupform\"",
        "name=\"signUpButton\"",
        "name=\"requiredAttributes[email]\" type=\"email\"",
        "checkPassword-length",
        "checkPasswordText-upperletter",
        "passwordCheck-notValid-customizable",
    ] {
        assert!(page.html.contains(mark), "{mark}");
    }
    browser.login().await;
    let page = browser.click("Forgot your password?").await;
    for mark in ["name=\"forgotpasswordform\"", "id=\"username\" name=\"username\"", "name=\"reset_my_password\""] {
        assert!(page.html.contains(mark), "{mark}");
    }
    let page = browser.submit(&[("username", "ann")]).await;
    for mark in [
        "name=\"confirmforgotpasswordform\"",
        "id=\"forgot_password_code\" name=\"code\"",
        "id=\"new_password\" name=\"password\"",
        "id=\"confirm_password\" name=\"confirmPassword\"",
        "name=\"reset_password\"",
        "name=\"destination\"",
        "name=\"deliveryMedium\"",
    ] {
        assert!(page.html.contains(mark), "{mark}");
    }
    page.shows("We have sent a password reset code by email to").shows("Change Password");
}

#[tokio::test]
async fn the_way_of_signing_in_is_that_of_the_pool() {
    let by_mail = json!({"UsernameAttributes": ["email"]});
    let site = Site::new(Look::Classic, by_mail, json!({})).await;
    let page = site.browser().login().await;
    page.shows("Sign in with your email and password");
    assert!(page.html.contains("type=\"email\"") && page.html.contains("placeholder=\"name@host.com\""));
    let closed = json!({"AdminCreateUserConfig": {"AllowAdminCreateUserOnly": true},
        "AccountRecoverySetting": {"RecoveryMechanisms": [{"Name": "admin_only", "Priority": 1}]}});
    for look in BOTH {
        let site = Site::new(look, closed.clone(), json!({})).await;
        let mut browser = site.browser();
        browser.login().await.lacks("Sign up").lacks("Forgot your password?");
        let query = site.query();
        browser.get(&format!("/signup?{query}")).await.is_at("/login").shows("Sign-up is not open here.");
        browser.get(&format!("/forgotPassword?{query}")).await.is_at("/login").shows("Passwords cannot be reset here.");
    }
}
