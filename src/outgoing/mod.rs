//! Owns what all outgoing HTTP calls have in common: public addresses, and a client without proxies. Hands off the
//! calls. Must not know who is called, or why.

mod address;

pub use address::is_public;

use crate::secret::Secret;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::path::{Path, PathBuf};

/// Where systems keep the authorities that they trust.
const SYSTEM_BUNDLES: [&str; 4] = [
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
    "/etc/ssl/ca-bundle.pem",
];

/// A client builder that ignores proxy settings: a proxy would resolve names itself, and see the contents of plain
/// HTTP.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().user_agent("poolhouse")
}

/// A client for a server that the operator configured: no redirects, and a CA file of its own where there is one.
/// `setting` is the section of the configuration, for the error message.
pub fn operator_client(setting: &str, ca_file: Option<&Path>) -> Result<reqwest::ClientBuilder, String> {
    let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).user_agent("poolhouse");
    Ok(builder.tls_certs_merge(authorities(setting, ca_file)?))
}

/// The certificate authorities of a PEM file that the operator configured; none without a file.
pub fn authorities(setting: &str, ca_file: Option<&Path>) -> Result<Vec<reqwest::Certificate>, String> {
    let Some(file) = ca_file else { return Ok(Vec::new()) };
    let name = file.display();
    let pem = std::fs::read(file).map_err(|e| format!("{setting}.ca_file {name} cannot be read: {e}"))?;
    reqwest::Certificate::from_pem_bundle(&pem).map_err(|e| format!("{setting}.ca_file {name} has no certificate: {e}"))
}

/// The authorities that a connection to a server of the operator's choice may go by: those in `ca_file`, or where it is
/// empty those that the system trusts. `setting` is the section of the configuration, for the error message.
pub fn root_certificates(setting: &str, ca_file: &Path) -> std::io::Result<RootCertStore> {
    let named = Some(ca_file.to_owned()).filter(|file| !file.as_os_str().is_empty());
    let file = named.or_else(system_bundle).ok_or_else(|| {
        std::io::Error::other(format!("{setting}: the system has no file of authorities; install ca-certificates"))
    })?;
    let unusable = |what: String| std::io::Error::other(format!("{setting}: {}: {what}", file.display()));
    let found = CertificateDer::pem_file_iter(&file)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unusable(error.to_string()))?;
    let mut roots = RootCertStore::empty();
    // Systems carry some that cannot be read; one is enough.
    let (added, _) = roots.add_parsable_certificates(found);
    if added > 0 { Ok(roots) } else { Err(unusable("has no certificate".into())) }
}

/// The file of authorities that the system trusts.
pub fn system_bundle() -> Option<PathBuf> {
    let named = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from);
    named.into_iter().chain(SYSTEM_BUNDLES.map(PathBuf::from)).find(|path| path.is_file())
}

/// Finishes a builder of [`operator_client`].
pub fn build(setting: &str, builder: reqwest::ClientBuilder) -> Result<reqwest::Client, String> {
    builder.build().map_err(|e| format!("{setting}: the HTTP client cannot be set up: {e}"))
}

/// Header values that the operator configured. They often are credentials, so they are marked as sensitive.
pub fn operator_headers<'a>(
    setting: &str,
    headers: impl IntoIterator<Item = (&'a String, &'a Secret)>,
) -> Result<HeaderMap, String> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let invalid = || format!("{setting}.headers.{name} is not a valid HTTP header");
        let mut secret = HeaderValue::from_str(value.reveal()).map_err(|_| invalid())?;
        secret.set_sensitive(true);
        map.insert(HeaderName::from_bytes(name.as_bytes()).map_err(|_| invalid())?, secret);
    }
    Ok(map)
}

/// The innermost cause of an error. The outer ones only say that a call failed.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// The error message of [`PublicOnly`].
pub const NOT_PUBLIC: &str = "its name resolves to no public address";

/// Asks for the addresses of a name; it may block.
pub type LookUp = fn(&str) -> std::io::Result<Vec<SocketAddr>>;

fn system_look_up(host: &str) -> std::io::Result<Vec<SocketAddr>> {
    (host, 0).to_socket_addrs().map(Iterator::collect)
}

/// A resolver that only returns public addresses. It runs when a connection is made, so a name cannot change to a
/// private address after a check.
pub struct PublicOnly {
    look_up: LookUp,
}

impl Default for PublicOnly {
    fn default() -> Self {
        Self { look_up: system_look_up }
    }
}

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        let look_up = self.look_up;
        Box::pin(async move {
            let found = tokio::task::spawn_blocking(move || look_up(name.as_str())).await??;
            let allowed: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(NOT_PUBLIC.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let resolved = PublicOnly::default().resolve("localhost".parse().unwrap()).await;
        assert_eq!(resolved.err().unwrap().to_string(), NOT_PUBLIC);
    }

    /// A name whose first look-up is public and whose second is not (DNS rebinding): each connection looks it up anew,
    /// and it is the addresses of that look-up that are checked and called.
    #[tokio::test]
    async fn a_name_that_moves_inside_is_not_called() {
        static TIMES: AtomicUsize = AtomicUsize::new(0);
        fn moving(_: &str) -> std::io::Result<Vec<SocketAddr>> {
            let inside = TIMES.fetch_add(1, Ordering::Relaxed) > 0;
            Ok(vec![SocketAddr::from((if inside { [127, 0, 0, 1] } else { [93, 184, 216, 34] }, 0))])
        }
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        listener.set_nonblocking(true).unwrap();
        let port = listener.local_addr().unwrap().port();
        let resolver = PublicOnly { look_up: moving };
        assert_eq!(resolver.resolve("moving.example".parse().unwrap()).await.unwrap().count(), 1);
        let client = client().dns_resolver(std::sync::Arc::new(resolver)).build().unwrap();
        let failed = client.get(format!("http://moving.example:{port}/")).send().await.unwrap_err();
        assert_eq!(cause(&failed), NOT_PUBLIC);
        assert!(listener.accept().is_err(), "the server inside was called");
        assert_eq!(TIMES.load(Ordering::Relaxed), 2);
    }
}
