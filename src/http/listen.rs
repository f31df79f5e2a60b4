//! The addresses that the server listens on.

use crate::certificates::Certificates;
use crate::config::server::{ListenerConfig, ServerConfig};
use rustls::ServerConfig as TlsConfig;
use std::io::{Error, Result};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;

/// Bound sockets, the main one first. Each is plain or TLS as its settings say.
#[derive(Debug)]
pub struct Listeners(Vec<(TcpListener, ListenerConfig)>);

impl Listeners {
    /// The address of the main one, with its real port.
    pub fn main_address(&self) -> Result<SocketAddr> {
        match self.0.first() {
            Some((listener, _)) => listener.local_addr(),
            None => Err(Error::other("there is no listener")),
        }
    }

    /// The addresses of all.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.0.iter().filter_map(|(listener, _)| listener.local_addr().ok()).collect()
    }

    /// The sockets with the TLS settings of those that have a certificate.
    pub(super) fn with_tls(self, certificates: &Arc<Certificates>) -> Result<Vec<(TcpListener, Option<TlsConfig>)>> {
        self.0
            .into_iter()
            .map(|(listener, config)| Ok((listener, certificates.tls(&config)?)))
            .collect()
    }
}

/// Binds the configured addresses, before anything else is built: with port 0 this is where the port is learned, and
/// the settings can still be settled on it. The error names the address.
pub fn bind(config: &ServerConfig) -> std::result::Result<Listeners, BindError> {
    let bound = config.all_listeners().into_iter().map(|listener| match TcpListener::bind(listener.listen) {
        Ok(socket) => Ok((socket, listener)),
        Err(error) => Err(BindError { address: listener.listen, error }),
    });
    bound.collect::<std::result::Result<_, _>>().map(Listeners)
}

/// Why an address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {error}")]
pub struct BindError {
    pub address: SocketAddr,
    pub error: Error,
}
