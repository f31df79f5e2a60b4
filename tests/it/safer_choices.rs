//! Safer choices than Cognito's, which a pool makes by tags: one by one, or all by `poolhouse:security=strict`.

use crate::house::{House, PASSWORD, mail, merged};
use serde_json::{Value, json};

/// How a pool makes a choice, and whether that is one.
const WAYS: [(&str, bool); 3] = [("", false), ("own", true), ("strict", true)];

async fn house(way: &str, tag: &str, pool: Value, client: Value) -> House {
    let tags = match way {
        "own" => json!({tag: "true"}),
        "strict" => json!({"poolhouse:security": "strict"}),
        _ => json!({}),
    };
    House::new(merged(pool, json!({"UserPoolTags": tags, "AutoVerifiedAttributes": ["email"]})), client).await
}

fn refresh(house: &House, token: &Value) -> Value {
    json!({"ClientId": house.client, "RefreshToken": token})
}

#[tokio::test]
async fn a_reset_password_ends_sign_ins_from_before() {
    for (way, ends) in WAYS {
        let house = house(way, "poolhouse:password-reset-ends-sign-ins", json!({}), json!({})).await;
        for by_admin in [false, true] {
            let name = if by_admin { "bob" } else { "alice" };
            house.user(name).await;
            let tokens = house.tokens(name).await;
            house.app.advance(std::time::Duration::from_secs(1));
            if by_admin {
                house.set_password(name).await;
            } else {
                house.done("ForgotPassword", house.of(name)).await;
                let code = house.code(&mail(name)).await;
                house.done("ConfirmForgotPassword", house.reset_body(name, &code)).await;
            }
            let renewed = house.call("GetTokensFromRefreshToken", refresh(&house, &tokens["RefreshToken"])).await;
            let used = house.call("GetUser", json!({"AccessToken": tokens["AccessToken"]})).await;
            assert_eq!((renewed.is_err(), used.is_err()), (ends, ends), "{way} {name}: {renewed:?} {used:?}");
            let password = if by_admin { PASSWORD } else { "An0ther-one" };
            let again = house.done("InitiateAuth", house.sign_in_body(name, password)).await;
            let token = &again["AuthenticationResult"]["AccessToken"];
            house.done("GetUser", json!({"AccessToken": token})).await;
        }
    }
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_ends_its_sign_in() {
    let rotation = json!({"RefreshTokenRotation": {"Feature": "ENABLED", "RetryGracePeriodSeconds": 0}});
    for (way, ends) in WAYS {
        let house = house(way, "poolhouse:token-reuse-ends-sign-in", json!({}), rotation.clone()).await;
        house.user("alice").await;
        let first = house.tokens("alice").await;
        let other = house.tokens("alice").await;
        let second = house.done("GetTokensFromRefreshToken", refresh(&house, &first["RefreshToken"])).await;
        let second = &second["AuthenticationResult"];
        let reused = house.refused("GetTokensFromRefreshToken", refresh(&house, &first["RefreshToken"])).await;
        assert!(reused.starts_with("RefreshTokenReuseException"), "{reused}");
        let used = house.call("GetUser", json!({"AccessToken": second["AccessToken"]})).await;
        let renewed = house.call("GetTokensFromRefreshToken", refresh(&house, &second["RefreshToken"])).await;
        assert_eq!((used.is_err(), renewed.is_err()), (ends, ends), "{way}: {used:?} {renewed:?}");
        house.done("GetTokensFromRefreshToken", refresh(&house, &other["RefreshToken"])).await;
    }
}

#[tokio::test]
async fn an_alias_stays_with_who_has_it() {
    for (way, stays) in WAYS {
        let aliases = json!({"AliasAttributes": ["email"]});
        let house = house(way, "poolhouse:aliases-stay", aliases, json!({})).await;
        house.user("alice").await;
        let taken = json!({"Password": PASSWORD, "UserAttributes": [{"Name": "email", "Value": mail("alice")}]});
        house.done("SignUp", merged(house.of("mallory"), taken)).await;
        let code = house.code(&mail("alice")).await;
        let forced = json!({"ConfirmationCode": code, "ForceAliasCreation": true});
        let moved = house.call("ConfirmSignUp", merged(house.of("mallory"), forced)).await;
        assert_eq!(moved.is_err(), stays, "{way}: {moved:?}");
        let created = json!({"MessageAction": "SUPPRESS", "ForceAliasCreation": true, "UserAttributes": [
            {"Name": "email", "Value": mail("alice")}, {"Name": "email_verified", "Value": "true"}]});
        let moved = house.call("AdminCreateUser", merged(house.admin("trudy"), created)).await;
        assert_eq!(moved.is_err(), stays, "{way}: {moved:?}");
        let named = house.done("AdminGetUser", house.admin(&mail("alice"))).await;
        assert_eq!(named["Username"], if stays { "alice" } else { "trudy" });
    }
}

#[tokio::test]
async fn other_values_of_the_tags_are_refused() {
    let house = House::new(json!({}), json!({})).await;
    for tags in [json!({"poolhouse:security": "lax"}), json!({"poolhouse:aliases-stay": "yes"})] {
        let refused = house.refused("CreateUserPool", json!({"PoolName": "x", "UserPoolTags": tags})).await;
        assert!(refused.starts_with("InvalidParameterException: Tag poolhouse:"), "{refused}");
    }
}
