//! CUSTOM_AUTH, led by functions of the test; and remembered devices, which functions and settings may ask for.

use crate::house::{House, PASSWORD, merged, text};
use crate::mfa::{totp, with_totp};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::future::BoxFuture;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::keys::srp::client::{Challenge, Client as SrpClient};
use poolhouse::keys::srp::{Claim, Verifier, pool_name};
use poolhouse::triggers::{Call, Failure, FunctionHost};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// The functions of a pool: a riddle, asked until it is answered or three answers were wrong. What they were called
/// with is kept.
#[derive(Default)]
pub struct Riddle {
    /// Events in order.
    pub seen: Mutex<Vec<Value>>,
    /// What DefineAuthChallenge answers, in order, instead of its own mind.
    pub script: Mutex<Vec<Value>>,
}

impl Riddle {
    fn define(&self, request: &Value) -> Value {
        let script = self.script.lock().unwrap().pop();
        let rounds = request["session"].as_array().unwrap();
        let last = rounds.last();
        let custom = |right: bool| {
            rounds.iter().filter(|r| r["challengeName"] == "CUSTOM_CHALLENGE" && r["challengeResult"] == right).count()
        };
        script.unwrap_or_else(|| match last.map(|r| text(&r["challengeName"])).as_deref() {
            Some("SRP_A") => {
                json!({"challengeName": "PASSWORD_VERIFIER", "issueTokens": false, "failAuthentication": false})
            }
            Some("PASSWORD_VERIFIER") if last.unwrap()["challengeResult"] == false => {
                json!({"failAuthentication": true})
            }
            _ if custom(true) == 1 => json!({"issueTokens": true, "failAuthentication": false}),
            _ if custom(false) == 3 => json!({"issueTokens": false, "failAuthentication": true}),
            _ => json!({"challengeName": "CUSTOM_CHALLENGE", "issueTokens": false, "failAuthentication": false}),
        })
    }
}

impl FunctionHost for Riddle {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>> {
        let Call { function, mut event, .. } = call;
        self.seen.lock().unwrap().push(event.clone());
        let request = event["request"].clone();
        event["response"] = match function.rsplit(':').next() {
            Some("define") => self.define(&request),
            Some("create") => {
                json!({"publicChallengeParameters": {"question": "6 x 7"}, "privateChallengeParameters": {"answer": "42"},
                "challengeMetadata": "RIDDLE"})
            }
            Some("verify") => {
                json!({"answerCorrect": request["challengeAnswer"] == request["privateChallengeParameters"]["answer"]})
            }
            _ => return Box::pin(async { Err(Failure::Refused("nobody knows".into())) }),
        };
        Box::pin(async move { Ok(event) })
    }
}

pub fn functions() -> Value {
    let arn = |name: &str| format!("arn:aws:lambda:eu-west-1:123456789012:function:{name}");
    json!({"DefineAuthChallenge": arn("define"), "CreateAuthChallenge": arn("create"), "VerifyAuthChallengeResponse": arn("verify")})
}

async fn house(pool: Value, client: Value) -> (House, Arc<Riddle>) {
    let riddle = Arc::new(Riddle::default());
    let clock = Clock::fake(Timestamp::from_secs(1_767_225_600));
    let app = TestApp::with_function_host(clock, riddle.clone(), |_| {}).await.unwrap();
    let flows = json!({"ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"]});
    let house = House::over(app, merged(json!({"LambdaConfig": functions()}), pool), merged(flows, client)).await;
    house.user("alice").await;
    (house, riddle)
}

fn body(house: &House, name: &str, more: Value) -> Value {
    json!({"ClientId": house.client, "AuthFlow": "CUSTOM_AUTH", "AuthParameters": merged(json!({"USERNAME": name}), more)})
}

fn guess(name: &str, answer: &str) -> Value {
    json!({"USERNAME": name, "ANSWER": answer})
}

fn is_in(answer: &Value) -> bool {
    answer["AuthenticationResult"]["AccessToken"].is_string()
}

