//! Forgotten passwords.

use super::{BOTH, Look, Site, mail_pool};
use crate::house::{PASSWORD, mail, other};
use serde_json::json;

const NEW: &str = "An0ther-one";

/// The fields of the form for a new password.
fn filled<'f>(code: &'f str, password: &'f str, repeated: &'f str) -> [(&'static str, &'f str); 3] {
    [("code", code), ("password", password), ("confirmPassword", repeated)]
}

#[tokio::test]
async fn a_forgotten_password_is_replaced_by_a_code() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        site.house.user("ann").await;
        let mut browser = site.browser();
        browser.login().await;
        browser.click("Forgot your password?").await.is_at("/forgotPassword");
        let page = browser.submit(&[("username", "ann")]).await;
        page.is_at("/confirmforgotPassword").shows("We have sent a password reset code by email to a***@e***");
        let code = site.house.code(&mail("ann")).await;
        browser.submit(&filled(&code, NEW, "other")).await.shows("The passwords are not the same.");
        browser.submit(&filled(&other(&code), NEW, NEW)).await.shows("The code is wrong.");
        browser.submit(&filled(&code, "short", "short")).await.shows("Password did not conform with policy");
        let page = browser.submit(&filled(&code, NEW, NEW)).await;
        page.is_at("/login").shows("Your password has been changed.");
        assert_eq!(page.form_with("username").fields["username"], "ann");
        browser.submit(&[("username", "ann"), ("password", PASSWORD)]).await.shows("Incorrect username or password.");
        assert!(browser.submit(&[("username", "ann"), ("password", NEW)]).await.code().is_some());
    }
}

#[tokio::test]
async fn pages_that_need_a_page_before_them_lead_back_there() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        let query = site.query();
        let mut browser = site.browser();
        browser.get(&format!("/confirmforgotPassword?{query}")).await.is_at("/forgotPassword");
        browser.get(&format!("/confirm?{query}")).await.is_at("/login");
        browser.get(&format!("/resendcode?{query}")).await.is_at("/login");
        browser.get(&format!("/challenge?{query}")).await.is_at("/login");
    }
}

#[tokio::test]
async fn who_may_know_that_a_user_does_not_exist_is_told() {
    let site = Site::new(Look::Classic, mail_pool(), json!({"PreventUserExistenceErrors": "LEGACY"})).await;
    let mut browser = site.browser();
    browser.login().await;
    browser.submit(&[("username", "nobody"), ("password", PASSWORD)]).await.shows("User does not exist.");
    browser.click("Forgot your password?").await;
    let page = browser.submit(&[("username", "nobody")]).await;
    page.is_at("/forgotPassword").shows("Username/client id combination not found.");
}
