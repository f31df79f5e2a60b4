//! Authentication levels: what tokens say of how their user signed in.

use crate::house::{House, claims};
use serde_json::{Value, json};

fn named(levels: &[(u8, &str)]) -> Value {
    levels
        .iter()
        .map(|(level, name)| (format!("Level{level}"), json!({"AcrValue": name})))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

#[tokio::test]
async fn levels_have_four_different_names() {
    let house = House::new(json!({}), json!({})).await;
    let pool = json!({"UserPoolId": house.pool});
    let shown = async || house.done("DescribeUserPool", pool.clone()).await["UserPool"]["AcrConfiguration"].clone();
    let default = |level: u8| format!("urn:cognito:loa:{level}");
    let all = |names: [&str; 4]| named(&[(1, names[0]), (2, names[1]), (3, names[2]), (4, names[3])]);
    assert_eq!(shown().await, all([&default(1), &default(2), &default(3), &default(4)]));
    let update = |levels: Value| json!({"UserPoolId": house.pool, "AcrConfiguration": levels});
    house.done("UpdateUserPool", update(named(&[(2, "urn:mine:2"), (3, "urn:mine:3")]))).await;
    assert_eq!(shown().await, all([&default(1), "urn:mine:2", "urn:mine:3", &default(4)]));
    for bad in [named(&[(1, "same"), (2, "same")]), named(&[(1, "urn:cognito:loa:2")])] {
        assert!(house.refused("UpdateUserPool", update(bad)).await.starts_with("InvalidParameterException"));
    }
    house.done("UpdateUserPool", update(named(&[(1, "urn:cognito:loa:2"), (2, "urn:cognito:loa:1")]))).await;
}

#[tokio::test]
async fn tokens_tell_the_level_through_every_renewal() {
    let flows = json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    let house = House::new(json!({"AcrConfiguration": named(&[(1, "urn:mine:1")])}), flows).await;
    house.user("alice").await;
    let tokens = house.tokens("alice").await;
    let body = json!({"ClientId": house.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": {"REFRESH_TOKEN": tokens["RefreshToken"]}});
    let renewed = house.done("InitiateAuth", body).await["AuthenticationResult"].clone();
    for token in [&tokens["AccessToken"], &tokens["IdToken"], &renewed["AccessToken"], &renewed["IdToken"]] {
        let claims = claims(token);
        assert_eq!((&claims["acr"], &claims["amr"]), (&json!("urn:mine:1"), &json!(["pwd"])));
    }
    house.done("UpdateUserPool", json!({"UserPoolId": house.pool})).await;
    let tokens = house.tokens("alice").await;
    assert_eq!(
        (&claims(&tokens["IdToken"])["acr"], &claims(&tokens["AccessToken"])["amr"]),
        (&Value::Null, &Value::Null)
    );
}

#[tokio::test]
async fn a_code_by_mail_is_more_than_a_password() {
    let pool = json!({
        "AcrConfiguration": named(&[(1, "urn:mine:1")]),
        "Policies": {"SignInPolicy": {"AllowedFirstAuthFactors": ["PASSWORD", "EMAIL_OTP"]}},
    });
    let house = House::new(pool, json!({"ExplicitAuthFlows": ["ALLOW_USER_AUTH"]})).await;
    house.user("alice").await;
    let parameters = json!({"USERNAME": "alice", "PREFERRED_CHALLENGE": "EMAIL_OTP"});
    let asked = house
        .done("InitiateAuth", json!({"ClientId": house.client, "AuthFlow": "USER_AUTH", "AuthParameters": parameters}))
        .await;
    assert_eq!(asked["ChallengeName"], "EMAIL_OTP");
    let code = house.code("alice@example.com").await;
    let answer = house.respond(&asked, json!({"USERNAME": "alice", "EMAIL_OTP_CODE": code})).await.unwrap();
    let said = claims(&answer["AuthenticationResult"]["IdToken"]);
    assert_eq!((&said["acr"], &said["amr"]), (&json!("urn:cognito:loa:2"), &json!(["email_otp"])));
}
