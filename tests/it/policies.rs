//! Keys for one pool: what else they are told to act on is judged by what they act on.

use crate::house::{By, House};
use serde_json::{Value, json};

fn arn(house: &House, pool: &str) -> String {
    format!("arn:aws:cognito-idp:eu-west-1:{}:userpool/{pool}", house.app.services.config.identity.account_id)
}

#[tokio::test]
async fn members_that_an_operation_does_not_have_open_nothing() {
    let house = House::new(json!({}), json!({})).await;
    let other = house.another_pool(json!({})).await;
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": arn(&house, &house.pool)}]});
    let key = house.key(&policy.to_string()).await;
    let call = async |operation: &str, body: Value| {
        house.call_by(By { key: Some(&key), ..By::default() }, operation, body).await
    };
    let tags = json!({"poolhouse:password-scheme": "argon2id"});
    call("TagResource", json!({"ResourceArn": arn(&house, &house.pool), "Tags": {"a": "b"}})).await.unwrap();
    let strayed = json!({"UserPoolId": house.pool, "ResourceArn": arn(&house, &other), "Tags": tags});
    assert!(call("TagResource", strayed).await.unwrap_err().starts_with("AccessDeniedException"));
    for (operation, body) in [
        ("ListTagsForResource", json!({"ResourceArn": arn(&house, &other)})),
        ("ListUserPools", json!({"MaxResults": 1})),
        ("CreateUserPool", json!({"PoolName": "mine"})),
        ("DescribeUserPool", json!({"UserPoolId": other})),
    ] {
        let mut body = body;
        if body.get("UserPoolId").is_none() {
            body["UserPoolId"] = json!(house.pool);
        }
        assert!(call(operation, body).await.unwrap_err().starts_with("AccessDeniedException"), "{operation}");
    }
    let flows = json!({"UserPoolId": other, "ExplicitAuthFlows": ["ALLOW_TOKEN_EXCHANGE_IMPERSONATION"], "GenerateSecret": true});
    let client = house.another_client(flows).await;
    let exchange = json!({"ClientId": client, "UserPoolId": house.pool, "SubjectToken": "x.y.z", "SubjectTokenType": "ACCESS_TOKEN",
        "RequestedTokenType": "ACCESS_TOKEN"});
    assert!(
        call("GetDerivedToken", exchange).await.unwrap_err().starts_with("AccessDeniedException"),
        "another pool's client"
    );
}
