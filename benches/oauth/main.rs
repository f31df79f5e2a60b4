//! The authorization server under load, end to end over HTTP: the whole sign-in on the pages, the grants of the token
//! endpoint, userInfo, introspection and JWKS.
//!
//! `cargo bench --bench oauth -- seconds=5 connections=16 only=NAME oidc_provider=FOLDER`
//!
//! `only`: the rows whose name begins so. `oidc_provider`: a `node_modules` folder in which npm's oidc-provider is; it
//! is then measured in the same run, for the grant of a client for itself.
//!
//! As in the bench `load`, the figure to compare is the server's processor time per call against the bare cryptography
//! of that call, measured in the same run; for calls without a signature, against `GET /healthz`.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a bench that cannot go on has nothing to measure"
)]

#[path = "../bare/mod.rs"]
#[expect(dead_code, reason = "the other benches use the rest")]
mod bare;
#[path = "../load/http.rs"]
mod http;
#[path = "../load/server.rs"]
#[expect(dead_code, reason = "the bench load uses the rest")]
mod server;
mod web;

use bare::Bare;
use serde_json::{Value, json};
use server::Server;
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use web::Web;

const PASSWORD: &str = "Passw0rd!";
const CALLBACK: &str = "https://app.example.com/callback";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
const USERS: usize = 200;

struct Bench {
    server: Server,
    pool: String,
    client: String,
    /// A client with a secret, for itself and for introspection.
    machine: (String, String),
    options: BTreeMap<String, String>,
}

/// A row: its name, and the bare seconds of a core that a call takes at least.
struct Row<'a> {
    name: &'a str,
    bare: Option<f64>,
}

/// What is called, and the processor seconds that the called server has used.
struct Load<'a> {
    used: &'a dyn Fn() -> f64,
    job: &'a (dyn Fn(&mut Web, usize) + Sync),
}

fn main() {
    let options: BTreeMap<String, String> = std::env::args()
        .skip(1)
        .filter_map(|arg| arg.split_once('=').map(|(k, v)| (k.to_owned(), v.to_owned())))
        .collect();
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let bare = Bare::measure(cores, Duration::from_secs(2));
    println!(
        "bare cryptography, milliseconds of a core: signature {:.3}, exponentiation {:.3}",
        bare.sign * 1e3,
        bare.power * 1e3
    );
    let bench = prepare(options);
    println!("{:<34}{:>10}{:>16}{:>14}{:>10}", "", "calls/s", "server ms/call", "bare ms/call", "ratio");
    let row = |name, bare| Row { name, bare };
    bench.report(row("sign-in, authorize to tokens", Some(bare.password_sign_in())), |b, web, i| {
        b.sign_in(web, i);
    });
    let session = bench.session();
    bench.report(row("code, by a browser's session", Some(bare.refresh())), |b, web, _| b.code(web, &session));
    let (access, refresh) = bench.sign_in(&mut Web::open(bench.server.address), 0);
    bench.report(row("refresh", Some(bare.refresh())), |b, web, _| b.refresh(web, &refresh));
    bench.report(row("client_credentials", Some(bare.sign)), |b, web, _| b.client_credentials(web));
    let health = bench.report(row("GET /healthz", None), |_, web, _| is_ok(web.get("/healthz", &[]).status));
    let user_info = bench.report(row("userInfo", None), |b, web, _| b.user_info(web, &access));
    let introspection = bench.report(row("introspection", None), |b, web, _| b.introspect(web, &access));
    let jwks = bench.report(row("JWKS", None), |b, web, _| {
        is_ok(web.get(&format!("/{}/.well-known/jwks.json", b.pool), &[]).status);
    });
    if health > 0.0 {
        println!(
            "\nover the cost of GET /healthz: userInfo {:.1}, introspection {:.1}, JWKS {:.1}",
            user_info / health,
            introspection / health,
            jwks / health
        );
    }
    if let Some(folder) = bench.options.get("oidc_provider") {
        other_server(&bench, folder, bare.sign);
    }
}

fn is_ok(status: u16) {
    assert_eq!(status, 200);
}

