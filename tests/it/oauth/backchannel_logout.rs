//! OpenID Connect Back-Channel Logout: which clients hear that a session has ended, and what they get.

use super::{Server, claims, query};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::domain::pools::client_oauth::{WantedOAuthSettings, set};
use poolhouse::domain::tokens::logout_notices::send_due;
use poolhouse::web::Parameters;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// A client's server: the forms that it got, and the statuses that it is going to answer before it answers 200.
#[derive(Clone, Default)]
struct Client {
    got: Arc<Mutex<Vec<String>>>,
    statuses: Arc<Mutex<VecDeque<u16>>>,
}

impl Client {
    async fn start() -> (Self, String) {
        let client = Self::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/logout", listener.local_addr().unwrap());
        let kept = client.clone();
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                let mut buffer = [0; 8192];
                let body = loop {
                    let text = String::from_utf8_lossy(&bytes).into_owned();
                    if let Some((head, body)) = text.split_once("\r\n\r\n") {
                        let head = head.to_lowercase();
                        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
                        if body.len() >= length.trim().parse::<usize>().unwrap() {
                            assert!(head.contains("application/x-www-form-urlencoded"), "{head}");
                            break body.to_owned();
                        }
                    }
                    let count = stream.read(&mut buffer).await.unwrap();
                    bytes.extend_from_slice(&buffer[..count]);
                };
                kept.got.lock().unwrap().push(body);
                let status = kept.statuses.lock().unwrap().pop_front().unwrap_or(200);
                let answer = format!("HTTP/1.1 {status} X\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        });
        (client, url)
    }

    fn tokens(&self) -> Vec<String> {
        let got = self.got.lock().unwrap();
        got.iter().map(|body| Parameters::parse(body).unwrap().get("logout_token").unwrap().to_owned()).collect()
    }
}

/// A server whose pool tracks sessions, and a client that wants to hear of their end.
async fn server() -> (Server, Client) {
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.federation.allow_private = true;
    });
    let server = Server::over(app.await.unwrap(), json!({})).await;
    let tracking =
        json!({"UserPoolId": server.house.pool, "UserSessionTracking": "ENABLED", "TokenSession": {"MaxPerUser": 20}});
    server.house.done("SetUserPoolSessionConfiguration", tracking).await;
    let (client, url) = Client::start().await;
    let cx = server.house.app.context().unwrap();
    let wanted = WantedOAuthSettings { jwks: None, jwks_uri: None, backchannel_logout_uri: Some(url) };
    set(&cx, &server.house.client, wanted).await.unwrap();
    (server, client)
}

/// Signs in; answers the session's cookie and the claims of the ID token.
async fn sign_in(server: &Server) -> (String, Value) {
    let answer = server.sign_in(&[]).await;
    let cookie = answer.session().unwrap().to_owned();
    let tokens = server.redeem(answer.sent().get("code").unwrap(), &[]).await.json();
    (cookie, claims(&tokens["id_token"]))
}

async fn send(server: &Server) -> usize {
    let services = &server.house.app.services;
    send_due(services, services.clock.now()).await.unwrap()
}

