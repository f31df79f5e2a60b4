//! Second factors at sign-in, and what people would try to get around them.

use crate::house::{House, PASSWORD, merged, other, text};
use serde_json::{Value, json};
use std::time::Duration;

const PHONE: &str = "+15550100";
const STEP: Duration = Duration::from_secs(30);

/// A pool with every method, and a client that may do everything.
pub async fn house(mode: &str) -> House {
    let flows = [
        "ALLOW_USER_PASSWORD_AUTH",
        "ALLOW_USER_SRP_AUTH",
        "ALLOW_USER_AUTH",
        "ALLOW_CUSTOM_AUTH",
        "ALLOW_REFRESH_TOKEN_AUTH",
    ];
    let house = House::new(json!({"AutoVerifiedAttributes": ["email"]}), json!({"ExplicitAuthFlows": flows})).await;
    set_mfa(&house, mode).await;
    house
}

async fn set_mfa(house: &House, mode: &str) {
    if mode == "OFF" {
        return;
    }
    let sms = json!({"SmsConfiguration": {"SnsCallerArn": "arn:aws:iam::123456789012:role/sms"}});
    let body = json!({"UserPoolId": house.pool, "MfaConfiguration": mode, "SmsMfaConfiguration": sms,
        "SoftwareTokenMfaConfiguration": {"Enabled": true}, "EmailMfaConfiguration": {"Message": "Code {####}", "Subject": "Code"}});
    house.done("SetUserPoolMfaConfig", body).await;
}

/// The code of an authenticator with this seed, so many steps from now.
pub fn totp(house: &House, seed: &Value, steps: i64) -> String {
    let secret = totp_rs::Secret::try_from_base32(seed.as_str().unwrap()).unwrap();
    let app = totp_rs::Builder::new().with_secret(secret).build_noncompliant();
    let now = house.app.context().unwrap().now.secs() + 30 * steps;
    app.generate(u64::try_from(now).unwrap()).to_string()
}

/// Gives a user an authenticator that is on; its seed.
pub async fn with_totp(house: &House, name: &str) -> Value {
    let token = house.tokens(name).await["AccessToken"].clone();
    let seed = house.done("AssociateSoftwareToken", json!({"AccessToken": token})).await["SecretCode"].clone();
    house.done("VerifySoftwareToken", json!({"AccessToken": token, "UserCode": totp(house, &seed, 0)})).await;
    house
        .done("SetUserMFAPreference", json!({"AccessToken": token, "SoftwareTokenMfaSettings": {"Enabled": true}}))
        .await;
    // The code that proved the seed is used up.
    house.app.advance(2 * STEP);
    seed
}

async fn with_phone(house: &House, name: &str) {
    let number = json!({"UserAttributes": [{"Name": "phone_number", "Value": PHONE}]});
    house.done("AdminUpdateUserAttributes", merged(house.admin(name), number)).await;
}

async fn prefer(house: &House, name: &str, settings: Value) {
    house.done("AdminSetUserMFAPreference", merged(house.admin(name), settings)).await;
}

pub async fn ask(house: &House, name: &str) -> Value {
    house.done("InitiateAuth", house.sign_in_body(name, PASSWORD)).await
}

async fn answer_totp(house: &House, asked: &Value, name: &str, code: &str) -> Result<Value, String> {
    house.respond(asked, json!({"USERNAME": name, "SOFTWARE_TOKEN_MFA_CODE": code})).await
}

fn is_in(answer: &Value) -> bool {
    answer["AuthenticationResult"]["AccessToken"].is_string()
}

