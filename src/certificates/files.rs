//! Certificate and key from PEM files, read again when they change, so that a renewed certificate needs no restart.

use rustls::crypto::CryptoProvider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::io::{Error, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The shortest time between two looks at the files.
const CHECK_INTERVAL: Duration = Duration::from_secs(10);

/// A chain in one file and its key in another, both PEM.
#[derive(Debug)]
pub(super) struct CertificateFiles {
    cert: PathBuf,
    key: PathBuf,
    provider: Arc<CryptoProvider>,
    loaded: Mutex<Loaded>,
}

#[derive(Debug)]
struct Loaded {
    pair: Arc<CertifiedKey>,
    changed: Option<SystemTime>,
    checked: Instant,
}

impl CertificateFiles {
    pub fn open(cert: &Path, key: &Path, provider: &Arc<CryptoProvider>) -> std::io::Result<Self> {
        let loaded = Loaded { pair: load(cert, key, provider)?, changed: changed(cert, key), checked: Instant::now() };
        Ok(Self {
            cert: cert.to_owned(),
            key: key.to_owned(),
            provider: Arc::clone(provider),
            loaded: Mutex::new(loaded),
        })
    }

    /// The pair as the files have it now, or had it a few seconds ago.
    pub fn current(&self) -> Arc<CertifiedKey> {
        let mut loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if loaded.checked.elapsed() >= CHECK_INTERVAL {
            loaded.checked = Instant::now();
            let changed = changed(&self.cert, &self.key);
            if changed != loaded.changed {
                match load(&self.cert, &self.key, &self.provider) {
                    Ok(pair) => {
                        tracing::info!(certificate = %self.cert.display(), "the certificate was renewed");
                        (loaded.pair, loaded.changed) = (pair, changed);
                    }
                    // The files may be half written: the old pair serves until both fit together.
                    Err(error) => tracing::warn!(%error, "the changed certificate cannot be used yet"),
                }
            }
        }
        Arc::clone(&loaded.pair)
    }
}

fn load(cert: &Path, key: &Path, provider: &CryptoProvider) -> std::io::Result<Arc<CertifiedKey>> {
    let unusable =
        |path: &Path, what: String| Error::new(ErrorKind::InvalidInput, format!("{}: {what}", path.display()));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| unusable(cert, format!("no certificate can be read from it ({error}); it must be PEM")))?;
    if chain.is_empty() {
        return Err(unusable(cert, "holds no certificate".into()));
    }
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| {
        unusable(key, format!("no private key can be read from it ({error}); it must be PEM, not encrypted"))
    })?;
    // This also sees that the key is the certificate's.
    CertifiedKey::from_der(chain, private, provider)
        .map(Arc::new)
        .map_err(|error| unusable(cert, format!("cannot be used with {}: {error}", key.display())))
}

/// A pair from PEM texts in memory.
pub(super) fn from_pem(cert: &[u8], key: &[u8], provider: &CryptoProvider) -> std::io::Result<Arc<CertifiedKey>> {
    let chain: Vec<CertificateDer<'static>> =
        CertificateDer::pem_slice_iter(cert).collect::<Result<_, _>>().map_err(Error::other)?;
    let private = PrivateKeyDer::from_pem_slice(key).map_err(Error::other)?;
    CertifiedKey::from_der(chain, private, provider).map(Arc::new).map_err(Error::other)
}

/// When either file last changed.
fn changed(cert: &Path, key: &Path) -> Option<SystemTime> {
    [cert, key].into_iter().filter_map(|path| std::fs::metadata(path).and_then(|meta| meta.modified()).ok()).max()
}
