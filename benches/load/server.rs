//! The server as a process of its own, and what the operating system tells of it.

use base64::Engine as _;
use server_process::{ServerProcess, serve};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::OnceLock;
use std::time::Instant;

#[path = "../../tests/it/server_process.rs"]
#[expect(dead_code, reason = "the tests use the rest")]
pub mod server_process;

/// The server's binary, where it is another than the one just built.
static BINARY: OnceLock<String> = OnceLock::new();

/// Measures another binary of the server.
pub fn use_binary(path: &str) {
    BINARY.set(path.to_owned()).expect("one binary");
}

/// A running server; stopped when dropped.
pub struct Server {
    process: ServerProcess,
    /// Where it listens.
    pub address: SocketAddr,
    /// When it was started.
    pub started: Instant,
    /// Seconds from its start to the first sign-in.
    pub first_answer: f64,
}

impl Server {
    /// Starts the server on a data directory and waits until it listens.
    pub fn start(data: &Path) -> Self {
        let started = Instant::now();
        let binary = BINARY.get().map_or(env!("CARGO_BIN_EXE_poolhouse"), String::as_str);
        let process = ServerProcess::start(&mut serve(binary, data));
        Self { address: process.address(), process, started, first_answer: 0.0 }
    }

    /// Processor seconds that the server has used (Linux).
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.process.child.id())).expect("the server runs");
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a stat line").1.split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().map(|i| fields[*i].parse::<f64>().expect("ticks")).sum();
        ticks / 100.0
    }

    /// Resident memory.
    pub fn rss_mb(&self) -> u64 {
        let status =
            std::fs::read_to_string(format!("/proc/{}/status", self.process.child.id())).expect("the server runs");
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("its memory");
        line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).expect("kilobytes") / 1024
    }

    /// Stops it as an operator would.
    pub fn stop(mut self) {
        self.process.stop();
    }
}

/// `TIMESTAMP` as SRP clients write it, now.
pub fn cognito_timestamp() -> String {
    let now = time::OffsetDateTime::now_utc();
    let format = time::macros::format_description!(
        "[weekday repr:short] [month repr:short] [day padding:none] [hour]:[minute]:[second] UTC [year]"
    );
    now.format(&format).expect("a date")
}

/// Bytes of base64 text.
pub fn base64_bytes(text: &str) -> Vec<u8> {
    base64::engine::general_purpose::STANDARD.decode(text).expect("base64")
}
