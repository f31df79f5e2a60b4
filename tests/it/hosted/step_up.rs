//! Step-up: a client asks for a higher level (`acr_values`) than the browser's session has.

use super::{Look, Site, mail_pool};
use crate::house::{PASSWORD, claims};
use crate::mfa::{totp, with_totp};
use poolhouse::web::Method;
use serde_json::{Value, json};

const ANN: [(&str, &str); 2] = [("username", "ann"), ("password", PASSWORD)];

async fn site(look: Look) -> Site {
    let site = Site::new(look, mail_pool(), json!({})).await;
    site.house.user("ann").await;
    let mfa = json!({"UserPoolId": site.house.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    site.house.done("SetUserPoolMfaConfig", mfa).await;
    site
}

fn asking(site: &Site, levels: &str) -> String {
    format!("/oauth2/authorize?{}&acr_values={levels}", site.query())
}

async fn id_token(site: &Site, code: &str) -> Value {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", &*site.house.client),
        ("code", code),
        ("redirect_uri", super::CALLBACK),
    ];
    let page = site.browser().send(Method::Post, "/oauth2/token", &form).await;
    claims(&serde_json::from_str::<Value>(&page.html).unwrap()["id_token"])
}

#[tokio::test]
async fn a_session_by_password_is_stepped_up_by_an_authenticator_app() {
    for look in [Look::Classic, Look::Managed] {
        let site = site(look).await;
        let mut browser = site.browser();
        browser.login().await;
        let first = browser.submit(&ANN).await.code().expect("the password is enough so far");
        assert!(id_token(&site, &first).await.get("acr").is_none(), "nobody asked for a level");
        let low = browser.cookies["cognito"].clone();
        // The level of a password alone is there already.
        let code = browser.get(&asking(&site, "urn:cognito:loa:1")).await.code().expect("the session serves");
        assert_eq!(id_token(&site, &code).await["acr"], "urn:cognito:loa:1");

        let seed = with_totp(&site.house, "ann").await;
        let higher = asking(&site, "urn:unknown+urn:cognito:loa:4");
        browser.get(&higher).await.is_at("/login");
        browser.submit(&ANN).await.is_at("/challenge").shows("Enter the code from your authenticator app.");
        assert_eq!(browser.cookies["cognito"], low, "the session is what it was until the code is right");
        let code = browser.submit(&[("code", &totp(&site.house, &seed, 0))]).await.code().expect("stepped up");
        let id = id_token(&site, &code).await;
        assert_eq!(id["acr"], "urn:cognito:loa:4");
        assert_eq!(id["amr"], json!(["pwd", "otp", "mfa"]));
        // The session is at the level now, for this request and for lower ones.
        for levels in ["urn:cognito:loa:4", "urn:cognito:loa:3", "urn:cognito:loa:1"] {
            assert!(browser.get(&asking(&site, levels)).await.code().is_some(), "{levels}");
        }
        // The cookie from before was not raised with it.
        browser.cookies.insert("cognito".into(), low);
        browser.get(&higher).await.is_at("/login");
        // Without a page there is nothing to step up.
        let silent = format!("{higher}&prompt=none");
        if look == Look::Managed {
            let refused = browser.send(Method::Get, &silent, &[]).await;
            assert!(refused.location().unwrap().contains("error=login_required"), "{refused:?}");
        }
    }
}