#[tokio::test]
async fn functions_ask_judge_and_decide() {
    let (house, riddle) = house(json!({}), json!({})).await;
    let first = house.done("InitiateAuth", body(&house, "alice", json!({}))).await;
    assert_eq!(first["ChallengeName"], "CUSTOM_CHALLENGE");
    assert_eq!(first["ChallengeParameters"], json!({"USERNAME": "alice", "question": "6 x 7"}));
    let second = house.respond(&first, guess("alice", "41")).await.unwrap();
    assert_eq!(second["ChallengeName"], "CUSTOM_CHALLENGE", "a wrong answer is no error by itself");
    let reused = house.respond(&first, guess("alice", "42")).await.unwrap_err();
    assert_eq!(reused, "NotAuthorizedException: Invalid session for the user, session can only be used once.");
    let body = json!({"ClientId": house.client, "ChallengeName": "CUSTOM_CHALLENGE", "Session": second["Session"],
        "ChallengeResponses": guess("alice", "42"), "ClientMetadata": {"why": "test"}});
    assert!(is_in(&house.done("RespondToAuthChallenge", body).await));
    let seen = riddle.seen.lock().unwrap().clone();
    let sources: Vec<&str> = seen.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    let (define, create, verify) = (
        "DefineAuthChallenge_Authentication",
        "CreateAuthChallenge_Authentication",
        "VerifyAuthChallengeResponse_Authentication",
    );
    assert_eq!(sources, [define, create, verify, define, create, verify, define]);
    let last = &seen[6];
    let round = |right: bool| json!({"challengeName": "CUSTOM_CHALLENGE", "challengeResult": right, "challengeMetadata": "RIDDLE"});
    assert_eq!(last["request"]["session"], json!([round(false), round(true)]));
    assert_eq!(last["request"]["clientMetadata"], json!({"why": "test"}));
    assert_eq!(last["response"], json!({"challengeName": null, "issueTokens": null, "failAuthentication": null}));
    assert_eq!(
        (&last["userName"], &last["userPoolId"], &last["version"]),
        (&json!("alice"), &json!(house.pool), &json!("1"))
    );
    assert_eq!(seen[0]["request"]["session"], json!([]));
    assert_eq!(seen[2]["request"]["privateChallengeParameters"], json!({"answer": "42"}));
    assert_eq!(seen[0]["request"]["userAttributes"]["cognito:user_status"], "CONFIRMED");
}

#[tokio::test]
async fn functions_may_refuse_and_must_answer_in_form() {
    let (house, riddle) = house(json!({}), json!({})).await;
    let mut asked = house.done("InitiateAuth", body(&house, "alice", json!({}))).await;
    for _ in 0..2 {
        asked = house.respond(&asked, guess("alice", "0")).await.unwrap();
    }
    let refused = house.respond(&asked, guess("alice", "0")).await.unwrap_err();
    assert_eq!(refused, "NotAuthorizedException: Incorrect username or password.");
    for odd in [
        json!({}),
        json!({"issueTokens": "yes"}),
        json!({"challengeName": "NO_SUCH"}),
        json!({"challengeName": "PASSWORD_VERIFIER"}),
    ] {
        riddle.script.lock().unwrap().push(odd.clone());
        let refused = house.refused("InitiateAuth", body(&house, "alice", json!({}))).await;
        assert_eq!(refused, "InvalidLambdaResponseException: Unrecognizable lambda output", "{odd}");
    }
    riddle.script.lock().unwrap().push(json!({"issueTokens": true, "failAuthentication": true}));
    let refused = house.refused("InitiateAuth", body(&house, "alice", json!({}))).await;
    let both = "DefineAuthChallenge answered both issueTokens and failAuthentication.";
    assert_eq!(refused, format!("InvalidLambdaResponseException: {both}"));
    let bare = house.another_pool(json!({})).await;
    let client = house.another_client(json!({"UserPoolId": bare, "ExplicitAuthFlows": ["ALLOW_CUSTOM_AUTH"]})).await;
    let refused =
        house.refused("InitiateAuth", merged(body(&house, "alice", json!({})), json!({"ClientId": client}))).await;
    assert_eq!(refused, "InvalidParameterException: Custom auth lambda trigger is not configured for the user pool.");
}