#[tokio::test]
async fn a_totp_code_is_asked_for_and_good_once() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let seed = with_totp(&house, "alice").await;
    let (first, second) = (ask(&house, "alice").await, ask(&house, "alice").await);
    assert_eq!(first["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = totp(&house, &seed, 0);
    let wrong = answer_totp(&house, &first, "alice", &other(&code)).await.unwrap_err();
    assert_eq!(wrong, "CodeMismatchException: Invalid code received for user");
    assert!(
        is_in(&answer_totp(&house, &first, "alice", &code).await.unwrap()),
        "a wrong code does not end the session"
    );
    let again = answer_totp(&house, &first, "alice", &totp(&house, &seed, 1)).await.unwrap_err();
    assert_eq!(again, "NotAuthorizedException: Invalid session for the user, session can only be used once.");
    let replayed = answer_totp(&house, &second, "alice", &code).await.unwrap_err();
    assert_eq!(replayed, "ExpiredCodeException: Your software token has already been used once.");
    house.app.advance(STEP);
    assert!(is_in(&answer_totp(&house, &second, "alice", &totp(&house, &seed, 0)).await.unwrap()));
}

#[tokio::test]
async fn codes_cannot_be_guessed_in_bulk() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let seed = with_totp(&house, "alice").await;
    let right = totp(&house, &seed, 0);
    let guess = |i: u32| if format!("{i:06}") == right { "999999".to_owned() } else { format!("{i:06}") };
    let asked = ask(&house, "alice").await;
    for i in 0..5 {
        answer_totp(&house, &asked, "alice", &guess(i)).await.unwrap_err();
    }
    let dead = answer_totp(&house, &asked, "alice", &right).await.unwrap_err();
    assert!(dead.starts_with("NotAuthorizedException: "), "the session is used up: {dead}");
    // New sessions do not help: the user's own lock grows.
    let mut judged = 5;
    for i in 0..60 {
        let asked = ask(&house, "alice").await;
        judged += u32::from(
            answer_totp(&house, &asked, "alice", &guess(100 + i)).await.unwrap_err().starts_with("CodeMismatch"),
        );
        house.app.advance(Duration::from_secs(10));
    }
    assert!(judged < 20, "{judged} guesses were judged in ten minutes");
    house.app.advance(Duration::from_secs(3600));
    let asked = ask(&house, "alice").await;
    assert!(is_in(&answer_totp(&house, &asked, "alice", &totp(&house, &seed, 0)).await.unwrap()), "the lock ends");
}

#[tokio::test]
async fn sent_codes_belong_to_their_session() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    with_phone(&house, "alice").await;
    prefer(&house, "alice", json!({"SMSMfaSettings": {"Enabled": true}})).await;
    let first = ask(&house, "alice").await;
    assert_eq!(first["ChallengeName"], "SMS_MFA");
    assert_eq!(first["ChallengeParameters"]["CODE_DELIVERY_DESTINATION"], "+****0100");
    let code = house.code(PHONE).await;
    assert_eq!(code.len(), 6);
    house.app.advance(Duration::from_secs(1));
    let second = ask(&house, "alice").await;
    let answer = |code: &str| json!({"USERNAME": "alice", "SMS_MFA_CODE": code});
    let foreign = house.respond(&second, answer(&code)).await.unwrap_err();
    assert_eq!(foreign, "CodeMismatchException: Invalid code or auth state for the user.");
    house.app.advance(Duration::from_secs(178));
    assert!(is_in(&house.respond(&first, answer(&code)).await.unwrap()));
    house.app.advance(Duration::from_secs(3));
    let late = house.respond(&second, answer(&house.code(PHONE).await)).await.unwrap_err();
    assert_eq!(late, "NotAuthorizedException: Invalid session for the user, session is expired.");
}

