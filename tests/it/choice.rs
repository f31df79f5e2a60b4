//! USER_AUTH: the first factor that the user chooses, and sign-up without a password.

use crate::authenticator::Authenticator;
use crate::house::{House, PASSWORD, mail, merged, other};
use crate::mfa::{totp, with_totp};
use serde_json::{Value, json};
use std::time::Duration;

const ORIGIN: &str = "https://app.example.com";

async fn house(more: Value) -> House {
    let pool = json!({"AutoVerifiedAttributes": ["email"],
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP", "SMS_OTP", "WEB_AUTHN"]}}});
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH"];
    House::new(pool, merged(json!({"ExplicitAuthFlows": flows}), more)).await
}

fn body(house: &House, name: &str, more: Value) -> Value {
    json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": merged(json!({"USERNAME": name}), more)})
}

async fn begin(house: &House, name: &str, more: Value) -> Value {
    house.done("InitiateAuth", body(house, name, more)).await
}

fn is_in(answer: &Value) -> bool {
    answer["AuthenticationResult"]["AccessToken"].is_string()
}

#[tokio::test]
async fn who_has_a_mail_address_may_come_by_mail() {
    let house = house(json!({})).await;
    house.user("alice").await;
    let asked = begin(&house, "alice", json!({})).await;
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    assert_eq!(asked["AvailableChallenges"], json!(["PASSWORD_SRP", "EMAIL_OTP", "PASSWORD"]));
    let unavailable = house.respond(&asked, json!({"USERNAME": "alice", "ANSWER": "SMS_OTP"})).await.unwrap_err();
    assert!(unavailable.starts_with("InvalidParameterException"), "{unavailable}");
    let sent = house.respond(&asked, json!({"USERNAME": "alice", "ANSWER": "EMAIL_OTP"})).await.unwrap();
    assert_eq!(sent["ChallengeName"], "EMAIL_OTP");
    assert!(house.respond(&asked, json!({"USERNAME": "alice", "ANSWER": "EMAIL_OTP"})).await.is_err(), "chosen once");
    let code = house.code(&mail("alice")).await;
    assert_eq!(code.len(), 8);
    let answer = |code: &str| json!({"USERNAME": "alice", "EMAIL_OTP_CODE": code});
    assert!(house.respond(&sent, answer(&other(&code))).await.unwrap_err().starts_with("CodeMismatch"));
    assert!(is_in(&house.respond(&sent, answer(&code)).await.unwrap()));
    assert!(house.respond(&sent, answer(&code)).await.unwrap_err().contains("only be used once"));
    house.app.advance(Duration::from_secs(1));
    let straight = begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})).await;
    assert_eq!(straight["ChallengeName"], "EMAIL_OTP");
    let unavailable = begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "SMS_OTP"})).await;
    assert_eq!(unavailable["ChallengeName"], "SELECT_CHALLENGE");
}

#[tokio::test]
async fn a_password_may_come_at_once_or_when_asked() {
    let house = house(json!({})).await;
    house.user("alice").await;
    assert!(is_in(&begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD})).await));
    let wrong = body(&house, "alice", json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": "Wr0ng-one"}));
    assert_eq!(house.refused("InitiateAuth", wrong).await, "NotAuthorizedException: Incorrect username or password.");
    let asked = begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "PASSWORD"})).await;
    assert_eq!(asked["ChallengeName"], "PASSWORD");
    assert!(is_in(&house.respond(&asked, json!({"USERNAME": "alice", "PASSWORD": PASSWORD})).await.unwrap()));
    let again = house.respond(&asked, json!({"USERNAME": "alice", "PASSWORD": PASSWORD})).await.unwrap_err();
    assert!(again.contains("only be used once"), "{again}");
    let chosen = begin(&house, "alice", json!({})).await;
    assert!(is_in(
        &house
            .respond(&chosen, json!({"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": PASSWORD}))
            .await
            .unwrap()
    ));
}

#[tokio::test]
async fn a_temporary_password_is_replaced_by_who_knows_it() {
    let house = house(json!({})).await;
    house.user("alice").await;
    house
        .done("AdminSetUserPassword", merged(house.admin("alice"), json!({"Password": PASSWORD, "Permanent": false})))
        .await;
    for prefer in [json!({}), json!({"PREFERRED_CHALLENGE": "PASSWORD"}), json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})] {
        let mut asked = begin(&house, "alice", prefer).await;
        asked["ChallengeName"] = json!("NEW_PASSWORD_REQUIRED");
        let refused =
            house.respond(&asked, json!({"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one"})).await.unwrap_err();
        assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.");
    }
}

#[tokio::test]
async fn wrong_passwords_count_whichever_way_they_come() {
    let house = house(json!({})).await;
    house.user("alice").await;
    let asked = begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "PASSWORD"})).await;
    for _ in 0..6 {
        house.respond(&asked, json!({"USERNAME": "alice", "PASSWORD": "Wr0ng-one"})).await.unwrap_err();
    }
    let locked = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(locked, "NotAuthorizedException: Password attempts exceeded");
}

