//! What a sign-in asks after name and password.

use super::{BOTH, Look, Site, mail_pool, web_client};
use crate::custom_auth::Riddle;
use crate::house::{House, PASSWORD, mail, merged, other};
use crate::mfa::{totp, with_totp};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use serde_json::{Value, json};
use std::sync::Arc;

const ANN: [(&str, &str); 2] = [("username", "ann"), ("password", PASSWORD)];

async fn with_mfa(look: Look, mode: &str, client: Value) -> Site {
    let site = Site::new(look, mail_pool(), client).await;
    site.house.user("ann").await;
    let sms = json!({"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}});
    let body = json!({"UserPoolId": site.house.pool, "MfaConfiguration": mode, "SmsMfaConfiguration": sms,
        "SoftwareTokenMfaConfiguration": {"Enabled": true},
        "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"}});
    site.house.done("SetUserPoolMfaConfig", body).await;
    site
}

#[tokio::test]
async fn a_temporary_password_is_replaced_and_what_is_missing_is_asked() {
    for look in BOTH {
        let pool = json!({"Schema": [{"Name": "given_name", "AttributeDataType": "String", "Required": true,
            "Mutable": true}]});
        let site = Site::new(look, pool, json!({})).await;
        let invited = json!({"UserPoolId": site.house.pool, "Username": "ann", "MessageAction": "SUPPRESS",
            "TemporaryPassword": PASSWORD});
        site.house.done("AdminCreateUser", invited).await;
        let mut browser = site.browser();
        browser.login().await;
        browser.submit(&ANN).await.is_at("/challenge").shows("Change Password").shows("Given name");
        let given = "requiredAttributes[given_name]";
        let filled = |password, repeated| [("password", password), ("confirmPassword", repeated), (given, "Ann")];
        browser.submit(&filled("An0ther-one", "An0ther-two")).await.shows("The passwords are not the same.");
        browser.submit(&filled("short", "short")).await.shows("Password did not conform with policy");
        let lacking = [("password", "An0ther-one"), ("confirmPassword", "An0ther-one"), (given, "")];
        browser.submit(&lacking).await.shows("given_name is missing");
        assert!(browser.submit(&filled("An0ther-one", "An0ther-one")).await.code().is_some());
        let user = site.house.done("AdminGetUser", site.house.admin("ann")).await;
        assert_eq!(user["UserStatus"], "CONFIRMED");
        assert!(user["UserAttributes"].to_string().contains("Ann"));
    }
}

#[tokio::test]
async fn codes_of_an_app_are_asked_for_and_backup_codes_stand_in() {
    for look in BOTH {
        let site = with_mfa(look, "OPTIONAL", json!({})).await;
        let seed = with_totp(&site.house, "ann").await;
        let mut browser = site.browser();
        browser.login().await;
        let asked = browser.submit(&ANN).await;
        asked.is_at("/challenge").shows("Enter the code from your authenticator app.");
        assert!(asked.html.contains("name=\"code\"") && asked.html.contains("autocomplete=\"one-time-code\""));
        let right = totp(&site.house, &seed, 0);
        browser.submit(&[("code", &other(&right))]).await.is_at("/challenge").shows("The code is wrong.");
        assert!(!browser.cookies.contains_key("cognito"), "the password alone signs nobody in");
        let spaced = format!("{} {}", &right[..3], &right[3..]);
        assert!(browser.submit(&[("code", &spaced)]).await.code().is_some());
    }
}

#[tokio::test]
async fn codes_by_message_and_the_choice_between_methods() {
    for look in BOTH {
        let site = with_mfa(look, "OPTIONAL", json!({})).await;
        let phone = json!({"UserAttributes": [{"Name": "phone_number", "Value": "+15550100"}]});
        site.house.done("AdminUpdateUserAttributes", merged(site.house.admin("ann"), phone)).await;
        let methods = json!({"SMSMfaSettings": {"Enabled": true}, "EmailMfaSettings": {"Enabled": true}});
        site.house.done("AdminSetUserMFAPreference", merged(site.house.admin("ann"), methods)).await;
        let mut browser = site.browser();
        browser.login().await;
        let choice = browser.submit(&ANN).await;
        choice.is_at("/challenge").shows("Choose a multi-factor authentication (MFA) method");
        choice.shows("Text message code").shows("Email code");
        let page = browser.submit(&[("method", "EMAIL_OTP")]).await;
        page.shows("We have sent a code by email to a***@e***");
        let code = site.house.code(&mail("ann")).await;
        assert!(browser.submit(&[("code", &code)]).await.code().is_some());

        browser.cookies.clear();
        browser.login().await;
        browser.submit(&ANN).await;
        browser.submit(&[("method", "SMS_MFA")]).await.shows("We have sent a code by text message to +");
        let code = site.house.code("+15550100").await;
        assert!(browser.submit(&[("code", &code)]).await.code().is_some());
    }
}

#[tokio::test]
async fn an_authenticator_is_set_up_where_the_pool_demands_one() {
    for look in BOTH {
        let site = with_mfa(look, "ON", json!({})).await;
        let only = json!({"UserPoolId": site.house.pool, "MfaConfiguration": "ON",
            "SoftwareTokenMfaConfiguration": {"Enabled": true}});
        site.house.done("SetUserPoolMfaConfig", only).await;
        let other_pool = site.house.done("DescribeUserPool", json!({"UserPoolId": site.house.pool})).await;
        assert_eq!(other_pool["UserPool"]["MfaConfiguration"], "ON");
        site.house.user_with("bob", json!({})).await;
        let mut browser = site.browser();
        browser.login().await;
        let mut page = browser.submit(&[("username", "bob"), ("password", PASSWORD)]).await;
        if page.text().contains("Use an authenticator app") {
            page = browser.submit(&[("method", "SOFTWARE_TOKEN_MFA")]).await;
        }
        page.shows("Set up authenticator app MFA").shows("Show secret key");
        assert!(page.html.contains("src=\"data:image/png;base64,iVBOR"), "{}", page.html);
        let secret = page.html.split("class=\"secret\">").nth(1).unwrap().split('<').next().unwrap();
        let seed = json!(secret.replace(' ', ""));
        let right = totp(&site.house, &seed, 0);
        let same = browser.submit(&[("code", &other(&right)), ("deviceName", "")]).await;
        assert!(same.shows("The code is wrong.").html.contains(secret), "the secret stays");
        assert!(browser.submit(&[("code", &right), ("deviceName", "Phone")]).await.code().is_some());
        let user = site.house.done("AdminGetUser", site.house.admin("bob")).await;
        assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]));
    }
}

