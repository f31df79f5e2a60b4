//! Clients that hang up before they are answered: what they tried counts all the same.

use crate::house::{House, PASSWORD};
use poolhouse::app::TestApp;
use poolhouse::clock::Clock;
use poolhouse::config::server::ServerConfig;
use poolhouse::http;
use serde_json::json;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

#[tokio::test]
async fn a_guess_counts_although_its_client_hangs_up() {
    let any = ServerConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerConfig::default() };
    let listeners = http::bind(&any).unwrap();
    let address = listeners.main_address().unwrap();
    let app = TestApp::with(Clock::System, |config| {
        config.server.listen = address;
        config.server.workers = 1;
    });
    // A password hash takes long enough to hang up in the middle of it.
    let house =
        House::over(app.await.unwrap(), json!({"UserPoolTags": {"poolhouse:password-scheme": "argon2id"}}), json!({}))
            .await;
    house.user("ann").await;
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let server =
        http::serve(house.app.services.clone(), listeners, move |address| ready.send(address).unwrap(), async {
            let _ = stopped.await;
        });
    let guest = async {
        is_ready.await.unwrap();
        let body = house.sign_in_body("ann", "Wrong-Guess-1").to_string();
        let request = format!(
            "POST / HTTP/1.1\r\nHost: {address}\r\nX-Amz-Target: AWSCognitoIdentityProviderService.InitiateAuth\r\n\
             Content-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        );
        for _ in 0..10 {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(request.as_bytes()).await.unwrap();
            tokio::time::sleep(Duration::from_millis(4)).await;
            drop(stream);
            tokio::time::sleep(Duration::from_millis(60)).await;
        }
        let answer = house.call("InitiateAuth", house.sign_in_body("ann", PASSWORD)).await;
        stop.send(()).unwrap();
        assert!(answer.unwrap_err().contains("Password attempts exceeded"));
    };
    let (served, ()) = futures::future::join(server, guest).await;
    served.unwrap();
}
