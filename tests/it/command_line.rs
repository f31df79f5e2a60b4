//! The program as a person meets it: first start, keys, development mode, stop, and words for what goes wrong.

use crate::server_process::ServerProcess;
use poolhouse::wire::{Headers, Request, sigv4};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Output, Stdio};

struct Server {
    process: ServerProcess,
}

/// The program, without the environment of whoever runs the tests.
fn poolhouse(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_poolhouse"));
    command.args(args).env_clear().env("HOME", "/nonexistent").stdin(Stdio::null());
    command
}

impl Server {
    fn start(data: &Path, args: &[&str]) -> Self {
        Self::of(poolhouse(&["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data).args(args))
    }

    fn of(command: &mut Command) -> Self {
        Self { process: ServerProcess::start(command.stderr(Stdio::piped())) }
    }

    fn exported(&self, name: &str) -> String {
        let line = self.process.welcome.lines().find_map(|line| line.strip_prefix(&format!("export {name}=")));
        line.unwrap_or_else(|| panic!("no {name} in {}", self.process.welcome)).to_owned()
    }

    /// Runs a command against this server with these keys.
    fn run(&self, args: &[&str], id: &str, secret: &str) -> Output {
        let mut command = poolhouse(args);
        command
            .env("AWS_ENDPOINT_URL", &self.process.url)
            .env("AWS_ACCESS_KEY_ID", id)
            .env("AWS_SECRET_ACCESS_KEY", secret);
        command.output().unwrap()
    }

    /// Stops it as an init system would; what it wrote to standard error.
    fn stop(mut self) -> String {
        assert_eq!(self.process.stop(), Some(0));
        let mut log = String::new();
        self.process.child.stderr.take().unwrap().read_to_string(&mut log).unwrap();
        log
    }
}

fn good(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[track_caller]
fn bad(output: Output, code: i32) -> String {
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{told}");
    told
}

fn field(json: &str, name: &str) -> String {
    let value: serde_json::Value = serde_json::from_str(json).unwrap();
    value[name].as_str().unwrap().to_owned()
}

#[test]
fn from_the_first_start_to_the_second() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &[]);
    let (id, secret) = (server.exported("AWS_ACCESS_KEY_ID"), server.exported("AWS_SECRET_ACCESS_KEY"));
    assert_eq!(server.exported("AWS_ENDPOINT_URL"), server.process.url);
    assert!(server.process.welcome.contains("aws cognito-idp create-user-pool --pool-name demo"));

    // Keys: made, listed, limited by their policy, disabled, enabled, deleted.
    let made =
        good(server.run(&["keys", "create", "--policy", "read-only", "--name", "watcher", "--json"], &id, &secret));
    let (watcher, watcher_secret) = (field(&made, "AccessKeyId"), field(&made, "SecretAccessKey"));
    let told = bad(server.run(&["keys", "create"], &watcher, &watcher_secret), 1);
    assert!(told.contains("user/watcher is not authorized to perform: poolhouse:CreateAccessKey"), "{told}");
    let list = good(server.run(&["keys", "list"], &id, &secret));
    assert!(list.contains(&watcher) && list.contains("read-only") && !list.contains(&watcher_secret), "{list}");
    good(server.run(&["keys", "disable", &watcher], &id, &secret));
    assert!(bad(server.run(&["keys", "list"], &watcher, &watcher_secret), 1).contains("UnrecognizedClientException"));
    good(server.run(&["keys", "enable", &watcher], &id, &secret));
    assert!(bad(server.run(&["keys", "list"], &watcher, &watcher_secret), 1).contains("not authorized"));
    good(server.run(&["keys", "delete", &watcher], &id, &secret));
    assert!(bad(server.run(&["keys", "delete", &id], &id, &secret), 1).contains("last enabled key"));

    // What goes wrong is told in words.
    assert!(bad(server.run(&["keys", "list"], &id, "wrong"), 1).contains("AWS_SECRET_ACCESS_KEY"));
    assert!(
        bad(server.run(&["keys", "list", "--endpoint", "http://127.0.0.1:1"], &id, &secret), 1)
            .contains("is it running?")
    );
    assert!(bad(poolhouse(&["keys", "list"]).output().unwrap(), 2).contains("no access key"));
    let second =
        poolhouse(&["serve", "--listen", "127.0.0.1:0", "--data-dir", data.path().to_str().unwrap()]).output().unwrap();
    assert!(bad(second, 3).contains(data.path().to_str().unwrap()));
    let address = server.process.url.trim_start_matches("http://").to_owned();
    let elsewhere = tempfile::tempdir().unwrap();
    let taken =
        poolhouse(&["serve", "--listen", &address, "--data-dir", elsewhere.path().to_str().unwrap()]).output().unwrap();
    assert!(bad(taken, 3).contains("--listen"));

    let log = server.stop();
    assert!(log.contains("poolhouse:CreateAccessKey") && log.contains("stopped"), "{log}");
    assert!(!log.contains(&secret) && !log.contains(&watcher_secret), "a secret is in the log");

    let server = Server::start(data.path(), &[]);
    assert!(
        !server.process.welcome.contains("export") && server.process.welcome.contains("made before"),
        "{}",
        server.process.welcome
    );
    assert!(good(server.run(&["keys", "list"], &id, &secret)).contains(&id));
}

#[test]
fn a_client_is_shown_with_what_its_programs_need() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--dev"]);
    let told = bad(server.run(&["show", "nosuchclient"], "anyone", "anything"), 1);
    assert!(told.contains("ResourceNotFoundException"), "{told}");
    assert!(bad(server.run(&["show", "../status"], "anyone", "anything"), 2).contains("client id"));
}

#[tokio::test]
async fn development_mode_shows_the_inbox_to_this_machine_alone() {
    let data = tempfile::tempdir().unwrap();
    let server = Server::start(data.path(), &["--dev"]);
    assert!(
        server.process.welcome.contains("any signature is accepted") && server.process.welcome.contains("/_dev/inbox"),
        "{}",
        server.process.welcome
    );
    good(server.run(&["keys", "list"], "anyone", "anything"));

    let client = reqwest::Client::new();
    let get = |path: &str| client.get(format!("{}{path}", server.process.url));
    let page = get("/_dev/inbox").send().await.unwrap();
    assert!(page.headers()["content-security-policy"].to_str().unwrap().contains("default-src 'none'"));
    assert!(page.headers().get("access-control-allow-origin").is_none());
    assert!(page.text().await.unwrap().contains("No message yet"));
    let json: serde_json::Value = get("/_dev/inbox.json").send().await.unwrap().json().await.unwrap();
    assert_eq!(json["Messages"].as_array().map(Vec::len), Some(0));
    let clients = get("/_dev/clients").send().await.unwrap().text().await.unwrap();
    assert!(clients.contains("poolhouse show CLIENT_ID"), "{clients}");
    assert_eq!(get("/_dev/clients/nothing").send().await.unwrap().status(), 404);
    for path in ["/_dev/inbox", "/_dev/inbox.json", "/_dev/clients", "/_poolhouse/status"] {
        let rebound = get(path).header("host", "evil.example").send().await.unwrap();
        assert_eq!(rebound.status(), 403, "{path}");
    }
    drop(server);

    let strict = Server::start(data.path(), &[]);
    let hidden = client.get(format!("{}/_dev/inbox", strict.process.url)).send().await.unwrap();
    assert_eq!(hidden.status(), 404);
    assert!(bad(strict.run(&["keys", "list"], "anyone", "anything"), 1).contains("UnrecognizedClientException"));
}

#[test]
fn a_flood_of_sockets_leaves_files_for_the_store() {
    let data = tempfile::tempdir().unwrap();
    // The hard limit, which nothing can raise.
    let mut command = Command::new("sh");
    let line = "ulimit -n 300; exec \"$0\" serve --listen 127.0.0.1:0 --data-dir \"$1\"";
    command.args(["-c", line, env!("CARGO_BIN_EXE_poolhouse")]).arg(data.path());
    let server = Server::of(command.env_clear().env("HOME", "/nonexistent").stdin(Stdio::null()));
    let (id, secret) = (server.exported("AWS_ACCESS_KEY_ID"), server.exported("AWS_SECRET_ACCESS_KEY"));
    let address = server.process.url.trim_start_matches("http://").to_owned();
    // A client that is connected already, as a pool of connections is.
    let mut held = std::net::TcpStream::connect(&address).unwrap();
    let signer = sigv4::Signer {
        key: id,
        secret: poolhouse::secret::Secret::new(secret),
        token: None,
        region: "us-east-1".into(),
        service: "poolhouse".into(),
    };
    let mut create_key = || {
        use std::io::{Read as _, Write as _};
        let body = br#"{"Policy": "read-only"}"#.to_vec();
        let mut headers = Headers::default();
        headers.push("host", &address);
        let mut request =
            Request { method: "POST".into(), path: "/_poolhouse/keys".into(), headers, body, ..Request::default() };
        let signature = sigv4::sign(&mut request, &signer, poolhouse::clock::Clock::System.now());
        let mut head = format!("POST /_poolhouse/keys HTTP/1.1\r\nHost: {address}\r\nContent-Length: 23\r\n");
        signature.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
        held.write_all(format!("{head}\r\n").as_bytes()).unwrap();
        held.write_all(&request.body).unwrap();
        let mut answer = [0; 4096];
        let read = held.read(&mut answer).unwrap();
        String::from_utf8_lossy(&answer[..read]).lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(create_key(), "HTTP/1.1 200 OK");
    let flood: Vec<_> = (0..280).filter_map(|_| std::net::TcpStream::connect(&address).ok()).collect();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let descriptors = std::fs::read_dir(format!("/proc/{}/fd", server.process.child.id())).unwrap().count();
    assert!(descriptors < 250, "{descriptors} of 300 descriptors are taken");
    assert_eq!(create_key(), "HTTP/1.1 200 OK", "a durable commit");
    drop(flood);
}

#[test]
fn the_limit_of_open_files_is_raised_at_the_start() {
    let data = tempfile::tempdir().unwrap();
    let mut command = Command::new("sh");
    let line = "ulimit -S -n 256; exec \"$0\" serve --listen 127.0.0.1:0 --data-dir \"$1\"";
    command.args(["-c", line, env!("CARGO_BIN_EXE_poolhouse")]).arg(data.path());
    let server = Server::of(command.env_clear().env("HOME", "/nonexistent").stdin(Stdio::null()));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", server.process.child.id())).unwrap();
    let line = limits.lines().find(|line| line.starts_with("Max open files")).unwrap();
    let soft: u64 = line.split_whitespace().nth(3).unwrap().parse().unwrap();
    assert!(soft > 256, "{line}");
}

/// A certificate for 127.0.0.1 that signs itself, and its key, as PEM files.
fn certificate(dir: &Path) -> (String, String) {
    use openssl::{asn1::Asn1Time, bn::BigNum, hash::MessageDigest, pkey::PKey, rsa::Rsa, x509};
    let key = PKey::from_rsa(Rsa::generate(2048).unwrap()).unwrap();
    let mut name = x509::X509Name::builder().unwrap();
    name.append_entry_by_text("CN", "Poolhouse test").unwrap();
    let name = name.build();
    let mut builder = x509::X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_serial_number(&BigNum::from_u32(1).unwrap().to_asn1_integer().unwrap()).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    let alternative = x509::extension::SubjectAlternativeName::new()
        .ip("127.0.0.1")
        .build(&builder.x509v3_context(None, None))
        .unwrap();
    builder.append_extension(alternative).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    let path = |name: &str| dir.join(name).to_str().unwrap().to_owned();
    let (cert, private) = (path("cert.pem"), path("key.pem"));
    std::fs::write(&cert, builder.build().to_pem().unwrap()).unwrap();
    std::fs::write(&private, key.private_key_to_pem_pkcs8().unwrap()).unwrap();
    (cert, private)
}

#[test]
fn tls_is_spoken_with_a_certificate_and_checked_by_the_client() {
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = certificate(dir.path());
    let file = dir.path().join("tls.toml");
    std::fs::write(&file, format!("[server]\ntls_cert = {cert:?}\ntls_key = {key:?}\n")).unwrap();
    let server = Server::start(&dir.path().join("data"), &["--config", file.to_str().unwrap()]);
    assert!(server.process.url.starts_with("https://"));
    let (id, secret) = (server.exported("AWS_ACCESS_KEY_ID"), server.exported("AWS_SECRET_ACCESS_KEY"));
    let list = |bundle: Option<&str>| {
        let mut command = poolhouse(&["keys", "list"]);
        command
            .env("AWS_ENDPOINT_URL", &server.process.url)
            .env("AWS_ACCESS_KEY_ID", &id)
            .env("AWS_SECRET_ACCESS_KEY", &secret);
        command.envs(bundle.map(|bundle| ("AWS_CA_BUNDLE", bundle))).output().unwrap()
    };
    assert!(good(list(Some(&cert))).contains(&id));
    let told = bad(list(None), 1);
    assert!(told.contains("certificate"), "{told}");
}

#[test]
fn settings_are_checked_and_explained() {
    let example = good(poolhouse(&["config", "example"]).output().unwrap());
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("example.toml");
    std::fs::write(&file, example).unwrap();
    let check = |command: &mut Command| command.output().unwrap();
    good(check(poolhouse(&["config", "check", "--config", file.to_str().unwrap()]).current_dir(&dir)));
    let mut wrong = poolhouse(&["config", "check"]);
    let told = bad(
        check(wrong.current_dir(&dir).env("POOLHOUSE_SERVER__WORKERS", "many").env("POOLHOUSE_STORE__CASH_MB", "1")),
        2,
    );
    assert!(told.contains("server.workers") && told.contains("store.cash_mb") && told.contains("2 faults"), "{told}");
    let open = poolhouse(&["serve", "--dev", "--listen", "0.0.0.0:0"]).current_dir(&dir).output().unwrap();
    assert!(bad(open, 2).contains("loopback only"));
    assert!(good(poolhouse(&["version"]).output().unwrap()).starts_with("poolhouse "));
}

#[tokio::test]
async fn development_mode_knows_clients_and_their_settings() {
    let house = crate::house::House::new(serde_json::json!({}), serde_json::json!({"ClientName": "web"})).await;
    let cx = poolhouse::context::Context { region: Some("eu-west-1".into()), ..house.app.context().unwrap() };
    let known = poolhouse::ops::admin::known_clients(&cx).await.unwrap();
    assert!(known.iter().any(|client| client.id == house.client && client.name == "web"));
    let described = poolhouse::ops::admin::description(&cx, &house.client).await.unwrap();
    let settings = poolhouse::ops::admin::client_settings(&described);
    assert!(settings.contains(&format!("userPoolClientId: \"{}\"", house.client)), "{settings}");
    assert!(settings.contains(&format!("/{}/.well-known/jwks.json", house.pool)), "{settings}");
}
