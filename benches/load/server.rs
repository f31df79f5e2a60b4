//! The server as a process of its own, and what the operating system tells of it.

use base64::Engine as _;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::Instant;

/// The server's binary, where it is another than the one just built.
static BINARY: OnceLock<String> = OnceLock::new();

/// Measures another binary of the server.
pub fn use_binary(path: &str) {
    BINARY.set(path.to_owned()).expect("one binary");
}

/// A running server; stopped when dropped.
pub struct Server {
    child: Child,
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
        let mut child = Command::new(BINARY.get().map_or(env!("CARGO_BIN_EXE_poolhouse"), String::as_str))
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data)
            .env("POOLHOUSE_ROOT_ACCESS_KEY_ID", crate::http::KEY.0)
            .env("POOLHOUSE_ROOT_SECRET_ACCESS_KEY", crate::http::KEY.1)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let address = loop {
            let line = lines.next().expect("the server says where it listens").expect("its output");
            if let Some(address) = line.strip_prefix("listening on http://") {
                break address.parse().expect("an address");
            }
        };
        // Whatever else it prints must not fill the pipe.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, address, started, first_answer: 0.0 }
    }

    /// Processor seconds that the server has used (Linux).
    pub fn cpu_seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("the server runs");
        let fields: Vec<&str> = stat.rsplit_once(')').expect("a stat line").1.split_whitespace().collect();
        let ticks: f64 = [11, 12].iter().map(|i| fields[*i].parse::<f64>().expect("ticks")).sum();
        ticks / 100.0
    }

    /// Resident memory.
    pub fn rss_mb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).expect("the server runs");
        let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("its memory");
        line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).expect("kilobytes") / 1024
    }

    /// Stops it as an operator would.
    pub fn stop(mut self) {
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
