//! What plugins cost: one call of each kind of guest, sign-ins with and without a plugin, a start with twenty of them.
//!
//! `tests/plugins/build.sh && cargo bench --bench plugins` (add `-- seconds=10 calls=2000` for a longer look)
//!
//! The plugins are the examples, built from source. A call is timed in this process, with the server's own host: fresh
//! instance, threads of its own, event and answer as JSON. Sign-ins are those of a server in a process of its own; what
//! counts is its processor time for each (from the operating system), with and without the plugin in turn, so that a
//! machine that slows down slows both.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on has nothing to measure"
)]

#[path = "load/http.rs"]
mod http;
#[path = "load/server.rs"]
#[expect(dead_code, reason = "the load bench uses the rest")]
mod server;

use http::{Connection, KEY, call};
use poolhouse::config::plugins::PluginsConfig;
use poolhouse::model::Manifest;
use poolhouse::triggers::plugins::{Cache, Secrets};
use poolhouse::triggers::sandbox::{Guest, GuestCall, GuestSettings, MemoryKeyValues, Sandbox};
use poolhouse::triggers::{Failure, samples};
use serde_json::{Value, json};
use server::Server;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const PASSWORD: &str = "Passw0rd!";
/// Connections of the load.
const CONNECTIONS: usize = 8;
/// Rounds with and without the plugin.
const ROUNDS: usize = 6;

/// Plugin, what it is, and the event that it is asked.
const GUESTS: &[(&str, &str, &str)] = &[
    ("add-claims", "Rust, component", "TokenGeneration_Authentication"),
    ("closed", "WAT, WASI command", "PreSignUp_AdminCreateUser"),
    ("office-hours", "C, WASI command", "PreAuthentication_Authentication"),
    ("auto-confirm", "AssemblyScript, WASI command", "PreSignUp_SignUp"),
    ("reserved-names", "Go, WASI command", "PreSignUp_SignUp"),
    ("block-domains", "JavaScript (Node.js handler), component", "PreSignUp_SignUp"),
    ("localised-messages", "Python, component", "CustomMessage_SignUp"),
];

fn folder() -> PathBuf {
    let cache = std::env::var_os("POOLHOUSE_CACHE").map(PathBuf::from);
    let usual = || PathBuf::from(std::env::var_os("HOME").expect("a home")).join(".cache/poolhouse");
    cache.unwrap_or_else(usual).join("plugins")
}

fn main() {
    let options: BTreeMap<String, String> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
        .collect();
    let number = |name: &str, default: u64| options.get(name).map_or(default, |v| v.parse().expect("a number"));
    calls(number("calls", 500));
    let data = tempfile::tempdir().expect("a folder");
    sign_ins(data.path(), Duration::from_secs(number("seconds", 3)));
    starts();
}

fn manifest(name: &str) -> (Manifest, Secrets) {
    let text = std::fs::read_to_string(format!("plugins/{name}/manifest.toml")).expect("a manifest");
    let mut table: toml::Table = toml::from_str(&text).expect("a manifest");
    table.remove("secrets");
    (table.try_into().expect("a manifest"), Secrets::new())
}

fn calls(count: u64) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let sandbox = Sandbox::new(&PluginsConfig::default()).expect("a sandbox");
    let cache = Cache::new(folder().join("compiled"), sandbox.engine_key());
    println!("one call of a plugin, microseconds, {count} calls each");
    println!("{:<42}{:>10}{:>10}{:>10}{:>12}", "", "least", "median", "p99", "MiB");
    for (name, what, source) in GUESTS {
        let Ok(wasm) = std::fs::read(folder().join(format!("current/{name}.wasm"))) else {
            println!("{what:<42} not built: tests/plugins/build.sh {name}");
            continue;
        };
        let hash = ring::digest::digest(&ring::digest::SHA256, &wasm);
        let sha256: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let file = cache
            .find(&sha256)
            .unwrap_or_else(|| cache.keep(&sha256, &sandbox.compile(&wasm).expect("it compiles")).expect("a file"));
        let (manifest, secrets) = manifest(name);
        let settings =
            GuestSettings { name, manifest: &manifest, secrets: &secrets, kv: Arc::new(MemoryKeyValues::default()) };
        let guest = Arc::new(sandbox.link(&sandbox.load(&file).expect("it loads"), settings).expect("it links"));
        let mut times: Vec<Duration> = (0..count).map(|_| runtime.block_on(one(&sandbox, &guest, source))).collect();
        let memory = runtime.block_on(sandbox.run(&guest, ask(source))).memory as f64 / f64::from(1 << 20);
        times.sort();
        let at =
            |share: f64| times.get((times.len() as f64 * share) as usize).map_or(0.0, |time| time.as_secs_f64() * 1e6);
        println!("{what:<42}{:>10.0}{:>10.0}{:>10.0}{memory:>12.1}", at(0.0), at(0.5), at(0.99));
    }
}

