//! Exported logs to several servers: none waits for another.

use crate::house::House;
use poolhouse::app::TestApp;
use poolhouse::clock::{Clock, Timestamp};
use poolhouse::secret::Secret;
use poolhouse::shapes::idp::EventSourceName;
use serde_json::json;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

#[tokio::test]
async fn a_server_that_hangs_holds_up_no_other() {
    let (hangs, answers) = (TcpListener::bind("127.0.0.1:0").unwrap(), TcpListener::bind("127.0.0.1:0").unwrap());
    let url = |listener: &TcpListener| Secret::new(format!("http://{}/", listener.local_addr().unwrap()));
    let sinks = [("arn:aws:s3:::hangs".to_owned(), url(&hangs)), ("arn:aws:s3:::answers".to_owned(), url(&answers))];
    let app = TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
        config.logs.sinks = sinks.into();
        config.logs.timeout_seconds = 300;
    });
    let house = House::over(app.await.unwrap(), json!({}), json!({})).await;
    let second = house.another_pool(json!({})).await;
    for (pool, bucket) in [(&house.pool, "arn:aws:s3:::hangs"), (&second, "arn:aws:s3:::answers")] {
        let configuration =
            json!({"EventSource": "userAuthEvents", "LogLevel": "INFO", "S3Configuration": {"BucketArn": bucket}});
        house
            .done("SetLogDeliveryConfiguration", json!({"UserPoolId": pool, "LogConfigurations": [configuration]}))
            .await;
    }
    let (told, heard) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in answers.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
            let line = lines.find_map(|line| line.ok().filter(|line| line.starts_with('{'))).unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\ncontent-length: 0\r\nconnection: close\r\n\r\n").unwrap();
            told.send(line).unwrap();
        }
    });
    let logs = &house.app.services.logs;
    let send = async |pool: &str, n: i32| {
        let at = house.app.services.clock.now();
        logs.send(pool, EventSourceName::UserAuthEvents, json!({ "n": n }), at).await.unwrap();
    };
    // Lines for both before the worker starts: they would be of one batch.
    send(&house.pool, 0).await;
    send(&second, 1).await;
    logs.start().unwrap();
    let next = |n: i32| {
        let line = heard
            .recv_timeout(Duration::from_secs(20))
            .unwrap_or_else(|_| "the other server's hanging held it up".into());
        assert!(line.contains(&format!("\"n\":{n}")), "{line}");
    };
    next(1);
    send(&second, 2).await;
    next(2);
    drop(hangs);
}
