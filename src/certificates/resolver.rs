//! Which certificate a connection gets.

use super::files::CertificateFiles;
use super::{Certificates, TlsFloor};
use rustls::CipherSuite;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::sync::Arc;

/// Chooses by the name that the client asks for (SNI): the listed files, those that were ordered, those of
/// development mode, then the listener's own pair.
#[derive(Debug)]
pub(super) struct Resolver {
    pub shared: Arc<Certificates>,
    pub own: Option<CertificateFiles>,
}

impl ResolvesServerCert for Resolver {
    fn resolve(&self, hello: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let name = hello.server_name().map(str::to_ascii_lowercase);
        let name = name.as_deref();
        let shared = &self.shared;
        if rustls_acme::is_tls_alpn_challenge(&hello) {
            return name.and_then(|name| shared.acme.as_ref()?.tls_challenge(name));
        }
        // rustls shows no versions of the client, but who speaks 1.3 offers its cipher suites, and nobody else does.
        // What a client that lies about it negotiates is checked again when the connection stands.
        if name.and_then(|name| shared.custom_floor(name)) == Some(TlsFloor::Tls13)
            && !hello.cipher_suites().iter().any(|suite| is_tls13(*suite))
        {
            tracing::debug!(name, "a connection was refused: the domain's SecurityPolicy asks for TLS 1.3");
            return None;
        }
        let listed = name.and_then(|name| shared.listed.iter().find(|(config, _)| config.covers(name)));
        if let Some((_, files)) = listed {
            return Some(files.current());
        }
        if let Some(ordered) = name.and_then(|name| shared.acme.as_ref()?.certificate(name)) {
            return Some(ordered);
        }
        if let Some(development) = &shared.development {
            // A pair that the operator gave comes before one for other names than those asked for.
            return match &self.own {
                Some(own) => Some(own.current()),
                None => development.certificate(name),
            };
        }
        let first = || shared.listed.first().map(|(_, files)| files.current());
        let own = self.own.as_ref().map(CertificateFiles::current);
        own.or_else(first).or_else(|| Some(Arc::clone(&shared.placeholder)))
    }
}

fn is_tls13(suite: CipherSuite) -> bool {
    matches!(
        suite,
        CipherSuite::TLS13_AES_128_GCM_SHA256
            | CipherSuite::TLS13_AES_256_GCM_SHA384
            | CipherSuite::TLS13_CHACHA20_POLY1305_SHA256
            | CipherSuite::TLS13_AES_128_CCM_SHA256
            | CipherSuite::TLS13_AES_128_CCM_8_SHA256
    )
}
