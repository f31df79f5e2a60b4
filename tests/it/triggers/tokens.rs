//! PreTokenGeneration in its three versions.

use super::*;
use crate::house::{PASSWORD, claims, mail};

const FUNCTION: &str = "PreTokenGeneration";

fn versioned(version: &str) -> Value {
    json!({"LambdaConfig": {"PreTokenGenerationConfig": {"LambdaVersion": version, "LambdaArn": arn(FUNCTION)}}})
}

async fn in_groups(house: &House, name: &str) {
    house.user(name).await;
    for (group, precedence) in [("admins", 1), ("staff", 2)] {
        let role = format!("arn:aws:iam::111122223333:role/{group}");
        let body = json!({"UserPoolId": house.pool, "GroupName": group, "Precedence": precedence, "RoleArn": role});
        house.done("CreateGroup", body).await;
        house.done("AdminAddUserToGroup", merged(house.admin(name), json!({"GroupName": group}))).await;
    }
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::111122223333:role/{name}")
}

#[tokio::test]
async fn each_version_has_its_own_event() {
    for (version, number) in [("V1_0", "1"), ("V2_0", "2"), ("V3_0", "3")] {
        let (house, functions) = house(versioned(version), json!({})).await;
        in_groups(&house, "alice").await;
        let tokens = house.tokens("alice").await;
        let event = functions.one();
        let sub = stored(&house, "alice").await["sub"].clone();
        let mut request = json!({
            "userAttributes": {"sub": sub, "cognito:user_status": "CONFIRMED", "email": mail("alice"), "email_verified": "true"},
            "groupConfiguration": {"groupsToOverride": ["admins", "staff"], "iamRolesToOverride": [role("admins"), role("staff")],
                "preferredRole": role("admins")},
        });
        let mut member = "claimsOverrideDetails";
        if version != "V1_0" {
            request["scopes"] = json!(["aws.cognito.signin.user.admin"]);
            member = "claimsAndScopeOverrideDetails";
        }
        let (source, client) = ("TokenGeneration_Authentication", house.client.as_str());
        check(
            &house,
            &event,
            Golden { version: number, source, user: "alice", client, request, response: json!({ member: null }) },
        );
        assert_eq!(
            claims(&tokens["IdToken"])["cognito:groups"],
            json!(["admins", "staff"]),
            "no change where nothing is said"
        );
    }
    let (house, functions) = house(lambdas(&[FUNCTION]), json!({})).await;
    house.user("bob").await;
    house.tokens("bob").await;
    let event = functions.one();
    let none = json!({"groupsToOverride": [], "iamRolesToOverride": [], "preferredRole": null});
    assert_eq!((&event["version"], &event["request"]["groupConfiguration"]), (&json!("1"), &none));
}

