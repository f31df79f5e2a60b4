//! How much longer a sign-in takes while another address attacks the server, as ratios of one run.
//!
//! `cargo bench --bench hostility` (add `-- seconds=10 connections=100` for more, `server=PATH` for another binary)
//!
//! The server runs as in production. One address attacks it in each way by itself, and then in all ways at once, while
//! another address signs in again and again, each time over a new connection. The attacks come from the same machine,
//! but at the lowest priority, so that their own work is not what the neighbour waits for.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on has nothing to measure"
)]

#[path = "../../tests/it/attacks.rs"]
mod attacks;
#[path = "../load/http.rs"]
mod http;
#[path = "../load/server.rs"]
#[expect(dead_code, reason = "the load bench uses the rest")]
mod server;

use attacks::{Attack, PASSWORD, Target, usernames};
use http::{Connection, call};
use serde_json::json;
use server::Server;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Users who sign in.
const USERS: usize = 20;
/// The neighbour's rest between two sign-ins.
const REST: Duration = Duration::from_millis(10);

/// What the neighbour saw.
struct Seen {
    /// Of each sign-in, sorted.
    times: Vec<Duration>,
    errors: Vec<String>,
}

impl Seen {
    fn at(&self, share: f64) -> f64 {
        let last = self.times.len().saturating_sub(1);
        self.times.get((last as f64 * share).round() as usize).map_or(f64::NAN, |time| time.as_secs_f64() * 1e3)
    }
}

fn main() {
    let options: BTreeMap<String, String> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
        .collect();
    let number = |name: &str, default: u64| options.get(name).map_or(default, |v| v.parse().expect("a number"));
    let window = Duration::from_secs(number("seconds", 5));
    let connections = number("connections", 60) as usize;

    if let Some(path) = options.get("server") {
        server::use_binary(path);
    }
    let data = tempfile::tempdir().expect("a directory");
    let server = Server::start(data.path());
    let target = prepare(&server);
    println!(
        "{:<26}{:>10}{:>12}{:>10}{:>10}{:>10}{:>8}",
        "", "attacks", "median ms", "p99 ms", "median", "p99", "errors"
    );
    let mut quiet = None;
    let each = Attack::ALL.iter().map(|attack| vec![*attack]);
    for attacks in std::iter::once(Vec::new()).chain(each).chain([Attack::ALL.to_vec()]) {
        let title = match attacks.as_slice() {
            [] => "quiet".to_owned(),
            [one] => format!("{one:?}"),
            _ => "all at once".to_owned(),
        };
        let (done, seen) = run(&target, &attacks, connections, window);
        let (median, p99) = (seen.at(0.5), seen.at(0.99));
        let (quiet_median, quiet_p99) = *quiet.get_or_insert((median, p99));
        let (slower, p99_slower) = (median / quiet_median, p99 / quiet_p99);
        let errors = seen.errors.len();
        println!("{title:<26}{done:>10}{median:>12.2}{p99:>10.2}{slower:>10.2}{p99_slower:>10.2}{errors:>8}");
        if let Some(error) = seen.errors.first() {
            println!("  the first error: {error}");
        }
    }
    println!("resident at the end: {} MB", server.rss_mb());
    server.stop();
}

/// A pool with users who can sign in.
fn prepare(server: &Server) -> Target {
    let connection = &mut Connection::open(server.address);
    let pool = call(connection, "CreateUserPool", &json!({"PoolName": "hostility"}))["UserPool"]["Id"].clone();
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"];
    let client = json!({"UserPoolId": pool, "ClientName": "hostility", "ExplicitAuthFlows": flows});
    let client = call(connection, "CreateUserPoolClient", &client)["UserPoolClient"]["ClientId"].clone();
    for username in usernames(USERS) {
        let created = json!({"UserPoolId": pool, "Username": username, "MessageAction": "SUPPRESS"});
        call(connection, "AdminCreateUser", &created);
        let password = json!({"UserPoolId": pool, "Username": username, "Password": PASSWORD, "Permanent": true});
        call(connection, "AdminSetUserPassword", &password);
    }
    Target { address: server.address, client: client.as_str().expect("a client").to_owned(), users: USERS }
}

/// Signs in for a while beside these attacks: how many requests they made, and what the neighbour saw.
fn run(target: &Target, attacks: &[Attack], connections: usize, window: Duration) -> (usize, Seen) {
    let until = Instant::now() + window;
    std::thread::scope(|scope| {
        let attackers: Vec<_> = attacks
            .iter()
            .map(|attack| {
                scope.spawn(move || {
                    // On Linux this is about the calling thread alone.
                    let _ = rustix::process::setpriority_process(None, 19);
                    runtime().block_on(target.attack(*attack, connections, until))
                })
            })
            .collect();
        let neighbour = scope.spawn(|| runtime().block_on(sign_in_until(target, until)));
        let done = attackers.into_iter().map(|attacker| attacker.join().expect("an attacker")).sum();
        (done, neighbour.join().expect("a neighbour"))
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn sign_in_until(target: &Target, until: Instant) -> Seen {
    let mut seen = Seen { times: Vec::new(), errors: Vec::new() };
    let mut user = 0;
    while Instant::now() < until {
        match target.sign_in(user).await {
            Ok(time) => seen.times.push(time),
            Err(error) => seen.errors.push(error.to_string()),
        }
        user += 1;
        tokio::time::sleep(REST).await;
    }
    seen.times.sort();
    seen
}
