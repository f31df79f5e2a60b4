//! Whatever comes in: no endpoint or page answers 5xx, panics, or leads anywhere but to this pool or to an address that
//! the client is registered with; no header is made of what was sent.

use super::{CALLBACK, Server};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::domain::pools::{self, hosts};
use poolhouse::oauth::{self, PoolRequest};
use poolhouse::web::{Method, Parameters, Request, Response};
use poolhouse::{hosted, oauth::discovery};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::json;
use std::sync::Arc;

const BASE: &str = "http://test.auth.localhost:9229";
const PATHS: [&str; 24] = [
    "/",
    "/oauth2/authorize",
    "/oauth2/token",
    "/oauth2/userInfo",
    "/oauth2/register",
    "/oauth2/revoke",
    "/oauth2/introspect",
    "/oauth2/par",
    "/oauth2/device_authorization",
    "/logout",
    "/login",
    "/challenge",
    "/signup",
    "/confirm",
    "/resendcode",
    "/forgotPassword",
    "/confirmforgotPassword",
    "/confirmUser",
    "/passkeys/add",
    "/device",
    "/device/confirm",
    "/error",
    "/authorize",
    "/nosuch",
];
const NAMES: [&str; 42] = [
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "redirect_uri",
    "response_type",
    "response_mode",
    "scope",
    "state",
    "nonce",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "prompt",
    "max_age",
    "acr_values",
    "resource",
    "request_uri",
    "identity_provider",
    "idp_identifier",
    "login_hint",
    "lang",
    "grant_type",
    "refresh_token",
    "device_code",
    "user_code",
    "token",
    "subject_token",
    "subject_token_type",
    "logout_uri",
    "post_logout_redirect_uri",
    "id_token_hint",
    "aws_client_metadata",
    "username",
    "password",
    "_csrf",
    "credential",
    "passkeySession",
    "error",
    "missing",
    "problem",
];

/// Values that get far, and values that are nothing.
fn value(client: String) -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(client),
        3 => prop::sample::select(vec![
            CALLBACK.to_owned(), "code".into(), "token".into(), "openid email".into(), "authorization_code".into(),
            "refresh_token".into(), "client_credentials".into(), "device_code".into(), "S256".into(), "form_post".into(),
            "urn:ietf:params:oauth:grant-type:device_code".into(), "urn:ietf:params:oauth:grant-type:token-exchange".into(),
            "urn:ietf:params:oauth:client-assertion-type:jwt-bearer".into(), super::CHALLENGE.into(), super::VERIFIER.into(),
            "https://app.test/bye".into(), "https://evil.test/".into(), "//evil.test".into(), "javascript:alert(1)".into(),
            "https://app.test/callback@evil.test".into(), "\r\nSet-Cookie: a=b".into(), "BCDF-GHJK".into(), "none".into(),
            "0".into(), "-1".into(), "99999999999999999999".into(), "00000000-0000-4000-8000-000000000000".into(),
        ]),
        2 => ".{0,60}",
        1 => "[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}\\.[A-Za-z0-9_-]{0,40}",
    ]
}

/// A JWT with any header and claims, signed by nobody.
fn jwt() -> impl Strategy<Value = String> {
    use base64::Engine as _;
    let part = |text: String| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(text);
    let claim = prop_oneof![
        Just(json!(null)),
        any::<i64>().prop_map(|n| json!(n)),
        ".{0,12}".prop_map(|t| json!(t)),
        Just(json!(["a"]))
    ];
    let claims = prop::collection::btree_map("(iss|sub|aud|exp|nbf|iat|jti|token_use|kid|[a-z]{1,4})", claim, 0..8);
    let head = prop_oneof![
        Just(json!({"alg": "none"}).to_string()),
        Just(json!({"alg": "RS256", "kid": "x"}).to_string()),
        Just(json!({"alg": "HS256"}).to_string()),
        ".{0,30}",
    ];
    (head, claims).prop_map(move |(head, claims)| format!("{}.{}.AAAA", part(head), part(json!(claims).to_string())))
}

