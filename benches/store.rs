//! Measures the store on the server's own workload: users of about 900 bytes with their index keys.
//!
//! `cargo bench --bench store -- [users=N] [keys=N] [cache_mb=N] [compression=BOOL] [dir=DIR]
//! [steps=load,reopen,read,write]`
//!
//! Each step runs in a process of its own, so that memory and recovery are those of a fresh start; `load` ends by
//! killing itself.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a bench stops at the first fault")]

use poolhouse::config::store::StoreConfig;
use poolhouse::store::{Batch, Engine, Expect, Key, SledEngine, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

const POOL: &str = "us-east-1_Ab3dEfGhI";

struct Plan {
    users: u64,
    keys: u64,
    cache_mb: u32,
    compression: bool,
    dir: PathBuf,
    steps: Vec<String>,
}

impl Plan {
    fn from_args() -> Self {
        let mut plan = Self {
            users: 100_000,
            keys: 6,
            cache_mb: 128,
            compression: false,
            dir: std::env::temp_dir().join("poolhouse-bench-store"),
            steps: ["load", "reopen", "read", "write"].map(Into::into).into(),
        };
        for arg in std::env::args().skip(1) {
            let Some((name, value)) = arg.split_once('=') else { continue };
            match name {
                "users" => plan.users = value.replace('_', "").parse().unwrap(),
                "keys" => plan.keys = value.parse().unwrap(),
                "cache_mb" => plan.cache_mb = value.parse().unwrap(),
                "compression" => plan.compression = value.parse().unwrap(),
                "dir" => plan.dir = value.into(),
                "steps" => plan.steps = value.split(',').map(Into::into).collect(),
                other => panic!("{other} is not known; see the top of benches/store.rs"),
            }
        }
        plan
    }

    fn open(&self) -> SledEngine {
        let started = Instant::now();
        let config = StoreConfig { cache_mb: self.cache_mb, compression: self.compression, ..StoreConfig::default() };
        let engine = SledEngine::open(&self.dir, &config).unwrap();
        println!("  open {:.2} s, resident {} MB", started.elapsed().as_secs_f64(), resident());
        engine
    }
}

fn main() {
    let plan = Plan::from_args();
    if let Ok(step) = std::env::var("POOLHOUSE_BENCH_STEP") {
        match step.as_str() {
            "load" => load(&plan),
            "reopen" => reopen(&plan),
            "read" => read(&plan),
            "write" => write(&plan),
            other => panic!("step {other} is not known"),
        }
        return;
    }
    println!(
        "{} users, {} index keys each, cache {} MB, compression {}",
        plan.users, plan.keys, plan.cache_mb, plan.compression
    );
    for step in &plan.steps {
        println!("{step}:");
        let program = std::env::current_exe().unwrap();
        std::process::Command::new(program)
            .args(std::env::args().skip(1))
            .env("POOLHOUSE_BENCH_STEP", step)
            .status()
            .unwrap();
    }
}

/// Memory of this process, in MB.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or(0) / 1024
}

fn noise(seed: u64, buffer: &mut [u8]) {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for byte in buffer {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        *byte = (state >> 32) as u8;
    }
}

/// A version-4-like identifier that is the same for the same `n`.
fn sub(n: u64) -> String {
    let mut b = [0; 16];
    noise(n, &mut b);
    let hex = b.iter().map(|b| format!("{b:02x}")).collect::<String>();
    format!("{}-{}-4{}-8{}-{}", &hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..32])
}

fn user_key(n: u64) -> Key {
    Key::new(b'u').part(POOL).part(sub(n))
}

fn email(n: u64) -> String {
    format!("{}.person{n}@example.com", &sub(n)[..5])
}

fn record(n: u64) -> Vec<u8> {
    let mut out = vec![0; 420];
    noise(n ^ 0xABCD, &mut out);
    let text = format!(
        "{{\"sub\":\"{0}\",\"username\":\"{0}\",\"status\":\"CONFIRMED\",\"enabled\":true,\"created\":17000{n:08},\"modified\":17000{n:08},\"attributes\":[[\"email\",\"{1}\"],[\"email_verified\",\"true\"],[\"name\",\"Person Number {n}\"],[\"given_name\",\"Person\"],[\"family_name\",\"Number {n}\"],[\"locale\",\"en-GB\"],[\"custom:tenant\",\"tenant-{2}\"],[\"phone_number\",\"+4479{n:08}\"],[\"zoneinfo\",\"Europe/London\"]],\"mfa\":[],\"failures\":0}}",
        sub(n),
        email(n),
        n % 97
    );
    out.extend_from_slice(text.as_bytes());
    out
}

/// The index keys of a user: alias, group, attribute value, sub, status, enabled.
fn index(n: u64, which: u64) -> (Vec<u8>, Vec<u8>) {
    let key = |tag: u8| Key::new(tag).part(POOL);
    match which {
        0 => (key(b'a').part("email").part(email(n)).into_bytes(), sub(n).into_bytes()),
        1 => (key(b'g').part(format!("group-{}", n % 13)).part(sub(n)).into_bytes(), vec![]),
        2 => (key(b'i').part("email").part(email(n)).part(sub(n)).into_bytes(), vec![]),
        3 => (key(b's').part(sub(n)).into_bytes(), sub(n).into_bytes()),
        4 => (key(b'i').part("status").part("CONFIRMED").part(sub(n)).into_bytes(), vec![]),
        _ => (key(b'i').part("enabled").part("1").part(sub(n)).into_bytes(), vec![]),
    }
}

