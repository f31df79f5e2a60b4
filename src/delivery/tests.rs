//! The worker against servers that answer as they are told, over loopback.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use super::message::{Content, Kind, Medium, Message};
use super::*;
use crate::config::delivery::{Encryption, Gateway, HttpGateway, SmsConfig, SmtpConfig, TwilioGateway};
use crate::config::store::StoreConfig;
use crate::store::{Read, SledEngine};
use std::collections::VecDeque;
use std::path::Path;
use std::sync::Mutex;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;

/// Turns the bytes over and ends them with what they are bound to: enough to see that plain words are never stored.
struct Flip;
impl Seal for Flip {
    fn seal(&self, bound_to: &str, plain: &[u8]) -> Result<Vec<u8>, Fault> {
        Ok(plain.iter().map(|b| !b).chain(bound_to.bytes()).collect())
    }
    fn open(&self, bound_to: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        Some(sealed.strip_suffix(bound_to.as_bytes())?.iter().map(|b| !b).collect())
    }
}

fn open_store(dir: &Path) -> Store {
    Store::new(Arc::new(SledEngine::open(dir, &StoreConfig::default()).unwrap()))
}

fn message(medium: Medium, to: &str) -> Message {
    Message {
        pool_id: "us-east-1_Test".into(),
        username: "u".into(),
        kind: Kind::SignUp,
        medium,
        to: to.into(),
        content: Content {
            subject: "Süße".into(),
            text: "code 424242 {to}".into(),
            html: Some("<b>424242</b>".into()),
        },
        code: "424242".into(),
        from: None,
        reply_to: None,
        expires: None,
    }
}

fn config(port: u16) -> DeliveryConfig {
    let smtp = SmtpConfig {
        host: "127.0.0.1".into(),
        port,
        encryption: Encryption::None,
        from: "Acc <no@d.test>".into(),
        ..SmtpConfig::default()
    };
    let sender_domains = vec!["s.test".to_owned()];
    let mut config = DeliveryConfig { smtp: Some(smtp), sender_domains, ..DeliveryConfig::default() };
    config.retry.first_ms = 20;
    config.retry.longest_ms = 40;
    config.retry.server_longest_ms = 40;
    config
}

struct Bench {
    store: Store,
    delivery: Delivery,
    clock: Arc<Clock>,
    _dir: tempfile::TempDir,
}

fn bench(config: &DeliveryConfig, destination: Destination) -> Bench {
    let dir = tempfile::tempdir().unwrap();
    let store = open_store(dir.path());
    let clock = Arc::new(Clock::System);
    let delivery = Delivery::new(config, store.clone(), Arc::new(Flip), clock.clone(), destination).unwrap();
    Bench { store, delivery, clock, _dir: dir }
}

impl Bench {
    async fn send(&self, message: &Message) {
        self.store.transact(async |tx| self.delivery.enqueue(tx, message, self.clock.now())).await.unwrap();
        self.delivery.wake();
    }

    async fn waiting(&self, medium: Medium) -> usize {
        outbox::front(&self.store, medium, 100).await.unwrap().len()
    }

    /// Stops, so that all that is under way has come to its end.
    async fn finish(self, medium: Medium) -> usize {
        self.delivery.stop().await;
        self.waiting(medium).await
    }
}

/// A mail server on `listener`: `replies` to the ends of mails, then 250 for all further ones. Received mails come out
/// of the channel.
fn smtp_server(listener: TcpListener, replies: Vec<&'static str>) -> mpsc::UnboundedReceiver<String> {
    let (tell, received) = mpsc::unbounded_channel();
    let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(smtp_session(stream, replies.clone(), tell.clone()));
        }
    });
    received
}

async fn smtp_session(
    stream: TcpStream,
    replies: Arc<Mutex<VecDeque<&'static str>>>,
    tell: mpsc::UnboundedSender<String>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 test\r\n").await?;
    let mut mail: Option<String> = None;
    while let Some(line) = lines.next_line().await? {
        let reply = match (&mut mail, line.as_str()) {
            (Some(text), ".") => {
                let _ = tell.send(std::mem::take(text));
                mail = None;
                replies.lock().unwrap().pop_front().unwrap_or("250 ok")
            }
            (Some(text), line) => {
                text.push_str(line);
                text.push('\n');
                continue;
            }
            (None, "DATA") => {
                mail = Some(String::new());
                "354 go"
            }
            (None, _) => "250 ok",
        };
        write.write_all(format!("{reply}\r\n").as_bytes()).await?;
    }
    Ok(())
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (listener, port)
}

