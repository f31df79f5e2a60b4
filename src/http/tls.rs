//! TLS: certificate and key from PEM files.

use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::io::{Error, ErrorKind};
use std::path::Path;
use std::sync::Arc;

/// A TLS server (1.2 and 1.3) with the chain in `cert` and the key in `key`, both PEM.
pub(super) fn server(cert: &Path, key: &Path) -> std::io::Result<ServerConfig> {
    let wrong = |path: &Path, what: String| Error::new(ErrorKind::InvalidInput, format!("{}: {what}", path.display()));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| wrong(cert, format!("no certificate can be read from it ({error}); it must be PEM")))?;
    if chain.is_empty() {
        return Err(wrong(cert, "holds no certificate".into()));
    }
    let private = PrivateKeyDer::from_pem_file(key)
        .map_err(|error| wrong(key, format!("no private key can be read from it ({error}); it must be PEM, not encrypted")))?;
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, private))
        .map_err(|error| wrong(cert, format!("cannot be used with {}: {error}", key.display())))
}
