//! A pool with many users: made by the API, filled through the store.

use crate::http::{Connection, call};
use crate::server::Server;
use crate::{Bench, PASSWORD};
use poolhouse::clock::Clock;
use poolhouse::config::Config;
use poolhouse::keys::Keys;
use poolhouse::keys::password::Owner;
use poolhouse::model::{Credential, Pool, User};
use poolhouse::shapes::idp::UserStatusType;
use poolhouse::store::{SledEngine, Store, pools, users};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Users with a password of their own: enough that they are not all in one page of the store.
const REAL: usize = 1000;
/// Users per commit.
const BATCH: usize = 250;

/// Makes a server with this many users.
pub fn prepare(users: usize, seconds: f64, connections: usize) -> Bench {
    let dir = tempfile::tempdir().expect("a directory").keep();
    let server = Server::start(&dir);
    let mut connection = Connection::open(server.address);
    let pool = text(&call(&mut connection, "CreateUserPool", &json!({"PoolName": "bench"})), &["UserPool", "Id"]);
    let flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"];
    let body = json!({"UserPoolId": pool, "ClientName": "bench", "ExplicitAuthFlows": flows});
    let client = text(&call(&mut connection, "CreateUserPoolClient", &body), &["UserPoolClient", "ClientId"]);
    server.stop();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let started = Instant::now();
    runtime.block_on(fill(&dir, &pool, users));
    println!(
        "\n{users} users written in {:.1} s, {:.1} kB of disk each",
        started.elapsed().as_secs_f64(),
        disk(&dir) as f64 / users as f64 / 1e3
    );
    let server = Server::start(&dir);
    let mut bench =
        Bench { server, pool, client, users, real: users.min(REAL), seconds, connections, only: String::new() };
    bench.password(&mut Connection::open(bench.server.address), 0);
    bench.server.first_answer = bench.server.started.elapsed().as_secs_f64();
    bench
}

fn text(answer: &Value, path: &[&str]) -> String {
    path.iter().fold(answer, |value, name| &value[*name]).as_str().unwrap_or_else(|| panic!("{answer}")).to_owned()
}

async fn fill(dir: &Path, pool: &str, count: usize) {
    let config = Config::default();
    let keys = Keys::open(dir, &config.keys).expect("the keys");
    let store =
        Store::open(Arc::new(SledEngine::open(dir, &config.store).expect("the store"))).await.expect("the schema");
    let pool = pools::pool(&store, pool).await.expect("a read").expect("the pool");
    let now = Clock::System.now();
    let owner = Owner { pool_id: &pool.id, user: "user0" };
    let filler = keys.passwords.make(pool.password_scheme(), &owner, PASSWORD).expect("a password");
    for start in (0..count).step_by(BATCH) {
        let batch: Vec<User> =
            (start..(start + BATCH).min(count)).map(|i| user(&keys, &pool, i, &filler, now)).collect();
        store
            .transact(async |tx| {
                batch.iter().try_for_each(|user| users::insert(tx, &pool, user))?;
                Ok(())
            })
            .await
            .expect("a commit");
    }
    store.flush().await.expect("a flush");
    // The engine's own threads hold the lock until they are done.
    drop(store);
    tokio::time::sleep(Duration::from_millis(200)).await;
}

fn user(keys: &Keys, pool: &Pool, i: usize, filler: &Credential, now: poolhouse::clock::Timestamp) -> User {
    let username = format!("user{i}");
    let owner = Owner { pool_id: &pool.id, user: &username };
    let credential = if i < REAL {
        keys.passwords.make(pool.password_scheme(), &owner, PASSWORD).expect("a password")
    } else {
        filler.clone()
    };
    let attributes = [("email", format!("user{i}@example.com")), ("email_verified", "true".to_owned())];
    User {
        sub: poolhouse::rng::uuid().expect("randomness"),
        username,
        status: UserStatusType::Confirmed,
        enabled: true,
        created: now,
        modified: now,
        attributes: attributes.into_iter().map(|(k, v)| (k.to_owned(), v)).collect(),
        pending: Default::default(),
        credential: Some(credential),
        password_set: Some(now),
        temporary_until: None,
        signed_out: None,
        groups: Default::default(),
        identities: Vec::new(),
        mfa_options: Vec::new(),
        factors: Default::default(),
    }
}

fn disk(dir: &Path) -> u64 {
    std::fs::read_dir(dir).map_or(0, |entries| {
        entries.flatten().map(|e| e.metadata().map_or(0, |m| if m.is_dir() { disk(&e.path()) } else { m.len() })).sum()
    })
}
