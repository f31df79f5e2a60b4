//! The addresses that the server listens on.

use crate::certificates::Certificates;
use crate::config::server::{ListenerConfig, ServerConfig};
use rustls::ServerConfig as TlsConfig;
use std::io::{Error, Result};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// Bound sockets, the main one first. Each is plain or TLS as its settings say.
#[derive(Debug)]
pub struct Listeners {
    sockets: Vec<(TcpListener, ListenerConfig)>,
    /// The plain one that leads to https.
    redirect: Option<TcpListener>,
}

impl Listeners {
    /// The address of the main one, with its real port.
    pub fn main_address(&self) -> Result<SocketAddr> {
        match self.sockets.first() {
            Some((listener, _)) => listener.local_addr(),
            None => Err(Error::other("there is no listener")),
        }
    }

    /// The addresses of all, that of `server.redirect_http` last.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        let sockets = self.sockets.iter().map(|(listener, _)| listener).chain(&self.redirect);
        sockets.filter_map(|listener| listener.local_addr().ok()).collect()
    }

    /// The address of the one that leads to https.
    pub(super) fn redirect_address(&self) -> Option<SocketAddr> {
        self.redirect.as_ref().and_then(|listener| listener.local_addr().ok())
    }

    /// The sockets with the TLS settings of those that have a certificate.
    pub(super) fn with_tls(self, certificates: &Arc<Certificates>) -> Result<Vec<(TcpListener, Option<TlsConfig>)>> {
        let sockets = self.sockets.into_iter().map(|(listener, config)| Ok((listener, certificates.tls(&config)?)));
        sockets.chain(self.redirect.map(|listener| Ok((listener, None)))).collect()
    }
}

/// Binds the configured addresses, before anything else is built: with port 0 this is where the port is learned, and
/// the settings can still be settled on it. The error names the address.
pub fn bind(config: &ServerConfig) -> std::result::Result<Listeners, BindError> {
    let bind = |address| TcpListener::bind(address).map_err(|error| BindError { address, error });
    let sockets = config.all_listeners().into_iter().map(|listener| Ok((bind(listener.listen)?, listener)));
    Ok(Listeners {
        sockets: sockets.collect::<std::result::Result<_, _>>()?,
        redirect: config.redirect_http.map(bind).transpose()?,
    })
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {error}")]
pub struct BindError {
    pub address: SocketAddr,
    pub error: Error,
}