#[tokio::test]
async fn sessions_are_for_one_user_one_client_one_challenge() {
    let house = house("OPTIONAL").await;
    for name in ["alice", "bob"] {
        house.user(name).await;
    }
    let (alice, bob) = (with_totp(&house, "alice").await, with_totp(&house, "bob").await);
    let asked = ask(&house, "alice").await;
    let (hers, his) = (totp(&house, &alice, 0), totp(&house, &bob, 0));
    for (name, code) in [("bob", &hers), ("bob", &his)] {
        let refused = answer_totp(&house, &asked, name, code).await.unwrap_err();
        assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.", "{name}");
    }
    let second = house.another_client(json!({})).await;
    let body = json!({"ClientId": second, "ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": hers}});
    assert_eq!(
        house.refused("RespondToAuthChallenge", body).await,
        "NotAuthorizedException: Invalid session for the user."
    );
    let mut altered = asked.clone();
    let mut bytes = text(&asked["Session"]).into_bytes();
    bytes[60] = if bytes[60] == b'A' { b'B' } else { b'A' };
    altered["Session"] = json!(String::from_utf8(bytes).unwrap());
    assert!(
        answer_totp(&house, &altered, "alice", &hers)
            .await
            .unwrap_err()
            .starts_with("NotAuthorizedException: Invalid session")
    );
    // Steps that were not asked for.
    let skips = [
        ("SMS_MFA", json!({"SMS_MFA_CODE": hers})),
        ("EMAIL_OTP", json!({"EMAIL_OTP_CODE": hers})),
        ("SELECT_MFA_TYPE", json!({"ANSWER": "SMS_MFA"})),
        ("MFA_SETUP", json!({})),
        ("NEW_PASSWORD_REQUIRED", json!({"NEW_PASSWORD": "An0ther-one"})),
        ("SELECT_CHALLENGE", json!({"ANSWER": "PASSWORD", "PASSWORD": PASSWORD})),
        ("PASSWORD", json!({"PASSWORD": PASSWORD})),
        ("PASSWORD_SRP", json!({"SRP_A": "abcdef"})),
        ("DEVICE_SRP_AUTH", json!({"SRP_A": "abcdef", "DEVICE_KEY": "eu-west-1_x"})),
        ("WEB_AUTHN", json!({"CREDENTIAL": "{}"})),
        ("CUSTOM_CHALLENGE", json!({"ANSWER": "42"})),
    ];
    for (name, answers) in skips {
        let mut other = asked.clone();
        other["ChallengeName"] = json!(name);
        let refused = house.respond(&other, merged(json!({"USERNAME": "alice"}), answers)).await.unwrap_err();
        assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.", "{name}");
    }
    let seedless = json!({"Session": asked["Session"]});
    assert_eq!(
        house.refused("AssociateSoftwareToken", seedless).await,
        "NotAuthorizedException: Invalid session for the user."
    );
    assert!(is_in(&answer_totp(&house, &asked, "alice", &hers).await.unwrap()), "none of it ended the sign-in");
}

#[tokio::test]
async fn a_new_password_or_a_sign_out_ends_the_sign_ins_under_way() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let seed = with_totp(&house, "alice").await;
    let before = ask(&house, "alice").await;
    house.set_password("alice").await;
    let refused = answer_totp(&house, &before, "alice", &totp(&house, &seed, 0)).await.unwrap_err();
    assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.");
    let before = ask(&house, "alice").await;
    house.done("AdminUserGlobalSignOut", house.admin("alice")).await;
    let refused = answer_totp(&house, &before, "alice", &totp(&house, &seed, 0)).await.unwrap_err();
    assert_eq!(refused, "NotAuthorizedException: Invalid session for the user.");
    let before = ask(&house, "alice").await;
    house.done("AdminDisableUser", house.admin("alice")).await;
    let refused = answer_totp(&house, &before, "alice", &totp(&house, &seed, 0)).await.unwrap_err();
    assert!(refused.starts_with("NotAuthorizedException: "), "{refused}");
}

