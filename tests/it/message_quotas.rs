//! Quotas of mail and SMS: they hold whatever addresses messages are requested from, and tell nothing.

use crate::house::{By, House, PASSWORD};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::config::limits::Quota;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv6Addr};

const NUMBER: &str = "+12065550100";

async fn house(destination: u32) -> House {
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.limits.messages.destination = Quota::hourly(destination);
    });
    let sms = json!({"SnsCallerArn": "arn:aws:iam::123456789012:role/sms", "ExternalId": "x"});
    House::over(
        app.await.unwrap(),
        json!({"AutoVerifiedAttributes": ["phone_number"], "SmsConfiguration": sms}),
        json!({"PreventUserExistenceErrors": "ENABLED"}),
    )
    .await
}

/// An address in a /64 of its own.
fn address(network: u16) -> IpAddr {
    IpAddr::V6(Ipv6Addr::new(0x2001, 0x470, 0x1, network, 0, 0, 0, 1))
}

async fn sign_up(house: &House, n: u16) -> Result<Value, String> {
    let phone = json!([{"Name": "phone_number", "Value": NUMBER}]);
    let body = json!({"ClientId": house.client, "Username": format!("user{n}"), "Password": PASSWORD, "UserAttributes": phone});
    house.call_by(By { from: Some(address(n)), ..By::default() }, "SignUp", body).await
}

async fn sent(house: &House) -> usize {
    house.app.services.delivery.drain().await.unwrap();
    house.app.services.delivery.inbox().unwrap().messages().iter().filter(|message| message.to == NUMBER).count()
}

#[tokio::test]
async fn one_number_gets_only_so_many_messages_from_all_networks_together() {
    let house = house(5).await;
    let mut made = 0;
    for n in 0..20 {
        match sign_up(&house, n).await {
            Ok(_) => made += 1,
            Err(refused) => assert!(refused.starts_with("LimitExceededException"), "{refused}"),
        }
    }
    assert_eq!((made, sent(&house).await), (5, 5));
}

#[tokio::test]
async fn an_exhausted_destination_does_not_show_in_what_users_are_told() {
    let house = house(2).await;
    house.user_with("ann", json!({"phone_number": NUMBER, "phone_number_verified": "true"})).await;
    for n in 0..2 {
        sign_up(&house, n).await.unwrap();
    }
    let forgot = |n: u16| {
        let body = json!({"ClientId": house.client, "Username": "ann"});
        (By { from: Some(address(100 + n)), ..By::default() }, body)
    };
    let (by, body) = forgot(0);
    let answer = house.call_by(by, "ForgotPassword", body).await.unwrap();
    assert_eq!(answer["CodeDeliveryDetails"]["DeliveryMedium"], "SMS");
    assert_eq!(sent(&house).await, 2, "the code was withheld");
    house.app.advance(std::time::Duration::from_secs(3600));
    let (by, body) = forgot(1);
    house.call_by(by, "ForgotPassword", body).await.unwrap();
    assert_eq!(sent(&house).await, 3);
}

#[tokio::test]
async fn sign_ups_without_a_code_are_bounded_per_address() {
    let house = House::new(json!({}), json!({})).await;
    let mut made = 0;
    for n in 0..120 {
        let body = json!({"ClientId": house.client, "Username": format!("user{n}"), "Password": PASSWORD});
        made += i32::from(house.call_by(By { from: Some(address(1)), ..By::default() }, "SignUp", body).await.is_ok());
    }
    assert_eq!(made, 100);
}
