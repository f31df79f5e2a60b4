//! UserMigration.

use super::*;
use crate::house::{PASSWORD, mail, text};

const FUNCTION: &str = "UserMigration";

fn known(more: Value) -> Value {
    let attributes = json!({"email": mail("alice"), "email_verified": true, "name": "Alice"});
    merged(json!({"userAttributes": attributes, "finalUserStatus": "CONFIRMED", "messageAction": "SUPPRESS"}), more)
}

#[tokio::test]
async fn who_signs_in_for_the_first_time_is_asked_for_and_becomes_a_user() {
    let functions_ = ["UserMigration", "PreSignUp", "PreAuthentication", "PostAuthentication", "PreTokenGeneration"];
    let (house, functions) = house(lambdas(&functions_), json!({})).await;
    functions.answer(FUNCTION, known(json!({})));
    let body = merged(house.sign_in_body("alice", "weak"), json!({"ClientMetadata": {"from": "app"}}));
    let answer = house.done("InitiateAuth", body).await;
    assert!(answer["AuthenticationResult"]["AccessToken"].is_string());
    let events = functions.take();
    let golden = Golden {
        version: "1",
        source: "UserMigration_Authentication",
        user: "alice",
        client: &house.client,
        request: json!({"password": "weak", "validationData": {"from": "app"}, "userAttributes": null}),
        response: json!({"userAttributes": null, "forceAliasCreation": null, "enableSMSMFA": null, "finalUserStatus": null,
            "messageAction": null, "desiredDeliveryMediums": null}),
    };
    check(&house, &events[0], golden);
    let sources: Vec<&str> = events.iter().map(|event| event["triggerSource"].as_str().unwrap()).collect();
    let rest =
        ["PreAuthentication_Authentication", "PostAuthentication_Authentication", "TokenGeneration_Authentication"];
    assert_eq!(sources[1..], rest, "PreSignUp has no say");
    let attributes = stored(&house, "alice").await;
    assert_eq!(
        (status(&house, "alice").await.as_str(), attributes["email_verified"].as_str(), attributes["name"].as_str()),
        ("CONFIRMED", "true", "Alice")
    );
    house.done("InitiateAuth", house.sign_in_body("alice", "weak")).await;
    assert_eq!(functions.sources(), rest, "asked for once");
    let wrong = house.refused("InitiateAuth", house.sign_in_body("alice", "other")).await;
    assert_eq!(wrong, "NotAuthorizedException: Incorrect username or password.");
}

#[tokio::test]
async fn what_is_not_confirmed_must_be_reset() {
    let (house, functions) = house(lambdas(&[FUNCTION]), json!({})).await;
    functions.answer(FUNCTION, known(json!({"finalUserStatus": null, "enableSMSMFA": false})));
    let refused = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(refused, "PasswordResetRequiredException: Password reset required for the user");
    assert_eq!(status(&house, "alice").await, "RESET_REQUIRED");
    functions.answer(FUNCTION, known(json!({"userAttributes": {"email": mail("bob"), "email_verified": "true"}})));
    functions.take();
    house.done("ForgotPassword", merged(house.of("bob"), json!({"ClientMetadata": {"k": "v"}}))).await;
    let event = functions.one();
    assert_eq!(event["triggerSource"], "UserMigration_ForgotPassword");
    assert_eq!(event["request"], json!({"validationData": null, "clientMetadata": {"k": "v"}, "userAttributes": null}));
    let code = house.code(&mail("bob")).await;
    house.done("ConfirmForgotPassword", house.reset_body("bob", &code)).await;
    house.done("InitiateAuth", house.sign_in_body("bob", "An0ther-one")).await;
}

