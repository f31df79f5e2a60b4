//! The `[server]` section: where the server listens, its data directory, its log, the bounds of a request.

use super::certificates::{CertificateConfig, missing};
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

/// `[[server.listeners]]`: a further address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListenerConfig {
    /// The address and port to listen on.
    pub listen: SocketAddr,
    /// The certificate chain for TLS, PEM. Empty: plain HTTP.
    #[serde(default)]
    pub tls_cert: PathBuf,
    /// The private key of `tls_cert`, PEM.
    #[serde(default)]
    pub tls_key: PathBuf,
    /// TLS without a pair of its own, as `server.tls`.
    #[serde(default)]
    pub tls: bool,
}

impl ListenerConfig {
    pub fn tls(&self) -> bool {
        self.tls || !self.tls_cert.as_os_str().is_empty()
    }

    fn validate(&self, section: &str, dev: bool) -> Vec<String> {
        let mut faults = Vec::new();
        if dev && !self.listen.ip().is_loopback() {
            faults.push(format!(
                "server.dev: development mode accepts any signature, so it runs on loopback only, not on {} ({section}.listen); \
                 listen on 127.0.0.1 or leave --dev out",
                self.listen.ip()
            ));
        }
        if self.tls_cert.as_os_str().is_empty() != self.tls_key.as_os_str().is_empty() {
            faults.push(format!(
                "{section}.tls_cert, {section}.tls_key: one is set without the other; set both, or neither for plain HTTP"
            ));
        }
        for (key, path) in [("tls_cert", &self.tls_cert), ("tls_key", &self.tls_key)] {
            if !path.as_os_str().is_empty() {
                faults.extend(missing(&format!("{section}.{key}"), path));
            }
        }
        faults
    }
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
    /// TLS without `tls_cert`: with the certificates of `[[server.certificates]]` and `[acme]`, in development mode
    /// with one that the server makes.
    pub tls: bool,
    /// Certificates for names of their own, as tables `[[server.certificates]]` with `names` (a list of host names, the
    /// first label of each may be `*`), `tls_cert` and `tls_key`. `tls_cert` above serves all other names. Changed
    /// files are read again.
    pub certificates: Vec<CertificateConfig>,
    /// Further addresses, each plain or with TLS, as tables `[[server.listeners]]` with `listen`, `tls_cert` and
    /// `tls_key` or `tls = true`: for clients that take the server under AWS's names, say. URLs are made from `listen`
    /// above.
    pub listeners: Vec<ListenerConfig>,
    /// An address for plain HTTP, usually port 80, that leads to https: only under the host of `public_url` and the
    /// domains of pools. It also answers the checks of `[acme]`.
    pub redirect_http: Option<SocketAddr>,
    /// Seconds for which browsers that saw the domain of a pool over TLS use nothing else there
    /// (`Strict-Transport-Security`). 0: not said. Never said in development mode.
    pub hsts_seconds: u64,
    /// Proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed: addresses or ranges, e.g. ["10.0.0.0/8"].
    pub trusted_proxies: Vec<Cidr>,
    /// Threads that answer requests. 0: one for each core.
    pub workers: usize,
    /// The largest request body in bytes. Most operations take less: 256 KiB without a signature, 1 MiB with one.
    pub max_body_bytes: usize,
    /// The bytes of all request bodies under way together, in MiB. One address may have a quarter of it.
    pub max_bodies_mb: u64,
    /// The most connections open at once, over all threads. Fewer where the system's limit of open files is lower.
    pub max_connections: usize,
    /// The most connections of one address (IPv6: of a /64, and twice as many of a /48). 0: a quarter of
    /// `max_connections`. `trusted_proxies` and `limits.address.exempt` are not counted.
    pub max_connections_per_address: usize,
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
            tls: false,
            certificates: Vec::new(),
            listeners: Vec::new(),
            redirect_http: None,
            hsts_seconds: 31_536_000,
            trusted_proxies: Vec::new(),
            workers: 0,
            max_body_bytes: 4 * 1024 * 1024,
            max_bodies_mb: 64,
            max_connections: 10_000,
            max_connections_per_address: 0,
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
    /// All addresses, `listen` first.
    pub fn all_listeners(&self) -> Vec<ListenerConfig> {
        let main = ListenerConfig {
            listen: self.listen,
            tls_cert: self.tls_cert.clone(),
            tls_key: self.tls_key.clone(),
            tls: self.tls,
        };
        std::iter::once(main).chain(self.listeners.iter().cloned()).collect()
    }

