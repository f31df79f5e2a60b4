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

#[tokio::test]
async fn secrets_are_an_action_of_their_own() {
    let house = House::new(json!({}), json!({"GenerateSecret": true})).await;
    let details = json!({"client_id": "x", "client_secret": "hush", "authorize_scopes": "openid"});
    let provider = json!({"UserPoolId": house.pool, "ProviderName": "Google", "ProviderType": "Google",
        "ProviderDetails": details, "IdpIdentifiers": ["g"]});
    let made = house.done("CreateIdentityProvider", provider).await;
    assert_eq!(made["IdentityProvider"]["ProviderDetails"]["client_secret"], "hush");

    let statement = |actions: &[&str]| {
        json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": arn(&house, &house.pool)}]}).to_string()
    };
    let reader = house.key("read-only").await;
    let writer = house.key(&statement(&["cognito-idp:Describe*", "cognito-idp:Update*"])).await;
    let trusted = house.key(&statement(&["cognito-idp:Describe*", "cognito-idp:ReadSecrets"])).await;
    let whole = house.key(&statement(&["cognito-idp:*"])).await;
    let client = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let provider = json!({"UserPoolId": house.pool, "ProviderName": "Google"});
    let by_identifier = json!({"UserPoolId": house.pool, "IdpIdentifier": "g"});
    let secret = "/UserPoolClient/ClientSecret";
    let hushed = "/IdentityProvider/ProviderDetails/client_secret";
    for (key, operation, body, place, shown) in [
        (&reader, "DescribeUserPoolClient", &client, secret, false),
        (&reader, "DescribeIdentityProvider", &provider, hushed, false),
        (&reader, "GetIdentityProviderByIdentifier", &by_identifier, hushed, false),
        (&writer, "UpdateUserPoolClient", &client, secret, false),
        (&writer, "UpdateIdentityProvider", &provider, hushed, false),
        (&trusted, "DescribeUserPoolClient", &client, secret, true),
        (&trusted, "DescribeIdentityProvider", &provider, hushed, true),
        (&whole, "DescribeUserPoolClient", &client, secret, true),
    ] {
        let by = By { key: Some(key), ..By::default() };
        let answer = house.call_by(by, operation, body.clone()).await.unwrap();
        assert_eq!(answer.pointer(place).is_some(), shown, "{operation}: {answer}");
    }
}
