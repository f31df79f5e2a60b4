//! The server under load, end to end over HTTP: sign-in by password, SRP, TOTP, remembered device and passkey, renewal,
//! GetUser, sign-up, ListUsers by email and by the beginning of one, at several numbers of users.
//!
//! `cargo bench --bench load -- users=1000,100000,1000000 seconds=5 connections=16 warm=0`
//!
//! `server=PATH` measures another binary of the server (one from before a change, say), `only=NAME` the rows whose name
//! begins so.
//!
//! `warm`: seconds of ListUsers before it is measured, so that a cache that can hold all users
//! (`POOLHOUSE_STORE__CACHE_MB`) does.
//!
//! The server runs as in production: signatures verified, a log line for every call. The load comes from the same
//! machine, so its own work takes cores from the server. The figure to compare is therefore the server's processor time
//! per call (from the operating system's accounting of its process) against the bare cryptography of that call,
//! measured in the same run on all cores: 0.8 means that four fifths of what the server spends is cryptography that no
//! server can avoid.

#![expect(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on has nothing to measure"
)]

#[path = "../../tests/it/authenticator.rs"]
mod authenticator;
#[path = "../bare/mod.rs"]
mod bare;
mod factors;
mod http;
mod seed;
mod server;

use bare::Bare;
use http::{Connection, call};
use poolhouse::keys::srp::{Claim, client};
use serde_json::{Value, json};
use server::Server;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// What a run knows.
pub struct Bench {
    server: Server,
    pool: String,
    client: String,
    users: usize,
    /// Users whose password is `PASSWORD`; the others only fill the store.
    real: usize,
    seconds: f64,
    connections: usize,
    /// The rows to measure: those whose name begins so.
    only: String,
}

/// The password of every real user.
pub const PASSWORD: &str = "Passw0rd!";

fn main() {
    let options: BTreeMap<String, String> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
        .collect();
    let number = |name: &str, default: usize| options.get(name).map_or(default, |v| v.parse().expect("a number"));
    if let Some(path) = options.get("server") {
        server::use_binary(path);
    }
    let sizes: Vec<usize> =
        options.get("users").map_or(vec![1000], |v| v.split(',').map(|n| n.parse().expect("a number")).collect());
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let bare = Bare::measure(cores, Duration::from_secs(2));
    println!(
        "bare cryptography, milliseconds of a core: signature {:.3}, exponentiation {:.3}",
        bare.sign * 1e3,
        bare.power * 1e3
    );
    let mut by_email = Vec::new();
    for users in sizes {
        let mut bench = seed::prepare(users, number("seconds", 5) as f64, number("connections", 16));
        bench.only = options.get("only").cloned().unwrap_or_default();
        println!(
            "\n{users} users: first sign-in {:.2} s after the start, {} MB resident",
            bench.server.first_answer,
            bench.server.rss_mb()
        );
        println!("{:<22}{:>10}{:>16}{:>14}{:>10}", "", "calls/s", "server ms/call", "bare ms/call", "ratio");
        bench.report("password sign-in", Some(bare.password_sign_in()), |b, c, i| b.password(c, i));
        bench.report("SRP sign-in", Some(bare.srp_sign_in()), |b, c, i| b.srp(c, i));
        let factors = factors::Factors::enrol(&bench);
        bench
            .report_up_to("TOTP sign-in", Some(bare.password_sign_in()), factors.codes(), |_, c, i| factors.totp(c, i));
        bench.report("device sign-in", Some(bare.device_sign_in()), |_, c, i| factors.device(c, i));
        bench.report("passkey sign-in", Some(bare.passkey_sign_in()), |_, c, i| factors.passkey(c, i));
        let token = bench.refresh_tokens();
        bench.report("refresh", Some(bare.refresh()), |b, c, i| b.refresh(c, &token[i % token.len()].1));
        bench.report("GetUser", None, |b, c, i| b.get_user(c, &token[i % token.len()].0));
        bench.report("SignUp", None, |b, c, i| b.sign_up(c, i));
        if number("warm", 0) > 0 {
            let warming = Bench { seconds: number("warm", 0) as f64, ..bench };
            warming.report("(warming)", None, |b, c, i| b.list_by_email(c, i));
            bench = Bench { seconds: number("seconds", 5) as f64, ..warming };
        }
        bench.report("ListUsers by prefix", None, |b, c, i| b.list_by_prefix(c, i));
        by_email.push((users, bench.report("ListUsers by email", None, |b, c, i| b.list_by_email(c, i))));
        println!("resident after the load: {} MB", bench.server.rss_mb());
    }
    if let [(few, first), .., (many, last)] = by_email.as_slice() {
        println!("\nListUsers by email, cost at {many} users over cost at {few}: {:.2}", last / first);
    }
}

impl Bench {
    /// Runs one kind of call on all connections and prints its row; answers the server's milliseconds per call.
    fn report(&self, name: &str, bare: Option<f64>, job: impl Fn(&Self, &mut Connection, usize) + Sync) -> f64 {
        self.report_up_to(name, bare, usize::MAX, job)
    }