fn message_id(mail: &str) -> String {
    mail.lines().find(|l| l.to_lowercase().starts_with("message-id")).unwrap().to_string()
}

#[tokio::test]
async fn a_mail_arrives_once_with_both_forms_and_leaves_the_outbox() {
    let (listener, port) = listen().await;
    let mut mails = smtp_server(listener, vec![]);
    let bench = bench(&config(port), Destination::Servers);
    bench.send(&message(Medium::Email, "user@example.test")).await;
    let stored = bench.store.scan(&crate::store::Key::new(crate::store::tags::OUTBOX), None, 10).await.unwrap().entries;
    assert!(stored.len() == 1 && !stored[0].1.windows(6).any(|w| w == b"424242"));
    bench.delivery.start().unwrap();
    let mail = mails.recv().await.unwrap();
    assert!(
        mail.contains("multipart/alternative")
            && mail.contains("To: user@example.test")
            && mail.contains("From: Acc <no@d.test>"),
        "{mail}"
    );
    assert!(
        mail.contains("code 424242")
            && mail.contains("<b>424242</b>")
            && mail.contains("Auto-Submitted: auto-generated")
    );
    assert!(mail.contains("Subject: =?utf-8?"));
    assert_eq!(bench.finish(Medium::Email).await, 0);
    assert!(mails.try_recv().is_err());
}

#[tokio::test]
async fn what_the_pool_says_goes_before_the_servers_default() {
    let (listener, port) = listen().await;
    let mut mails = smtp_server(listener, vec![]);
    let bench = bench(&config(port), Destination::Servers);
    bench.delivery.start().unwrap();
    let own = Message {
        from: Some("Shop <shop@s.test>".into()),
        reply_to: Some("help@s.test".into()),
        ..message(Medium::Email, "u@e.test")
    };
    bench.send(&own).await;
    let mail = mails.recv().await.unwrap();
    assert!(mail.contains("From: Shop <shop@s.test>") && mail.contains("Reply-To: help@s.test"), "{mail}");
    bench.finish(Medium::Email).await;
}

#[tokio::test]
async fn a_refused_mail_is_dropped_and_a_postponed_one_comes_again_under_its_id() {
    let (listener, port) = listen().await;
    let mut mails =
        smtp_server(listener, vec!["550 5.1.1 no such user", "451 4.7.1 greylisted", "421 closing", "535 credentials"]);
    let bench = bench(&config(port), Destination::Servers);
    bench.delivery.start().unwrap();
    bench.send(&message(Medium::Email, "bounce@example.test")).await;
    mails.recv().await.unwrap();
    bench.send(&message(Medium::Email, "grey@example.test")).await;
    let first = mails.recv().await.unwrap();
    for _ in 0..3 {
        assert_eq!(message_id(&mails.recv().await.unwrap()), message_id(&first));
    }
    assert_eq!(bench.finish(Medium::Email).await, 0);
    assert!(mails.try_recv().is_err());
}

