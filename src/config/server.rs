//! The `[server]` section: where the server listens, its data directory, its log, the bounds of a request.

use super::cidr::Cidr;
use crate::secret::Secret;
use serde::{Deserialize, Serialize};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The fewest characters of `metrics_token`.
const MIN_METRICS_TOKEN: usize = 16;

/// How log lines are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// For people.
    #[default]
    Human,
    /// One JSON object a line, for log collectors.
    Json,
}

/// The `[server]` section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ServerConfig {
    /// The address and port to listen on. Port 0 takes any free port. An address that other machines reach wants TLS
    /// (`tls_cert`, `tls_key`) or a proxy that does it (`trusted_proxies`).
    pub listen: SocketAddr,
    /// The directory that holds everything: the store, the master key, this file. Not settable in a file that lies in
    /// it.
    pub data_dir: PathBuf,
    /// Development mode: any signature is accepted, and mails and SMS are shown at /_dev/inbox. Only on a loopback
    /// address.
    pub dev: bool,
    /// The URL that clients use, e.g. `https://id.example.com`. Empty: made from `listen`. Tokens carry it as their
    /// issuer unless `identity.issuer_base` says otherwise.
    pub public_url: String,
    /// The certificate chain for TLS, PEM. Empty: plain HTTP.
    pub tls_cert: PathBuf,
    /// The private key of `tls_cert`, PEM.
    pub tls_key: PathBuf,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: addresses or ranges, e.g. ["10.0.0.0/8"].
    pub trusted_proxies: Vec<Cidr>,
    /// Threads that answer requests. 0: one for each core.
    pub workers: usize,
    /// The largest request body in bytes.
    pub max_body_bytes: usize,
    /// The most connections open at once, over all threads.
    pub max_connections: usize,
    /// Seconds a client has to send its request head, and its body.
    pub request_timeout_seconds: u64,
    /// Seconds an idle connection is kept open.
    pub keep_alive_seconds: u64,
    /// Seconds that running requests are given to finish when the server is told to stop.
    pub shutdown_grace_seconds: u64,
    /// Whoever sends this as `Authorization: Bearer ...` may read `/metrics`, in Prometheus' form. Not set: there is no
    /// `/metrics`.
    pub metrics_token: Option<Secret>,
    /// Log lines on standard error: "human" or "json".
    pub log_format: LogFormat,
    /// What is logged: "error", "warn", "info", "debug", "trace", or by module, e.g. "info,poolhouse::delivery=debug".
    pub log_filter: String,
}

impl Default for ServerConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 9229),
            data_dir: PathBuf::from("poolhouse-data"),
            dev: false,
            public_url: String::new(),
            tls_cert: PathBuf::new(),
            tls_key: PathBuf::new(),
            trusted_proxies: Vec::new(),
            workers: 0,
            max_body_bytes: 4 * 1024 * 1024,
            max_connections: 10_000,
            request_timeout_seconds: 15,
            keep_alive_seconds: 75,
            shutdown_grace_seconds: 15,
            log_format: LogFormat::Human,
            metrics_token: None,
            log_filter: "info,actix_server=warn".into(),
        }
    }
}

impl ServerConfig {
    /// Whether the server speaks TLS itself.
    pub fn tls(&self) -> bool {
        !self.tls_cert.as_os_str().is_empty()
    }

    /// The number of threads that answer requests.
    pub fn worker_count(&self) -> usize {
        match self.workers {
            0 => std::thread::available_parallelism().map_or(1, usize::from),
            n => n,
        }
    }

    /// The URL of the server as seen on `bound`: `http(s)://address:port`, with loopback for "all addresses".
    pub fn url_of(&self, bound: SocketAddr) -> String {
        let mut shown = bound;
        if shown.ip().is_unspecified() {
            shown.set_ip(IpAddr::V4(Ipv4Addr::LOCALHOST));
        }
        format!("{}://{shown}", if self.tls() { "https" } else { "http" })
    }