    /// [`Bench::report`] of calls that there can be only so many of.
    fn report_up_to(
        &self,
        name: &str,
        bare: Option<f64>,
        most: usize,
        job: impl Fn(&Self, &mut Connection, usize) + Sync,
    ) -> f64 {
        if !name.starts_with(&self.only) {
            return 0.0;
        }
        let next = AtomicUsize::new(0);
        let (started, used) = (Instant::now(), self.server.cpu_seconds());
        std::thread::scope(|scope| {
            for _ in 0..self.connections {
                scope.spawn(|| {
                    let mut connection = Connection::open(self.server.address);
                    while started.elapsed().as_secs_f64() < self.seconds {
                        let call = next.fetch_add(1, Ordering::Relaxed);
                        if call >= most {
                            break;
                        }
                        job(self, &mut connection, call);
                    }
                });
            }
        });
        let (elapsed, calls) = (started.elapsed().as_secs_f64(), next.load(Ordering::Relaxed).clamp(1, most) as f64);
        let cost = (self.server.cpu_seconds() - used) / calls;
        let (bare_text, ratio) =
            bare.map_or((String::new(), String::new()), |b| (format!("{:.3}", b * 1e3), format!("{:.2}", b / cost)));
        println!("{name:<22}{:>10.0}{:>16.3}{bare_text:>14}{ratio:>10}", calls / elapsed, cost * 1e3);
        cost * 1e3
    }

    fn name(&self, i: usize) -> String {
        // A step that shares no factor with the number of users goes through all of them in a scattered order.
        format!("user{}", (i * 7919) % self.real)
    }

    fn initiate(&self, connection: &mut Connection, flow: &str, parameters: Value) -> Value {
        call(
            connection,
            "InitiateAuth",
            &json!({"AuthFlow": flow, "ClientId": self.client, "AuthParameters": parameters}),
        )
    }

    fn password(&self, connection: &mut Connection, i: usize) {
        let answer =
            self.initiate(connection, "USER_PASSWORD_AUTH", json!({"USERNAME": self.name(i), "PASSWORD": PASSWORD}));
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
    }

    fn srp(&self, connection: &mut Connection, i: usize) {
        let (user, exchange) = (self.name(i), client::Client::begin().unwrap());
        let asked = self.initiate(connection, "USER_SRP_AUTH", json!({"USERNAME": user, "SRP_A": exchange.srp_a()}));
        let parameters = &asked["ChallengeParameters"];
        let text = |name: &str| parameters[name].as_str().unwrap_or_else(|| panic!("{asked}"));
        let (block, timestamp) = (text("SECRET_BLOCK"), server::cognito_timestamp());
        let raw = server::base64_bytes(block);
        let claim = Claim {
            group: self.pool.split_once('_').unwrap().1,
            user: &user,
            secret_block: &raw,
            timestamp: &timestamp,
        };
        let challenge = client::Challenge { srp_b: text("SRP_B"), salt: text("SALT") };
        let signature = exchange.answer(challenge, &claim, PASSWORD).unwrap();
        let answer = call(
            connection,
            "RespondToAuthChallenge",
            &json!({"ClientId": self.client, "ChallengeName": "PASSWORD_VERIFIER", "ChallengeResponses": {
                "USERNAME": user, "PASSWORD_CLAIM_SECRET_BLOCK": block, "PASSWORD_CLAIM_SIGNATURE": signature, "TIMESTAMP": timestamp}}),
        );
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
    }

    /// Access and refresh tokens of some users.
    fn refresh_tokens(&self) -> Vec<(String, String)> {
        let mut connection = Connection::open(self.server.address);
        (0..self.real.min(200))
            .map(|i| {
                let parameters = json!({"USERNAME": format!("user{i}"), "PASSWORD": PASSWORD});
                let answer = self.initiate(&mut connection, "USER_PASSWORD_AUTH", parameters);
                let text = |name: &str| answer["AuthenticationResult"][name].as_str().unwrap().to_owned();
                (text("AccessToken"), text("RefreshToken"))
            })
            .collect()
    }

    fn refresh(&self, connection: &mut Connection, token: &str) {
        let answer = self.initiate(connection, "REFRESH_TOKEN_AUTH", json!({"REFRESH_TOKEN": token}));
        assert!(answer["AuthenticationResult"].is_object(), "{answer}");
    }

    fn get_user(&self, connection: &mut Connection, token: &str) {
        let answer = call(connection, "GetUser", &json!({"AccessToken": token}));
        assert!(answer["Username"].is_string(), "{answer}");
    }

    fn sign_up(&self, connection: &mut Connection, i: usize) {
        let name = format!("new{i}");
        let email = json!([{"Name": "email", "Value": format!("{name}@example.com")}]);
        let body = json!({"ClientId": self.client, "Username": name, "Password": PASSWORD, "UserAttributes": email});
        assert!(call(connection, "SignUp", &body)["UserSub"].is_string());
    }

    /// A beginning that up to eleven users share.
    fn list_by_prefix(&self, connection: &mut Connection, i: usize) {
        let filter = format!("email ^= \"user{}\"", (i * 7919) % (self.users / 10).max(1));
        let answer = call(connection, "ListUsers", &json!({"UserPoolId": self.pool, "Filter": filter, "Limit": 10}));
        assert!(answer["Users"].as_array().is_some_and(|users| !users.is_empty()), "{answer}");
    }

    fn list_by_email(&self, connection: &mut Connection, i: usize) {
        let filter = format!("email = \"user{}@example.com\"", (i * 7919) % self.users);
        let answer = call(connection, "ListUsers", &json!({"UserPoolId": self.pool, "Filter": filter}));
        assert_eq!(answer["Users"].as_array().map(Vec::len), Some(1), "{answer}");
    }
}