/// A server with a pool, its clients and users.
fn prepare(options: BTreeMap<String, String>) -> Bench {
    let dir = tempfile::tempdir().expect("a directory").keep();
    let server = Server::start(&dir);
    let mut connection = http::Connection::open(server.address);
    let mut call = |operation: &str, body: Value| http::call(&mut connection, operation, &body);
    let text = |value: &Value| value.as_str().unwrap_or_else(|| panic!("{value}")).to_owned();
    let tags = json!({"poolhouse:oauth": "introspection"});
    let pool = text(&call("CreateUserPool", json!({"PoolName": "bench", "UserPoolTags": tags}))["UserPool"]["Id"]);
    let web = json!({"UserPoolId": pool, "ClientName": "web", "AllowedOAuthFlowsUserPoolClient": true,
        "AllowedOAuthFlows": ["code"], "AllowedOAuthScopes": ["openid", "email"], "CallbackURLs": [CALLBACK],
        "SupportedIdentityProviders": ["COGNITO"]});
    let client = text(&call("CreateUserPoolClient", web)["UserPoolClient"]["ClientId"]);
    let scopes = json!([{"ScopeName": "read", "ScopeDescription": "read"}]);
    let api = json!({"UserPoolId": pool, "Identifier": "api", "Name": "api", "Scopes": scopes});
    call("CreateResourceServer", api);
    let machine = json!({"UserPoolId": pool, "ClientName": "machine", "GenerateSecret": true,
        "AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": ["client_credentials"],
        "AllowedOAuthScopes": ["api/read"]});
    let made = call("CreateUserPoolClient", machine)["UserPoolClient"].clone();
    let machine = (text(&made["ClientId"]), text(&made["ClientSecret"]));
    for i in 0..USERS {
        let name = format!("user{i}");
        let attributes = json!([{"Name": "email", "Value": format!("{name}@example.com")}]);
        let user =
            json!({"UserPoolId": pool, "Username": name, "MessageAction": "SUPPRESS", "UserAttributes": attributes});
        call("AdminCreateUser", user);
        let password = json!({"UserPoolId": pool, "Username": name, "Password": PASSWORD, "Permanent": true});
        call("AdminSetUserPassword", password);
    }
    Bench { server, pool, client, machine, options }
}

impl Bench {
    fn number(&self, name: &str, default: usize) -> usize {
        self.options.get(name).map_or(default, |value| value.parse().expect("a number"))
    }

    /// Runs one kind of call on all connections and prints its row; answers the server's milliseconds per call.
    fn report(&self, row: Row<'_>, job: impl Fn(&Self, &mut Web, usize) + Sync) -> f64 {
        let load = Load { used: &|| self.server.cpu_seconds(), job: &|web, i| job(self, web, i) };
        self.measured(row, self.server.address, load)
    }

    fn measured(&self, row: Row<'_>, address: SocketAddr, Load { used, job }: Load<'_>) -> f64 {
        if !row.name.starts_with(self.options.get("only").map_or("", String::as_str)) {
            return 0.0;
        }
        let seconds = self.number("seconds", 5) as f64;
        let next = AtomicUsize::new(0);
        let (started, before) = (Instant::now(), used());
        std::thread::scope(|scope| {
            for _ in 0..self.number("connections", 16) {
                scope.spawn(|| {
                    let mut web = Web::open(address);
                    while started.elapsed().as_secs_f64() < seconds {
                        job(&mut web, next.fetch_add(1, Ordering::Relaxed));
                    }
                });
            }
        });
        let (elapsed, calls) = (started.elapsed().as_secs_f64(), next.load(Ordering::Relaxed).max(1) as f64);
        let cost = (used() - before) / calls;
        let (bare, ratio) =
            row.bare.map_or_else(Default::default, |b| (format!("{:.3}", b * 1e3), format!("{:.2}", b / cost)));
        println!("{:<34}{:>10.0}{:>16.3}{bare:>14}{ratio:>10}", row.name, calls / elapsed, cost * 1e3);
        cost * 1e3
    }

    fn query(&self) -> String {
        format!(
            "response_type=code&client_id={}&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcallback&scope=openid+email\
             &state=s&nonce=n&code_challenge={CHALLENGE}&code_challenge_method=S256",
            self.client
        )
    }