    /// The faults, one sentence each: `section.key: what is wrong; what to do`.
    pub fn validate(&self) -> Vec<String> {
        let mut faults = Vec::new();
        if self.dev && !self.listen.ip().is_loopback() {
            faults.push(format!(
                "server.dev: development mode accepts any signature, so it runs on loopback only, not on {}; listen on 127.0.0.1 or leave --dev out",
                self.listen.ip()
            ));
        }
        if self.tls_cert.as_os_str().is_empty() != self.tls_key.as_os_str().is_empty() {
            faults.push(
                "server.tls_cert, server.tls_key: one is set without the other; set both, or neither for plain HTTP"
                    .into(),
            );
        }
        for (key, path) in [("server.tls_cert", &self.tls_cert), ("server.tls_key", &self.tls_key)] {
            if !path.as_os_str().is_empty() && !path.is_file() {
                faults.push(format!("{key}: there is no file {}; give the path of a PEM file", path.display()));
            }
        }
        if self.data_dir.as_os_str().is_empty() {
            faults.push("server.data_dir: is empty; name a directory".into());
        }
        faults.extend(base_url_fault("server.public_url", &self.public_url));
        let bounds = [
            ("server.workers", self.workers as u64, 0, 1024),
            ("server.max_body_bytes", self.max_body_bytes as u64, 65_536, 64 * 1024 * 1024),
            ("server.max_connections", self.max_connections as u64, 1, 1_000_000),
            ("server.request_timeout_seconds", self.request_timeout_seconds, 1, 3_600),
            ("server.keep_alive_seconds", self.keep_alive_seconds, 1, 3_600),
            ("server.shutdown_grace_seconds", self.shutdown_grace_seconds, 0, 3_600),
        ];
        for (key, value, least, most) in bounds {
            if value < least || value > most {
                faults.push(format!("{key}: is {value}; must be from {least} to {most}"));
            }
        }
        if self.metrics_token.as_ref().is_some_and(|token| token.reveal().chars().count() < MIN_METRICS_TOKEN) {
            faults.push(format!("server.metrics_token: it must have at least {MIN_METRICS_TOKEN} characters"));
        }
        if self.log_filter.parse::<tracing_subscriber::EnvFilter>().is_err() {
            faults.push(
                "server.log_filter: cannot be understood; write a level such as \"info\", or \"info,poolhouse::delivery=debug\"".into(),
            );
        }
        faults
    }

    /// What is allowed but dangerous, for the operator's log.
    pub fn warnings(&self) -> Vec<String> {
        let mut warnings = Vec::new();
        if !self.listen.ip().is_loopback() && !self.tls() && self.trusted_proxies.is_empty() {
            warnings.push(format!(
                "listening on {} without TLS: passwords and tokens cross the network in the clear. Set server.tls_cert and server.tls_key, \
                 or put a proxy with TLS in front and name its address in server.trusted_proxies",
                self.listen
            ));
        }
        if self.listen.ip().is_unspecified() && self.public_url.is_empty() {
            warnings.push(
                "server.public_url is not set: tokens will name 127.0.0.1 as their issuer; set it to the URL that clients use".into(),
            );
        }
        warnings
    }
}

/// The fault of a base URL, if it has one: `http(s)://host[:port][/path]` without query or closing slash; empty is
/// fine.
pub(super) fn base_url_fault(key: &str, url: &str) -> Option<String> {
    if url.is_empty() {
        return None;
    }
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"));
    let fine = rest.is_some_and(|rest| {
        let plain =
            rest.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'?' | b'#' | b'@' | b'"' | b'<' | b'>' | b'\\'));
        plain && !rest.is_empty() && !rest.starts_with('/') && !rest.ends_with('/')
    });
    (!fine).then(|| format!("{key}: must look like https://id.example.com, with no slash at the end and no query"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn development_mode_stays_on_loopback() {
        let mut config = ServerConfig { dev: true, ..ServerConfig::default() };
        assert!(config.validate().is_empty());
        config.listen = SocketAddr::from(([0, 0, 0, 0], 9229));
        assert_eq!(config.validate().len(), 1);
    }

    #[test]
    fn an_open_address_without_tls_is_warned_of() {
        let open = ServerConfig { listen: SocketAddr::from(([192, 0, 2, 1], 80)), ..ServerConfig::default() };
        assert_eq!(open.warnings().len(), 1);
        assert!(ServerConfig::default().warnings().is_empty());
    }

    #[test]
    fn base_urls() {
        for good in ["", "https://id.example.com", "http://127.0.0.1:9229", "https://example.com/id"] {
            assert!(base_url_fault("k", good).is_none(), "{good}");
        }
        for bad in ["id.example.com", "https://", "https://x/", "https://x?y", "ftp://x", "https://a b"] {
            assert!(base_url_fault("k", bad).is_some(), "{bad}");
        }
    }
}
