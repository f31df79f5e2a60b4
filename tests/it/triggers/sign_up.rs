//! PreSignUp and PostConfirmation.

use super::*;
use crate::house::{PASSWORD, mail};

const BOTH: [&str; 2] = ["PreSignUp", "PostConfirmation"];

fn pool() -> Value {
    merged(lambdas(&BOTH), json!({"AutoVerifiedAttributes": ["email"]}))
}

fn sign_up(house: &House, name: &str, attributes: Value) -> Value {
    let list: Vec<Value> =
        attributes.as_object().unwrap().iter().map(|(name, value)| json!({"Name": name, "Value": value})).collect();
    merged(house.of(name), json!({"Password": PASSWORD, "UserAttributes": list}))
}

#[tokio::test]
async fn sign_up_and_its_confirmation_are_told() {
    let (house, functions) = house(pool(), json!({})).await;
    let more = json!({"ValidationData": [{"Name": "captcha", "Value": "7"}], "ClientMetadata": {"from": "app"}});
    house
        .done("SignUp", merged(sign_up(&house, "alice", json!({"email": mail("alice"), "name": "Alice"})), more))
        .await;
    let flags = json!({"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false});
    let golden = Golden {
        version: "1",
        source: "PreSignUp_SignUp",
        user: "alice",
        client: &house.client,
        request: json!({"userAttributes": {"email": mail("alice"), "name": "Alice"}, "validationData": {"captcha": "7"},
            "clientMetadata": {"from": "app"}}),
        response: flags.clone(),
    };
    check(&house, &functions.one(), golden);
    let code = house.code(&mail("alice")).await;
    let body = json!({"ConfirmationCode": code, "ClientMetadata": {"step": "2"}});
    house.done("ConfirmSignUp", merged(house.of("alice"), body)).await;
    let sub = stored(&house, "alice").await["sub"].clone();
    let golden = Golden {
        version: "1",
        source: "PostConfirmation_ConfirmSignUp",
        user: "alice",
        client: &house.client,
        request: json!({"userAttributes": {"sub": sub, "cognito:user_status": "CONFIRMED", "email": mail("alice"), "email_verified": "true",
            "name": "Alice"}, "clientMetadata": {"step": "2"}}),
        response: json!({}),
    };
    check(&house, &functions.one(), golden);
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    house.done("ConfirmForgotPassword", house.reset_body("alice", &code)).await;
    let event = functions.one();
    assert_eq!(event["triggerSource"], "PostConfirmation_ConfirmForgotPassword");
    assert_eq!(event["request"]["userAttributes"]["cognito:user_status"], "CONFIRMED");
    assert_eq!(event["request"].get("clientMetadata"), None, "absent where the caller sent none");
    house.done("SignUp", sign_up(&house, "bob", json!({}))).await;
    assert_eq!(functions.one()["request"], json!({"userAttributes": {}, "validationData": null}));
    house.done("AdminConfirmSignUp", merged(house.admin("bob"), json!({"ClientMetadata": {"by": "admin"}}))).await;
    let event = functions.one();
    assert_eq!(
        (&event["triggerSource"], &event["callerContext"]["clientId"]),
        (&json!("PostConfirmation_ConfirmSignUp"), &json!(NO_CLIENT))
    );
    assert_eq!(event["request"]["clientMetadata"], json!({"by": "admin"}));
}

#[tokio::test]
async fn a_refused_sign_up_leaves_nothing() {
    let (house, functions) = house(pool(), json!({})).await;
    functions.refuse("PreSignUp");
    let refused = house.refused("SignUp", sign_up(&house, "alice", json!({"email": mail("alice")}))).await;
    assert_eq!(refused, "UserLambdaValidationException: PreSignUp failed with error not today.");
    assert!(house.refused("AdminGetUser", house.admin("alice")).await.starts_with("UserNotFoundException"));
    let refused =
        house.refused("AdminCreateUser", merged(house.admin("alice"), json!({"MessageAction": "SUPPRESS"}))).await;
    assert_eq!(refused, "UserLambdaValidationException: PreSignUp failed with error not today.");
    assert!(house.refused("AdminGetUser", house.admin("alice")).await.starts_with("UserNotFoundException"));
    for name in ["autoConfirmUser", "autoVerifyEmail", "autoVerifyPhone"] {
        for odd in [json!("true"), json!(1), json!([]), json!({})] {
            functions.answer("PreSignUp", json!({ name: odd }));
            let refused = house.refused("SignUp", sign_up(&house, "alice", json!({"email": mail("alice")}))).await;
            assert_eq!(refused, "InvalidLambdaResponseException: Unrecognizable lambda output");
        }
    }
    functions.answer("PreSignUp", json!({"autoConfirmUser": true, "autoVerifyPhone": true}));
    let refused = house.refused("SignUp", sign_up(&house, "alice", json!({"email": mail("alice")}))).await;
    assert_eq!(
        refused,
        "InvalidLambdaResponseException: PreSignUp answered autoVerifyPhone for a user without phone_number."
    );
    assert!(house.refused("AdminGetUser", house.admin("alice")).await.starts_with("UserNotFoundException"));
}

#[tokio::test]
async fn functions_confirm_and_verify() {
    let (house, functions) = house(merged(pool(), json!({"AliasAttributes": ["email"]})), json!({})).await;
    functions.answer("PreSignUp", json!({"autoConfirmUser": true, "autoVerifyEmail": null}));
    let body = merged(sign_up(&house, "alice", json!({"email": mail("alice")})), json!({"ClientMetadata": {"k": "v"}}));
    let made = house.done("SignUp", body).await;
    assert_eq!((&made["UserConfirmed"], &made["CodeDeliveryDetails"]), (&json!(true), &Value::Null));
    let events = functions.take();
    let sources: Vec<&str> = events.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    assert_eq!(sources, ["PreSignUp_SignUp", "PostConfirmation_ConfirmSignUp"]);
    assert_eq!(events[1]["request"]["clientMetadata"], json!({"k": "v"}));
    assert_eq!(
        (status(&house, "alice").await, stored(&house, "alice").await["email_verified"].clone()),
        ("CONFIRMED".into(), "false".into())
    );
    house.tokens("alice").await;
    functions.answer("PreSignUp", json!({"autoVerifyEmail": true}));
    let refused = house.refused("SignUp", sign_up(&house, "bob", json!({"email": mail("bob")}))).await;
    assert!(refused.contains("cannot be auto verified, when user is not being auto confirmed."), "{refused}");
    functions.answer("PreSignUp", json!({"autoConfirmUser": true, "autoVerifyEmail": true}));
    house.done("SignUp", sign_up(&house, "bob", json!({"email": mail("bob")}))).await;
    house.done("SignUp", sign_up(&house, "carol", json!({"email": mail("bob")}))).await;
    let flags = (
        stored(&house, "bob").await["email_verified"].clone(),
        stored(&house, "carol").await["email_verified"].clone(),
    );
    assert_eq!(flags, ("false".to_owned(), "true".to_owned()), "the alias moves to whom the function verifies");
    functions.take();
    functions.answer("PreSignUp", json!({"autoConfirmUser": true, "autoVerifyEmail": true}));
    let attributes = json!([{"Name": "email", "Value": mail("dora")}]);
    let body = merged(
        house.admin("dora"),
        json!({"MessageAction": "SUPPRESS", "UserAttributes": attributes,
        "ValidationData": [{"Name": "a", "Value": "b"}], "ClientMetadata": {"c": "d"}}),
    );
    house.done("AdminCreateUser", body).await;
    let event = functions.one();
    assert_eq!(
        (&event["triggerSource"], &event["callerContext"]["clientId"]),
        (&json!("PreSignUp_AdminCreateUser"), &json!(NO_CLIENT))
    );
    let request =
        json!({"userAttributes": {"email": mail("dora")}, "validationData": {"a": "b"}, "clientMetadata": {"c": "d"}});
    assert_eq!(event["request"], request);
    let dora = (status(&house, "dora").await, stored(&house, "dora").await["email_verified"].clone());
    assert_eq!(
        dora,
        ("FORCE_CHANGE_PASSWORD".into(), "true".into()),
        "administrators' users are verified, not confirmed"
    );
}

#[tokio::test]
async fn what_is_confirmed_stays_so_though_the_function_after_it_fails() {
    let (house, functions) = house(pool(), json!({})).await;
    functions.refuse("PostConfirmation");
    let told = "UserLambdaValidationException: PostConfirmation failed with error not today.";
    house.done("SignUp", sign_up(&house, "alice", json!({"email": mail("alice")}))).await;
    let code = house.code(&mail("alice")).await;
    let body = merged(house.of("alice"), json!({"ConfirmationCode": code}));
    assert_eq!(house.refused("ConfirmSignUp", body).await, told);
    assert_eq!(status(&house, "alice").await, "CONFIRMED");
    house.done("ForgotPassword", house.of("alice")).await;
    let code = house.code(&mail("alice")).await;
    assert_eq!(house.refused("ConfirmForgotPassword", house.reset_body("alice", &code)).await, told);
    house.done("InitiateAuth", house.sign_in_body("alice", "An0ther-one")).await;
    house.done("SignUp", sign_up(&house, "bob", json!({}))).await;
    assert_eq!(house.refused("AdminConfirmSignUp", house.admin("bob")).await, told);
    assert_eq!(status(&house, "bob").await, "CONFIRMED");
    functions.answer("PreSignUp", json!({"autoConfirmUser": true}));
    assert_eq!(house.refused("SignUp", sign_up(&house, "carol", json!({}))).await, told);
    assert_eq!(status(&house, "carol").await, "CONFIRMED");
    functions.calm("PostConfirmation");
    assert!(house.refused("SignUp", sign_up(&house, "carol", json!({}))).await.starts_with("UsernameExistsException"));
}

#[tokio::test]
async fn in_pools_of_mail_addresses_the_name_is_the_users_uuid() {
    let (house, functions) = house(merged(pool(), json!({"UsernameAttributes": ["email"]})), json!({})).await;
    let made = house.done("SignUp", sign_up(&house, &mail("alice"), json!({}))).await;
    let event = functions.one();
    assert_eq!(event["userName"], made["UserSub"]);
    assert_eq!(event["request"]["userAttributes"], json!({"email": mail("alice")}));
}
