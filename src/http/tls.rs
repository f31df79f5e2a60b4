//! TLS: certificate and key from PEM files, read again when they change, so that a renewed certificate needs no
//! restart.

use rustls::ServerConfig;
use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The shortest time between two looks at the files.
const CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// A TLS server (1.2 and 1.3) with the chain in `cert` and the key in `key`, both PEM.
pub(super) fn server(cert: &Path, key: &Path) -> std::io::Result<ServerConfig> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let files = Files { cert: cert.to_owned(), key: key.to_owned(), provider: Arc::clone(&provider) };
    let loaded = Loaded { pair: files.load()?, changed: files.changed(), checked: Instant::now() };
    let certificate = Arc::new(ReloadingCertificate { files, loaded: Mutex::new(loaded) });
    ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map(|builder| builder.with_no_client_auth().with_cert_resolver(certificate))
        .map_err(Error::other)
}

#[derive(Debug)]
struct Files {
    cert: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
}

impl Files {
    fn load(&self) -> std::io::Result<Arc<CertifiedKey>> {
        let unusable =
            |path: &Path, what: String| Error::new(ErrorKind::InvalidInput, format!("{}: {what}", path.display()));
        let chain: Vec<CertificateDer<'static>> =
            CertificateDer::pem_file_iter(&self.cert).and_then(Iterator::collect).map_err(|error| {
                unusable(&self.cert, format!("no certificate can be read from it ({error}); it must be PEM"))
            })?;
        if chain.is_empty() {
            return Err(unusable(&self.cert, "holds no certificate".into()));
        }
        let private = PrivateKeyDer::from_pem_file(&self.key).map_err(|error| {
            unusable(&self.key, format!("no private key can be read from it ({error}); it must be PEM, not encrypted"))
        })?;
        // This also sees that the key is the certificate's.
        CertifiedKey::from_der(chain, private, &self.provider)
            .map(Arc::new)
            .map_err(|error| unusable(&self.cert, format!("cannot be used with {}: {error}", self.key.display())))
    }

    /// When either file last changed.
    fn changed(&self) -> Option<SystemTime> {
        [&self.cert, &self.key]
            .into_iter()
            .filter_map(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok())
            .max()
    }
}

#[derive(Debug)]
struct Loaded {
    pair: Arc<CertifiedKey>,
    changed: Option<SystemTime>,
    checked: Instant,
}

#[derive(Debug)]
struct ReloadingCertificate {
    files: Files,
    loaded: Mutex<Loaded>,
}

impl ResolvesServerCert for ReloadingCertificate {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.checked.elapsed() >= CHECK_INTERVAL {
            loaded.checked = Instant::now();
            let changed = self.files.changed();
            if changed != loaded.changed {
                match self.files.load() {
                    Ok(pair) => {
                        tracing::info!(certificate = %self.files.cert.display(), "the certificate was renewed");
                        (loaded.pair, loaded.changed) = (pair, changed);
                    }
                    // The files may be half written: the old pair serves until both fit together.
                    Err(error) => tracing::warn!(%error, "the changed certificate cannot be used yet"),
                }
            }
        }
        Some(Arc::clone(&loaded.pair))
    }
}
