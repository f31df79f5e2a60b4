//! Ways around the second factor that are closed, and what a sign-in must not tell or break on.

use crate::house::{House, PASSWORD, mail, merged, text};
use crate::mfa::{ask, house, totp, with_totp};
use serde_json::{Value, json};
use std::time::Duration;

const PHONE: &str = "+15550100";

fn is_in(answer: &Value) -> bool {
    answer["AuthenticationResult"]["AccessToken"].is_string()
}

async fn with_sms(house: &House, name: &str) {
    house.user_with(name, json!({"phone_number": PHONE, "phone_number_verified": "true"})).await;
    house
        .done("AdminSetUserMFAPreference", merged(house.admin(name), json!({"SMSMfaSettings": {"Enabled": true}})))
        .await;
}

#[tokio::test]
async fn who_has_the_password_alone_cannot_move_the_second_factor() {
    let house = house("OPTIONAL").await;
    with_sms(&house, "alice").await;
    let temporary = merged(house.admin("alice"), json!({"Password": PASSWORD, "Permanent": false}));
    house.done("AdminSetUserPassword", temporary).await;
    let asked = ask(&house, "alice").await;
    assert_eq!(asked["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    let moved = json!({"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one", "userAttributes.phone_number": "+15550199"});
    let refused = house.respond(&asked, moved).await.unwrap_err();
    assert_eq!(refused, "NotAuthorizedException: Cannot modify an already provided phone_number");
    let next = house.respond(&asked, json!({"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one"})).await.unwrap();
    assert_eq!(next["ChallengeName"], "SMS_MFA");
}

#[tokio::test]
async fn an_old_password_is_replaced_after_the_second_factor() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let seed = with_totp(&house, "alice").await;
    let arn = house.done("DescribeUserPool", json!({"UserPoolId": house.pool})).await["UserPool"]["Arn"].clone();
    house.done("TagResource", json!({"ResourceArn": arn, "Tags": {"poolhouse:password-max-age-days": "30"}})).await;
    house.app.advance(Duration::from_secs(31 * 86_400));
    let asked = ask(&house, "alice").await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": totp(&house, &seed, 0)});
    let next = house.respond(&asked, code).await.unwrap();
    assert_eq!(next["ChallengeName"], "NEW_PASSWORD_REQUIRED");
    assert!(is_in(&house.respond(&next, json!({"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one"})).await.unwrap()));
}

#[tokio::test]
async fn a_set_up_that_was_left_lying_replaces_nothing() {
    let house = house("ON").await;
    house.user_with("alice", json!({})).await;
    let (stale, mailed) = (ask(&house, "alice").await, ask(&house, "alice").await);
    let seeded = house.done("AssociateSoftwareToken", json!({"Session": stale["Session"]})).await;
    let mailed = house.respond(&mailed, json!({"USERNAME": "alice", "EMAIL": "thief@example.com"})).await.unwrap();
    // Meanwhile the user sets up an authenticator.
    let asked = ask(&house, "alice").await;
    let hers = house.done("AssociateSoftwareToken", json!({"Session": asked["Session"]})).await;
    let code = totp(&house, &hers["SecretCode"], 0);
    let ready = house.done("VerifySoftwareToken", json!({"Session": hers["Session"], "UserCode": code})).await;
    assert!(is_in(
        &house
            .respond(&merged(asked, json!({"Session": ready["Session"]})), json!({"USERNAME": "alice"}))
            .await
            .unwrap()
    ));
    let invalid = "NotAuthorizedException: Invalid session for the user.";
    house.app.advance(Duration::from_secs(1));
    let code = totp(&house, &seeded["SecretCode"], 0);
    let late = json!({"Session": seeded["Session"], "UserCode": code});
    assert_eq!(house.refused("VerifySoftwareToken", late).await, invalid);
    let code = house.code("thief@example.com").await;
    assert_eq!(
        house.respond(&mailed, json!({"USERNAME": "alice", "EMAIL_OTP_CODE": code})).await.unwrap_err(),
        invalid
    );
}

#[tokio::test]
async fn the_channel_of_the_second_factor_does_not_reset_the_password() {
    let house = house("OPTIONAL").await;
    with_sms(&house, "alice").await;
    let refused = house.refused("ForgotPassword", house.of("alice")).await;
    assert!(refused.contains("no registered/verified email or phone_number"), "{refused}");
    let verified = json!({"UserAttributes": [{"Name": "email", "Value": mail("alice")}, {"Name": "email_verified", "Value": "true"}]});
    house.done("AdminUpdateUserAttributes", merged(house.admin("alice"), verified)).await;
    let sent = house.done("ForgotPassword", house.of("alice")).await;
    assert_eq!(sent["CodeDeliveryDetails"]["DeliveryMedium"], "EMAIL");
}

#[tokio::test]
async fn a_code_goes_with_the_address_and_the_method() {
    let house = house("OPTIONAL").await;
    with_sms(&house, "alice").await;
    let asked = ask(&house, "alice").await;
    let answer = json!({"USERNAME": "alice", "SMS_MFA_CODE": house.code(PHONE).await});
    let moved = json!({"UserAttributes": [{"Name": "phone_number", "Value": "+15550199"}]});
    house.done("AdminUpdateUserAttributes", merged(house.admin("alice"), moved)).await;
    assert!(
        house.respond(&asked, answer).await.unwrap_err().starts_with("CodeMismatch"),
        "sent to what is hers no longer"
    );
    house.app.advance(Duration::from_secs(1));
    let asked = ask(&house, "alice").await;
    let answer = json!({"USERNAME": "alice", "SMS_MFA_CODE": house.code("+15550199").await});
    house
        .done("AdminSetUserMFAPreference", merged(house.admin("alice"), json!({"SMSMfaSettings": {"Enabled": false}})))
        .await;
    assert_eq!(
        house.respond(&asked, answer).await.unwrap_err(),
        "NotAuthorizedException: Invalid session for the user."
    );
}

#[tokio::test]
async fn a_new_authenticator_may_follow_the_old_one_at_once() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let seed = with_totp(&house, "alice").await;
    let asked = ask(&house, "alice").await;
    let code = json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": totp(&house, &seed, 0)});
    let token = house.respond(&asked, code).await.unwrap()["AuthenticationResult"]["AccessToken"].clone();
    let next = house.done("AssociateSoftwareToken", json!({"AccessToken": token})).await["SecretCode"].clone();
    house.done("VerifySoftwareToken", json!({"AccessToken": token, "UserCode": totp(&house, &next, 0)})).await;
    let again = house.done("AssociateSoftwareToken", json!({"AccessToken": token})).await["SecretCode"].clone();
    let long =
        json!({"AccessToken": token, "UserCode": totp(&house, &again, 0), "FriendlyDeviceName": "x".repeat(2000)});
    assert!(house.refused("VerifySoftwareToken", long).await.starts_with("InvalidParameterException"));
}