#[tokio::test]
async fn a_dead_server_loses_nothing_and_a_restart_neither() {
    let (listener, port) = listen().await;
    drop(listener);
    let dir = tempfile::tempdir().unwrap();
    let make = |store: &Store| {
        Delivery::new(&config(port), store.clone(), Arc::new(Flip), Arc::new(Clock::System), Destination::Servers)
            .unwrap()
    };
    {
        let store = open_store(dir.path());
        let delivery = make(&store);
        delivery.start().unwrap();
        for n in 0..20 {
            let mail = message(Medium::Email, &format!("u{n}@example.test"));
            store.transact(async |tx| delivery.enqueue(tx, &mail, Clock::System.now())).await.unwrap();
            delivery.wake();
        }
        // The first failure shows that the worker met the dead server.
        while outbox::front(&store, Medium::Email, 100)
            .await
            .unwrap()
            .iter()
            .all(|e| e.queued.as_ref().unwrap().tries == 0)
        {
            tokio::task::yield_now().await;
        }
        delivery.stop().await;
        assert_eq!(outbox::front(&store, Medium::Email, 100).await.unwrap().len(), 20);
    }
    let mut mails = smtp_server(TcpListener::bind(("127.0.0.1", port)).await.unwrap(), vec![]);
    let store = open_store(dir.path());
    let delivery = make(&store);
    delivery.start().unwrap();
    for _ in 0..20 {
        mails.recv().await.unwrap();
    }
    delivery.stop().await;
    assert!(outbox::front(&store, Medium::Email, 100).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_is_too_old_is_dropped_unsent_even_without_a_server() {
    let bench = bench(&DeliveryConfig::default(), Destination::Servers);
    let now = bench.clock.now();
    let stale = Message { expires: Some(now.minus(Duration::from_secs(1))), ..message(Medium::Email, "u@e.test") };
    let before = now.minus(Duration::from_secs(2));
    for _ in 0..150 {
        bench.store.transact(async |tx| bench.delivery.enqueue(tx, &stale, before)).await.unwrap();
    }
    bench.send(&message(Medium::Email, "u@e.test")).await;
    bench.delivery.start().unwrap();
    while bench.waiting(Medium::Email).await > 1 {
        tokio::task::yield_now().await;
    }
    assert_eq!(bench.finish(Medium::Email).await, 1);
}

#[tokio::test]
async fn the_inbox_takes_all_and_keeps_the_last() {
    let bench = bench(&DeliveryConfig::default(), Destination::Inbox);
    for n in 0..210 {
        bench.send(&message(if n % 2 == 0 { Medium::Email } else { Medium::Sms }, &format!("d{n}"))).await;
    }
    bench.delivery.drain().await.unwrap();
    let inbox = bench.delivery.inbox().unwrap();
    assert_eq!(inbox.messages().len(), 200);
    assert_eq!(inbox.last_to("d209").unwrap().code, "424242");
    assert_eq!(bench.waiting(Medium::Email).await + bench.waiting(Medium::Sms).await, 0);
}

/// A gateway that answers with `replies` (status, body) and 201 for all further calls. Requests come out of the
/// channel: head and body.
fn http_server(listener: TcpListener, replies: Vec<(u16, &'static str)>) -> mpsc::UnboundedReceiver<(String, String)> {
    let (tell, received) = mpsc::unbounded_channel();
    let replies = Arc::new(Mutex::new(VecDeque::from(replies)));
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(http_session(stream, replies.clone(), tell.clone()));
        }
    });
    received
}

