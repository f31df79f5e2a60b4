//! Functions behind web addresses: the requests they receive, and the handling of all kinds of answers.

use crate::house::{House, PASSWORD, merged};
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::secret::Secret;
use poolhouse::triggers::SIGNATURE_HEADER;
use ring::hmac;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

const KEY: &str = "a key that only tests know";
const NOW: i64 = 1_767_225_600;

/// A received request: its path, its head in lower case, its body.
type Seen = Arc<Mutex<Vec<(String, String, String)>>>;

async fn read(stream: &mut TcpStream) -> (String, String, String) {
    let mut bytes = Vec::new();
    let mut buffer = [0; 8192];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let head = head.to_lowercase();
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "))
                .map_or(0, |n| n.trim().parse().unwrap());
            if body.len() >= length {
                let path = head.split(' ').nth(1).unwrap().to_owned();
                return (path, head, body.to_owned());
            }
        }
        let read = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..read]);
    }
}

/// Test functions of every kind, by path.
async fn functions() -> (u16, Seen) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let seen = Seen::default();
    let kept = seen.clone();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let kept = kept.clone();
            tokio::spawn(async move {
                let (path, head, body) = read(&mut stream).await;
                kept.lock().unwrap().push((path.clone(), head, body.clone()));
                let mut event: Value = serde_json::from_str(&body).unwrap();
                event["response"]["autoConfirmUser"] = json!(true);
                let (status, more, answer) = match path.rsplit('/').next().unwrap() {
                    "refuse" => ("400 Bad Request", "", json!({"errorMessage": "not today"}).to_string()),
                    "invocations" if path.contains("/broken/") => (
                        "200 OK",
                        "x-amz-function-error: Unhandled\r\n",
                        json!({"errorMessage": "it broke", "errorType": "Error"}).to_string(),
                    ),
                    "text" => ("200 OK", "", "hello".to_owned()),
                    "list" => ("200 OK", "", "[]".to_owned()),
                    "lost" => ("404 Not Found", "", "<html>".to_owned()),
                    "moved" => ("302 Found", "location: /answer\r\n", String::new()),
                    "huge" => ("200 OK", "", format!("\"{}\"", "x".repeat(7 * 1024 * 1024))),
                    "slow" => return std::future::pending().await,
                    _ => ("200 OK", "", event.to_string()),
                };
                let head =
                    format!("HTTP/1.1 {status}\r\n{more}content-length: {}\r\nconnection: close\r\n\r\n", answer.len());
                let _ = stream.write_all(head.as_bytes()).await;
                let _ = stream.write_all(answer.as_bytes()).await;
            });
        }
    });
    (port, seen)
}

/// A server that is configured with these functions.
async fn house() -> (House, Seen) {
    let (port, seen) = functions().await;
    let to = |name: &str| (name.to_owned(), Secret::new(format!("http://127.0.0.1:{port}/{name}")));
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(NOW)), |config| {
        config.triggers.webhooks =
            BTreeMap::from(["answer", "refuse", "text", "list", "lost", "moved", "huge", "slow"].map(to));
        config.triggers.webhook_secret = Some(Secret::new(KEY));
        config.triggers.lambda = BTreeMap::from([("*".to_owned(), Secret::new(format!("http://127.0.0.1:{port}/")))]);
        config.triggers.timeout_seconds = 1;
        config.triggers.tries = 2;
    });
    (House::over(app.await.unwrap(), json!({}), json!({})).await, seen)
}

/// The result of SignUp in a pool with this PreSignUp function.
async fn sign_up(house: &House, function: &str) -> Result<Value, String> {
    let arn = format!("arn:aws:lambda:eu-west-1:123456789012:function:{function}");
    let pool = house.another_pool(json!({"LambdaConfig": {"PreSignUp": arn}})).await;
    let client = house.another_client(json!({"UserPoolId": pool})).await;
    house.call("SignUp", json!({"ClientId": client, "Username": "ann", "Password": PASSWORD})).await
}

#[tokio::test]
async fn a_webhook_gets_the_event_signed_and_its_answer_counts() {
    let (house, seen) = house().await;
    assert_eq!(sign_up(&house, "answer").await.unwrap()["UserConfirmed"], true);
    let (path, head, body) = seen.lock().unwrap()[0].clone();
    assert_eq!(path, "/answer");
    let event: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&event["triggerSource"], &event["userName"]), (&json!("PreSignUp_SignUp"), &json!("ann")));
    assert!(!body.contains(PASSWORD), "functions are not told passwords");
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, KEY.as_bytes()), format!("{NOW}.{body}").as_bytes());
    let hex: String = tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    assert!(head.contains(&format!("{}: t={NOW},v1={hex}", SIGNATURE_HEADER.to_lowercase())), "{head}");
}

#[tokio::test]
async fn every_other_answer_has_its_error() {
    let (house, seen) = house().await;
    let refused = "UserLambdaValidationException: PreSignUp failed with error";
    let form = "InvalidLambdaResponseException:";
    for (function, error) in [
        ("refuse", format!("{refused} not today.")),
        ("text", format!("{form} Invalid lambda function output : Invalid JSON")),
        ("list", format!("{form} Unrecognizable lambda output")),
        ("huge", format!("{form} Invalid lambda function output : Invalid JSON")),
        ("lost", "UnexpectedLambdaException: PreSignUp invocation failed due to configuration.".to_owned()),
        ("moved", "UnexpectedLambdaException: PreSignUp invocation failed due to configuration.".to_owned()),
        ("slow", format!("{refused} Socket timeout while invoking Lambda function.")),
        ("broken", format!("{refused} it broke.")),
    ] {
        assert_eq!(sign_up(&house, function).await.unwrap_err(), error, "{function}");
    }
    let slow = seen.lock().unwrap().iter().filter(|(path, ..)| path == "/slow").count();
    assert_eq!(slow, 2, "what takes too long is tried again, nothing else is");
    assert!(seen.lock().unwrap().iter().all(|(path, ..)| path != "/answer"), "nobody is led elsewhere");
}

#[tokio::test]
async fn other_functions_are_invoked_as_lambdas() {
    let (house, seen) = house().await;
    assert_eq!(sign_up(&house, "elsewhere").await.unwrap()["UserConfirmed"], true);
    let (path, head, _) = seen.lock().unwrap()[0].clone();
    assert_eq!(path, "/2015-03-31/functions/elsewhere/invocations");
    assert!(head.contains("x-amz-invocation-type: requestresponse"), "{head}");
    let strange = merged(
        json!({}),
        json!({"LambdaConfig": {"PreSignUp": "arn:aws:lambda:eu-west-1:123456789012:function:a/../b"}}),
    );
    if let Ok(made) = house.call("CreateUserPool", merged(json!({"PoolName": "strange"}), strange)).await {
        let client = house.another_client(json!({"UserPoolId": made["UserPool"]["Id"]})).await;
        let body = json!({"ClientId": client, "Username": "ann", "Password": PASSWORD});
        assert!(
            house.refused("SignUp", body).await.starts_with("UnexpectedLambdaException"),
            "a name leads nowhere else"
        );
    }
}