    fn endpoint(&self, path: &str) -> String {
        format!("/{}{path}", self.pool)
    }

    /// The page, name and password, and the answer that leads to the app.
    fn page(&self, web: &mut Web, i: usize) -> web::Answer {
        let begun = web.get(&format!("{}?{}", self.endpoint("/oauth2/authorize"), self.query()), &[]);
        let login = begun.location().to_owned();
        let page = web.get(&login, &[]);
        let name = format!("user{}", i % USERS);
        let form =
            [("_csrf", page.between("name=\"_csrf\" value=\"", "\"")), ("username", &*name), ("password", PASSWORD)];
        web.post(&login, &[("cookie", &page.cookies())], &form)
    }

    /// A whole sign-in; answers the access and the refresh token.
    fn sign_in(&self, web: &mut Web, i: usize) -> (String, String) {
        let answer = self.page(web, i);
        let tokens = self.redeem(web, answer.code());
        (tokens.member("access_token"), tokens.member("refresh_token"))
    }

    fn redeem(&self, web: &mut Web, code: &str) -> web::Answer {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", &*self.client),
            ("code", code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", VERIFIER),
        ];
        let answer = web.post(&self.endpoint("/oauth2/token"), &[], &form);
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer
    }

    /// The cookie of a browser that is signed in.
    fn session(&self) -> String {
        self.page(&mut Web::open(self.server.address), 1).cookies()
    }

    /// A code by the browser's session, and its tokens.
    fn code(&self, web: &mut Web, session: &str) {
        let target = format!("{}?{}", self.endpoint("/oauth2/authorize"), self.query());
        let answer = web.get(&target, &[("cookie", session)]);
        self.redeem(web, answer.code());
    }

    fn refresh(&self, web: &mut Web, token: &str) {
        let form = [("grant_type", "refresh_token"), ("client_id", &*self.client), ("refresh_token", token)];
        is_ok(web.post(&self.endpoint("/oauth2/token"), &[], &form).status);
    }

    fn client_credentials(&self, web: &mut Web) {
        let (id, secret) = &self.machine;
        let form = [("grant_type", "client_credentials"), ("client_id", &**id), ("client_secret", &**secret)];
        is_ok(web.post(&self.endpoint("/oauth2/token"), &[], &form).status);
    }

    fn user_info(&self, web: &mut Web, token: &str) {
        let bearer = format!("Bearer {token}");
        is_ok(web.get(&self.endpoint("/oauth2/userInfo"), &[("authorization", &bearer)]).status);
    }

    fn introspect(&self, web: &mut Web, token: &str) {
        let (id, secret) = &self.machine;
        let form = [("token", token), ("client_id", &**id), ("client_secret", &**secret)];
        is_ok(web.post(&self.endpoint("/oauth2/introspect"), &[], &form).status);
    }
}

/// A process that ends with this one.
struct Ended(Child);

impl Drop for Ended {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Measures npm's oidc-provider with the same calls.
fn other_server(bench: &Bench, folder: &str, sign: f64) {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/oauth/oidc_provider.mjs");
    let child = Command::new("node").args([script, folder]).stdout(Stdio::piped()).spawn().expect("node");
    let mut child = Ended(child);
    let mut lines = BufReader::new(child.0.stdout.take().expect("its output")).lines();
    let port = lines.find_map(|line| line.expect("its output").strip_prefix("listening on ").map(str::to_owned));
    let address = SocketAddr::from(([127, 0, 0, 1], port.expect("it listens").parse().expect("a port")));
    let pid = child.0.id();
    let used = move || {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a stat line").1.split_whitespace().collect();
        [11, 12].iter().map(|i| fields[*i].parse::<f64>().expect("ticks")).sum::<f64>() / 100.0
    };
    let form = [("grant_type", "client_credentials"), ("client_id", "bench"), ("client_secret", "secret")];
    let row = Row { name: "oidc-provider: client_credentials", bare: Some(sign) };
    let job = |web: &mut Web, _: usize| {
        let answer = web.post("/token", &[], &form);
        assert_eq!(answer.status, 200, "{}", answer.body);
    };
    bench.measured(row, address, Load { used: &used, job: &job });
}
