//! Owns HTTP: listening, TLS, limits, the route table, the log line of each request. Only here is actix named.
//! Hands off calls of the APIs to `wire`, discovery to `oauth`, pages to `hosted`. Must not know operations, rules or
//! records.

mod assets;
mod call;
mod cors;
mod descriptors;
mod dev;
mod discovery;
mod domain_checks;
mod host;
mod import_upload;
mod listen;
mod metrics;
mod observe;
mod pages;
mod peer;
mod pool_pages;
mod preview;
mod routes;
mod shares;
mod transport;
mod verify;

pub use descriptors::raise_descriptor_limit;
pub use listen::{BindError, Listeners, bind};

use crate::certificates::{Certificates, TlsFloor};
use crate::context::Services;
use actix_tls::accept::rustls_0_23::TlsStream;
use actix_web::dev::Extensions;
use actix_web::rt::net::TcpStream;
use actix_web::{App, HttpServer, middleware, web};
use rustls::ProtocolVersion;
use shares::{Bounds, Share, Shares};
use std::any::Any;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use transport::{ConnectionTls, RedirectAddress};

/// Serves until `shutdown` completes; then takes no new connections, finishes the requests that run (for at most the
/// configured grace), and returns. `ready` is told the main address once connections are answered.
///
/// Runs inside any tokio runtime. Errors: a certificate or its key cannot be used, threads cannot be started.
pub async fn serve(
    services: Arc<Services>,
    listeners: Listeners,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let config = services.config.server.clone();
    let certificates = Arc::clone(&services.certificates);
    let address = listeners.main_address()?;
    let workers = config.worker_count();
    let max_connections = descriptors::connection_limit(config.max_connections, workers);
    let connections = web::Data::new(Connections {
        shares: connection_shares(&services, max_connections),
        nearly_all: max_connections - max_connections / 8,
    });
    let bodies = web::Data::from(body_shares(&services));
    let redirect = web::Data::new(RedirectAddress(listeners.redirect_address()));
    let admission = Admission { connections: connections.clone(), certificates: Arc::clone(&certificates) };
    let mut server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&services)))
            .app_data(bodies.clone())
            .app_data(connections.clone())
            .app_data(redirect.clone())
            .wrap(middleware::from_fn(transport::transport))
            .wrap(middleware::from_fn(observe::observe))
            .configure(routes::routes)
    })
    .on_connect(move |connection, extensions| admission.admit(connection, extensions))
    .workers(workers)
    .max_connections(max_connections.div_ceil(workers))
    .keep_alive(Duration::from_secs(config.keep_alive_seconds))
    // A connection is counted for its address once its handshake is done: actix shows it no earlier. Until then it has
    // little time, and as many may be under way as there may be connections, so that none waits for another's.
    .tls_handshake_timeout(HANDSHAKE_TIMEOUT)
    .max_connection_rate(max_connections.div_ceil(workers))
    .client_request_timeout(Duration::from_secs(config.request_timeout_seconds))
    .client_disconnect_timeout(Duration::from_secs(1))
    .shutdown_timeout(config.shutdown_grace_seconds)
    .disable_signals();
    for (listener, tls) in listeners.with_tls(&certificates)? {
        server = match tls {
            Some(tls) => server.listen_rustls_0_23(listener, tls)?,
            None => server.listen(listener)?,
        };
    }
    let server = server.run();
    let handle = server.handle();
    ready(address);
    let mut server = std::pin::pin!(server);
    tokio::select! {
        // It ends by itself only when something is wrong with it.
        served = &mut server => return served,
        () = shutdown => {}
    }
    let (served, ()) = futures::future::join(server, handle.stop(true)).await;
    served
}

/// How long a TLS handshake may take.
const HANDSHAKE_TIMEOUT: Duration = Duration::from_secs(5);

/// The connections of all clients.
struct Connections {
    shares: Arc<Shares>,
    /// So many that few more fit.
    nearly_all: usize,
}

impl Connections {
    /// Whether a connection should end with its answer, since another will need the place.
    fn are_scarce(&self) -> bool {
        self.shares.taken() >= self.nearly_all
    }
}

/// Connections by network. How many there are in all is the workers' own bound.
fn connection_shares(services: &Services, max_connections: usize) -> Arc<Shares> {
    let config = &services.config;
    let per_address = match config.server.max_connections_per_address {
        0 => Bounds::of_total(max_connections).per_address,
        n => n,
    };
    let bounds = Bounds { total: usize::MAX, per_address, per_site: per_address.saturating_mul(2) };
    // A proxy makes its clients' connections.
    let exempt = [config.limits.address.exempt.as_slice(), &config.server.trusted_proxies].concat();
    Shares::new(bounds, exempt)
}

/// Bytes of bodies that are being read or answered, by network of the client.
fn body_shares(services: &Services) -> Arc<Shares> {
    let total = services.config.server.max_bodies_mb.saturating_mul(1024 * 1024);
    let bounds = Bounds::of_total(usize::try_from(total).unwrap_or(usize::MAX));
    Shares::new(bounds, services.config.limits.address.exempt.clone())
}

/// What decides about new connections.
struct Admission {
    connections: web::Data<Connections>,
    certificates: Arc<Certificates>,
}

impl Admission {
    /// Counts a new connection for as long as it lasts, or ends it where its address has too many, or where its TLS is
    /// too low for the name that it was made for.
    fn admit(&self, connection: &dyn Any, extensions: &mut Extensions) {
        let tls = connection.downcast_ref::<TlsStream<TcpStream>>();
        let socket = connection.downcast_ref::<TcpStream>().or_else(|| tls.map(|tls| tls.get_ref().0));
        let Some((socket, peer)) = socket.and_then(|socket| Some((socket, socket.peer_addr().ok()?))) else { return };
        let mut fits = true;
        if let Some((_, session)) = tls.map(|tls| tls.get_ref()) {
            let version = match session.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => TlsFloor::Tls13,
                _ => TlsFloor::Tls12,
            };
            let name = session.server_name().map(str::to_ascii_lowercase);
            fits = name.and_then(|name| self.certificates.custom_floor(&name)) <= Some(version);
            extensions.insert(ConnectionTls { version });
        }
        let mut share = self.connections.shares.begin(peer.ip());
        if fits && share.grow(1) {
            extensions.insert::<Arc<Share>>(Arc::new(share));
            return;
        }
        tracing::debug!(from = %peer.ip(), "a connection was refused: its address has too many, or its TLS is too low");
        // It fails only where the connection is gone already.
        let _ = rustix::net::shutdown(socket, rustix::net::Shutdown::Both);
    }
}