#[tokio::test]
async fn who_has_several_chooses_and_cannot_switch_afterwards() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    let seed = with_totp(&house, "alice").await;
    with_phone(&house, "alice").await;
    prefer(&house, "alice", json!({"SMSMfaSettings": {"Enabled": true}, "EmailMfaSettings": {"Enabled": true}})).await;
    let asked = ask(&house, "alice").await;
    assert_eq!(asked["ChallengeName"], "SELECT_MFA_TYPE");
    let offered: Value =
        serde_json::from_str(asked["ChallengeParameters"]["MFAS_CAN_CHOOSE"].as_str().unwrap()).unwrap();
    assert_eq!(offered, json!(["SMS_MFA", "SOFTWARE_TOKEN_MFA", "EMAIL_OTP"]));
    let choose = |answer: &str| json!({"USERNAME": "alice", "ANSWER": answer});
    assert!(house.respond(&asked, choose("WEB_AUTHN")).await.unwrap_err().starts_with("InvalidParameterException"));
    let sms = house.respond(&asked, choose("SMS_MFA")).await.unwrap();
    let again = house.respond(&asked, choose("SOFTWARE_TOKEN_MFA")).await.unwrap_err();
    assert_eq!(again, "NotAuthorizedException: Invalid session for the user, session can only be used once.");
    let mut switched = sms.clone();
    switched["ChallengeName"] = json!("SOFTWARE_TOKEN_MFA");
    assert!(answer_totp(&house, &switched, "alice", &totp(&house, &seed, 0)).await.is_err(), "the factor was chosen");
    assert!(is_in(
        &house.respond(&sms, json!({"USERNAME": "alice", "SMS_MFA_CODE": house.code(PHONE).await})).await.unwrap()
    ));
    prefer(&house, "alice", json!({"EmailMfaSettings": {"Enabled": true, "PreferredMfa": true}})).await;
    let user = house.done("AdminGetUser", house.admin("alice")).await;
    assert_eq!(user["PreferredMfaSetting"], "EMAIL_OTP");
    let mailed = ask(&house, "alice").await;
    assert_eq!(mailed["ChallengeName"], "EMAIL_OTP");
    let code = house.code("alice@example.com").await;
    assert!(is_in(&house.respond(&mailed, json!({"USERNAME": "alice", "EMAIL_OTP_CODE": code})).await.unwrap()));
    prefer(
        &house,
        "alice",
        json!({"EmailMfaSettings": {"Enabled": false}, "SMSMfaSettings": {"Enabled": false},
        "SoftwareTokenMfaSettings": {"Enabled": false}}),
    )
    .await;
    assert!(is_in(&ask(&house, "alice").await), "nothing is on, nothing is asked");
}

#[tokio::test]
async fn what_a_pool_demands_is_set_up_on_the_way_in() {
    let house = house("OPTIONAL").await;
    house.user_with("alice", json!({})).await;
    set_mfa(&house, "ON").await;
    let asked = ask(&house, "alice").await;
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    let unproven = house.respond(&asked, json!({"USERNAME": "alice"})).await.unwrap_err();
    assert!(unproven.starts_with("SoftwareTokenMFANotFoundException"), "{unproven}");
    let seeded = house.done("AssociateSoftwareToken", json!({"Session": asked["Session"]})).await;
    let reused = house.refused("AssociateSoftwareToken", json!({"Session": asked["Session"]})).await;
    assert!(reused.contains("session can only be used once"), "{reused}");
    let early = merged(asked.clone(), json!({"Session": seeded["Session"]}));
    assert!(house.respond(&early, json!({"USERNAME": "alice"})).await.is_err(), "a seed that no code proved is none");
    let wrong = house.refused("VerifySoftwareToken", json!({"Session": seeded["Session"], "UserCode": "000000"})).await;
    assert_eq!(wrong, "EnableSoftwareTokenMFAException: Code mismatch");
    let code = totp(&house, &seeded["SecretCode"], 0);
    let proven = house.done("VerifySoftwareToken", json!({"Session": seeded["Session"], "UserCode": code})).await;
    let user = house.done("AdminGetUser", house.admin("alice")).await;
    assert_eq!(user["UserMFASettingList"], json!(["SOFTWARE_TOKEN_MFA"]), "enrolled by VerifySoftwareToken itself");
    assert_eq!(ask(&house, "alice").await["ChallengeName"], "SOFTWARE_TOKEN_MFA", "although no sign-in was finished");
    let last = merged(asked.clone(), json!({"Session": proven["Session"]}));
    assert!(is_in(&house.respond(&last, json!({"USERNAME": "alice"})).await.unwrap()));
    let asked = ask(&house, "alice").await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    house.done("AdminDeleteSoftwareToken", house.admin("alice")).await;
    let asked = ask(&house, "alice").await;
    assert_eq!(asked["ChallengeName"], "MFA_SETUP");
    let mailed = house.respond(&asked, json!({"USERNAME": "alice", "EMAIL": "new@example.com"})).await.unwrap();
    assert_eq!(mailed["ChallengeName"], "EMAIL_OTP");
    let code = house.code("new@example.com").await;
    assert!(is_in(&house.respond(&mailed, json!({"USERNAME": "alice", "EMAIL_OTP_CODE": code})).await.unwrap()));
    assert_eq!(ask(&house, "alice").await["ChallengeName"], "EMAIL_OTP");
}