#[tokio::test]
async fn a_code_alone_is_never_two_factors() {
    let house = house(json!({})).await;
    house.user("alice").await;
    let body = json!({"UserPoolId": house.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    house.done("SetUserPoolMfaConfig", body).await;
    let chosen = begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "EMAIL_OTP"})).await;
    let seed = with_totp(&house, "alice").await;
    let asked = begin(&house, "alice", json!({})).await;
    assert_eq!(asked["AvailableChallenges"], json!(["PASSWORD_SRP", "PASSWORD"]));
    // One who asked for the code before MFA was switched on is asked for the second factor all the same.
    let answer = json!({"USERNAME": "alice", "EMAIL_OTP_CODE": house.code(&mail("alice")).await});
    let more = house.respond(&chosen, answer).await.unwrap();
    assert_eq!(more["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let with_password = begin(&house, "alice", json!({"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": PASSWORD})).await;
    assert_eq!(with_password["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": totp(&house, &seed, 0)});
    assert!(is_in(&house.respond(&with_password, code).await.unwrap()));
}

#[tokio::test]
async fn strangers_are_asked_like_users() {
    let house = house(json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    house.user("alice").await;
    let asked = begin(&house, "mallory@example.com", json!({})).await;
    assert_eq!(asked["ChallengeName"], "SELECT_CHALLENGE");
    let mailed =
        house.respond(&asked, json!({"USERNAME": "mallory@example.com", "ANSWER": "EMAIL_OTP"})).await.unwrap();
    assert_eq!(mailed["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "m***@e***");
    let wrong = house
        .respond(&mailed, json!({"USERNAME": "mallory@example.com", "EMAIL_OTP_CODE": "12345678"}))
        .await
        .unwrap_err();
    assert_eq!(wrong, "CodeMismatchException: Invalid code or auth state for the user.");
    // Unknown names differ as users do: some have no password. Nearly all of them have one.
    for number in 0..40 {
        let name = format!("mallory{number}");
        let asked = begin(&house, &name, json!({"PREFERRED_CHALLENGE": "PASSWORD"})).await;
        if asked["ChallengeName"] == "PASSWORD" {
            let wrong = house.respond(&asked, json!({"USERNAME": name, "PASSWORD": PASSWORD})).await.unwrap_err();
            assert_eq!(wrong, "NotAuthorizedException: Incorrect username or password.");
            return;
        }
    }
    panic!("no unknown name has a password");
}

#[tokio::test]
async fn a_sign_up_without_a_password_is_signed_in_by_its_code() {
    let house = house(json!({})).await;
    let attributes = json!([{"Name": "email", "Value": mail("new")}]);
    let made = house.done("SignUp", merged(house.of("new"), json!({"UserAttributes": attributes}))).await;
    let session = made["Session"].clone();
    let early = merged(body(&house, "new", json!({})), json!({"Session": session}));
    assert!(
        house.refused("InitiateAuth", early).await.starts_with("NotAuthorizedException: Invalid session"),
        "no code came back yet"
    );
    let code = house.code(&mail("new")).await;
    let confirmed = house
        .done("ConfirmSignUp", merged(house.of("new"), json!({"ConfirmationCode": code, "Session": session})))
        .await;
    let body = merged(body(&house, "new", json!({})), json!({"Session": confirmed["Session"]}));
    assert!(is_in(&house.done("InitiateAuth", body.clone()).await));
    assert!(house.refused("InitiateAuth", body).await.contains("only be used once"));
    let factors = house.done("AdminGetUserAuthFactors", house.admin("new")).await;
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["EMAIL_OTP"]));
    assert_eq!(begin(&house, "new", json!({})).await["AvailableChallenges"], json!(["EMAIL_OTP"]));
    let none =
        json!({"Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD"]}}, "UserPoolId": house.pool});
    house.done("UpdateUserPool", none).await;
    let refused = house.refused("SignUp", merged(house.of("other"), json!({}))).await;
    assert_eq!(refused, "InvalidParameterException: Password is required");
}

#[tokio::test]
async fn a_sign_up_session_is_for_who_signed_up() {
    let house = house(json!({})).await;
    let sign_up = async |name: &str| {
        let attributes = json!([{"Name": "email", "Value": mail(name)}]);
        house.done("SignUp", merged(house.of(name), json!({"Password": PASSWORD, "UserAttributes": attributes}))).await
            ["Session"]
            .clone()
    };
    let (hers, _) = (sign_up("alice").await, sign_up("bob").await);
    let code = house.code(&mail("bob")).await;
    let answer =
        house.done("ConfirmSignUp", merged(house.of("bob"), json!({"ConfirmationCode": code, "Session": hers}))).await;
    assert_eq!(answer.get("Session"), None, "confirmed, but not signed in by another's session");
}

