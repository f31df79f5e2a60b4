//! Owns the certificates of TLS: which one a connection gets by the name it asks for, from files, from an authority
//! such as Let's Encrypt, or of development mode; and the lowest TLS version of each name.
//! Hands off keys and requests to `keys`. Must not know pools, requests or the HTTP framework.

mod acme;
mod development;
mod files;
mod private_file;
mod resolver;

pub use development::authority_file;

use crate::clock::Clock;
use crate::config::Config;
use crate::config::certificates::CertificateConfig;
use crate::config::server::ListenerConfig;
use crate::keys::local_authority;
use crate::keys::seal::Sealer;
use acme::Acme;
use development::Development;
use files::{CertificateFiles, from_pem};
use resolver::Resolver;
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use rustls_acme::acme::ACME_TLS_ALPN_NAME;
use std::collections::{HashMap, HashSet};
use std::io::Result;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Notify;

/// The lowest version of TLS that a name is served with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum TlsFloor {
    /// The lowest that the server speaks at all.
    #[default]
    Tls12,
    Tls13,
}

/// The custom domains of pools, as they were at one moment.
#[derive(Debug, Default)]
struct CustomDomains {
    floors: HashMap<String, TlsFloor>,
    /// Counts single changes, so that a list that was read before one of them does not undo it.
    changes: u64,
}

/// Everything that TLS listeners share.
#[derive(Debug)]
pub struct Certificates {
    provider: Arc<CryptoProvider>,
    listed: Vec<(CertificateConfig, CertificateFiles)>,
    development: Option<Development>,
    acme: Option<Arc<Acme>>,
    /// A name beside the custom domains for which a certificate is ordered.
    public_host: Option<String>,
    /// Told when the custom domains change.
    changed: Notify,
    custom: RwLock<CustomDomains>,
    /// For names that have no certificate yet: signed by nobody, so no client takes it for real.
    placeholder: Arc<CertifiedKey>,
}

impl Certificates {
    /// Reads the certificates of the settings. The error names the file.
    pub fn new(config: &Config, clock: &Arc<Clock>, sealer: &Sealer) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let server = &config.server;
        let listed = server
            .certificates
            .iter()
            .map(|pair| Ok((pair.clone(), CertificateFiles::open(&pair.tls_cert, &pair.tls_key, &provider)?)));
        let listed = listed.collect::<Result<_>>()?;
        let bare = server.all_listeners().iter().any(|listener| listener.tls);
        let development = (server.dev && bare)
            .then(|| Development::open(server, Arc::clone(clock), Arc::clone(&provider)))
            .transpose()?;
        let nobody = local_authority::issue(&["poolhouse.invalid".into()], clock.now());
        let nobody = nobody.map_err(std::io::Error::other)?;
        let placeholder = from_pem(&nobody.certificate, &nobody.key, &provider)?;
        let acme = config.acme.enabled.then(|| Acme::new(config, clock, &provider, sealer.clone()).map(Arc::new));
        Ok(Self {
            acme: acme.transpose()?,
            public_host: config.acme.public_host.then(|| server.public_host()).flatten(),
            changed: Notify::new(),
            custom: RwLock::default(),
            provider,
            listed,
            development,
            placeholder,
        })
    }

    /// The TLS settings of a listener (1.2 and 1.3); `None` for a plain one. The error names the file.
    pub fn tls(self: &Arc<Self>, listener: &ListenerConfig) -> Result<Option<rustls::ServerConfig>> {
        if !listener.tls() {
            return Ok(None);
        }
        let own = (!listener.tls_cert.as_os_str().is_empty())
            .then(|| CertificateFiles::open(&listener.tls_cert, &listener.tls_key, &self.provider))
            .transpose()?;
        let resolver = Arc::new(Resolver { shared: Arc::clone(self), own });
        let builder = rustls::ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(std::io::Error::other)?;
        let mut tls = builder.with_no_client_auth().with_cert_resolver(resolver);
        if self.acme.is_some() {
            // Beside those of HTTP, which the listener itself adds.
            tls.alpn_protocols.push(ACME_TLS_ALPN_NAME.to_vec());
        }
        Ok(Some(tls))
    }

    /// Orders and renews the certificates of `[acme]`, for as long as it is polled. Runs inside a tokio `LocalSet`.
    pub async fn run(self: Arc<Self>) {
        let Some(acme) = &self.acme else { return };
        loop {
            let pause = acme.tend(self.wanted());
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = self.changed.notified() => {}
                () = acme.ended.notified() => {}
            }
        }
    }

    /// The names for which certificates are ordered.
    fn wanted(&self) -> HashSet<String> {
        let custom = self.custom.read().unwrap_or_else(PoisonError::into_inner);
        let names = custom.floors.keys().chain(&self.public_host);
        names.filter(|name| !self.listed.iter().any(|(config, _)| config.covers(name))).cloned().collect()
    }

    /// The answer to an authority that asks over plain HTTP (RFC 8555, section 8.3), for an order under way.
    pub fn challenge_answer(&self, token: &str) -> Option<String> {
        self.acme.as_ref()?.http_challenge(token)
    }

    /// The answer by which this server sees that a name leads to it; only where certificates are ordered.
    pub fn domain_proof(&self, token: &str) -> Option<String> {
        self.acme.as_ref()?.proof(token)
    }

    /// Notes that a pool has this custom domain.
    pub fn add_custom(&self, name: &str, floor: TlsFloor) {
        let mut custom = self.custom.write().unwrap_or_else(PoisonError::into_inner);
        custom.changes += 1;
        custom.floors.insert(name.to_owned(), floor);
        self.changed.notify_one();
    }

    /// Notes that no pool has this custom domain any more.
    pub fn remove_custom(&self, name: &str) {
        let mut custom = self.custom.write().unwrap_or_else(PoisonError::into_inner);
        custom.changes += 1;
        custom.floors.remove(name);
        self.changed.notify_one();
    }

    /// To be taken before the custom domains are listed for [`Self::replace_custom`].
    pub fn changes(&self) -> u64 {
        self.custom.read().unwrap_or_else(PoisonError::into_inner).changes
    }

    /// Takes over a list of all custom domains. Answers whether it did: a domain that was changed while the list was
    /// read (`changes` tells) may be missing in it.
    pub fn replace_custom(&self, floors: HashMap<String, TlsFloor>, changes: u64) -> bool {
        let mut custom = self.custom.write().unwrap_or_else(PoisonError::into_inner);
        if custom.changes != changes {
            return false;
        }
        if custom.floors != floors {
            custom.floors = floors;
            self.changed.notify_one();
        }
        true
    }

    /// The TLS floor of a custom domain, given in lower case; `None` if no pool has this name.
    pub fn custom_floor(&self, name: &str) -> Option<TlsFloor> {
        self.custom.read().unwrap_or_else(PoisonError::into_inner).floors.get(name).copied()
    }
}
