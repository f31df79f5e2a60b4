//! The server's binary as a process of its own; benches use it too.

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The access key that servers of tests and benches are started with: id and secret.
pub const ROOT_KEY: (&str, &str) = ("AKIAPOOLHOUSETESTS01", "tests/Only+NotASecret/Keep0ut0fProductionXX");

/// A running server. Dropping it kills it.
pub struct ServerProcess {
    pub child: Child,
    /// With its scheme, as it printed it.
    pub url: String,
    /// What it printed up to the line with its address.
    pub welcome: String,
}

/// The command that serves a data directory on a free port, with [`ROOT_KEY`].
pub fn serve(binary: &str, data: &Path) -> Command {
    let mut command = Command::new(binary);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data-dir"]).arg(data);
    command.env("POOLHOUSE_ROOT_ACCESS_KEY_ID", ROOT_KEY.0).env("POOLHOUSE_ROOT_SECRET_ACCESS_KEY", ROOT_KEY.1);
    command.stderr(Stdio::null());
    command
}

impl ServerProcess {
    /// Starts a server and waits until it listens.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the server starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let mut welcome = String::new();
        let url = loop {
            let Some(line) = lines.next() else { panic!("the server ended before it listened: {welcome}") };
            let line = line.expect("its output");
            welcome.push_str(&format!("{line}\n"));
            if let Some(url) = line.strip_prefix("listening on ") {
                break url.trim().to_owned();
            }
        };
        // A pipe that nobody reads would fill up and stop the server.
        std::thread::spawn(move || lines.for_each(drop));
        Self { child, url, welcome }
    }

    pub fn address(&self) -> SocketAddr {
        self.url.split_once("//").and_then(|(_, address)| address.parse().ok()).expect("an address")
    }

    /// Stops it as an init system would; its exit status.
    pub fn stop(&mut self) -> Option<i32> {
        let _ = Command::new("kill").args(["-TERM", &self.child.id().to_string()]).status();
        self.child.wait().ok().and_then(|status| status.code())
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
