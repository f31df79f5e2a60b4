//! Requests that fit the model in every member, run against a pool that has what they name: whatever they ask, the
//! answer is the caller's to deal with and one that the model knows, never a fault of the server.

use crate::house::{By, House, PASSWORD};
use crate::sampling::{Dice, fitting};
use poolhouse::wire::{self, model::Service};
use serde_json::{Value, json};
use std::time::Duration;

/// What stands in for members by their names: mostly things that are there.
fn known(house: &House, access: &Value) -> Value {
    let arn = format!("arn:aws:cognito-idp:eu-west-1:123456789012:userpool/{}", house.pool);
    json!({
        "UserPoolId": house.pool, "ClientId": house.client, "Username": "alice", "AccessToken": access, "GroupName": "staff",
        "ResourceArn": arn, "Password": PASSWORD, "PreviousPassword": PASSWORD, "AttributeName": "email", "AuthFlow": "USER_PASSWORD_AUTH",
        "AuthParameters": {"USERNAME": "alice", "PASSWORD": PASSWORD}, "ConfirmationCode": "123456",
        "UserAttributes": [{"Name": "email", "Value": "a@example.com"}], "UserAttributeNames": ["nickname"], "Filter": "email ^= \"a\"",
        "Identifier": "https://api.example.com", "ProviderName": "Acme", "ProviderType": "SAML",
        "DeviceKey": "eu-west-1_0a1b2c3d-0a1b-4c1d-8a1b-0a1b2c3d4e5f",
    })
}

#[tokio::test]
async fn no_fitting_request_is_a_fault_of_the_server() {
    let (mut answered, mut done) = (0, 0);
    for seed in 0..6 {
        let mut dice = Dice(seed);
        let house = House::new(json!({"AutoVerifiedAttributes": ["email"]}), json!({})).await;
        house.user("alice").await;
        house.done("CreateGroup", json!({"UserPoolId": house.pool, "GroupName": "staff"})).await;
        let access = house.tokens("alice").await["AccessToken"].clone();
        let (known, root) = (known(&house, &access), house.root());
        // What ends the pool or its user comes last.
        let last = ["DeleteUserPool", "DeleteUserPoolClient", "DeleteUser", "AdminDeleteUser"];
        let (end, begin): (Vec<_>, Vec<_>) =
            Service::Idp.model().operations.iter().partition(|operation| last.contains(&operation.name));
        for operation in begin.into_iter().chain(end) {
            let mut body = fitting(operation.input.unwrap(), &mut dice, (seed as usize * 3) % 9);
            for (name, value) in body.as_object_mut().unwrap() {
                if let Some(known) = known.get(name)
                    && dice.roll(8) > 0
                {
                    *value = known.clone();
                }
            }
            house.app.advance(Duration::from_millis(200));
            let response = house.answer(operation.name, &body, By { key: Some(&root), from: None }).await;
            let text = String::from_utf8_lossy(&response.body);
            assert!(
                response.status < 500 || response.status == 501,
                "{} (seed {seed}): {text}\n{body}",
                operation.name
            );
            let odd = response.headers.iter().find(|(name, _)| *name == wire::NONCONFORMING);
            assert!(odd.is_none(), "{} (seed {seed}): {odd:?}\n{text}\n{body}", operation.name);
            answered += usize::from(response.status != 501);
            done += usize::from(response.status == 200);
        }
    }
    assert!(done * 4 > answered, "only {done} of {answered} requests came through");
}