#[derive(Debug, Clone)]
struct Sent {
    path: &'static str,
    post: bool,
    query: Vec<(String, String)>,
    form: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

fn sent(client: &str) -> impl Strategy<Value = Sent> {
    let name = prop_oneof![6 => prop::sample::select(&NAMES[..]).prop_map(str::to_owned), 1 => ".{0,12}"];
    let any_value = prop_oneof![5 => value(client.to_owned()), 1 => jwt()];
    let pairs = prop::collection::vec((name, any_value), 0..9);
    let header = prop_oneof![
        (
            Just("cookie".to_owned()),
            "(cognito|page-data|XSRF-TOKEN|device-consent|[a-z]{1,5})=.{0,40}(; [a-z=;, ]{0,20})?"
        ),
        (
            Just("authorization".to_owned()),
            prop_oneof!["(Basic|basic|Bearer|DPoP|.{0,6}) .{0,60}", jwt().prop_map(|t| format!("Bearer {t}"))]
        ),
        (Just("dpop".to_owned()), prop_oneof![".{0,40}", jwt()]),
        (Just("origin".to_owned()), prop_oneof![Just(BASE.to_owned()), ".{0,30}"]),
    ];
    let headers = prop::collection::vec(header, 0..4);
    let body = prop::collection::vec(any::<u8>(), 0..60);
    (prop::sample::select(&PATHS[..]), any::<bool>(), pairs.clone(), pairs, headers, body)
        .prop_map(|(path, post, query, form, headers, body)| Sent { path, post, query, form, headers, body })
}

fn written(pairs: &[(String, String)]) -> Parameters {
    pairs.iter().fold(Parameters::default(), |all, (name, value)| all.with(name, value))
}

async fn ask(server: &Server, sent: &Sent, managed: bool) -> Option<Response> {
    let query = written(&sent.query);
    let request = Request {
        method: if sent.post { Method::Post } else { Method::Get },
        path: sent.path.to_owned(),
        raw_query: query.encode(),
        query,
        form: if sent.post { written(&sent.form) } else { Parameters::default() },
        body: if sent.post && sent.form.is_empty() { sent.body.clone() } else { Vec::new() },
        headers: sent.headers.clone(),
        base_url: BASE.into(),
        secure: false,
    };
    let mut cx = server.house.app.context().unwrap();
    cx.source_ip = [127, 0, 0, 1].into();
    let pool = pools::pool(&cx.services.store, &server.house.pool).await.unwrap();
    let at = PoolRequest { cx: &cx, pool: &pool, request: &request, managed };
    match oauth::answer(at).await {
        Some(answer) => Some(answer.expect("no fault")),
        None => hosted::answer(at).await.map(|answer| answer.expect("no fault")),
    }
}

/// Whether an answer is one that anything may get.
fn is_safe(response: &Response) -> Result<(), String> {
    if response.status >= 500 {
        return Err(format!("{}: {:?}", response.status, response.fault));
    }
    for (name, value) in &response.headers {
        if value.contains(['\r', '\n', '\0']) {
            return Err(format!("{name}: {value:?}"));
        }
    }
    let Some(location) = response.header("Location") else { return Ok(()) };
    let own = location.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with(['/', '?']));
    let registered = [CALLBACK, "http://localhost:3000?a=b", "myapp://x", "https://app.test/bye"];
    let after = |address: &str| {
        location.strip_prefix(address).is_some_and(|rest| rest.is_empty() || rest.starts_with(['?', '#', '&']))
    };
    if own || registered.into_iter().any(after) { Ok(()) } else { Err(format!("it leads to {location}")) }
}

async fn with_all() -> Server {
    let server = Server::with(json!({"AllowedOAuthFlows": ["code", "implicit"]})).await;
    let arn = server.house.done("DescribeUserPool", json!({"UserPoolId": server.house.pool})).await["UserPool"]["Arn"]
        .clone();
    let tags = json!({"poolhouse:oauth": "introspection par form_post client_assertions dpop device_grant"});
    server.house.done("TagResource", json!({"ResourceArn": arn, "Tags": tags})).await;
    server
}

#[test]
fn anything_is_answered_and_leads_nowhere_else() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = Arc::new(runtime.block_on(with_all()));
    let client = server.house.client.clone();
    let mut runner = TestRunner::new(Config { cases: 1500, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&(sent(&client), any::<bool>()), |(sent, managed)| {
        if let Some(response) = runtime.block_on(ask(&server, &sent, managed)) {
            is_safe(&response).map_err(TestCaseError::fail)?;
        }
        Ok(())
    });
    outcome.unwrap();
}

