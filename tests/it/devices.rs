//! Remembered devices: confirmed by the sign-in that they were made for alone, kept, listed, forgotten, and ending by
//! themselves.

use crate::house::{HOUR, House, merged, text};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poolhouse::domain::tokens::{self, SignIn};
use poolhouse::domain::users::{devices, lookup};
use poolhouse::model::{Factor, Pool, User};
use serde_json::{Value, json};
use std::sync::Arc;

const DAY: u32 = 24;

async fn house(more: Value) -> House {
    let pool = json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false}});
    let house = House::new(merged(pool, more), json!({})).await;
    house.user("alice").await;
    house
}

async fn whose(house: &House, name: &str) -> (Arc<Pool>, User) {
    let pool = poolhouse::domain::pools::pool(&house.app.services.store, &house.pool).await.unwrap();
    let user = lookup::known(&house.app.services.store, &pool, name).await.unwrap();
    (pool, user)
}

/// A sign-in from a new device: its key and an access token that names it.
async fn sign_in(house: &House, name: &str) -> (String, Value) {
    let cx = house.app.context().unwrap();
    let (pool, user) = whose(house, name).await;
    let client = poolhouse::domain::pools::client(&house.app.services.store, &house.client).await.unwrap();
    let (key, _) = devices::new_metadata(&cx, &pool, &user).unwrap();
    let sign_in = SignIn::now(&cx, vec![Factor::Password], Some(key.clone())).unwrap();
    let request = tokens::TokenRequest {
        pool: &pool,
        client: &client,
        user: &user,
        sign_in,
        grant: &tokens::Grant::self_service(),
        renewable: true,
        nonce: None,
        source: poolhouse::triggers::TokenSource::Authentication,
    };
    let issued = tokens::issue(&cx, request).await.unwrap();
    (key, json!({"AccessToken": issued.access}))
}

fn verifier() -> Value {
    json!({"PasswordVerifier": STANDARD.encode([0x5a; 384]), "Salt": STANDARD.encode([7; 16])})
}

fn confirmation(key: &str, token: &Value) -> Value {
    merged(json!({"DeviceKey": key, "DeviceName": "phone", "DeviceSecretVerifierConfig": verifier()}), token.clone())
}

async fn confirmed(house: &House, name: &str) -> (String, Value) {
    let (key, token) = sign_in(house, name).await;
    house.done("ConfirmDevice", confirmation(&key, &token)).await;
    (key, token)
}

fn of(key: &str, token: &Value) -> Value {
    merged(json!({"DeviceKey": key}), token.clone())
}

fn attribute(device: &Value, name: &str) -> String {
    let all = device["DeviceAttributes"].as_array().unwrap();
    all.iter().find(|a| a["Name"] == name).map(|a| text(&a["Value"])).unwrap_or_default()
}

async fn status(house: &House, key: &str, token: &Value) -> String {
    attribute(&house.done("GetDevice", of(key, token)).await["Device"], "dev:device_remembered_status")
}

