#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

mod sampled;

use super::check::{check, sentence};
use super::model::{Kind, Service, Shape};
use super::*;
use crate::app::{App, TestApp};
use crate::shapes::idp;
use serde_json::json;

fn shape(operation: &str) -> &'static Shape {
    Service::Idp.model().operation(operation).unwrap().input.unwrap()
}

fn told(operation: &str, mut input: Value) -> String {
    match check(shape(operation), &mut input) {
        Ok(violations) => sentence(&violations),
        Err(fault) => format!("{}: {}", fault.name(), fault.message()),
    }
}

#[test]
fn violations_are_told_in_awss_words() {
    let null = |path: &str| format!("Value null at '{path}' failed to satisfy constraint: Member must not be null");
    assert_eq!(told("DescribeUserPool", json!({})), format!("1 validation error detected: {}", null("userPoolId")));
    assert_eq!(
        told("DescribeUserPoolClient", json!({"ClientId": null})),
        format!("2 validation errors detected: {}; {}", null("userPoolId"), null("clientId"))
    );
    assert_eq!(
        told("DescribeUserPool", json!({"UserPoolId": "x y"})),
        r"1 validation error detected: Value 'x y' at 'userPoolId' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-zA-Z]+"
    );
    // Sensitive values are not shown.
    assert_eq!(
        told("SignUp", json!({"ClientId": "c", "Username": "", "Password": "two words"})),
        r"3 validation errors detected: Value at 'username' failed to satisfy constraint: Member must have length greater than or equal to 1; Value at 'username' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+; Value at 'password' failed to satisfy constraint: Member must satisfy regular expression pattern: [\S]+"
    );
    assert_eq!(
        told(
            "SignUp",
            json!({"ClientId": "c", "Username": "u", "UserAttributes": [{"Name": "email"}, {"Value": "x"}]})
        ),
        "1 validation error detected: Value null at 'userAttributes.2.member.name' failed to satisfy constraint: Member must not be null"
    );
    assert_eq!(
        told("ListUserPools", json!({"MaxResults": 61})),
        "1 validation error detected: Value '61' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 60"
    );
    let group = told("CreateGroup", json!({"UserPoolId": "r_1", "GroupName": "g", "RoleArn": "arn"}));
    assert!(
        group.starts_with(
            "2 validation errors detected: Value 'arn' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20; \
             Value 'arn' at 'roleArn' failed to satisfy constraint: Member must satisfy regular expression pattern: arn:"
        ),
        "{group}"
    );
}

#[test]
fn entries_of_lists_and_maps_are_told_at_the_list_or_map() {
    assert_eq!(
        told("AdminAddUserToGroup", json!({"UserPoolId": "r_1", "GroupName": "g", "Username": "u"})),
        "0 validation errors detected: "
    );
    let message = told(
        "CreateUserPoolClient",
        json!({"UserPoolId": "r_1", "ClientName": "c", "ExplicitAuthFlows": ["ALLOW_USER_SRP_AUTH", "NO"]}),
    );
    assert!(
        message.starts_with(
            "1 validation error detected: Value '[ALLOW_USER_SRP_AUTH, NO]' at 'explicitAuthFlows' failed to satisfy constraint: \
             Member must satisfy constraint: [Member must satisfy enum value set: [ADMIN_NO_SRP_AUTH, CUSTOM_AUTH_FLOW_ONLY, "
        ),
        "{message}"
    );
    let message = told(
        "TagResource",
        json!({"ResourceArn": "arn:aws:cognito-idp:r:1:userpool/r_1", "Tags": {"k": "v".repeat(257)}}),
    );
    assert!(
        message.contains(
            "at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256"
        ),
        "{message}"
    );
    assert!(
        told("CreateUserPoolClient", json!({"UserPoolId": "r_1", "ClientName": "c", "ReadAttributes": [null]}))
            .contains("'readAttributes'")
    );
}

#[test]
fn wrong_types_are_serialization_faults() {
    assert_eq!(
        told("DescribeUserPool", json!({"UserPoolId": 1})),
        "SerializationException: NUMBER_VALUE can not be converted to a String"
    );
    assert_eq!(
        told("ListUserPools", json!({"MaxResults": "1"})),
        "SerializationException: STRING_VALUE can not be converted to an Integer"
    );
    assert_eq!(
        told("ListUserPools", json!({"MaxResults": 1.5})),
        "SerializationException: NUMBER_VALUE can not be converted to an Integer"
    );
    assert_eq!(
        told("ListUserPools", json!({"MaxResults": 3e9})),
        "SerializationException: NUMBER_VALUE can not be converted to an Integer"
    );
    assert_eq!(told("ListUserPools", json!({"MaxResults": 1.0})), "0 validation errors detected: ");
    assert_eq!(
        told("SignUp", json!({"UserAttributes": {}})),
        "SerializationException: Start of structure or map found where not expected."
    );
    assert_eq!(
        told("SetUICustomization", json!({"UserPoolId": "r_1", "ImageFile": "%"})),
        "SerializationException: Invalid base64 data"
    );
}

