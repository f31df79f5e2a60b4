//! Hostile input to every decoder of the wire: never a panic, never a 5xx (but 501 for what is not built yet).

use poolhouse::app::{App, TestApp};
use poolhouse::wire::model::{Kind, Operation, Protocol, Service};
use poolhouse::wire::{self, Headers, Request, sigv4};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value, json};

fn every_operation() -> Vec<(Service, &'static Operation)> {
    Service::ALL
        .into_iter()
        .flat_map(|service| service.model().operations.iter().map(move |operation| (service, operation)))
        .collect()
}

/// A request for an operation, with this body (in its path, for REST-JSON: every label is `label`).
fn request(service: Service, operation: &'static Operation, body: Vec<u8>, label: &str) -> Request {
    let mut headers = Headers::default();
    headers.push("host", "localhost:9229");
    let model = service.model();
    let mut path = operation.uri.to_owned();
    match service.protocol() {
        Protocol::Json => headers.push("x-amz-target", format!("{}.{}", model.target_prefix, operation.name)),
        Protocol::Query => headers.push("content-type", "application/x-www-form-urlencoded"),
        Protocol::Rest => {
            while let (Some(from), Some(to)) = (path.find('{'), path.find('}')) {
                path.replace_range(from..=to, label);
            }
        }
    }
    Request { method: operation.method.into(), path, headers, body, ..Default::default() }
}

/// Any JSON, with the operation's member names at the top so that decoding gets somewhere.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
        Just(json!("us-east-1_AbCdEf123")),
        Just(json!("AP8=")),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[A-Za-z]{1,12}", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn body_for(operation: &Operation, values: &[Value]) -> Value {
    let mut body = Map::new();
    if let Some(Kind::Structure(members)) = operation.input.map(|shape| &shape.kind) {
        for (member, value) in members.iter().zip(values.iter().cycle()) {
            body.insert(member.name.to_owned(), value.clone());
        }
    }
    Value::Object(body)
}

fn runner(cases: u32) -> TestRunner {
    TestRunner::new(Config { cases, failure_persistence: None, max_shrink_iters: 16, ..Config::default() })
}