#[tokio::test]
async fn a_device_is_confirmed_shown_changed_and_forgotten() {
    let house = house(json!({})).await;
    let (key, token) = sign_in(&house, "alice").await;
    assert!(
        house.refused("GetDevice", of(&key, &token)).await.contains("Device does not exist."),
        "nothing is kept before it is confirmed"
    );
    let answer = house.done("ConfirmDevice", confirmation(&key, &token)).await;
    assert_eq!(answer, json!({"UserConfirmationNecessary": false}));
    let device = house.done("GetDevice", of(&key, &token)).await["Device"].clone();
    assert_eq!(attribute(&device, "device_status"), "valid");
    assert_eq!(attribute(&device, "device_name"), "phone");
    assert_eq!(attribute(&device, "dev:device_remembered_status"), "remembered");
    assert_eq!(attribute(&device, "dev:device_owner"), format!("alice.{}", house.pool));
    assert!(attribute(&device, "dev:device_arn").ends_with(&format!(":owner/alice.{}/device/{key}", house.pool)));
    assert_eq!(attribute(&device, "last_ip_used"), "127.0.0.1");
    let administrators = merged(house.admin("alice"), json!({"DeviceKey": key}));
    assert_eq!(house.done("AdminGetDevice", administrators.clone()).await["Device"], device);
    let forgetful = json!({"DeviceRememberedStatus": "not_remembered"});
    house.done("UpdateDeviceStatus", merged(of(&key, &token), forgetful.clone())).await;
    assert_eq!(status(&house, &key, &token).await, "not_remembered");
    house
        .done(
            "AdminUpdateDeviceStatus",
            merged(administrators.clone(), json!({"DeviceRememberedStatus": "remembered"})),
        )
        .await;
    assert_eq!(status(&house, &key, &token).await, "remembered");
    house.done("ForgetDevice", of(&key, &token)).await;
    for gone in [
        ("GetDevice", of(&key, &token)),
        ("ForgetDevice", of(&key, &token)),
        ("AdminForgetDevice", administrators.clone()),
        ("AdminGetDevice", administrators.clone()),
        ("UpdateDeviceStatus", merged(of(&key, &token), forgetful.clone())),
        ("AdminUpdateDeviceStatus", merged(administrators, forgetful)),
    ] {
        assert_eq!(
            house.refused(gone.0, gone.1).await,
            "ResourceNotFoundException: Device does not exist.",
            "{}",
            gone.0
        );
    }
    let (key, _) = confirmed(&house, "alice").await;
    house.done("AdminForgetDevice", merged(house.admin("alice"), json!({"DeviceKey": key}))).await;
    assert_eq!(house.done("AdminListDevices", house.admin("alice")).await["Devices"], json!([]));
}

#[tokio::test]
async fn a_token_confirms_the_device_of_its_own_sign_in_once() {
    let house = house(json!({})).await;
    house.user("bob").await;
    let (key, token) = sign_in(&house, "alice").await;
    let (other, bob) = sign_in(&house, "bob").await;
    let unknown = "ResourceNotFoundException: Device does not exist.";
    assert_eq!(house.refused("ConfirmDevice", confirmation(&other, &token)).await, unknown, "another sign-in's");
    let plain = json!({"AccessToken": house.tokens("alice").await["AccessToken"]});
    assert_eq!(house.refused("ConfirmDevice", confirmation(&key, &plain)).await, unknown, "not named by the token");
    house.done("ConfirmDevice", confirmation(&key, &token)).await;
    let again = house.refused("ConfirmDevice", confirmation(&key, &token)).await;
    assert!(again.starts_with("DeviceKeyExistsException"), "{again}");
    // Another user's token reaches nothing of it.
    let remembered = json!({"DeviceRememberedStatus": "not_remembered"});
    for (operation, body) in [
        ("GetDevice", of(&key, &bob)),
        ("ForgetDevice", of(&key, &bob)),
        ("UpdateDeviceStatus", merged(of(&key, &bob), remembered)),
    ] {
        assert_eq!(house.refused(operation, body).await, unknown, "{operation}");
    }
    assert_eq!(house.done("ListDevices", bob).await["Devices"], json!([]));
    assert_eq!(status(&house, &key, &token).await, "remembered");
}