fn user(plan: &Plan, n: u64) -> Batch {
    let key = user_key(n).into_bytes();
    let mut writes = vec![(key.clone(), Write::Put(record(n)))];
    writes.extend((0..plan.keys).map(|which| index(n, which)).map(|(key, value)| (key, Write::Put(value))));
    Batch { expects: vec![(key, Expect::Absent)], writes, unsynced: false }
}

/// Runs `work(thread, nth)` on `threads` threads until `time` is over; gives the rate per second.
fn rate(threads: u64, time: Duration, work: impl AsyncFn(u64) + Sync) -> f64 {
    let (count, started) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
                    while started.elapsed() < time {
                        work(count.fetch_add(1, Ordering::Relaxed)).await;
                    }
                });
            });
        }
    });
    count.into_inner() as f64 / started.elapsed().as_secs_f64()
}

fn load(plan: &Plan) {
    let _ = std::fs::remove_dir_all(&plan.dir);
    let engine = plan.open();
    let (next, started) = (AtomicU64::new(0), Instant::now());
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
                    loop {
                        let from = next.fetch_add(100, Ordering::Relaxed);
                        if from >= plan.users {
                            break;
                        }
                        let mut batch = Batch::default();
                        for n in from..(from + 100).min(plan.users) {
                            let one = user(plan, n);
                            batch.expects.extend(one.expects);
                            batch.writes.extend(one.writes);
                        }
                        engine.commit(batch).await.unwrap();
                        if from % 100_000 == 0 {
                            println!(
                                "    {from} at {:.0} s, resident {} MB, disk {} MB",
                                started.elapsed().as_secs_f64(),
                                resident(),
                                engine.size_on_disk().unwrap() >> 20
                            );
                        }
                    }
                });
            });
        }
    });
    let took = started.elapsed().as_secs_f64();
    let disk = engine.size_on_disk().unwrap();
    println!(
        "  {:.0} users/s; resident {} MB; disk {} MB, {} bytes per user",
        plan.users as f64 / took,
        resident(),
        disk >> 20,
        disk / plan.users.max(1)
    );
    std::process::abort();
}

fn reopen(plan: &Plan) {
    let engine = plan.open();
    let started = Instant::now();
    let one = futures_now(engine.get(user_key(plan.users / 2).bytes()));
    println!("  first read {:.1} ms, there: {}", started.elapsed().as_secs_f64() * 1e3, one.unwrap().is_some());
    println!("  disk {} MB", engine.size_on_disk().unwrap() >> 20);
}

fn futures_now<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(work)
}

fn pick(n: u64, of: u64) -> u64 {
    (n.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20) % of.max(1)
}

fn read(plan: &Plan) {
    let engine = plan.open();
    let time = Duration::from_secs(5);
    let get = async |n: u64| assert!(engine.get(user_key(n).bytes()).await.unwrap().is_some());
    let lookup = async |n: u64| {
        let prefix = Key::new(b'a').part(POOL).part("email").part(email(n));
        let page = engine.scan(prefix.bytes(), None, 60).await.unwrap();
        assert_eq!(page.entries.len(), 1);
        get(n).await;
    };
    for threads in [1, 2] {
        println!(
            "  get, any user, {threads} threads: {:.0}/s, resident {} MB",
            rate(threads, time, async |n| get(pick(n, plan.users)).await),
            resident()
        );
    }
    println!(
        "  get, 1000 users, 2 threads: {:.0}/s",
        rate(2, time, async |n| get(pick(n, plan.users.min(1000))).await)
    );
    if plan.keys > 0 {
        for threads in [1, 2] {
            let per = rate(threads, time, async |n| lookup(pick(n, plan.users)).await);
            println!("  by email, any user, {threads} threads: {per:.0}/s, resident {} MB", resident());
        }
    }
}

fn write(plan: &Plan) {
    let engine = plan.open();
    let time = Duration::from_secs(5);
    let fresh = AtomicU64::new(u64::from(std::process::id()) << 32);
    for threads in [1, 64] {
        let per = rate(threads, time, async |_| {
            let n = fresh.fetch_add(1, Ordering::Relaxed);
            engine.commit(user(plan, n)).await.unwrap();
        });
        println!("  new users, {threads} writers: {per:.0}/s, resident {} MB", resident());
        let per = rate(threads, time, async |n| {
            let n = pick(n, plan.users);
            engine
                .commit(Batch { writes: vec![(user_key(n).into_bytes(), Write::Put(record(n)))], ..Batch::default() })
                .await
                .unwrap();
        });
        println!("  rewritten users, {threads} writers: {per:.0}/s, resident {} MB", resident());
    }
    println!("  disk {} MB", engine.size_on_disk().unwrap() >> 20);
    let started = Instant::now();
    drop(engine);
    println!("  close {:.2} s", started.elapsed().as_secs_f64());
}