#[tokio::test]
async fn a_backup_code_stands_in_once_and_only_for_a_second_factor() {
    let house = house("OPTIONAL").await;
    house.user("alice").await;
    house.user("bob").await;
    let token = house.tokens("alice").await["AccessToken"].as_str().unwrap().to_owned();
    let renew = async |token: &str| {
        let cx = house.app.context().unwrap();
        let session = poolhouse::domain::tokens::verify_access_token(&cx, token).await.unwrap();
        poolhouse::domain::users::factors::backup_codes::renew(&cx, &session).await
    };
    assert!(renew(&token).await.is_err(), "there is nothing that they could stand in for");
    with_totp(&house, "alice").await;
    with_totp(&house, "bob").await;
    let codes = renew(&token).await.unwrap();
    assert_eq!(codes.len(), 10);
    let asked = ask(&house, "alice").await;
    assert!(is_in(&answer_totp(&house, &asked, "alice", &codes[0].to_uppercase()).await.unwrap()));
    let asked = ask(&house, "alice").await;
    assert!(
        answer_totp(&house, &asked, "alice", &codes[0]).await.unwrap_err().starts_with("CodeMismatch"),
        "used before"
    );
    let his = ask(&house, "bob").await;
    assert!(
        answer_totp(&house, &his, "bob", &codes[1]).await.unwrap_err().starts_with("CodeMismatch"),
        "another user's"
    );
    let (first, second) = (ask(&house, "alice").await, ask(&house, "alice").await);
    let at_once = futures::join!(
        answer_totp(&house, &first, "alice", &codes[2]),
        answer_totp(&house, &second, "alice", &codes[2])
    );
    assert!(at_once.0.is_ok() != at_once.1.is_ok(), "one code, one sign-in");
    renew(&token).await.unwrap();
    let asked = ask(&house, "alice").await;
    assert!(answer_totp(&house, &asked, "alice", &codes[3]).await.is_err(), "renewed: the old ones are dead");
}

#[tokio::test]
async fn preferences_need_what_they_prefer() {
    let house = house("OPTIONAL").await;
    house.user_with("alice", json!({})).await;
    let set =
        async |settings: Value| house.call("AdminSetUserMFAPreference", merged(house.admin("alice"), settings)).await;
    let none = set(json!({"SoftwareTokenMfaSettings": {"Enabled": true}})).await.unwrap_err();
    assert_eq!(none, "InvalidParameterException: User has not set up software token mfa");
    assert!(set(json!({"SMSMfaSettings": {"Enabled": true}})).await.unwrap_err().contains("delivery config"));
    assert!(set(json!({"EmailMfaSettings": {"Enabled": true}})).await.unwrap_err().contains("delivery config"));
    assert!(set(json!({"WebAuthnMfaSettings": {"Enabled": true}})).await.is_err());
    let both = json!({"SMSMfaSettings": {"Enabled": true, "PreferredMfa": true}, "EmailMfaSettings": {"Enabled": true, "PreferredMfa": true}});
    assert!(set(both).await.unwrap_err().contains("Only one"));
    with_phone(&house, "alice").await;
    let options = json!({"MFAOptions": [{"DeliveryMedium": "SMS", "AttributeName": "phone_number"}]});
    house.done("AdminSetUserSettings", merged(house.admin("alice"), options.clone())).await;
    let user = house.done("AdminGetUser", house.admin("alice")).await;
    assert_eq!((&user["MFAOptions"], &user["UserMFASettingList"]), (&options["MFAOptions"], &json!(["SMS_MFA"])));
    let factors = house.done("AdminGetUserAuthFactors", house.admin("alice")).await;
    assert_eq!(factors["ConfiguredUserAuthFactors"], json!(["PASSWORD"]));
}

