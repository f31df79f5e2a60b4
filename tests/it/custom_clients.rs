//! Custom challenges through clients that nobody here wrote (`tests/clients/custom_challenge.js`), with the pool's
//! functions played by this test. POOLHOUSE_NODE_MODULES names the folder of the clients; `tests/run` installs it.
//! Without it there is nothing to run.

use futures::future::BoxFuture;
use poolhouse::app::TestApp;
use poolhouse::clock::Clock;
use poolhouse::config::server::ServerConfig;
use poolhouse::http;
use poolhouse::triggers::{Call, Failure, FunctionHost};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::process::Command;

/// Three functions that let in who can add two numbers, within three tries; where SRP comes first, after the password.
struct Sums;

impl FunctionHost for Sums {
    fn call(&self, call: Call) -> BoxFuture<'_, Result<Value, Failure>> {
        let Call { function, mut event, .. } = call;
        let request = event["request"].take();
        let response = match function.rsplit(':').next() {
            Some("define") => define(request["session"].as_array().unwrap()),
            Some("create") => {
                let left = request["session"].as_array().unwrap().len() + 2;
                json!({"publicChallengeParameters": {"left": left.to_string(), "right": "40"},
                    "privateChallengeParameters": {"answer": (left + 40).to_string()}, "challengeMetadata": "SUM"})
            }
            Some("verify") => {
                json!({"answerCorrect": request["privateChallengeParameters"]["answer"] == request["challengeAnswer"]})
            }
            _ => return Box::pin(async { Err(Failure::Unavailable) }),
        };
        event["response"] = response;
        Box::pin(async move { Ok(event) })
    }
}

fn define(session: &[Value]) -> Value {
    let challenge = |name: &str| json!({"challengeName": name, "issueTokens": false, "failAuthentication": false});
    let wrong = session
        .iter()
        .filter(|round| round["challengeName"] == "CUSTOM_CHALLENGE" && round["challengeResult"] == false)
        .count();
    let last = session.last().map(|round| (round["challengeName"].as_str().unwrap(), round["challengeResult"] == true));
    match last {
        Some(("SRP_A", _)) => challenge("PASSWORD_VERIFIER"),
        Some(("PASSWORD_VERIFIER", false)) => json!({"issueTokens": false, "failAuthentication": true}),
        Some(("CUSTOM_CHALLENGE", true)) => json!({"issueTokens": true, "failAuthentication": false}),
        _ if wrong >= 3 => json!({"issueTokens": false, "failAuthentication": true}),
        _ => challenge("CUSTOM_CHALLENGE"),
    }
}

#[tokio::test]
async fn clients_answer_custom_challenges() {
    let Some(modules) = std::env::var_os("POOLHOUSE_NODE_MODULES").filter(|modules| Path::new(modules).is_dir()) else {
        return;
    };
    let any = ServerConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerConfig::default() };
    let listeners = http::bind(&any).unwrap();
    let address = listeners.main_address().unwrap();
    let app = TestApp::with_function_host(Clock::System, Arc::new(Sums), |config| {
        config.server.listen = address;
        config.server.workers = 1;
    })
    .await
    .unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = http::serve(app.services.clone(), listeners, |_| {}, async {
        let _ = stopped.await;
    });
    let clients = async {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients/custom_challenge.js");
        let run = Command::new("node")
            .arg("--no-warnings")
            .arg(script)
            .env("NODE_PATH", modules)
            .env("POOLHOUSE_URL", format!("http://{address}"))
            .env("POOLHOUSE_KEY", &app.root.id)
            .env("POOLHOUSE_SECRET", app.root.secret.reveal())
            .kill_on_drop(true)
            .output()
            .await;
        stop.send(()).unwrap();
        run.unwrap()
    };
    let (served, ran) = futures::future::join(server, clients).await;
    served.unwrap();
    let told = format!("{}{}", String::from_utf8_lossy(&ran.stdout), String::from_utf8_lossy(&ran.stderr));
    assert!(ran.status.success() && told.contains("ok - custom challenges"), "{told}");
}
