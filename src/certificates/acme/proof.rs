//! Whether a name leads to this server: it calls itself under the name and looks for an answer that only a server with
//! its master key can give.

use crate::config::acme::{AcmeChallenge, AcmeConfig};
use crate::fault::Fault;
use crate::keys::seal::{Purpose, Sealer};
use crate::outgoing::{self, PublicOnly};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Client, Url};
use std::net::{Ipv4Addr, SocketAddr, ToSocketAddrs as _};
use std::sync::Arc;
use std::time::Duration;

/// The path below which the server answers.
const PATH: &str = "/.well-known/poolhouse-domain/";
/// Characters of a token.
const TOKEN: usize = 32;
/// How long one call may take.
const LIMIT: Duration = Duration::from_secs(10);

/// Why a name does not seem to lead here, for the operator.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotHere {
    #[error("{url} cannot be reached ({cause})")]
    Unreachable { url: String, cause: String },
    #[error("{url} is answered by another server (status {status})")]
    Other { url: String, status: u16 },
    #[error("{0} is no host name")]
    NoName(String),
    #[error(transparent)]
    Internal(#[from] Fault),
}

/// Asks and answers.
pub(super) struct Proof {
    client: Client,
    sealer: Sealer,
    /// Scheme, and the port where it is not the scheme's own.
    scheme: &'static str,
    port: Option<u16>,
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof")
    }
}

impl Proof {
    pub fn new(config: &AcmeConfig, sealer: Sealer) -> Result<Self, reqwest::Error> {
        let builder = match config.allow_private {
            true => outgoing::client().dns_resolver(Arc::new(AnyAddress)),
            false => outgoing::client().dns_resolver(Arc::new(PublicOnly::default())),
        };
        let client = builder
            .redirect(reqwest::redirect::Policy::none())
            // The name has no certificate yet: the answer is the proof, not the connection.
            .tls_danger_accept_invalid_certs(true)
            .pool_max_idle_per_host(0)
            .timeout(LIMIT)
            .build()?;
        let (scheme, port, usual) = match config.challenge {
            AcmeChallenge::TlsAlpn01 => ("https", config.tls_port, 443),
            AcmeChallenge::Http01 => ("http", config.http_port, 80),
        };
        Ok(Self { client, sealer, scheme, port: Some(port).filter(|port| *port != usual) })
    }

    /// The answer to a token; `None` for what cannot be one.
    pub fn answer(&self, token: &str) -> Option<String> {
        let fits = token.len() == TOKEN && token.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| hex(&self.sealer.mac(Purpose::DomainProof, &[token.as_bytes()])))
    }

    /// Calls the name.
    pub async fn check(&self, name: &str) -> Result<(), NotHere> {
        let token: [u8; TOKEN / 2] = crate::rng::bytes().map_err(Fault::from)?;
        let token = hex(&token);
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let base = format!("{}://{name}{port}", self.scheme);
        // Some names are read as addresses (0x7f.1), which would go past the resolver.
        if Url::parse(&base).ok().and_then(|url| url.domain().map(|domain| domain != name)) != Some(false) {
            return Err(NotHere::NoName(name.to_owned()));
        }
        let unreachable = |error: reqwest::Error| {
            let cause = if error.is_timeout() { "it took too long".to_owned() } else { outgoing::cause(&error) };
            NotHere::Unreachable { url: base.clone(), cause }
        };
        let mut answer = self.client.get(format!("{base}{PATH}{token}")).send().await.map_err(unreachable)?;
        let expected = self.answer(&token).unwrap_or_default();
        let mut body = Vec::new();
        while let Some(chunk) = answer.chunk().await.map_err(unreachable)? {
            body.extend_from_slice(&chunk);
            // Longer than the right answer, so it is none.
            if body.len() > expected.len() {
                break;
            }
        }
        if answer.status().is_success() && body == expected.as_bytes() {
            return Ok(());
        }
        Err(NotHere::Other { url: base.clone(), status: answer.status().as_u16() })
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Resolves as the system does, and names under `localhost` to this machine (RFC 6761, section 6.3), which many systems
/// leave out.
struct AnyAddress;

impl Resolve for AnyAddress {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            if host.ends_with(".localhost") {
                let own = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
                return Ok(Box::new(std::iter::once(own)) as Addrs);
            }
            let found = tokio::task::spawn_blocking(move || {
                (host.as_str(), 0).to_socket_addrs().map(Iterator::collect::<Vec<_>>)
            })
            .await??;
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use ring::hkdf;

    fn proof(allow_private: bool) -> Proof {
        let root = hkdf::Salt::new(hkdf::HKDF_SHA256, &[]).extract(b"a key for tests");
        let config = AcmeConfig { allow_private, challenge: AcmeChallenge::Http01, ..AcmeConfig::default() };
        Proof::new(&config, Sealer::new(root).unwrap()).unwrap()
    }

    #[tokio::test]
    async fn names_that_are_addresses_or_lead_inside_are_not_called() {
        for name in ["0x7f.1", "127.1", "1.2.3.0x4", "[::1]", "a b", "name/path", "user@name.example"] {
            let checked = proof(true).check(name).await;
            assert!(matches!(checked, Err(NotHere::NoName(_))), "{name}: {checked:?}");
        }
        let inside = proof(false).check("localhost").await.unwrap_err();
        assert!(inside.to_string().contains(outgoing::NOT_PUBLIC), "{inside}");
    }

    #[test]
    fn only_the_same_master_key_gives_the_answer() {
        let token = "0123456789abcdef0123456789abcdef";
        let answer = proof(true).answer(token).unwrap();
        assert_eq!(Some(&answer), proof(false).answer(token).as_ref());
        assert!(!answer.contains(token) && proof(true).answer("f123456789abcdef0123456789abcdef") != Some(answer));
        for bad in ["", "0123", "0123456789abcdef0123456789abcdeg", "0123456789abcdef0123456789abcdef0"] {
            assert_eq!(proof(true).answer(bad), None);
        }
    }
}