#[tokio::test]
async fn a_verifier_is_a_number_that_keeps_others_out() {
    let house = house(json!({})).await;
    let (key, token) = sign_in(&house, "alice").await;
    let number = |bytes: &[u8]| STANDARD.encode(bytes);
    let salt = number(&[7; 16]);
    let bad = [
        json!({"PasswordVerifier": number(&[0; 384]), "Salt": salt}),
        json!({"PasswordVerifier": number(&[1]), "Salt": salt}),
        json!({"PasswordVerifier": number(&[0xff; 384]), "Salt": salt}),
        json!({"PasswordVerifier": number(&[0x5a; 400]), "Salt": salt}),
        json!({"PasswordVerifier": "not base64!", "Salt": salt}),
        json!({"PasswordVerifier": "A".repeat(100_000), "Salt": salt}),
        json!({"PasswordVerifier": number(&[0x5a; 384]), "Salt": ""}),
        json!({"PasswordVerifier": number(&[0x5a; 384]), "Salt": number(&[7; 100])}),
        json!({"PasswordVerifier": number(&[0x5a; 384])}),
        json!({"Salt": salt}),
    ];
    for config in bad {
        let refused = house
            .refused("ConfirmDevice", merged(of(&key, &token), json!({"DeviceSecretVerifierConfig": config})))
            .await;
        assert!(refused.starts_with("InvalidParameterException"), "{refused}");
    }
    assert!(house.refused("ConfirmDevice", of(&key, &token)).await.starts_with("InvalidParameterException"));
    house.done("ConfirmDevice", confirmation(&key, &token)).await;
}

#[tokio::test]
async fn where_users_are_asked_a_device_waits_for_their_word() {
    let asks = json!({"DeviceConfiguration": {"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": true}});
    let house = house(asks).await;
    let (key, token) = sign_in(&house, "alice").await;
    let answer = house.done("ConfirmDevice", confirmation(&key, &token)).await;
    assert_eq!(answer, json!({"UserConfirmationNecessary": true}));
    assert_eq!(status(&house, &key, &token).await, "not_remembered");
    house.done("UpdateDeviceStatus", merged(of(&key, &token), json!({"DeviceRememberedStatus": "remembered"}))).await;
    assert_eq!(status(&house, &key, &token).await, "remembered");
}

#[tokio::test]
async fn an_unused_device_is_no_longer_remembered() {
    let house = house(json!({"UserPoolTags": {"poolhouse:device-expiry-days": "10"}})).await;
    let (key, _) = confirmed(&house, "alice").await;
    let (pool, user) = whose(&house, "alice").await;
    let remembered = async || {
        let cx = house.app.context().unwrap();
        devices::find(&cx, &house.app.services.store, &pool, &user, &key).await.unwrap().unwrap().remembered
    };
    let signed_in = async || {
        let cx = house.app.context().unwrap();
        cx.services.store.transact(async |tx| devices::signed_in(&cx, tx, &pool, &user, &key).await).await.unwrap();
    };
    house.app.advance(HOUR * DAY * 9);
    assert!(remembered().await);
    signed_in().await;
    house.app.advance(HOUR * DAY * 9);
    assert!(remembered().await, "using it begins the time anew");
    house.app.advance(HOUR * DAY);
    assert!(!remembered().await);
    signed_in().await;
    assert!(!remembered().await, "a sign-in does not bring back what has lapsed");
    let administrators =
        merged(house.admin("alice"), json!({"DeviceKey": key, "DeviceRememberedStatus": "remembered"}));
    house.done("AdminUpdateDeviceStatus", administrators).await;
    assert!(remembered().await, "only the user or an administrator does");
    let tag = |days: &str| json!({"PoolName": "x", "UserPoolTags": {"poolhouse:device-expiry-days": days}});
    for days in ["0", "-1", "3651", "a week", ""] {
        assert!(house.refused("CreateUserPool", tag(days)).await.starts_with("InvalidParameterException"), "{days}");
    }
}