async fn with_passkey(house: &House, name: &str, user_verified: bool) -> Authenticator {
    let token = house.tokens(name).await["AccessToken"].clone();
    let options =
        house.done("StartWebAuthnRegistration", json!({"AccessToken": token})).await["CredentialCreationOptions"]
            .clone();
    let mut authenticator = Authenticator::new(ORIGIN);
    authenticator.verifies = user_verified;
    let credential = authenticator.create(&options);
    house.done("CompleteWebAuthnRegistration", json!({"AccessToken": token, "Credential": credential})).await;
    authenticator
}

async fn set_party(house: &House, mode: &str, factor: &str) {
    let mut body = json!({"UserPoolId": house.pool, "MfaConfiguration": mode,
        "WebAuthnConfiguration": {"RelyingPartyId": "example.com", "UserVerification": "preferred", "FactorConfiguration": factor}});
    if mode != "OFF" {
        body["SoftwareTokenMfaConfiguration"] = json!({"Enabled": true});
    }
    house.done("SetUserPoolMfaConfig", body).await;
}

fn options(asked: &Value) -> Value {
    serde_json::from_str(asked["ChallengeParameters"]["CREDENTIAL_REQUEST_OPTIONS"].as_str().unwrap()).unwrap()
}

fn credential(name: &str, credential: &Value) -> Value {
    json!({"USERNAME": name, "CREDENTIAL": credential.to_string()})
}

#[tokio::test]
async fn a_passkey_signs_its_user_in_and_nobody_else() {
    let house = house(json!({})).await;
    set_party(&house, "OFF", "SINGLE_FACTOR").await;
    for name in ["alice", "bob"] {
        house.user(name).await;
    }
    let (mut hers, mut his) = (with_passkey(&house, "alice", true).await, with_passkey(&house, "bob", true).await);
    let prefer = json!({"PREFERRED_CHALLENGE": "WEB_AUTHN"});
    let asked = begin(&house, "alice", prefer.clone()).await;
    assert_eq!(asked["ChallengeName"], "WEB_AUTHN");
    let wrong = "NotAuthorizedException: Incorrect username or password.";
    let refused = house.respond(&asked, credential("alice", &his.get(&options(&asked)))).await.unwrap_err();
    assert_eq!(refused, wrong, "another user's passkey");
    let other = begin(&house, "alice", prefer.clone()).await;
    let refused = house.respond(&asked, credential("alice", &hers.get(&options(&other)))).await.unwrap_err();
    assert_eq!(refused, wrong, "an answer to another challenge");
    let right = credential("alice", &hers.get(&options(&asked)));
    assert!(is_in(&house.respond(&asked, right.clone()).await.unwrap()));
    assert!(house.respond(&asked, right).await.is_err(), "an answer is good once");
    let foreign = begin(&house, "bob", prefer).await;
    let body = credential("alice", &his.get(&options(&foreign)));
    assert_eq!(
        house.respond(&foreign, body).await.unwrap_err(),
        "NotAuthorizedException: Invalid session for the user."
    );
}

#[tokio::test]
async fn a_passkey_is_both_factors_where_pool_user_and_finger_say_so() {
    let house = house(json!({})).await;
    set_party(&house, "OFF", "SINGLE_FACTOR").await;
    house.user("alice").await;
    let (mut passkey, mut touched) =
        (with_passkey(&house, "alice", true).await, with_passkey(&house, "alice", false).await);
    set_party(&house, "OPTIONAL", "SINGLE_FACTOR").await;
    let seed = with_totp(&house, "alice").await;
    let prefer = json!({"PREFERRED_CHALLENGE": "WEB_AUTHN"});
    assert_eq!(
        begin(&house, "alice", prefer.clone()).await["ChallengeName"],
        "SELECT_CHALLENGE",
        "one factor is not enough"
    );
    set_party(&house, "OPTIONAL", "MULTI_FACTOR_WITH_USER_VERIFICATION").await;
    assert_eq!(
        begin(&house, "alice", prefer.clone()).await["ChallengeName"],
        "SELECT_CHALLENGE",
        "the user did not say so"
    );
    house
        .done(
            "AdminSetUserMFAPreference",
            merged(house.admin("alice"), json!({"WebAuthnMfaSettings": {"Enabled": true}})),
        )
        .await;
    let asked = begin(&house, "alice", prefer.clone()).await;
    assert!(is_in(&house.respond(&asked, credential("alice", &passkey.get(&options(&asked)))).await.unwrap()));
    let asked = begin(&house, "alice", prefer).await;
    let more = house.respond(&asked, credential("alice", &touched.get(&options(&asked)))).await.unwrap();
    assert_eq!(more["ChallengeName"], "SOFTWARE_TOKEN_MFA", "presence alone is one factor");
    let code = json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": totp(&house, &seed, 0)});
    assert!(is_in(&house.respond(&more, code).await.unwrap()));
}
