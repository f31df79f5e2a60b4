//! What hangs on a pool: resource servers and domains.

use crate::house::{House, merged, text};
use serde_json::{Value, json};

async fn house() -> House {
    House::new(json!({}), json!({})).await
}

fn server(house: &House, identifier: &str, scopes: &[&str]) -> Value {
    let scopes: Vec<Value> =
        scopes.iter().map(|name| json!({"ScopeName": name, "ScopeDescription": "what it does"})).collect();
    json!({"UserPoolId": house.pool, "Identifier": identifier, "Name": "An API", "Scopes": scopes})
}

#[tokio::test]
async fn resource_servers_come_change_and_go() {
    let house = house().await;
    let made =
        house.done("CreateResourceServer", server(&house, "https://api.example.com/v1", &["read", "write"])).await;
    assert_eq!(made["ResourceServer"]["Scopes"][1]["ScopeName"], "write");
    let again = house.refused("CreateResourceServer", server(&house, "https://api.example.com/v1", &[])).await;
    assert_eq!(
        again,
        format!("InvalidParameterException: https://api.example.com/v1 already exists in user pool {}.", house.pool)
    );
    let twice = house.refused("CreateResourceServer", server(&house, "other", &["a", "a"])).await;
    assert!(twice.starts_with("InvalidParameterException"), "{twice}");
    let reserved = house.refused("CreateResourceServer", server(&house, "aws.cognito/x", &[])).await;
    assert!(reserved.contains("reserved"), "{reserved}");

    house.done("UpdateResourceServer", server(&house, "https://api.example.com/v1", &["read"])).await;
    let of = json!({"UserPoolId": house.pool, "Identifier": "https://api.example.com/v1"});
    let read = house.done("DescribeResourceServer", of.clone()).await;
    assert_eq!(read["ResourceServer"]["Scopes"].as_array().unwrap().len(), 1, "an update replaces the scopes");
    let unknown = json!({"UserPoolId": house.pool, "Identifier": "nothing"});
    for operation in ["DescribeResourceServer", "DeleteResourceServer"] {
        let fault = house.refused(operation, unknown.clone()).await;
        assert_eq!(fault, "ResourceNotFoundException: Resource server nothing does not exist.");
    }
    house.done("DeleteResourceServer", of.clone()).await;
    assert!(house.refused("DescribeResourceServer", of).await.starts_with("ResourceNotFoundException"));
}

