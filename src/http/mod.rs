//! Owns HTTP: listening, TLS, limits, the route table, the log line of each request. Only here is actix named.
//! Hands off calls of the APIs to `wire`, discovery to `oauth`, pages to `hosted`. Must not know operations, rules or
//! records.

mod assets;
mod call;
mod confirm;
mod cors;
mod dev;
mod discovery;
mod host;
mod metrics;
mod observe;
mod pages;
mod peer;
mod routes;
mod tls;

use crate::config::server::ServerConfig;
use crate::context::Services;
use actix_web::{App, HttpServer, middleware, web};
use std::future::Future;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// Binds the configured address, before anything else is built: with port 0 this is where the port is learned, and the
/// settings can still be settled on it.
pub fn bind(config: &ServerConfig) -> std::io::Result<TcpListener> {
    TcpListener::bind(config.listen)
        .map_err(|error| std::io::Error::new(error.kind(), format!("cannot listen on {}: {error}", config.listen)))
}

/// Serves until `shutdown` completes; then takes no new connections, finishes the requests that run (for at most the
/// configured grace), and returns. `ready` is told the address once connections are answered.
///
/// Runs inside any tokio runtime. Errors: the certificate or its key cannot be used, threads cannot be started.
pub async fn serve(
    services: Arc<Services>,
    listener: TcpListener,
    ready: impl FnOnce(SocketAddr),
    shutdown: impl Future<Output = ()>,
) -> std::io::Result<()> {
    let config = services.config.server.clone();
    let tls = if config.tls() { Some(tls::server(&config.tls_cert, &config.tls_key)?) } else { None };
    let address = listener.local_addr()?;
    let workers = config.worker_count();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(web::Data::from(Arc::clone(&services)))
            .wrap(middleware::from_fn(observe::observe))
            .configure(routes::routes)
    })
    .workers(workers)
    .max_connections(config.max_connections.div_ceil(workers))
    .keep_alive(Duration::from_secs(config.keep_alive_seconds))
    .client_request_timeout(Duration::from_secs(config.request_timeout_seconds))
    .client_disconnect_timeout(Duration::from_secs(1))
    .shutdown_timeout(config.shutdown_grace_seconds)
    .disable_signals();
    let server = match tls {
        Some(tls) => server.listen_rustls_0_23(listener, tls)?,
        None => server.listen(listener)?,
    }
    .run();
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