#[test]
fn every_pattern_compiles_and_every_operation_is_found() {
    fn walk(shape: &'static Shape, seen: &mut std::collections::HashSet<*const Shape>) {
        if !seen.insert(std::ptr::from_ref(shape)) {
            return;
        }
        if let Some(pattern) = shape.pattern {
            assert!(pattern.compiles(), "{}", pattern.source);
        }
        match shape.kind {
            Kind::Structure(members) => members.iter().for_each(|member| walk(member.shape, seen)),
            Kind::List(member) => walk(member, seen),
            Kind::Map(key, value) => {
                walk(key, seen);
                walk(value, seen);
            }
            _ => {}
        }
    }
    let mut seen = std::collections::HashSet::new();
    let mut count = 0;
    for service in Service::ALL {
        for operation in service.model().operations {
            assert!(std::ptr::eq(service.model().operation(operation.name).unwrap(), operation));
            operation.input.into_iter().chain(operation.output).for_each(|shape| walk(shape, &mut seen));
            count += 1;
        }
    }
    assert_eq!(count, 153 + 23 + 17 + 2 + 2 + 27);
    assert_eq!(Service::Idp.model().operations.iter().filter(|operation| !operation.signed).count(), 34);
}

#[test]
fn shapes_go_through_json_and_records() {
    let json = json!({
        "Id": "us-east-1_abc", "Name": "first", "MfaConfiguration": "OPTIONAL", "CreationDate": 1767225600.123,
        "LambdaConfig": {"KMSKeyID": "key"}, "UserPoolTags": {"a": "b"}, "Policies": {"PasswordPolicy": {"MinimumLength": 8}},
        "NotOfTheModel": [1, 2],
    });
    let pool: idp::UserPoolType = serde_json::from_value(json.clone()).unwrap();
    assert_eq!(pool.creation_date.unwrap().millis(), 1_767_225_600_123);
    assert_eq!(pool.mfa_configuration, Some(idp::UserPoolMfaType::Optional));
    assert_eq!(pool.lambda_config.as_ref().unwrap().kms_key_id.as_deref(), Some("key"));
    let mut expected = json;
    expected.as_object_mut().unwrap().remove("NotOfTheModel");
    assert_eq!(serde_json::to_value(&pool).unwrap(), expected);
    let mut bytes = Vec::new();
    serde::Serialize::serialize(&pool, &mut rmp_serde::Serializer::new(&mut bytes).with_struct_map()).unwrap();
    assert_eq!(rmp_serde::from_slice::<idp::UserPoolType>(&bytes).unwrap(), pool);
}

#[test]
fn blobs_are_base64_in_json_and_bytes_elsewhere() {
    let input =
        idp::SetUICustomizationRequest { image_file: Some(crate::shapes::Blob(vec![0, 255])), ..Default::default() };
    let json = serde_json::to_value(&input).unwrap();
    assert_eq!(json["ImageFile"], "AP8=");
    assert_eq!(serde_json::from_value::<idp::SetUICustomizationRequest>(json).unwrap(), input);
    let mut bytes = Vec::new();
    serde::Serialize::serialize(&input, &mut rmp_serde::Serializer::new(&mut bytes).with_struct_map()).unwrap();
    assert_eq!(rmp_serde::from_slice::<idp::SetUICustomizationRequest>(&bytes).unwrap(), input);
}

#[test]
fn debug_shows_nothing_sensitive() {
    let input = idp::SignUpRequest { password: Some("hunter2".into()), username: "bob".into(), ..Default::default() };
    assert_eq!(format!("{input:?}"), "SignUpRequest");
}

fn json_call(target: &str, body: &str) -> Request {
    let mut headers = Headers::default();
    headers.push("Host", "localhost:9229");
    headers.push("Content-Type", "application/x-amz-json-1.1");
    headers.push("X-Amz-Target", target);
    Request { method: "POST".into(), path: "/".into(), headers, body: body.into(), ..Default::default() }
}

fn signer(app: &TestApp, service: &str) -> sigv4::Signer {
    sigv4::Signer {
        key: app.root.id.clone(),
        secret: app.root.secret.clone(),
        token: None,
        region: "eu-west-1".into(),
        service: service.into(),
    }
}

