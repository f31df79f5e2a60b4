//! Refresh tokens of pools that track devices: renewed by the device that signed in, once it is confirmed.

use crate::house::{House, claims, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

const INVALID: &str = "NotAuthorizedException: Invalid Refresh Token";

async fn tracking() -> House {
    let devices = json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": false}});
    let flows = json!({"ExplicitAuthFlows": ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]});
    let house = House::new(devices, flows).await;
    house.user("alice").await;
    house
}

/// Confirms the device of a sign-in; its key.
async fn confirm(house: &House, tokens: &Value) -> String {
    let key = text(&tokens["NewDeviceMetadata"]["DeviceKey"]);
    let verifier = json!({"PasswordVerifier": STANDARD.encode([7; 384]), "Salt": STANDARD.encode([1; 16])});
    house
        .done(
            "ConfirmDevice",
            json!({"AccessToken": tokens["AccessToken"], "DeviceKey": key, "DeviceSecretVerifierConfig": verifier}),
        )
        .await;
    key
}

/// Renews by both operations, which must agree.
async fn renew(house: &House, tokens: &Value, device: Option<&str>) -> Result<Value, String> {
    let mut old = json!({"REFRESH_TOKEN": tokens["RefreshToken"]});
    let mut new = json!({"ClientId": house.client, "RefreshToken": tokens["RefreshToken"]});
    if let Some(key) = device {
        old["DEVICE_KEY"] = json!(key);
        new["DeviceKey"] = json!(key);
    }
    let old = json!({"ClientId": house.client, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": old});
    let (old, new) = (house.call("InitiateAuth", old).await, house.call("GetTokensFromRefreshToken", new).await);
    assert_eq!(old.as_ref().err(), new.as_ref().err());
    old.map(|answer| answer["AuthenticationResult"].clone())
}

#[tokio::test]
async fn a_confirmed_device_alone_renews_its_tokens() {
    let house = tracking().await;
    let (tokens, elsewhere) = (house.tokens("alice").await, house.tokens("alice").await);
    let (key, other) = (confirm(&house, &tokens).await, confirm(&house, &elsewhere).await);
    assert_eq!(claims(&tokens["AccessToken"])["device_key"], key.as_str());
    let renewed = renew(&house, &tokens, Some(&key)).await.unwrap();
    assert_eq!(claims(&renewed["AccessToken"])["device_key"], key.as_str());
    assert_eq!(
        renew(&house, &tokens, None).await.unwrap_err(),
        INVALID,
        "a refresh token alone, as one that was stolen"
    );
    assert_eq!(renew(&house, &tokens, Some(&other)).await.unwrap_err(), INVALID, "another device of the same user");
}

#[tokio::test]
async fn a_device_that_was_never_confirmed_renews_nothing() {
    let house = tracking().await;
    let tokens = house.tokens("alice").await;
    assert_eq!(renew(&house, &tokens, None).await.unwrap_err(), INVALID);
    let key = text(&tokens["NewDeviceMetadata"]["DeviceKey"]);
    assert_eq!(renew(&house, &tokens, Some(&key)).await.unwrap_err(), INVALID);
    let made_up = "eu-west-1_00000000-0000-0000-0000-000000000000";
    assert_eq!(renew(&house, &tokens, Some(made_up)).await.unwrap_err(), INVALID);
    confirm(&house, &tokens).await;
    renew(&house, &tokens, Some(&key)).await.unwrap();
    house.done("UpdateUserPool", json!({"UserPoolId": house.pool})).await;
    renew(&house, &tokens, None).await.unwrap();
}