#[tokio::test]
async fn nobody_comes_of_failures_and_odd_answers() {
    let (house, functions) = house(lambdas(&[FUNCTION]), json!({})).await;
    let hiding = house.another_client(json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    let odd = [
        json!({}),
        json!({"userAttributes": null}),
        json!({"userAttributes": []}),
        known(json!({"userAttributes": {"email": {}}})),
        known(json!({"userAttributes": {"email": "nowhere"}})),
        known(json!({"userAttributes": {"sub": "mine"}})),
        known(json!({"userAttributes": {"name": "Alice", "email_verified": "true"}})),
        known(json!({"userAttributes": {"no_such": "x"}})),
        known(json!({"userAttributes": {"username": "two words"}})),
        known(json!({"finalUserStatus": "ARCHIVED"})),
        known(json!({"messageAction": "SHOUT"})),
        known(json!({"forceAliasCreation": "yes"})),
        known(json!({"enableSMSMFA": true})),
    ];
    for (n, response) in odd.into_iter().enumerate() {
        functions.answer(FUNCTION, response.clone());
        let name = format!("user{n}");
        let refused = house.refused("InitiateAuth", house.sign_in_body(&name, PASSWORD)).await;
        assert_eq!(
            refused,
            format!("UserNotFoundException: Exception migrating user in app client {}", house.client),
            "{response}"
        );
        let body = merged(house.sign_in_body(&name, PASSWORD), json!({"ClientId": hiding}));
        assert_eq!(
            house.refused("InitiateAuth", body).await,
            "NotAuthorizedException: Incorrect username or password."
        );
        assert!(house.refused("AdminGetUser", house.admin(&name)).await.starts_with("UserNotFoundException"));
    }
    functions.refuse(FUNCTION);
    let refused = house.refused("ForgotPassword", house.of("stranger")).await;
    assert!(refused.starts_with("UserNotFoundException: Exception migrating user"), "{refused}");
    let hidden = house.done("ForgotPassword", merged(house.of("stranger"), json!({"ClientId": hiding}))).await;
    assert!(hidden["CodeDeliveryDetails"].is_object());
}

#[tokio::test]
async fn guesses_at_passwords_elsewhere_are_counted() {
    for hides in ["LEGACY", "ENABLED"] {
        let (house, functions) = house(lambdas(&[FUNCTION]), json!({"PreventUserExistenceErrors": hides})).await;
        functions.refuse(FUNCTION);
        let mut asked = 0;
        for n in 0..12 {
            house.refused("InitiateAuth", house.sign_in_body("victim", &format!("guess{n}"))).await;
            asked += functions.take().len();
        }
        assert!(asked < 12, "{hides}: a locked name is not tried elsewhere");
    }
}

#[tokio::test]
async fn names_and_aliases_follow_the_pool() {
    let (pool, client) = (merged(lambdas(&[FUNCTION]), json!({"UsernameAttributes": ["email"]})), json!({}));
    let (house, functions) = house(pool, client).await;
    functions.answer(FUNCTION, known(json!({"userAttributes": {"email": mail("mallory"), "email_verified": "true"}})));
    let refused = house.refused("InitiateAuth", house.sign_in_body(&mail("alice"), PASSWORD)).await;
    assert!(refused.contains("Exception migrating user"), "{refused}: not who was typed");
    functions.answer(FUNCTION, known(json!({})));
    house.done("InitiateAuth", house.sign_in_body(&mail("alice"), PASSWORD)).await;
    let user = house.done("AdminGetUser", house.admin(&mail("alice"))).await;
    assert_ne!(text(&user["Username"]), mail("alice"), "the name is a UUID");
}

#[tokio::test]
async fn aliases_are_taken_only_by_force() {
    let pool = merged(lambdas(&[FUNCTION]), json!({"AliasAttributes": ["email"]}));
    let (house, functions) = house(pool, json!({})).await;
    house.user_with("other", json!({"email": mail("alice"), "email_verified": "true"})).await;
    functions.answer(FUNCTION, known(json!({})));
    let refused = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert!(refused.contains("Exception migrating user"), "{refused}");
    functions.answer(FUNCTION, known(json!({"forceAliasCreation": true})));
    house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(stored(&house, "other").await["email_verified"], "false");
    assert_eq!(stored(&house, &mail("alice")).await["name"], "Alice", "by the alias");
}