#[tokio::test]
async fn a_client_hears_of_a_sign_out_and_can_verify_it() {
    let (server, client) = server().await;
    let (cookie, id) = sign_in(&server).await;
    let sid = id["sid"].as_str().expect("the ID token names the session").to_owned();
    assert_eq!(send(&server).await, 0);
    let away = query(&[("client_id", &server.house.client), ("logout_uri", "https://app.test/bye")]);
    server.get(&format!("/logout?{away}"), &[("cookie", &format!("cognito={cookie}"))]).await;
    assert_eq!(send(&server).await, 1);
    let [token] = &client.tokens()[..] else { panic!("one token") };
    let found = claims(&json!(token));
    let now = server.house.app.context().unwrap().now.secs();
    assert_eq!((&found["sid"], &found["sub"], &found["aud"]), (&json!(sid), &id["sub"], &json!(server.house.client)));
    assert_eq!((&found["iss"], &found["iat"]), (&id["iss"], &json!(now)));
    assert_eq!(found["events"], json!({"http://schemas.openid.net/event/backchannel-logout": {}}));
    assert!(found.get("nonce").is_none() && found["jti"].is_string() && found["exp"].as_i64().unwrap() <= now + 120);
    let header = jsonwebtoken::decode_header(token).unwrap();
    assert_eq!(header.typ.as_deref(), Some("logout+jwt"));
    let cx = server.house.app.context().unwrap();
    let set = poolhouse::oauth::discovery::jwks(&cx, &server.house.pool).await.unwrap();
    let jwk = set["keys"].as_array().unwrap().iter().find(|key| key["kid"] == json!(header.kid)).unwrap();
    let key = jsonwebtoken::DecodingKey::from_jwk(&serde_json::from_value(jwk.clone()).unwrap()).unwrap();
    let mut checks = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::RS256);
    checks.validate_exp = false;
    checks.set_audience(&[&server.house.client]);
    jsonwebtoken::decode::<Value>(token, &key, &checks).unwrap();
    assert_eq!(send(&server).await, 0, "it is told once");
}

#[tokio::test]
async fn whatever_ends_a_session_is_told() {
    let (server, client) = server().await;
    let user = json!({"UserPoolId": server.house.pool, "Username": super::USER});
    for operation in ["AdminUserGlobalSignOut", "AdminDisableUser"] {
        sign_in(&server).await;
        server.house.done(operation, user.clone()).await;
        assert_eq!(send(&server).await, 1, "{operation}");
    }
    server.house.done("AdminEnableUser", user.clone()).await;
    let (_, id) = sign_in(&server).await;
    let mut revoked = user.clone();
    revoked["SessionId"] = id["sid"].clone();
    server.house.done("AdminRevokeUserSession", revoked).await;
    assert_eq!(send(&server).await, 1);
    assert_eq!(client.tokens().len(), 3);
}

#[tokio::test]
async fn a_client_that_is_down_hears_of_it_later_and_one_that_refuses_is_left_alone() {
    let (server, client) = server().await;
    let user = json!({"UserPoolId": server.house.pool, "Username": super::USER});
    client.statuses.lock().unwrap().extend([503, 429]);
    sign_in(&server).await;
    server.house.done("AdminUserGlobalSignOut", user.clone()).await;
    assert_eq!(send(&server).await, 1);
    assert_eq!(send(&server).await, 0, "not at once");
    server.house.app.services.clock.advance(Duration::from_secs(5));
    assert_eq!(send(&server).await, 1);
    server.house.app.services.clock.advance(Duration::from_secs(10));
    assert_eq!((send(&server).await, client.tokens().len()), (1, 3));
    server.house.app.services.clock.advance(Duration::from_secs(3600));
    assert_eq!(send(&server).await, 0, "told at last");
    client.statuses.lock().unwrap().extend([400]);
    sign_in(&server).await;
    server.house.done("AdminUserGlobalSignOut", user).await;
    assert_eq!(send(&server).await, 1);
    server.house.app.services.clock.advance(Duration::from_secs(3600));
    assert_eq!(send(&server).await, 0);
}

#[tokio::test]
async fn clients_that_did_not_ask_hear_nothing_and_their_tokens_stay_cognitos() {
    let (server, client) = server().await;
    let cx = server.house.app.context().unwrap();
    let wanted = WantedOAuthSettings { jwks: None, jwks_uri: None, backchannel_logout_uri: None };
    set(&cx, &server.house.client, wanted).await.unwrap();
    let (_, id) = sign_in(&server).await;
    assert!(id.get("sid").is_none());
    server
        .house
        .done("AdminUserGlobalSignOut", json!({"UserPoolId": server.house.pool, "Username": super::USER}))
        .await;
    assert_eq!((send(&server).await, client.tokens().len()), (0, 0));
}