    /// Whether the server speaks TLS at `listen`.
    pub fn tls(&self) -> bool {
        self.tls || !self.tls_cert.as_os_str().is_empty()
    }

    /// The host of `public_url`, in lower case; `None` where it is empty or an IPv6 address.
    pub fn public_host(&self) -> Option<String> {
        let (_, rest) = self.public_url.split_once("://")?;
        let host = rest.split(['/', ':']).next()?.to_ascii_lowercase();
        let plain = (1..=253).contains(&host.len())
            && host.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'));
        plain.then_some(host)
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
        for (index, listener) in self.all_listeners().iter().enumerate() {
            let section = match index {
                0 => "server".to_owned(),
                n => format!("server.listeners[{}]", n - 1),
            };
            faults.extend(listener.validate(&section, self.dev));
        }
        for (index, pair) in self.certificates.iter().enumerate() {
            faults.extend(pair.validate(&format!("server.certificates[{index}]")));
        }
        if self.redirect_http.is_some()
            && !self.public_url.starts_with("https://")
            && !(self.public_url.is_empty() && self.tls())
        {
            faults.push(
                "server.redirect_http: there is no https to lead to; set server.public_url to an https:// URL".into(),
            );
        }
        if self.dev && self.redirect_http.is_some_and(|address| !address.ip().is_loopback()) {
            faults.push("server.redirect_http: development mode runs on loopback only; use 127.0.0.1".into());
        }
        if self.data_dir.as_os_str().is_empty() {
            faults.push("server.data_dir: is empty; name a directory".into());
        }
        faults.extend(base_url_fault("server.public_url", &self.public_url));
        let bounds = [
            ("server.workers", self.workers as u64, 0, 1024),
            ("server.max_body_bytes", self.max_body_bytes as u64, 65_536, 64 * 1024 * 1024),
            ("server.max_bodies_mb", self.max_bodies_mb, 1, 65_536),
            ("server.max_connections", self.max_connections as u64, 1, 1_000_000),
            ("server.max_connections_per_address", self.max_connections_per_address as u64, 0, 1_000_000),
            ("server.request_timeout_seconds", self.request_timeout_seconds, 1, 3_600),
            ("server.hsts_seconds", self.hsts_seconds, 0, 2 * 31_536_000),
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
        for listener in self.all_listeners() {
            if !listener.listen.ip().is_loopback() && !listener.tls() && self.trusted_proxies.is_empty() {
                warnings.push(format!(
                    "listening on {} without TLS: passwords and tokens cross the network in the clear. Set its tls_cert and tls_key, \
                     or put a proxy with TLS in front and name its address in server.trusted_proxies",
                    listener.listen
                ));
            }
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
        let plain = rest.bytes().all(|b| b.is_ascii_graphic() && !b"?#@\"<>\\{}".contains(&b));
        plain && !rest.is_empty() && !rest.starts_with('/') && !rest.ends_with('/')
    });
    (!fine).then(|| {
        format!("{key}: must look like https://id.example.com, with no slash at the end, no query and no braces")
    })
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
        for bad in [
            "id.example.com",
            "https://",
            "https://x/",
            "https://x?y",
            "ftp://x",
            "https://a b",
            "https://a.{region}.b",
        ] {
            assert!(base_url_fault("k", bad).is_some(), "{bad}");
        }
    }
}