#[tokio::test]
async fn codes_by_mail_are_set_up_where_the_pool_demands_a_second_factor() {
    for look in BOTH {
        let site = with_mfa(look, "ON", json!({})).await;
        site.house.user_with("bob", json!({})).await;
        let mut browser = site.browser();
        browser.login().await;
        let page = browser.submit(&[("username", "bob"), ("password", PASSWORD)]).await;
        page.shows("Set up multi-factor authentication (MFA)").shows("Use an authenticator app");
        browser.submit(&[("email", "bob@example.com")]).await.shows("We have sent a code by email");
        let code = site.house.code("bob@example.com").await;
        assert!(browser.submit(&[("code", &code)]).await.code().is_some());
    }
}

#[tokio::test]
async fn a_password_that_must_be_reset_leads_to_the_page_for_that() {
    for look in BOTH {
        let site = Site::new(look, mail_pool(), json!({})).await;
        site.house.user("ann").await;
        site.house.done("AdminResetUserPassword", site.house.admin("ann")).await;
        let mut browser = site.browser();
        browser.login().await;
        let page = browser.submit(&ANN).await;
        page.is_at("/forgotPassword").shows("Your password must be reset before you can sign in.");
        assert_eq!(page.form_with("username").fields["username"], "ann");
    }
}

#[tokio::test]
async fn the_first_factor_is_chosen_where_the_client_lets_its_users_choose() {
    let policy = json!({"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP"]}});
    let flows = json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]});
    let pool = merged(mail_pool(), json!({"Policies": policy}));
    let site = Site::new(Look::Managed, pool, flows).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    let first = browser.login().await;
    assert!(!first.html.contains("type=\"password\""), "the name comes first");
    let choice = browser.submit(&[("username", "ann")]).await;
    choice.is_at("/challenge").shows("Choose how to sign in").shows("Email code").shows("Password");
    choice.lacks("Text message code").lacks("SRP");
    let page = browser.submit(&[("method", "EMAIL_OTP")]).await;
    page.shows("We have sent a code by email");
    let code = site.house.code(&mail("ann")).await;
    assert!(browser.submit(&[("code", &code)]).await.code().is_some());

    browser.cookies.clear();
    browser.login().await;
    browser.submit(&[("username", "ann")]).await;
    browser.submit(&[("method", "PASSWORD")]).await.shows("Forgot your password?");
    browser.submit(&[("password", "wrong")]).await.is_at("/challenge").shows("Incorrect username or password.");
    assert!(browser.submit(&[("password", PASSWORD)]).await.code().is_some());
}

#[tokio::test]
async fn what_the_functions_of_the_pool_ask_is_shown_where_the_client_has_nothing_else() {
    for look in BOTH {
        let clock = Clock::fake(Timestamp::from_secs(1_767_225_600));
        let app = TestApp::with_function_host(clock, Arc::new(Riddle::default()), |_| {}).await.unwrap();
        let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
        let functions = json!({"DefineAuthChallenge": arn("define"), "CreateAuthChallenge": arn("create"),
            "VerifyAuthChallengeResponse": arn("verify")});
        let client = web_client(json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]}));
        let site = Site::over(House::over(app, json!({"LambdaConfig": functions}), client).await, look).await;
        let user = merged(site.house.admin("ann"), json!({"MessageAction": "SUPPRESS"}));
        site.house.done("AdminCreateUser", user).await;
        site.house.set_password("ann").await;
        let mut browser = site.browser();
        let login = browser.login().await;
        assert!(!login.html.contains("type=\"password\""));
        browser.submit(&[("username", "ann")]).await.is_at("/challenge").shows("6 x 7");
        browser.submit(&[("answer", "41")]).await.is_at("/challenge").shows("6 x 7");
        assert!(browser.submit(&[("answer", "42")]).await.code().is_some());

        browser.cookies.clear();
        browser.login().await;
        browser.submit(&[("username", "ann")]).await;
        for _ in 0..2 {
            browser.submit(&[("answer", "41")]).await.is_at("/challenge");
        }
        browser.submit(&[("answer", "41")]).await.is_at("/login").shows("Incorrect username or password.");
    }
}

#[tokio::test]
async fn wrong_guesses_on_pages_and_in_the_api_count_together() {
    let site = Site::new(Look::Classic, json!({}), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    site.house.user("ann").await;
    let mut browser = site.browser();
    browser.login().await;
    for _ in 0..3 {
        browser.submit(&[("username", "ann"), ("password", "wrong")]).await;
        let refused = site.house.sign_in_body("ann", "wrong");
        assert!(site.house.unsigned("InitiateAuth", refused).await.is_err());
    }
    let locked = browser.submit(&ANN).await;
    assert!(locked.code().is_none());
    locked.is_at("/login").shows("Password attempts exceeded");
}