#[test]
fn any_json_for_every_operation() {
    let operations = every_operation();
    runner(48)
        .run(&(prop::collection::vec(any_json(), 1..6), "[!-z|~]{0,12}"), |(values, label)| {
            for (service, operation) in &operations {
                let body = body_for(operation, &values).to_string().into_bytes();
                if let Err(fault) = wire::decode(*service, operation, &request(*service, operation, body, &label)) {
                    prop_assert!(!matches!(fault, poolhouse::fault::Fault::Internal(_)), "{}: {fault}", operation.name);
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_bytes_for_every_operation() {
    let operations = every_operation();
    runner(48)
        .run(&prop::collection::vec(any::<u8>(), 0..200), |bytes| {
            for (service, operation) in &operations {
                if let Err(fault) = wire::decode(*service, operation, &request(*service, operation, bytes.clone(), "x"))
                {
                    prop_assert!(!matches!(fault, poolhouse::fault::Fault::Internal(_)), "{}: {fault}", operation.name);
                }
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn deep_and_long_bodies_are_refused_not_followed() {
    let service = Service::Idp;
    let operation = service.model().operation("SignUp").unwrap();
    let deep = [b"{\"ClientMetadata\":".as_slice(), &b"[".repeat(200_000)].concat();
    assert!(wire::decode(service, operation, &request(service, operation, deep, "")).is_err());
    let many: Vec<Value> = (0..20_000).map(|_| json!({})).collect();
    let long = json!({"ClientId": "c", "Username": "u", "UserAttributes": many}).to_string().into_bytes();
    let fault = wire::decode(service, operation, &request(service, operation, long, "")).unwrap_err();
    assert!(fault.message().len() < 20_000, "the answer is no larger than it must be");
    // Nothing of a body with too many values is parsed, whatever it holds.
    let list = format!(r#"{{"ClientId": "c", "UserAttributes": [{}{{}}]}}"#, "{},".repeat(50_000)).into_bytes();
    let fault = wire::decode(service, operation, &request(service, operation, list, "")).unwrap_err();
    assert_eq!(fault.to_string(), "SerializationException: The body has more than 20000 values");
}

/// The status that a request gets, which must not be a server's fault.
fn status(runtime: &tokio::runtime::Runtime, app: &TestApp, request: &Request) -> Result<u16, TestCaseError> {
    let response = runtime.block_on(wire::answer(app.context().unwrap(), request));
    prop_assert!(response.status < 500 || response.status == 501, "{}", String::from_utf8_lossy(&response.body));
    let odd = response.headers.iter().find(|(name, _)| *name == wire::NONCONFORMING);
    prop_assert!(odd.is_none(), "{odd:?}");
    Ok(response.status)
}

fn server() -> (tokio::runtime::Runtime, TestApp) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let app = runtime.block_on(App::for_tests()).unwrap();
    (runtime, app)
}

#[test]
fn any_authorization_header() {
    let (runtime, app) = server();
    let operation = Service::Idp.model().operation("ListUserPools").unwrap();
    let piece = prop_oneof![
        Just("AWS4-HMAC-SHA256 ".to_owned()),
        Just("Credential=".to_owned()),
        Just("AKIATESTROOT/20260101/us-east-1/cognito-idp/aws4_request".to_owned()),
        Just(", SignedHeaders=host;x-amz-date".to_owned()),
        Just(",Signature=".to_owned()),
        Just("/".to_owned()),
        Just("=".to_owned()),
        ".{0,30}",
    ];
    let header = prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat());
    let date = prop_oneof![Just("20260101T000000Z".to_owned()), Just("99999999T999999Z".to_owned()), ".{0,20}"];
    runner(400)
        .run(&(header, date), |(header, date)| {
            let mut request = request(Service::Idp, operation, b"{}".to_vec(), "");
            request.headers.push("authorization", header);
            request.headers.push("x-amz-date", date);
            prop_assert_eq!(status(&runtime, &app, &request)?, 400);
            Ok(())
        })
        .unwrap();
}

#[test]
fn any_form_and_query() {
    let (runtime, app) = server();
    let name = prop_oneof![
        Just("Action".to_owned()),
        Just("PolicyArns.member.1.arn".to_owned()),
        Just("PolicyArns.member.99999999999999999999.arn".to_owned()),
        Just("DurationSeconds".to_owned()),
        Just("X-Amz-Signature".to_owned()),
        Just("X-Amz-Credential".to_owned()),
        Just("X-Amz-Expires".to_owned()),
        "[a-zA-Z.%0-9]{0,12}",
    ];
    let value =
        prop_oneof![Just("AssumeRoleWithWebIdentity".to_owned()), Just("GetCallerIdentity".to_owned()), "[ -~]{0,12}"];
    let form = prop::collection::vec((name, value), 0..10).prop_map(|pairs| {
        pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
    });
    runner(400)
        .run(&(form, any::<bool>()), |(form, get)| {
            let mut headers = Headers::default();
            headers.push("host", "localhost:9229");
            headers.push("content-type", "application/x-www-form-urlencoded");
            let request = match get {
                true => Request { method: "GET".into(), path: "/".into(), query: form, headers, ..Default::default() },
                false => Request {
                    method: "POST".into(),
                    path: "/".into(),
                    headers,
                    body: form.into_bytes(),
                    ..Default::default()
                },
            };
            status(&runtime, &app, &request).map(|_| ())
        })
        .unwrap();
}

#[test]
fn any_json_run_for_every_operation() {
    let (runtime, app) = server();
    let operations = every_operation();
    let now = app.services.clock.now();
    runner(6)
        .run(&prop::collection::vec(any_json(), 1..6), |values| {
            for (service, operation) in &operations {
                let body = body_for(operation, &values).to_string().into_bytes();
                let mut request = request(*service, operation, body, "us-east-1%3Aa");
                let signer = sigv4::Signer {
                    key: app.root.id.clone(),
                    secret: app.root.secret.clone(),
                    token: None,
                    region: "us-east-1".into(),
                    service: service.model().signing_name.into(),
                };
                sigv4::sign(&mut request, &signer, now);
                let status = status(&runtime, &app, &request)?;
                prop_assert!(status != 403, "{}: the signature was refused", operation.name);
            }
            Ok(())
        })
        .unwrap();
}