#[tokio::test]
async fn backup_codes_end_with_what_they_stood_in_for() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let token = text(&house.tokens("alice").await["AccessToken"]);
    with_totp(&house, "alice").await;
    let cx = house.app.context().unwrap();
    let session = poolhouse::domain::tokens::verify_access_token(&cx, &token).await.unwrap();
    let codes = poolhouse::domain::users::factors::backup_codes::renew(&cx, &session).await.unwrap();
    house.done("AdminDeleteSoftwareToken", house.admin("alice")).await;
    with_totp(&house, "alice").await;
    let asked = ask(&house, "alice").await;
    let thief =
        house.respond(&asked, json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": codes[0]})).await.unwrap_err();
    assert!(thief.starts_with("CodeMismatch"), "{thief}");
}

#[tokio::test]
async fn what_a_stranger_is_sent_is_as_long_as_what_a_user_is_sent() {
    let house = House::new(
        json!({}),
        json!({"PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"]}),
    )
    .await;
    for length in [3, 20, 40] {
        let (user, stranger) = ("u".repeat(length), "s".repeat(length));
        house.user(&user).await;
        let (real, made_up) = (house.begin_srp(&user).await, house.begin_srp(&stranger).await);
        assert_eq!(text(&real["SECRET_BLOCK"]).len(), text(&made_up["SECRET_BLOCK"]).len(), "SECRET_BLOCK of {length}");
        let begin = async |name: &str| {
            let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name, "PREFERRED_CHALLENGE": "PASSWORD"}});
            text(&house.done("InitiateAuth", body).await["Session"]).len()
        };
        assert_eq!(begin(&user).await, begin(&stranger).await, "Session of {length}");
    }
}

#[tokio::test]
async fn long_names_and_keys_are_refused_or_ignored_never_an_error_of_the_server() {
    let house = House::new(json!({}), json!({"PreventUserExistenceErrors": "ENABLED", "ExplicitAuthFlows": ["ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"]})).await;
    for name in ["x".repeat(129), "x".repeat(5000)] {
        let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": name}});
        assert!(house.refused("InitiateAuth", body).await.starts_with("InvalidParameterException"));
    }
    let widest = "\u{1F600}".repeat(128);
    house.user_with(&widest, json!({})).await;
    let asked = house.begin_srp(&widest).await;
    assert!(text(&asked["SECRET_BLOCK"]).len() < 4096);
    let body = json!({"ClientId": house.client, "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": widest, "PASSWORD": PASSWORD, "DEVICE_KEY": "x".repeat(5000)}});
    assert!(
        is_in(&house.done("InitiateAuth", body).await),
        "a key that nobody's device has, in a pool without devices"
    );
}

#[tokio::test]
async fn codes_cannot_be_asked_for_without_end_and_right_ones_are_free() {
    let house = house("OPTIONAL").await;
    with_sms(&house, "alice").await;
    for _ in 0..25 {
        let asked = ask(&house, "alice").await;
        let code = house.code(PHONE).await;
        assert!(is_in(&house.respond(&asked, json!({"USERNAME": "alice", "SMS_MFA_CODE": code})).await.unwrap()));
        house.app.advance(Duration::from_secs(1));
    }
    let mut refusals = Vec::new();
    for _ in 0..40 {
        refusals.extend(house.call("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await.err());
    }
    assert!(refusals.len() >= 19, "{refusals:?}");
    assert!(refusals.iter().all(|refusal| refusal.starts_with("TooManyRequestsException")), "{refusals:?}");
}

#[tokio::test]
async fn a_wrong_password_leaves_the_choice_as_it_is() {
    let house = house("OFF").await;
    house.user("alice").await;
    let body = json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": {"USERNAME": "alice"}});
    let asked = house.done("InitiateAuth", body).await;
    let choose = |password: &str| json!({"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": password});
    house.respond(&asked, choose("Wr0ng-one")).await.unwrap_err();
    assert!(is_in(&house.respond(&asked, choose(PASSWORD)).await.unwrap()));
    assert!(house.respond(&asked, choose(PASSWORD)).await.unwrap_err().contains("only be used once"));
}