#[tokio::test]
async fn the_hundred_and_first_device_takes_the_place_of_the_one_that_matters_least() {
    let house = house(json!({})).await;
    let (oldest, token) = confirmed(&house, "alice").await;
    house.app.advance(HOUR / 60);
    let (second, _) = confirmed(&house, "alice").await;
    house.app.advance(HOUR / 60);
    let (forgettable, _) = confirmed(&house, "alice").await;
    let body = json!({"DeviceKey": forgettable, "DeviceRememberedStatus": "not_remembered"});
    house.done("AdminUpdateDeviceStatus", merged(house.admin("alice"), body)).await;
    for _ in 3..100 {
        confirmed(&house, "alice").await;
    }
    let count = async || {
        let mut keys = Vec::new();
        let mut page = house.done("ListDevices", merged(token.clone(), json!({"Limit": 40}))).await;
        loop {
            keys.extend(page["Devices"].as_array().unwrap().iter().map(|d| text(&d["DeviceKey"])));
            let Some(next) = page["PaginationToken"].as_str() else { break keys };
            page =
                house.done("ListDevices", merged(token.clone(), json!({"Limit": 40, "PaginationToken": next}))).await;
        }
    };
    assert_eq!(count().await.len(), 100);
    confirmed(&house, "alice").await;
    let keys = count().await;
    assert!(
        keys.len() == 100 && keys.contains(&oldest) && !keys.contains(&forgettable),
        "one that is not remembered goes first"
    );
    confirmed(&house, "alice").await;
    let keys = count().await;
    assert!(
        keys.len() == 100 && !keys.contains(&oldest) && keys.contains(&second),
        "then the one that was not used for longest"
    );
}

#[tokio::test]
async fn pools_that_track_no_devices_say_so_and_deleted_users_leave_none() {
    let plain = House::new(json!({}), json!({})).await;
    plain.user("alice").await;
    let refused = plain.refused("AdminListDevices", plain.admin("alice")).await;
    assert_eq!(refused, "InvalidUserPoolConfigurationException: User pool does not have device tracking enabled.");
    let house = house(json!({})).await;
    let (key, token) = confirmed(&house, "alice").await;
    house.done("AdminDeleteUser", house.admin("alice")).await;
    assert!(house.refused("GetDevice", of(&key, &token)).await.starts_with("UserNotFoundException"));
    house.user("alice").await;
    assert_eq!(
        house.done("AdminListDevices", house.admin("alice")).await["Devices"],
        json!([]),
        "a later user of the name"
    );
    let nobody = house.refused("AdminListDevices", house.admin("nobody")).await;
    assert!(nobody.starts_with("ResourceNotFoundException"), "{nobody}");
    assert!(house.refused("ForgetDevice", json!({"DeviceKey": key})).await.starts_with("InvalidParameterException"));
}

#[tokio::test]
async fn the_device_group_key_is_the_users_alone_and_stays() {
    let house = house(json!({})).await;
    house.user("bob").await;
    let cx = house.app.context().unwrap();
    let group = async |name: &str| {
        let (pool, user) = whose(&house, name).await;
        devices::new_metadata(&cx, &pool, &user).unwrap().1
    };
    assert_eq!(group("alice").await, group("alice").await);
    assert_ne!(group("alice").await, group("bob").await);
    let key = group("alice").await;
    assert!(key.len() == 9 && key.starts_with('-') && key[1..].bytes().all(|b| b.is_ascii_alphanumeric()), "{key}");
}

#[tokio::test]
async fn the_secret_of_a_device_opens_for_its_own_user_alone() {
    let house = house(json!({})).await;
    house.user("bob").await;
    let (key, _) = confirmed(&house, "alice").await;
    let cx = house.app.context().unwrap();
    let ((pool, alice), (_, bob)) = (whose(&house, "alice").await, whose(&house, "bob").await);
    let device = devices::find(&cx, &house.app.services.store, &pool, &alice, &key).await.unwrap().unwrap();
    assert_eq!(devices::opened_verifier(&cx, &pool, &alice, &device).unwrap().salt_hex(), "07".repeat(16));
    assert!(devices::opened_verifier(&cx, &pool, &bob, &device).is_err(), "moved to another user");
    let renamed = poolhouse::model::Device { key: "eu-west-1_0".into(), ..device };
    assert!(devices::opened_verifier(&cx, &pool, &alice, &renamed).is_err(), "moved to another device");
}