#[tokio::test]
async fn a_pool_cannot_demand_what_it_does_not_have() {
    let house = House::new(json!({}), json!({})).await;
    let set =
        async |body: Value| house.call("SetUserPoolMfaConfig", merged(json!({"UserPoolId": house.pool}), body)).await;
    assert!(set(json!({"MfaConfiguration": "ON"})).await.unwrap_err().ends_with("Software Token MFA must be enabled."));
    let off = json!({"MfaConfiguration": "OFF", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    assert!(set(off).await.unwrap_err().contains("can't turn off MFA"));
    let on = json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    let answer = set(on).await.unwrap();
    assert_eq!(answer["SoftwareTokenMfaConfiguration"], json!({"Enabled": true}));
    let otp = json!({"UserPoolId": house.pool, "MfaConfiguration": "ON",
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}}});
    assert!(house.refused("UpdateUserPool", otp).await.contains("Only PASSWORD and WEB_AUTHN (if configured)"));
    house.done("UpdateUserPool", json!({"UserPoolId": house.pool, "MfaConfiguration": "ON"})).await;
}

#[tokio::test]
async fn an_mfa_configuration_without_a_mode_turns_mfa_off_as_at_aws() {
    let house = house("OPTIONAL").await;
    let set =
        async |body: Value| house.call("SetUserPoolMfaConfig", merged(json!({"UserPoolId": house.pool}), body)).await;
    for block in [
        json!({"SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        json!({"SoftwareTokenMfaConfiguration": {"Enabled": false}}),
        json!({"EmailMfaConfiguration": {}}),
    ] {
        assert!(set(block).await.unwrap_err().contains("can't turn off MFA and configure an MFA together."));
    }
    let on = json!({"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": {"Enabled": false}});
    assert_eq!(set(on).await.unwrap()["MfaConfiguration"], "ON", "a block counts by being there");
    assert_eq!(set(json!({})).await.unwrap()["MfaConfiguration"], "OFF");
}

#[tokio::test]
async fn a_pool_is_not_made_with_mfa_without_sms_nor_turned_on_later_by_an_update() {
    let house = House::new(json!({}), json!({})).await;
    for mode in ["ON", "OPTIONAL"] {
        let refused = house.refused("CreateUserPool", json!({"PoolName": "p", "MfaConfiguration": mode})).await;
        assert!(refused.contains("SMS configuration and Auto verification for phone_number are required"), "{refused}");
    }
    let on = json!({"UserPoolId": house.pool, "MfaConfiguration": "ON"});
    let refused = house.refused("UpdateUserPool", on).await;
    assert!(refused.contains("Cannot turn MFA functionality ON, once the user pool has been created."), "{refused}");
}

#[tokio::test]
async fn passkeys_of_one_factor_do_not_go_with_required_mfa_whichever_comes_second() {
    let house = House::new(json!({}), json!({})).await;
    let passkeys = |factors: &str| json!({"RelyingPartyId": "example.com", "FactorConfiguration": factors});
    let set = async |mode: &str, passkeys: Value| {
        let token = json!({"Enabled": true});
        let body = json!({"UserPoolId": house.pool, "MfaConfiguration": mode, "WebAuthnConfiguration": passkeys,
            "SoftwareTokenMfaConfiguration": token});
        house.call("SetUserPoolMfaConfig", body).await
    };
    let first = json!({"UserPoolId": house.pool,
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "WEB_AUTHN"]}}});
    let words = "Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required";
    set("ON", passkeys("SINGLE_FACTOR")).await.unwrap();
    assert!(house.refused("UpdateUserPool", first.clone()).await.contains(words), "the factor comes second");
    set("OPTIONAL", passkeys("SINGLE_FACTOR")).await.unwrap();
    house.done("UpdateUserPool", first).await;
    assert!(set("ON", passkeys("SINGLE_FACTOR")).await.unwrap_err().contains(words), "MFA comes second");
    set("ON", passkeys("MULTI_FACTOR_WITH_USER_VERIFICATION")).await.unwrap();
}