#[tokio::test]
async fn nothing_that_was_sent_becomes_a_header() {
    let server = with_all().await;
    for evil in [
        "x\r\nSet-Cookie: cognito=stolen",
        "x\nLocation: https://evil.test",
        "x\u{0}y",
        "x%0d%0aSet-Cookie:a=b",
        "\u{2028}x",
    ] {
        for (name, more) in [
            ("state", vec![]),
            ("scope", vec![]),
            ("nonce", vec![]),
            ("code_challenge", vec![]),
            ("state", vec![("prompt", "none")]),
        ] {
            let mut changes = more;
            changes.push((name, evil));
            let answer = server.authorize(&changes, None).await;
            is_safe(&answer.0).unwrap_or_else(|why| panic!("{name}={evil:?}: {why}"));
        }
        let answer = server.sign_in(&[("state", evil)]).await;
        is_safe(&answer.0).unwrap();
        assert_eq!(answer.sent().get("state"), Some(evil), "the app gets what it sent, encoded");
    }
}

#[tokio::test]
async fn a_session_that_was_planted_is_not_the_one_of_who_signs_in() {
    let server = Server::new().await;
    let planted = server.sign_in(&[]).await.session().unwrap().to_owned();
    let fresh = server.sign_in(&[]).await.session().unwrap().to_owned();
    assert_ne!(planted, fresh, "each sign-in has a session of its own");
    let away = super::query(&[("client_id", &server.house.client), ("logout_uri", "https://app.test/bye")]);
    server.get(&format!("/logout?{away}"), &[("cookie", &format!("cognito={fresh}"))]).await;
    assert!(server.authorize(&[], Some(&fresh)).await.location().contains("/login?"));
    assert!(server.authorize(&[], Some(&planted)).await.location().starts_with(CALLBACK), "another session");
}

/// A server whose pool has the host `test.auth.localhost`.
async fn on_a_host() -> Server {
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.identity.domain_base = "auth.localhost".into();
    });
    Server::over(app.await.unwrap(), json!({})).await
}

#[tokio::test]
async fn only_a_pools_own_host_is_its_host() {
    let server = on_a_host().await;
    let cx = server.house.app.context().unwrap();
    let resolved = async |host: &str| hosts::resolve(&cx, host, "/login").await.unwrap().is_some();
    for own in ["test.auth.localhost", "test.auth.localhost:9229", "TEST.auth.localhost:1", "test.auth.localhost."] {
        assert!(resolved(own).await, "{own}");
    }
    for other in [
        "evil.test",
        "test.auth.localhost.evil.test",
        "test.auth.localhost:9229.evil.test",
        "test.auth.localhost:9229@evil.test",
        "evil.test:9229@test.auth.localhost:x",
        "ann@test.auth.localhost",
        "eviltest.auth.localhost",
        "a.test.auth.localhost",
        "test.auth.localhost/",
        "test.auth.localhost:80:80",
        "test.auth.localhost, evil.test",
        "test.auth.localhost\t",
        "",
        ":9229",
        ".auth.localhost",
    ] {
        assert!(!resolved(other).await, "{other}");
    }
    // What the server says of itself comes from its settings, whatever host asks.
    let document = discovery::configuration(&cx, &server.house.pool).await.unwrap().to_string();
    assert!(!document.contains("evil"));
}

#[test]
fn any_host_is_the_pools_own_or_nobodys() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let server = runtime.block_on(on_a_host());
    let cx = server.house.app.context().unwrap();
    let any_host = prop_oneof![
        ".{0,40}",
        "[a-z.:@/]{0,12}test\\.auth\\.localhost[a-z0-9.:@/]{0,12}",
        "test\\.auth\\.localhost(:[0-9]{0,6})?\\.{0,2}",
    ];
    let mut runner = TestRunner::new(Config { cases: 1500, failure_persistence: None, ..Config::default() });
    let outcome = runner.run(&any_host, |host| {
        let found = runtime.block_on(hosts::resolve(&cx, &host, "/login")).unwrap();
        if found.is_some() {
            let name = host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()));
            let name = name.map_or(host.as_str(), |(name, _)| name).trim_end_matches('.');
            prop_assert!(name.eq_ignore_ascii_case("test.auth.localhost"), "{host:?}");
        }
        Ok(())
    });
    outcome.unwrap();
}