async fn answered(app: &TestApp, request: &Request) -> (u16, String, Response) {
    let response = answer(app.context().unwrap(), request).await;
    (response.status, String::from_utf8(response.body.clone()).unwrap(), response)
}

#[tokio::test]
async fn routing_faults_are_awss() {
    let app = App::for_tests().await.unwrap();
    let (status, body, response) = answered(&app, &json_call("AWSCognitoIdentityProviderService.Nope", "{}")).await;
    assert_eq!((status, body.as_str()), (400, r#"{"__type":"UnknownOperationException"}"#));
    assert!(response.headers.contains(&("x-amzn-ErrorType", "UnknownOperationException:".into())));
    let (status, body, _) =
        answered(&app, &Request { method: "POST".into(), path: "/x".into(), ..Default::default() }).await;
    assert_eq!(status, 400);
    assert!(body.contains(r#""code":"BadRequest""#));
    let (status, body, _) = answered(&app, &json_call("AWSCognitoIdentityProviderService.ListUserPools", "{}")).await;
    assert_eq!(
        (status, body.as_str()),
        (400, r#"{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}"#)
    );
    let (status, body, _) = answered(&app, &json_call("AWSCognitoIdentityProviderService.SignUp", "[")).await;
    assert_eq!(status, 400);
    assert!(body.contains("SerializationException"), "{body}");
    let sync = Request { method: "GET".into(), path: "/identitypools/a%3Ab".into(), ..Default::default() };
    assert_eq!(answered(&app, &sync).await.0, 403);
    let sync = Request { method: "GET".into(), path: "/identitypools/a/b/c/d/e/f/g".into(), ..Default::default() };
    assert_eq!(answered(&app, &sync).await.0, 404);
}

#[tokio::test]
async fn sts_answers_in_xml() {
    let app = App::for_tests().await.unwrap();
    let mut headers = Headers::default();
    headers.push("host", "localhost:9229");
    headers.push("content-type", "application/x-www-form-urlencoded; charset=utf-8");
    let body = b"Action=GetCallerIdentity&Version=2011-06-15".to_vec();
    let mut request = Request { method: "POST".into(), path: "/".into(), headers, body, ..Default::default() };
    let (status, body, _) = answered(&app, &request).await;
    assert_eq!(status, 403);
    assert!(body.contains("<Code>MissingAuthenticationToken</Code>"), "{body}");
    sigv4::sign(&mut request, &signer(&app, "sts"), app.services.clock.now());
    let (status, body, response) = answered(&app, &request).await;
    assert_eq!(status, 200, "{body}");
    assert!(
        body.starts_with(
            r#"<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult><UserId>"#
        )
    );
    assert!(body.contains("<Account>123456789012</Account>"));
    assert!(response.headers.contains(&("Content-Type", "text/xml".into())));
    let request = Request { method: "GET".into(), path: "/".into(), query: "Action=Nope".into(), ..Default::default() };
    assert!(answered(&app, &request).await.1.contains("<Code>InvalidAction</Code>"));
}

#[tokio::test]
async fn signatures_are_verified_before_constraints_and_constraints_before_work() {
    let app = App::for_tests().await.unwrap();
    let target = "AWSCognitoIdentityService.DescribeIdentityPool";
    let now = app.services.clock.now();
    let signed = |body: &str| {
        let mut request = json_call(target, body);
        sigv4::sign(&mut request, &signer(&app, "cognito-identity"), now);
        request
    };
    let (_, body, _) = answered(&app, &signed(r#"{"IdentityPoolId": "no"}"#)).await;
    assert!(
        body.contains(
            r#""__type":"ValidationException","message":"1 validation error detected: Value 'no' at 'identityPoolId'"#
        ),
        "{body}"
    );
    let mut tampered = signed("{}");
    tampered.body = b"{ }".to_vec();
    assert!(answered(&app, &tampered).await.1.contains("InvalidSignatureException"));
    let good = signed(r#"{"IdentityPoolId": "eu-west-1:0"}"#);
    let listed = include_str!("../../ops/not_available.txt").contains("cognito-identity:DescribeIdentityPool\n");
    assert_eq!(answered(&app, &good).await.0 == 501, listed);
    app.advance(std::time::Duration::from_secs(301));
    let (_, body, _) = answered(&app, &good).await;
    assert!(
        body.contains(
            "Signature expired: 20260101T000000Z is now earlier than 20260101T000001Z (20260101T000501Z - 5 min.)"
        ),
        "{body}"
    );
}