fn ask(source: &str) -> GuestCall {
    let event = samples::sample(source).expect("a sample").to_string();
    GuestCall { source: source.to_owned(), event, timeout: Duration::from_secs(30), trial: false }
}

async fn one(sandbox: &Sandbox, guest: &Arc<Guest>, source: &str) -> Duration {
    let ran = sandbox.run(guest, ask(source)).await;
    // A refusal is an answer: what office hours say depends on the clock.
    assert!(matches!(ran.answer, Ok(_) | Err(Failure::Refused(_))), "{source}: {:?}", ran.answer);
    ran.took
}

fn put(server: &Server, name: &str, from: &str) {
    let manifest = PathBuf::from(format!("plugins/{from}/manifest.toml"));
    put_file(server, name, &folder().join(format!("current/{from}.wasm")), &manifest);
}

fn put_file(server: &Server, name: &str, file: &Path, manifest: &Path) {
    let done = Command::new(env!("CARGO_BIN_EXE_poolhouse"))
        .args(["plugin", "put", "--name", name, "--manifest"])
        .args([manifest, file])
        .args(["--endpoint", &format!("http://{}", server.address)])
        .env("AWS_ACCESS_KEY_ID", KEY.0)
        .env("AWS_SECRET_ACCESS_KEY", KEY.1)
        .output()
        .expect("the command line runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

/// A client of a new pool with one user who can sign in.
fn pool(connection: &mut Connection, lambda: Value) -> String {
    let pool = call(connection, "CreateUserPool", &json!({"PoolName": "bench", "LambdaConfig": lambda}));
    let pool = pool["UserPool"]["Id"].as_str().unwrap_or_else(|| panic!("{pool}")).to_owned();
    let flows = ["ALLOW_USER_PASSWORD_AUTH"];
    let client = call(
        connection,
        "CreateUserPoolClient",
        &json!({"UserPoolId": pool, "ClientName": "bench", "ExplicitAuthFlows": flows}),
    );
    call(connection, "AdminCreateUser", &json!({"UserPoolId": pool, "Username": "ann", "MessageAction": "SUPPRESS"}));
    let password = json!({"UserPoolId": pool, "Username": "ann", "Password": PASSWORD, "Permanent": true});
    call(connection, "AdminSetUserPassword", &password);
    client["UserPoolClient"]["ClientId"].as_str().unwrap_or_else(|| panic!("{client}")).to_owned()
}

fn sign_in(client: &str) -> Value {
    json!({"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": client, "AuthParameters": {"USERNAME": "ann", "PASSWORD": PASSWORD}})
}

/// Signs in on all connections for a while: sign-ins a second, and the server's milliseconds for each.
fn load(server: &Server, client: &str, window: Duration) -> (f64, f64) {
    let body = sign_in(client);
    let (count, used, begun) = (AtomicUsize::new(0), server.cpu_seconds(), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..CONNECTIONS {
            scope.spawn(|| {
                let mut connection = Connection::open(server.address);
                while begun.elapsed() < window {
                    let answer = call(&mut connection, "InitiateAuth", &body);
                    assert!(answer["AuthenticationResult"].is_object(), "{answer}");
                    count.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
    });
    let count = count.load(Ordering::Relaxed) as f64;
    (count / begun.elapsed().as_secs_f64(), (server.cpu_seconds() - used) * 1e3 / count)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all.get(all.len() / 2).copied().unwrap_or_default()
}

/// Sign-ins a second and the server's milliseconds for each, without and with a plugin.
struct Round {
    without: (f64, f64),
    with: (f64, f64),
}

fn sign_ins(data: &Path, window: Duration) {
    let server = Server::start(data);
    put(&server, "add-claims", "add-claims");
    let mut connection = Connection::open(server.address);
    let plain = pool(&mut connection, json!({}));
    let with = pool(
        &mut connection,
        json!({"PreTokenGenerationConfig": {"LambdaVersion": "V2_0", "LambdaArn": arn("add-claims")}}),
    );
    let rounds: Vec<_> = (0..ROUNDS)
        .map(|_| Round { without: load(&server, &plain, window), with: load(&server, &with, window) })
        .collect();
    let of = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick).collect());
    println!("\npassword sign-in with a Rust plugin before its tokens, medians of {ROUNDS} rounds");
    println!("{:<42}{:>10}{:>16}", "", "calls/s", "server ms/call");
    println!("{:<42}{:>10.0}{:>16.3}", "without", of(|r| r.without.0), of(|r| r.without.1));
    println!("{:<42}{:>10.0}{:>16.3}", "with", of(|r| r.with.0), of(|r| r.with.1));
    let more = |pick: fn(&Round) -> f64| (of(pick) - 1.0) * 100.0;
    println!(
        "more for each: {:.1} % of the server's processor, {:.1} % of the clock",
        more(|r| r.with.1 / r.without.1),
        more(|r| r.without.0 / r.with.0)
    );
    neighbours(&server, &mut connection, &plain);
    server.stop();
}

fn arn(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:000000000000:function:{name}")
}

/// How long a call takes that has nothing to do with plugins, alone and beside as many guests as may run that never
/// end.
fn neighbours(server: &Server, connection: &mut Connection, client: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let endless = folder.path().join("endless.wat");
    std::fs::write(&endless, r#"(module (memory (export "memory") 1) (func (export "_start") (loop $on (br $on))))"#)
        .expect("a file");
    std::fs::write(folder.path().join("manifest.toml"), "timeout_ms = 500\ntrial = []\n").expect("a file");
    put_file(server, "endless", &endless, &folder.path().join("manifest.toml"));
    let lost = pool(connection, json!({"PreAuthentication": arn("endless")}));
    let token = call(connection, "InitiateAuth", &sign_in(client))["AuthenticationResult"]["AccessToken"].clone();
    let mut times = || {
        let mut times: Vec<f64> = (0..2000)
            .map(|_| {
                let begun = Instant::now();
                assert!(call(connection, "GetUser", &json!({"AccessToken": token}))["Username"].is_string());
                begun.elapsed().as_secs_f64() * 1e6
            })
            .collect();
        times.sort_by(f64::total_cmp);
        (times[1000], times[1980])
    };
    let alone = times();
    let resident = server.rss_mb();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let beside = std::thread::scope(|scope| {
        for _ in 0..64 {
            scope.spawn(|| {
                let mut connection = Connection::open(server.address);
                while !stop.load(Ordering::Relaxed) {
                    let answer = call(&mut connection, "InitiateAuth", &sign_in(&lost));
                    assert!(answer["message"].is_string(), "{answer}");
                }
            });
        }
        std::thread::sleep(Duration::from_millis(200));
        let beside = times();
        stop.store(true, Ordering::Relaxed);
        beside
    });
    println!("\nGetUser from one connection, microseconds: median and p99");
    println!("{:<42}{:>10.0}{:>10.0}", "alone", alone.0, alone.1);
    println!("{:<42}{:>10.0}{:>10.0}", "beside guests that never end", beside.0, beside.1);
    println!("resident before and after them: {resident} MB, {} MB", server.rss_mb());
}

/// Starts with twenty plugins whose machine code is kept, and without any, in turn.
fn starts() {
    let (empty, full) = (tempfile::tempdir().expect("a folder"), tempfile::tempdir().expect("a folder"));
    drop(Server::start(empty.path()));
    let server = Server::start(full.path());
    for n in 0..20 {
        let (from, ..) = GUESTS.get(n % GUESTS.len()).expect("a plugin");
        put(&server, &format!("plugin-{n}"), from);
    }
    server.stop();
    let start = |data: &Path| {
        let begun = Instant::now();
        let server = Server::start(data);
        let took = begun.elapsed().as_secs_f64() * 1e3;
        server.stop();
        took
    };
    let times: Vec<_> = (0..7).map(|_| (start(empty.path()), start(full.path()))).collect();
    let (without, with) = (median(times.iter().map(|t| t.0).collect()), median(times.iter().map(|t| t.1).collect()));
    println!(
        "\nstart without plugins {without:.0} ms, with twenty of all kinds {with:.0} ms: {:.0} ms more",
        with - without
    );
}
