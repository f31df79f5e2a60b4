//! New signing keys of a pool: what verifiers see, and which tokens still count.

use crate::house::{HOUR, House};
use poolhouse::domain::tokens::key_rotation::{Rotation, rotate};
use poolhouse::oauth::discovery;
use serde_json::{Value, json};
use std::time::Duration;

async fn published(house: &House) -> Vec<String> {
    let cx = house.app.context().unwrap();
    let set = discovery::jwks(&cx, &house.pool).await.unwrap();
    set["keys"].as_array().unwrap().iter().map(|key| key["kid"].as_str().unwrap().to_owned()).collect()
}

fn kid(token: &Value) -> String {
    use base64::Engine as _;
    let head = token.as_str().unwrap().split('.').next().unwrap();
    let head: Value =
        serde_json::from_slice(&base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(head).unwrap()).unwrap();
    head["kid"].as_str().unwrap().to_owned()
}

async fn works(house: &House, token: &Value) -> bool {
    house.unsigned("GetUser", json!({"AccessToken": token})).await.is_ok()
}

#[tokio::test]
async fn new_keys_are_published_an_hour_before_they_sign_and_old_tokens_live_on() {
    let house = House::new(json!({}), json!({"AccessTokenValidity": 5})).await;
    house.user("alice").await;
    let old = house.tokens("alice").await;
    let before = published(&house).await;
    rotate(&house.app.context().unwrap(), &house.pool, Rotation::Announced).await.unwrap();
    let during = published(&house).await;
    assert_eq!((during.len(), &during[..2]), (4, &before[..]));
    assert!(before.contains(&kid(&house.tokens("alice").await["AccessToken"])), "the old keys still sign");
    let again = rotate(&house.app.context().unwrap(), &house.pool, Rotation::AtOnce).await.err().unwrap();
    assert_eq!(again.to_string().split(':').next(), Some("ConflictException"));
    house.app.services.clock.advance(HOUR);
    let new = house.tokens("alice").await;
    assert!(during[2..].contains(&kid(&new["AccessToken"])) && during[2..].contains(&kid(&new["IdToken"])));
    assert!(works(&house, &old["AccessToken"]).await && works(&house, &new["AccessToken"]).await);
    house.app.services.clock.advance(Duration::from_secs(26 * 3600));
    assert_eq!(published(&house).await, during[2..]);
}

#[tokio::test]
async fn keys_that_leaked_are_refused_at_once() {
    let house = House::new(json!({}), json!({})).await;
    house.user("alice").await;
    let old = house.tokens("alice").await;
    rotate(&house.app.context().unwrap(), &house.pool, Rotation::AtOnce).await.unwrap();
    let second = house.tokens("alice").await;
    assert!(works(&house, &old["AccessToken"]).await && works(&house, &second["AccessToken"]).await);
    rotate(&house.app.context().unwrap(), &house.pool, Rotation::Revoking).await.unwrap();
    assert!(!works(&house, &old["AccessToken"]).await && !works(&house, &second["AccessToken"]).await);
    assert!(works(&house, &house.tokens("alice").await["AccessToken"]).await);
    let cx = house.app.context().unwrap();
    assert!(rotate(&cx, "us-east-1_nosuchpoo", Rotation::Announced).await.is_err());
}