#[tokio::test]
async fn every_way_to_tokens_has_its_source() {
    let lambda = merged(versioned("V2_0"), json!({}));
    let (house, functions) =
        house(lambda, json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]})).await;
    let body = json!({"UserPoolId": house.pool, "Username": "alice", "MessageAction": "SUPPRESS", "TemporaryPassword": PASSWORD});
    house.done("AdminCreateUser", body).await;
    let asked = house
        .done("InitiateAuth", merged(house.sign_in_body("alice", PASSWORD), json!({"ClientMetadata": {"not": "told"}})))
        .await;
    let body = json!({"ClientId": house.client, "ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": asked["Session"],
        "ChallengeResponses": {"USERNAME": "alice", "NEW_PASSWORD": "An0ther-one"}, "ClientMetadata": {"k": "v"}});
    let result = house.done("RespondToAuthChallenge", body).await["AuthenticationResult"].clone();
    let event = functions.one();
    assert_eq!(event["triggerSource"], "TokenGeneration_NewPasswordChallenge");
    assert_eq!(event["request"]["clientMetadata"], json!({"k": "v"}));
    let more = json!({"ClientMetadata": {"not": "told"}});
    house.done("InitiateAuth", merged(house.sign_in_body("alice", "An0ther-one"), more.clone())).await;
    let event = functions.one();
    assert_eq!(
        (event["triggerSource"].as_str(), event["request"].get("clientMetadata")),
        (Some("TokenGeneration_Authentication"), None)
    );
    let parameters = json!({"REFRESH_TOKEN": result["RefreshToken"]});
    let body = json!({"ClientId": house.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": parameters});
    house.done("InitiateAuth", merged(body, more)).await;
    let event = functions.one();
    assert_eq!(
        (event["triggerSource"].as_str(), event["request"].get("clientMetadata")),
        (Some("TokenGeneration_RefreshTokens"), None)
    );
    let client = house
        .another_client(json!({"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}}))
        .await;
    let body = merged(house.sign_in_body("alice", "An0ther-one"), json!({"ClientId": client}));
    let result = house.done("InitiateAuth", body).await["AuthenticationResult"].clone();
    functions.take();
    let body = json!({"ClientId": client, "RefreshToken": result["RefreshToken"], "ClientMetadata": {"re": "new"}});
    functions.refuse(FUNCTION);
    let refused = house.refused("GetTokensFromRefreshToken", body.clone()).await;
    assert_eq!(refused, "UserLambdaValidationException: PreTokenGeneration failed with error not today.");
    functions.calm(FUNCTION);
    house.done("GetTokensFromRefreshToken", body).await;
    let event = functions.take().remove(1);
    assert_eq!(event["triggerSource"], "TokenGeneration_RefreshTokens", "a token is not used up by a failed call");
    assert_eq!(event["request"]["clientMetadata"], json!({"re": "new"}));
}

#[tokio::test]
async fn version_one_changes_the_id_token_and_groups() {
    let (house, functions) = house(versioned("V1_0"), json!({})).await;
    in_groups(&house, "alice").await;
    let details = json!({
        "claimsToAddOrOverride": {"tenant": "t1", "email": "other@example.com", "sub": "someone", "cognito:username": "root", "both": "x",
            "token_use": "access", "aud": "other", "exp": "9999999999"},
        "claimsToSuppress": ["email_verified", "both", "iss", "jti"],
    });
    functions.answer(FUNCTION, json!({ "claimsOverrideDetails": details }));
    let tokens = house.tokens("alice").await;
    let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!((&id["tenant"], &id["email"]), (&json!("t1"), &json!("other@example.com")));
    assert_eq!(
        (&id["email_verified"], &id["both"]),
        (&Value::Null, &Value::Null),
        "leaving out counts for more than adding"
    );
    let sub = stored(&house, "alice").await["sub"].clone();
    assert_eq!((&id["sub"], &id["cognito:username"], &id["token_use"]), (&json!(sub), &json!("alice"), &json!("id")));
    assert!(
        id["iss"].is_string() && id["jti"].is_string() && id["exp"].is_number() && id["aud"] == json!(house.client)
    );
    assert_eq!(access["tenant"], Value::Null, "the access token stays");
    assert_eq!(id["cognito:groups"], json!(["admins", "staff"]), "groups stay where nothing is said of them");
    for (groups, names, roles) in [
        (
            json!({"groupsToOverride": ["x"], "iamRolesToOverride": ["r"], "preferredRole": "r"}),
            json!(["x"]),
            json!(["r"]),
        ),
        (json!({}), Value::Null, Value::Null),
        (json!(null), Value::Null, Value::Null),
    ] {
        functions.answer(FUNCTION, json!({"claimsOverrideDetails": {"groupOverrideDetails": groups}}));
        let tokens = house.tokens("alice").await;
        let (id, access) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
        assert_eq!((&id["cognito:groups"], &access["cognito:groups"], &id["cognito:roles"]), (&names, &names, &roles));
        assert_eq!(id["cognito:preferred_role"].is_null(), roles.is_null());
    }
}

#[tokio::test]
async fn version_two_changes_both_tokens_and_scopes() {
    let (house, functions) = house(versioned("V2_0"), json!({})).await;
    in_groups(&house, "alice").await;
    let add = json!({"tenant": {"id": 7, "tags": ["a", true]}, "scope": "root", "username": "root", "client_id": "x", "event_id": "x",
        "aud": "other", "device_key": "d"});
    let access = json!({"claimsToAddOrOverride": add, "claimsToSuppress": ["cognito:groups", "exp"], "scopesToAdd": ["srv/read", "srv/write"],
        "scopesToSuppress": ["srv/write"]});
    let id = json!({"claimsToAddOrOverride": {"n": 7, "nothing": null}, "claimsToSuppress": ["email"]});
    let details = |access: &Value| json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": id, "accessTokenGeneration": access}});
    functions.answer(FUNCTION, details(&access));
    let tokens = house.tokens("alice").await;
    let (id, token) = (claims(&tokens["IdToken"]), claims(&tokens["AccessToken"]));
    assert_eq!((&id["n"], &id["email"], id.get("nothing")), (&json!(7), &Value::Null, Some(&Value::Null)));
    assert_eq!(id["cognito:groups"], json!(["admins", "staff"]));
    assert_eq!((&token["tenant"], &token["cognito:groups"]), (&json!({"id": 7, "tags": ["a", true]}), &Value::Null));
    assert_eq!(token["scope"], "aws.cognito.signin.user.admin srv/read");
    assert_eq!(
        (&token["username"], &token["client_id"], &token["aud"]),
        (&json!("alice"), &json!(house.client), &Value::Null)
    );
    assert!(token["event_id"] != "x" && token["exp"].is_number() && token["device_key"].is_null());
    house.done("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await;
    functions.answer(
        FUNCTION,
        details(&json!({"claimsToAddOrOverride": {"aud": house.client}, "scopesToSuppress": ["aws.cognito.signin.user.admin"]})),
    );
    let tokens = house.tokens("alice").await;
    let token = claims(&tokens["AccessToken"]);
    assert_eq!((&token["aud"], &token["scope"]), (&json!(house.client), &Value::Null));
    let refused = house.refused("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await;
    assert_eq!(refused, "NotAuthorizedException: Access Token does not have required scopes");
}

#[tokio::test]
async fn answers_of_the_wrong_type_or_size_give_no_tokens() {
    let odd = [
        ("V1_0", json!({"claimsOverrideDetails": "all"})),
        ("V1_0", json!({"claimsOverrideDetails": {"claimsToAddOrOverride": {"n": 7}}})),
        ("V1_0", json!({"claimsOverrideDetails": {"claimsToAddOrOverride": ["n"]}})),
        ("V1_0", json!({"claimsOverrideDetails": {"claimsToSuppress": "email"}})),
        ("V1_0", json!({"claimsOverrideDetails": {"claimsToSuppress": [7]}})),
        ("V1_0", json!({"claimsOverrideDetails": {"groupOverrideDetails": []}})),
        ("V1_0", json!({"claimsOverrideDetails": {"groupOverrideDetails": {"preferredRole": 1}}})),
        ("V2_0", json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": {"scopesToAdd": "a"}}})),
        ("V2_0", json!({"claimsAndScopeOverrideDetails": {"idTokenGeneration": [1]}})),
    ];
    for (version, response) in odd {
        let (house, functions) = house(versioned(version), json!({})).await;
        house.user("alice").await;
        functions.answer(FUNCTION, response.clone());
        let refused = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
        assert_eq!(refused, "InvalidLambdaResponseException: Unrecognizable lambda output", "{response}");
    }
    let (house, functions) = house(versioned("V2_0"), json!({})).await;
    house.user("alice").await;
    let many: serde_json::Map<String, Value> = (0..5001).map(|n| (format!("c{n}"), json!(n))).collect();
    for access in
        [json!({"scopesToAdd": ["two words"]}), json!({"scopesToAdd": [""]}), json!({"claimsToAddOrOverride": many})]
    {
        functions.answer(FUNCTION, json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": access}}));
        let refused = house.refused("InitiateAuth", house.sign_in_body("alice", PASSWORD)).await;
        assert!(refused.starts_with("InvalidLambdaResponseException: PreTokenGeneration answered"), "{refused}");
    }
}

#[tokio::test]
async fn clients_own_tokens_are_told_to_the_third_version_alone() {
    for (version, told) in [("V2_0", false), ("V3_0", true)] {
        let (house, functions) = house(versioned(version), json!({})).await;
        let scopes = json!([{"ScopeName": "read", "ScopeDescription": "r"}]);
        let body = json!({"UserPoolId": house.pool, "Identifier": "srv", "Name": "srv", "Scopes": scopes});
        house.done("CreateResourceServer", body).await;
        let body = json!({"UserPoolId": house.pool, "ClientName": "machine", "GenerateSecret": true, "AllowedOAuthScopes": ["srv/read"],
            "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthFlowsUserPoolClient": true,
            "ExplicitAuthFlows": ["ALLOW_CLIENT_TOKEN_AUTH"]});
        let client = house.done("CreateUserPoolClient", body).await["UserPoolClient"].clone();
        let access = json!({"claimsToAddOrOverride": {"tenant": "t1", "sub": "root"}, "scopesToAdd": ["srv/more"]});
        functions.answer(FUNCTION, json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": access}}));
        let body =
            json!({"ClientId": client["ClientId"], "Secret": client["ClientSecret"], "ClientMetadata": {"k": "v"}});
        let token =
            house.done("GetClientToken", body.clone()).await["ClientAuthenticationResult"]["AccessToken"].clone();
        let token = claims(&token);
        assert_eq!(token["sub"], client["ClientId"]);
        if !told {
            assert!(functions.take().is_empty() && token["tenant"].is_null());
            continue;
        }
        assert_eq!((&token["tenant"], &token["scope"]), (&json!("t1"), &json!("srv/read srv/more")));
        let golden = Golden {
            version: "3",
            source: "TokenGeneration_ClientCredentials",
            user: "ClientCredentials",
            client: client["ClientId"].as_str().unwrap(),
            request: json!({"userAttributes": {}, "groupConfiguration": null, "scopes": ["srv/read"], "clientMetadata": {"k": "v"}}),
            response: json!({"claimsAndScopeOverrideDetails": null}),
        };
        check(&house, &functions.one(), golden);
        functions.refuse(FUNCTION);
        let refused = house.refused("GetClientToken", body).await;
        assert_eq!(refused, "NotAuthorizedException: PreTokenGeneration failed with error not today.");
    }
}

#[tokio::test]
async fn exchanged_tokens_are_told_and_keep_who_acts() {
    let (house, functions) = house(versioned("V2_0"), json!({})).await;
    house.user("alice").await;
    let flows = json!(["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"]);
    let body = json!({"UserPoolId": house.pool, "ClientName": "service", "GenerateSecret": true, "ExplicitAuthFlows": flows,
        "AllowedOAuthScopes": ["aws.cognito.signin.user.admin"]});
    let client = house.done("CreateUserPoolClient", body).await["UserPoolClient"].clone();
    let subject = house.tokens("alice").await["AccessToken"].clone();
    functions.take();
    let add = json!({"tenant": "t1", "act": {"sub": "root"}, "sub": "root", "aud": "elsewhere"});
    let access = json!({"claimsToAddOrOverride": add, "scopesToAdd": ["srv/read"]});
    functions.answer(FUNCTION, json!({"claimsAndScopeOverrideDetails": {"accessTokenGeneration": access}}));
    let body = json!({"ClientId": client["ClientId"], "ClientSecret": client["ClientSecret"], "SubjectToken": subject,
        "SubjectTokenType": "ACCESS_TOKEN"});
    let made = house.done("GetDerivedToken", body.clone()).await;
    let token = claims(&made["IssuedToken"]);
    assert_eq!((&token["tenant"], &token["act"], &token["aud"]), (&json!("t1"), &Value::Null, &Value::Null));
    assert_eq!(token["sub"], claims(&subject)["sub"]);
    assert_eq!(token["scope"], "aws.cognito.signin.user.admin srv/read");
    assert_eq!(made["Scopes"], json!(["aws.cognito.signin.user.admin", "srv/read"]));
    assert_eq!(functions.one()["triggerSource"], "TokenGeneration_TokenExchange");
    functions.refuse(FUNCTION);
    let refused = house.refused("GetDerivedToken", body).await;
    assert_eq!(refused, "UserLambdaValidationException: PreTokenGeneration failed with error not today.");
}
