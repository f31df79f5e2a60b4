//! PreAuthentication and PostAuthentication.

use super::*;
use crate::house::{PASSWORD, mail};

const BOTH: [&str; 2] = ["PreAuthentication", "PostAuthentication"];

#[tokio::test]
async fn sign_in_is_told_before_and_after() {
    let (house, functions) = house(lambdas(&BOTH), json!({})).await;
    house.user("alice").await;
    let body = merged(house.sign_in_body("alice", PASSWORD), json!({"ClientMetadata": {"why": "test"}}));
    house.done("InitiateAuth", body).await;
    let events = functions.take();
    let sub = stored(&house, "alice").await["sub"].clone();
    let attributes =
        json!({"sub": sub, "cognito:user_status": "CONFIRMED", "email": mail("alice"), "email_verified": "true"});
    let golden = |source, request| Golden {
        version: "1",
        source,
        user: "alice",
        client: &house.client,
        request,
        response: json!({}),
    };
    let request = json!({"userAttributes": attributes, "validationData": {"why": "test"}});
    check(&house, &events[0], golden("PreAuthentication_Authentication", request));
    let request = json!({"userAttributes": attributes, "newDeviceUsed": false});
    check(&house, &events[1], golden("PostAuthentication_Authentication", request));
    assert_eq!(events.len(), 2);
    house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(functions.take()[0]["request"], json!({"userAttributes": attributes, "validationData": null}));
}

#[tokio::test]
async fn the_answer_to_a_challenge_has_metadata_for_the_function_after_it() {
    let tracking = json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false}});
    let (house, functions) = house(merged(lambdas(&BOTH), tracking), json!({})).await;
    let body = json!({"UserPoolId": house.pool, "Username": "alice", "MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD});
    house.done("AdminCreateUser", body).await;
    let asked = house.done("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(functions.sources(), ["PreAuthentication_Authentication"]);
    let body = json!({"ClientId": house.client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one"}, "ClientMetadata": {"k": "v"}});
    house.done("RespondToAuthChallenge", body).await;
    let event = functions.one();
    assert_eq!(event["triggerSource"], "PostAuthentication_Authentication");
    assert_eq!(
        (&event["request"]["newDeviceUsed"], &event["request"]["clientMetadata"]),
        (&json!(true), &json!({"k": "v"}))
    );
}

#[tokio::test]
async fn functions_refuse_sign_ins_before_and_after() {
    let (house, functions) = house(lambdas(&BOTH), json!({})).await;
    house.user("alice").await;
    functions.refuse("PreAuthentication");
    let refused = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(refused, "UserLambdaValidationException: PreAuthentication failed with error not today.");
    assert_eq!(functions.sources(), ["PreAuthentication_Authentication"]);
    functions.calm("PreAuthentication");
    functions.refuse("PostAuthentication");
    let refused = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
    assert_eq!(refused, "UserLambdaValidationException: PostAuthentication failed with error not today.");
    assert_eq!(functions.sources().len(), 2);
    let wrong = house.refused("InitiateAuth", house.sign_in_body("alice", "Wr0ng-one")).await;
    assert_eq!(wrong, "NotAuthorizedException: Incorrect username or password.");
    assert_eq!(functions.sources(), ["PreAuthentication_Authentication"], "nothing after a wrong password");
}

#[tokio::test]
async fn of_nobody_functions_are_told_only_where_that_is_hidden_from_clients() {
    let (house, functions) = house(lambdas(&BOTH), json!({})).await;
    house.user("alice").await;
    let unknown = house.refused("InitiateAuth", house.sign_in_body("stranger", PASSWORD)).await;
    assert!(unknown.starts_with("UserNotFoundException"), "{unknown}");
    assert!(functions.take().is_empty());
    let hiding = house.another_client(json!({"PreventUserExistenceErrors": "ENABLED"})).await;
    let body = |name: &str| merged(house.sign_in_body(name, PASSWORD), json!({"ClientId": hiding}));
    assert!(house.refused("InitiateAuth", body("stranger")).await.starts_with("NotAuthorizedException"));
    let event = functions.one();
    assert_eq!((&event["userName"], &event["callerContext"]["clientId"]), (&json!("stranger"), &json!(hiding)));
    assert_eq!(event["request"], json!({"userAttributes": {}, "validationData": null, "userNotFound": true}));
    house.done("InitiateAuth", body("alice")).await;
    assert_eq!(functions.take()[0]["request"]["userNotFound"], false);
    house.begin_srp("alice").await;
    assert_eq!(functions.sources(), ["PreAuthentication_Authentication"], "before the password is proven");
}