#[tokio::test]
async fn resource_servers_are_listed_in_pages_and_bounded_in_number() {
    let house = house().await;
    for i in 0..25 {
        house.done("CreateResourceServer", server(&house, &format!("s{i:02}"), &[])).await;
    }
    let more = house.refused("CreateResourceServer", server(&house, "one-too-many", &[])).await;
    assert!(more.starts_with("LimitExceededException"), "{more}");
    let (mut seen, mut token) = (Vec::new(), Value::Null);
    loop {
        let asked = merged(json!({"UserPoolId": house.pool, "MaxResults": 10}), json!({"NextToken": token}));
        let page = house.done("ListResourceServers", asked).await;
        seen.extend(page["ResourceServers"].as_array().unwrap().iter().map(|server| text(&server["Identifier"])));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(seen, (0..25).map(|i| format!("s{i:02}")).collect::<Vec<_>>());
}

#[tokio::test]
async fn clients_name_scopes_that_are_there() {
    let house = house().await;
    house.done("CreateResourceServer", server(&house, "https://api.example.com/v1", &["read"])).await;
    let other = house.another_pool(json!({})).await;
    let asked = |pool: &str, scope: &str| {
        json!({"UserPoolId": pool, "ClientName": "c", "GenerateSecret": true, "AllowedOAuthFlowsUserPoolClient": true,
            "AllowedOAuthFlows": ["client_credentials"], "AllowedOAuthScopes": [scope]})
    };
    let made = house.done("CreateUserPoolClient", asked(&house.pool, "https://api.example.com/v1/read")).await;
    for scope in ["https://api.example.com/v1/write", "https://api.example.com/v1", "read"] {
        let fault = house.refused("CreateUserPoolClient", asked(&house.pool, scope)).await;
        assert_eq!(fault, format!("ScopeDoesNotExistException: Invalid scope requested: {scope}"));
    }
    let foreign = house.refused("CreateUserPoolClient", asked(&other, "https://api.example.com/v1/read")).await;
    assert!(foreign.starts_with("ScopeDoesNotExistException"), "a scope of another pool");
    let update = merged(
        asked(&house.pool, "https://api.example.com/v1/write"),
        json!({"ClientId": made["UserPoolClient"]["ClientId"]}),
    );
    assert!(house.refused("UpdateUserPoolClient", update).await.starts_with("ScopeDoesNotExistException"));
}

#[tokio::test]
async fn dynamic_registration_brings_its_own_resource_server() {
    let house = house().await;
    let of = json!({"UserPoolId": house.pool, "Identifier": "aws.cognito/dcr"});
    assert!(house.refused("DescribeResourceServer", of.clone()).await.starts_with("ResourceNotFoundException"));
    house
        .done("UpdateUserPool", json!({"UserPoolId": house.pool, "DcrConfiguration": {"EnableStatus": "Enabled"}}))
        .await;
    let shown = house.done("DescribeResourceServer", of.clone()).await;
    assert_eq!(shown["ResourceServer"]["ManagedBy"], "COGNITO");
    assert!(house.refused("DeleteResourceServer", of).await.starts_with("InvalidParameterException"));
}

#[tokio::test]
async fn a_pool_has_one_prefix_and_one_custom_domain_and_names_belong_to_one_pool() {
    let house = house().await;
    let other = house.another_pool(json!({})).await;
    let prefix = |pool: &str, name: &str| json!({"UserPoolId": pool, "Domain": name});
    let certificate = json!({"CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/1", "SecurityPolicy": "TLS_V1_2_2021"});
    let custom = |pool: &str, name: &str| merged(prefix(pool, name), json!({"CustomDomainConfig": certificate}));

    let made = house.done("CreateUserPoolDomain", prefix(&house.pool, "shop")).await;
    assert_eq!(made["ManagedLoginVersion"], 1);
    house.done("CreateUserPoolDomain", custom(&house.pool, "auth.example.com")).await;
    for (asked, words) in [
        (prefix(&house.pool, "shop"), "Domain already exists."),
        (prefix(&other, "shop"), "Domain already associated with another user pool."),
        (custom(&other, "auth.example.com"), "Domain already associated with another user pool."),
        (prefix(&house.pool, "shop-2"), "User pool already has a domain configured."),
        (custom(&house.pool, "login.example.com"), "User pool already has a domain configured."),
        (prefix(&other, "my-cognito-pool"), "Domain cannot contain reserved word: cognito"),
        (merged(prefix(&other, "third"), json!({"ManagedLoginVersion": 3})), "ManagedLoginVersion must be 1 or 2."),
    ] {
        assert_eq!(house.refused("CreateUserPoolDomain", asked).await, format!("InvalidParameterException: {words}"));
    }
    assert!(house.refused("CreateUserPoolDomain", prefix(&other, "a.b")).await.contains("invalid character"));

    let pool = house.done("DescribeUserPool", json!({"UserPoolId": house.pool})).await;
    assert_eq!(
        (&pool["UserPool"]["Domain"], &pool["UserPool"]["CustomDomain"]),
        (&json!("shop"), &json!("auth.example.com"))
    );
    let shown = house.done("DescribeUserPoolDomain", json!({"Domain": "auth.example.com"})).await;
    let shown = &shown["DomainDescription"];
    assert_eq!((&shown["Status"], &shown["UserPoolId"]), (&json!("ACTIVE"), &json!(house.pool)));
    assert_eq!(shown["CustomDomainConfig"], certificate);
    let unknown = house.done("DescribeUserPoolDomain", json!({"Domain": "unknown"})).await;
    assert_eq!(unknown, json!({"DomainDescription": {}}));
}

#[tokio::test]
async fn a_pool_with_a_domain_stays_until_the_domain_goes() {
    let house = house().await;
    let other = house.another_pool(json!({})).await;
    let of = |pool: &str| json!({"UserPoolId": pool, "Domain": "shop"});
    house.done("CreateUserPoolDomain", of(&house.pool)).await;
    let fault = house.refused("DeleteUserPool", json!({"UserPoolId": house.pool})).await;
    assert_eq!(
        fault,
        "InvalidParameterException: User pool cannot be deleted. It has a domain configured that should be deleted first."
    );
    for operation in ["DeleteUserPoolDomain", "UpdateUserPoolDomain"] {
        assert_eq!(
            house.refused(operation, of(&other)).await,
            "InvalidParameterException: No such domain or user pool exists."
        );
    }
    let updated = house.done("UpdateUserPoolDomain", merged(of(&house.pool), json!({"ManagedLoginVersion": 2}))).await;
    assert_eq!(updated["ManagedLoginVersion"], 2);
    house.done("UpdateUserPoolDomain", of(&house.pool)).await;
    let shown = house.done("DescribeUserPoolDomain", json!({"Domain": "shop"})).await;
    assert_eq!(shown["DomainDescription"]["ManagedLoginVersion"], 2, "what is left out stays");
    house.done("DeleteUserPoolDomain", of(&house.pool)).await;
    house.done("CreateUserPoolDomain", of(&other)).await;
    house.done("DeleteUserPool", json!({"UserPoolId": house.pool})).await;
}

#[tokio::test]
async fn two_pools_that_want_one_domain_at_once_get_one() {
    let house = house().await;
    let other = house.another_pool(json!({})).await;
    for round in 0..5 {
        let of = |pool: &str| json!({"UserPoolId": pool, "Domain": format!("shop-{round}")});
        let (first, second) = futures::future::join(
            house.call("CreateUserPoolDomain", of(&house.pool)),
            house.call("CreateUserPoolDomain", of(&other)),
        )
        .await;
        assert!(first.is_ok() != second.is_ok(), "{first:?} {second:?}");
        let owner = if first.is_ok() { &house.pool } else { &other };
        house.done("DeleteUserPoolDomain", of(owner)).await;
    }
}

#[tokio::test]
async fn nothing_of_a_deleted_pool_is_left() {
    let house = house().await;
    let store = &house.app.app.services.store;
    let before = keys_naming(&house, "").await;
    house.done("CreateResourceServer", server(&house, "api", &["read"])).await;
    house.done("GetSigningCertificate", json!({"UserPoolId": house.pool})).await;
    let details = json!({"client_id": "id", "client_secret": "s", "authorize_scopes": "openid"});
    let google = json!({"UserPoolId": house.pool, "ProviderName": "Google", "ProviderType": "Google", "ProviderDetails": details});
    house.done("CreateIdentityProvider", merged(google, json!({"IdpIdentifiers": ["g"]}))).await;
    house.user("alice").await;
    let source =
        json!({"ProviderName": "Google", "ProviderAttributeName": "Cognito_Subject", "ProviderAttributeValue": "1"});
    let link =
        json!({"UserPoolId": house.pool, "DestinationUser": {"ProviderAttributeValue": "alice"}, "SourceUser": source});
    house.done("AdminLinkProviderForUser", link).await;
    let of = json!({"UserPoolId": house.pool, "ClientId": house.client});
    let asset = json!({"Category": "FORM_LOGO", "ColorMode": "LIGHT", "Extension": "ICO", "Bytes": "AAABAA=="});
    house.done("CreateManagedLoginBranding", merged(of.clone(), json!({"Assets": [asset]}))).await;
    let links = json!({"TermsName": "terms-of-use", "TermsSource": "LINK", "Enforcement": "NONE", "Links": {"cognito:default": "https://a.example"}});
    house.done("CreateTerms", merged(of, links)).await;
    assert!(keys_naming(&house, &house.pool).await > 10 && before > 0);

    house.done("DeleteUserPool", json!({"UserPoolId": house.pool})).await;
    while poolhouse::store::sweep::purge_some(store, 100).await.unwrap() > 0 {}
    assert_eq!(keys_naming(&house, &house.pool).await, 0);
}

/// How many keys of the store have this text in them.
async fn keys_naming(house: &House, text: &str) -> usize {
    let page = house.app.app.services.store.engine().scan(&[], None, 100_000).await.unwrap();
    page.entries
        .iter()
        .filter(|(key, _)| text.is_empty() || key.windows(text.len()).any(|part| part == text.as_bytes()))
        .count()
}