async fn http_session(
    stream: TcpStream,
    replies: Arc<Mutex<VecDeque<(u16, &'static str)>>>,
    tell: mpsc::UnboundedSender<(String, String)>,
) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut head = String::new();
    while stream.read_line(&mut head).await? > 2 {}
    let head = head.to_lowercase();
    let length = head.lines().find_map(|l| l.strip_prefix("content-length: ")).map_or(0, |n| n.trim().parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await?;
    let (status, answer) = replies.lock().unwrap().pop_front().unwrap_or((201, "{}"));
    let _ = tell.send((head, String::from_utf8(body).unwrap()));
    let reply = format!(
        "HTTP/1.1 {status} x\r\nlocation: /elsewhere\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{answer}",
        answer.len()
    );
    stream.write_all(reply.as_bytes()).await
}

fn sms_config(gateway: Gateway) -> DeliveryConfig {
    let mut config = config(1);
    config.smtp = None;
    config.sms = Some(SmsConfig { gateway, connections: 1, ..SmsConfig::default() });
    assert!(config.validate().is_empty());
    config
}

#[tokio::test]
async fn any_gateway_gets_its_json_and_its_headers() {
    let (listener, port) = listen().await;
    let mut calls = http_server(listener, vec![(503, ""), (302, ""), (401, "")]);
    let gateway = HttpGateway {
        url: format!("http://127.0.0.1:{port}/send"),
        headers: [("X-Key".to_string(), crate::secret::Secret::new("hush"))].into(),
        json: r#"{"msisdn": "{to}", "text": ["{body}"], "from": "{from}", "type": 1}"#.into(),
        from: "Pool".into(),
    };
    let bench = bench(&sms_config(Gateway::Http(gateway)), Destination::Servers);
    bench.delivery.start().unwrap();
    bench.send(&message(Medium::Sms, "+4915112345678")).await;
    for _ in 0..4 {
        let (head, body) = calls.recv().await.unwrap();
        assert!(head.starts_with("post /send ") && head.contains("x-key: hush"), "{head}");
        let body: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!(
            body,
            serde_json::json!({"msisdn": "+4915112345678", "text": ["code 424242 {to}"], "from": "Pool", "type": 1})
        );
    }
    assert_eq!(bench.finish(Medium::Sms).await, 0);
    assert!(calls.try_recv().is_err());
}

#[tokio::test]
async fn twilio_gets_its_form_and_its_refusals_are_understood() {
    let (listener, port) = listen().await;
    let mut calls = http_server(
        listener,
        vec![(400, r#"{"code": 21211, "message": "bad +15550001111"}"#), (429, r#"{"code": 20429}"#), (500, "x")],
    );
    let twilio = TwilioGateway {
        url: format!("http://127.0.0.1:{port}"),
        account_sid: "ACtest".into(),
        auth_token: crate::secret::Secret::new("tok"),
        from: "+15005550006".into(),
        messaging_service_sid: String::new(),
    };
    let bench = bench(&sms_config(Gateway::Twilio(twilio)), Destination::Servers);
    bench.delivery.start().unwrap();
    bench.send(&message(Medium::Sms, "+15550001111")).await;
    calls.recv().await.unwrap();
    bench.send(&message(Medium::Sms, "+15550002222")).await;
    for _ in 0..3 {
        let (head, body) = calls.recv().await.unwrap();
        assert!(
            head.starts_with("post /2010-04-01/accounts/actest/messages.json")
                && head.contains("authorization: basic qun0zxn0onrvaw=="),
            "{head}"
        );
        assert_eq!(body, "To=%2B15550002222&From=%2B15005550006&Body=code+424242+%7Bto%7D");
    }
    assert_eq!(bench.finish(Medium::Sms).await, 0);
    assert!(calls.try_recv().is_err());
}

#[tokio::test]
async fn a_dropped_message_is_told_to_the_log_of_its_pool_without_address_or_words() {
    use crate::shapes::idp as api;
    let (listener, port) = listen().await;
    let mut mails = smtp_server(listener, vec!["550 5.1.1 no bounce@example.test, call +15550001111", "550 no"]);
    let bench = bench(&config(port), Destination::Servers);
    let logs = Logs::new(&crate::config::logs::LogsConfig::default(), bench._dir.path(), bench.store.clone()).unwrap();
    bench.delivery.report_to(logs.clone());
    let group = api::CloudWatchLogsConfigurationType { log_group_arn: Some("arn:aws:logs:x:1:log-group:mail".into()) };
    let configuration = api::LogConfigurationType {
        log_level: api::LogLevel::Error,
        event_source: api::EventSourceName::UserNotification,
        cloud_watch_logs_configuration: Some(group),
        ..Default::default()
    };
    let delivery = crate::model::LogDelivery { configurations: vec![configuration] };
    bench
        .store
        .transact(async |tx| Ok(crate::store::log_deliveries::put(tx, "us-east-1_Test", &delivery)?))
        .await
        .unwrap();
    logs.start().unwrap();
    bench.delivery.start().unwrap();
    bench.send(&message(Medium::Email, "bounce@example.test")).await;
    mails.recv().await.unwrap();
    bench.send(&Message { pool_id: "us-east-1_Other".into(), ..message(Medium::Email, "other@example.test") }).await;
    mails.recv().await.unwrap();
    let dir = bench._dir.path().join("logs");
    bench.delivery.stop().await;
    logs.stop().await;
    let files: Vec<_> = std::fs::read_dir(&dir).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    let text = std::fs::read_to_string(files[0].path()).unwrap();
    assert_eq!(text.lines().count(), 1, "the other pool exports nothing: {text}");
    let line: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((&line["eventSource"], &line["logLevel"]), (&"USER_NOTIFICATION".into(), &"ERROR".into()));
    let details = line["message"]["details"].as_str().unwrap();
    assert!(details.contains("EMAIL") && details.contains("SignUp") && details.contains("5.1.1"), "{details}");
    assert!(
        !details.contains("bounce@") && !details.contains("424242") && !details.contains("15550001111"),
        "{details}"
    );
}
