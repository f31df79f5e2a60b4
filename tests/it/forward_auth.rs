//! Forward authorization: what a gateway is told of a token.

use crate::house::{HOUR, House};
use poolhouse::oauth::forward_auth;
use poolhouse::web::{Parameters, Response};
use serde_json::{Value, json};

async fn ask(house: &House, needs: &str, token: &Value) -> Response {
    let authorization = token.as_str().map(|token| format!("Bearer {token}"));
    let needs = Parameters::parse(needs).unwrap();
    let cx = house.app.context().unwrap();
    forward_auth::answer(&cx, &needs, authorization.as_deref()).await.unwrap()
}

#[tokio::test]
async fn a_token_passes_with_what_it_says_and_a_bad_one_is_told_why() {
    let house = House::new(json!({}), json!({})).await;
    house.user("zoë").await;
    for group in ["a,b", "staff"] {
        house.done("CreateGroup", json!({"UserPoolId": house.pool, "GroupName": group})).await;
        let member = json!({"UserPoolId": house.pool, "Username": "zoë", "GroupName": group});
        house.done("AdminAddUserToGroup", member).await;
    }
    let tokens = house.tokens("zoë").await;
    let (access, id) = (&tokens["AccessToken"], &tokens["IdToken"]);
    let pool = format!("pool={}", house.pool);
    let passed = ask(&house, &pool, access).await;
    assert_eq!((passed.status, passed.header("x-user-name")), (200, Some("zo%C3%AB")));
    let groups: Vec<&str> = passed.header("x-user-groups").unwrap().split(',').collect();
    assert!(groups.len() == 2 && groups.contains(&"a%2Cb"), "{groups:?}");
    assert_eq!(passed.header("x-client-id"), Some(house.client.as_str()));
    assert_eq!(passed.header("x-scopes"), Some("aws.cognito.signin.user.admin"));
    assert_eq!(passed.header("x-user-email"), Some(""), "what the token lacks replaces what a client sent");
    for (more, token, status) in [
        ("&use=id", id, 200),
        ("&use=id", access, 401),
        ("", id, 401),
        ("&group=other%20staff", access, 200),
        ("&group=other", access, 403),
        ("&scope=aws.cognito.signin.user.admin", access, 200),
        ("&scope=api/read", access, 403),
        ("&scope=aws.cognito.signin.user.admin", id, 401),
        ("&client=another", access, 401),
        ("&groups=staff", access, 403),
        ("&use=refresh", access, 403),
        ("", &json!("x.y.z"), 401),
        ("", &json!("rubbish"), 401),
        ("", &json!(null), 401),
    ] {
        let answer = ask(&house, &format!("{pool}{more}"), token).await;
        assert_eq!(answer.status, status, "{more} {}", String::from_utf8_lossy(&answer.body));
        let challenge = answer.header("www-authenticate");
        let lacks = status == 403 && (more.contains("group=other") || more.contains("api/read"));
        let is_told = challenge.is_some_and(|told| told.starts_with("Bearer"));
        assert_eq!(is_told, status == 401 || lacks, "{more}");
    }
    assert_eq!(ask(&house, "", access).await.status, 403, "a gateway must say which pool");
    let elsewhere = house.another_pool(json!({})).await;
    assert_eq!(ask(&house, &format!("pool={elsewhere}"), access).await.status, 401);
    assert_eq!(ask(&house, "pool=eu-west-1_nowhere", access).await.status, 401);
    house.done("AdminDisableUser", house.admin("zoë")).await;
    assert_eq!(ask(&house, &pool, access).await.status, 401, "a disabled user");
    house.done("AdminEnableUser", house.admin("zoë")).await;
    house.app.advance(HOUR);
    assert_eq!(ask(&house, &pool, access).await.status, 401, "an expired token");
}