#[tokio::test]
async fn nobody_gets_tokens_whatever_functions_say() {
    let (house, riddle) = house(json!({}), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    let asked = house.done("InitiateAuth", body(&house, "stranger", json!({}))).await;
    assert_eq!(riddle.seen.lock().unwrap()[0]["request"]["userNotFound"], true);
    let refused = house.respond(&asked, guess("stranger", "42")).await.unwrap_err();
    assert_eq!(refused, "NotAuthorizedException: Incorrect username or password.");
    house.done("AdminDisableUser", house.admin("alice")).await;
    let asked = house.done("InitiateAuth", body(&house, "alice", json!({}))).await;
    let refused = house.respond(&asked, guess("alice", "42")).await.unwrap_err();
    assert_eq!(refused, "NotAuthorizedException: User is disabled.", "said to who has proven something");
}

/// The answer to a challenge of SRP, for a user's password or a device's.
fn proof(srp: &SrpClient, asked: &Value, names: (&str, &str), password: &str) -> Value {
    let parameters = &asked["ChallengeParameters"];
    let block = text(&parameters["SECRET_BLOCK"]);
    let raw = STANDARD.decode(&block).unwrap();
    let timestamp = "Thu Jan 1 00:00:00 UTC 2026";
    let claim = Claim { group: names.0, user: names.1, secret_block: &raw, timestamp };
    let (srp_b, salt) = (text(&parameters["SRP_B"]), text(&parameters["SALT"]));
    let signature = srp.answer(Challenge { srp_b: &srp_b, salt: &salt }, &claim, password).unwrap();
    json!({"PASSWORD_CLAIM_SECRET_BLOCK": block, "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp})
}

#[tokio::test]
async fn functions_go_on_after_a_wrong_password_of_whomever() {
    let (house, riddle) = house(json!({}), json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    for name in ["alice", "stranger"] {
        let srp = SrpClient::begin().unwrap();
        let first = json!({"CHALLENGE_NAME": "SRP_A", "SRP_A": srp.srp_a()});
        let asked = house.done("InitiateAuth", body(&house, name, first)).await;
        riddle.script.lock().unwrap().push(json!({"challengeName": "CUSTOM_CHALLENGE"}));
        let wrong = proof(&srp, &asked, (pool_name(&house.pool), name), "Wr0ng-one");
        let next = house.respond(&asked, merged(json!({"USERNAME": name}), wrong)).await;
        assert_eq!(next.unwrap()["ChallengeName"], "CUSTOM_CHALLENGE", "{name}");
    }
}

#[tokio::test]
async fn the_password_may_come_first() {
    let (house, riddle) = house(json!({}), json!({})).await;
    let begin = async |srp: &SrpClient| {
        house
            .done("InitiateAuth", body(&house, "alice", json!({"CHALLENGE_NAME": "SRP_A", "SRP_A": srp.srp_a()})))
            .await
    };
    let srp = SrpClient::begin().unwrap();
    let asked = begin(&srp).await;
    assert_eq!(asked["ChallengeName"], "PASSWORD_VERIFIER");
    let names = (pool_name(&house.pool), "alice");
    let right = merged(json!({"USERNAME": "alice"}), proof(&srp, &asked, names, PASSWORD));
    let riddle_asked = house.respond(&asked, right.clone()).await.unwrap();
    assert_eq!(riddle_asked["ChallengeName"], "CUSTOM_CHALLENGE");
    assert!(house.respond(&asked, right).await.is_err(), "a proof is good once");
    assert!(is_in(&house.respond(&riddle_asked, guess("alice", "42")).await.unwrap()));
    let asked = begin(&srp).await;
    let wrong = merged(json!({"USERNAME": "alice"}), proof(&srp, &asked, names, "Wr0ng-one"));
    assert_eq!(
        house.respond(&asked, wrong).await.unwrap_err(),
        "NotAuthorizedException: Incorrect username or password."
    );
    let told = riddle.seen.lock().unwrap().last().unwrap()["request"]["session"].clone();
    assert_eq!(
        told[1],
        json!({"challengeName": "PASSWORD_VERIFIER", "challengeResult": false, "challengeMetadata": null})
    );
}

#[tokio::test]
async fn functions_may_ask_for_a_second_factor_of_poolhouses_own() {
    let (house, riddle) = house(json!({}), json!({})).await;
    let body_ = json!({"UserPoolId": house.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}});
    house.done("SetUserPoolMfaConfig", body_).await;
    let seed = with_totp(&house, "alice").await;
    riddle.script.lock().unwrap().push(json!({"challengeName": "SOFTWARE_TOKEN_MFA"}));
    let asked = house.done("InitiateAuth", body(&house, "alice", json!({}))).await;
    assert_eq!(asked["ChallengeName"], "SOFTWARE_TOKEN_MFA");
    let code = json!({"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": totp(&house, &seed, 0)});
    let next = house.respond(&asked, code).await.unwrap();
    assert_eq!(next["ChallengeName"], "CUSTOM_CHALLENGE");
    assert!(is_in(&house.respond(&next, guess("alice", "42")).await.unwrap()));
}

/// A device that was confirmed with the tokens of a sign-in.
async fn device(house: &House, result: &Value, secret: &str) -> (String, String) {
    let (key, group) =
        (text(&result["NewDeviceMetadata"]["DeviceKey"]), text(&result["NewDeviceMetadata"]["DeviceGroupKey"]));
    let verifier = serde_json::to_value(Verifier::make(&group, &key, secret).unwrap()).unwrap();
    let bytes = |value: &Value| {
        value.as_array().unwrap().iter().map(|b| u8::try_from(b.as_u64().unwrap()).unwrap()).collect::<Vec<u8>>()
    };
    let config = json!({"PasswordVerifier": STANDARD.encode(bytes(&verifier["v"])), "Salt": STANDARD.encode(bytes(&verifier["salt"]))});
    let body = json!({"AccessToken": result["AccessToken"], "DeviceKey": key, "DeviceSecretVerifierConfig": config});
    house.done("ConfirmDevice", body).await;
    (key, group)
}

fn with_device(house: &House, name: &str, key: &str) -> Value {
    let parameters = json!({"USERNAME": name, "PASSWORD": PASSWORD, "DEVICE_KEY": key});
    json!({"ClientId": house.client, "AuthFlow": "USER_PASSWORD_AUTH", "AuthParameters": parameters})
}

#[tokio::test]
async fn a_remembered_device_stands_in_for_the_second_factor_by_its_own_secret() {
    let tracking = json!({"LambdaConfig": {},
        "DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false}});
    let (house, _) = house(tracking, json!({})).await;
    house.user("bob").await;
    let result = house.tokens("alice").await;
    let (key, group) = device(&house, &result, "secret one").await;
    let (other, _) = device(&house, &house.tokens("alice").await, "secret two").await;
    let (his, _) = device(&house, &house.tokens("bob").await, "secret three").await;
    house
        .done(
            "SetUserPoolMfaConfig",
            json!({"UserPoolId": house.pool, "MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": {"Enabled": true}}),
        )
        .await;
    with_totp(&house, "alice").await;
    assert_eq!(
        house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await["ChallengeName"],
        "SOFTWARE_TOKEN_MFA"
    );
    let unknown = house.refused("InitiateAuth", with_device(&house, "alice", &his)).await;
    assert_eq!(unknown, "ResourceNotFoundException: Device does not exist.", "another user's device");
    let asked = house.done("InitiateAuth", with_device(&house, "alice", &key)).await;
    assert_eq!(asked["ChallengeName"], "DEVICE_SRP_AUTH");
    let srp = SrpClient::begin().unwrap();
    let begin = |key: &str| json!({"USERNAME": "alice", "SRP_A": srp.srp_a(), "DEVICE_KEY": key});
    assert!(
        house.respond(&asked, begin(&other)).await.unwrap_err().contains("Invalid session"),
        "the device was named at the start"
    );
    // Two exchanges under one session, since the first step reveals nothing; only one proof can lead on.
    let (first, second) =
        (house.respond(&asked, begin(&key)).await.unwrap(), house.respond(&asked, begin(&key)).await.unwrap());
    assert_eq!(first["ChallengeName"], "DEVICE_PASSWORD_VERIFIER");
    let answer = |asked: &Value, names: (&str, &str), secret: &str| {
        merged(json!({"USERNAME": "alice", "DEVICE_KEY": key}), proof(&srp, asked, names, secret))
    };
    let wrong = "NotAuthorizedException: Incorrect username or password.";
    for (names, secret) in [
        ((group.as_str(), key.as_str()), "secret two"),
        ((group.as_str(), other.as_str()), "secret two"),
        ((pool_name(&house.pool), "alice"), PASSWORD),
    ] {
        assert_eq!(house.respond(&first, answer(&first, names, secret)).await.unwrap_err(), wrong);
    }
    let (timely, names) = (answer(&first, (&group, &key), "secret one"), (group.as_str(), key.as_str()));
    let end = house.respond(&first, timely.clone()).await.unwrap();
    assert!(is_in(&end) && end["AuthenticationResult"]["NewDeviceMetadata"].is_null());
    assert!(house.respond(&first, timely).await.is_err(), "a proof is good once");
    assert!(house.respond(&second, answer(&second, names, "secret one")).await.is_err(), "a session leads on once");
    let asked = house.done("InitiateAuth", with_device(&house, "alice", &key)).await;
    house.done("AdminForgetDevice", merged(house.admin("alice"), json!({"DeviceKey": key}))).await;
    assert!(house.respond(&asked, begin(&key)).await.unwrap_err().contains("Device does not exist."));
}
