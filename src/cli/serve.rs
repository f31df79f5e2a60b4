//! `poolhouse serve`: settings, log, socket, App, and the stop on SIGTERM or SIGINT.

use super::{Failure, ServeArgs, print, welcome};
use crate::app::{App, AppOptions};
use crate::config::{self, Config, Sources};
use crate::domain::access::{GivenRoot, RootKey};
use crate::http::{self, Listeners};
use crate::secret::Secret;
use crate::telemetry;
use std::io::ErrorKind;
use std::net::SocketAddr;
use tokio::signal::unix::{SignalKind, signal};

const ROOT_ID: &str = "POOLHOUSE_ROOT_ACCESS_KEY_ID";
const ROOT_SECRET: &str = "POOLHOUSE_ROOT_SECRET_ACCESS_KEY";

pub(super) fn run(args: &ServeArgs) -> Result<(), Failure> {
    let sources = sources(args);
    let mut config = config::load(&sources).map_err(Failure::usage)?;
    let given_root = given_root(&sources.env).map_err(Failure::usage)?;
    telemetry::start(&config.server);
    for warning in config.server.warnings() {
        tracing::warn!("{warning}");
    }
    http::raise_descriptor_limit(config.server.max_connections);
    let listeners = http::bind(&config.server).map_err(|e| Failure::start(cannot_listen(e.address, &e.error)))?;
    config.settle(listeners.main_address().map_err(Failure::start)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::start)?;
    let local = tokio::task::LocalSet::new();
    runtime.block_on(local.run_until(serve(config, given_root, listeners)))
}

async fn serve(config: Config, root: Option<GivenRoot>, listeners: Listeners) -> Result<(), Failure> {
    // Signals that come while the store opens must not be lost.
    let mut term = signal(SignalKind::terminate()).map_err(Failure::start)?;
    let mut int = signal(SignalKind::interrupt()).map_err(Failure::start)?;
    let app = App::build(config, AppOptions { root, ..AppOptions::default() }).await.map_err(Failure::start)?;
    if let RootKey::Given { id, disabled, others } = &app.root {
        if *disabled {
            tracing::warn!(
                "the root key {id} of the environment was disabled by command and stays disabled; give another, or enable it: poolhouse keys enable {id}"
            );
        }
        if !others.is_empty() {
            tracing::warn!(
                "earlier root keys are still enabled: {}; end them with: poolhouse keys disable ID",
                others.join(", ")
            );
        }
    }
    let data_dir = &app.services.config.server.data_dir;
    let data_dir = std::fs::canonicalize(data_dir).unwrap_or_else(|_| data_dir.clone());
    let welcome = welcome::text(&app.services.config, &app.root, &data_dir);
    // Nobody may be reading; the server runs all the same.
    let ready = move |_| drop(print(&welcome));
    let stop = async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
        tracing::info!("stopping: requests are finished first; a second signal stops at once");
        tokio::task::spawn_local(async move {
            tokio::select! {
                _ = term.recv() => {}
                _ = int.recv() => {}
            }
            // Every acknowledged change is durable already.
            tracing::warn!("stopped at once");
            std::process::exit(130);
        });
    };
    app.run(listeners, ready, stop).await.map_err(Failure::failed)?;
    tracing::info!("stopped");
    Ok(())
}

fn sources(args: &ServeArgs) -> Sources {
    let mut sources = Sources::from_env();
    sources.file.clone_from(&args.config);
    sources.flags.extend(args.data_dir.iter().map(|dir| ("server.data_dir", dir.display().to_string())));
    sources.flags.extend(args.listen.iter().map(|listen| ("server.listen", listen.clone())));
    if args.dev {
        sources.flags.push(("server.dev", "true".into()));
    }
    if args.tls {
        sources.flags.push(("server.tls", "true".into()));
    }
    sources
}

fn given_root(env: &[(String, String)]) -> Result<Option<GivenRoot>, String> {
    let value = |name: &str| env.iter().find(|(k, v)| k == name && !v.is_empty()).map(|(_, v)| v.as_str());
    match (value(ROOT_ID), value(ROOT_SECRET)) {
        (Some(id), Some(secret)) => GivenRoot::new(id, Secret::new(secret)).map(Some),
        (None, None) => Ok(None),
        _ => Err(format!("only one of {ROOT_ID} and {ROOT_SECRET} is set; set both, or neither")),
    }
}

fn cannot_listen(listen: SocketAddr, error: &std::io::Error) -> String {
    let what = match error.kind() {
        ErrorKind::AddrInUse => {
            "another program (another Poolhouse?) has this port; stop it, or choose another port with --listen"
        }
        ErrorKind::PermissionDenied => {
            "this user may not use ports below 1024; choose a higher one with --listen, or put a proxy in front"
        }
        ErrorKind::AddrNotAvailable => {
            "this machine has no such address; use 127.0.0.1, or 0.0.0.0 for all its addresses"
        }
        _ => return format!("{error}; choose another address with --listen"),
    };
    format!("cannot listen on {listen}: {what}")
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn a_root_key_comes_whole_or_not_at_all() {
        let env =
            |pairs: &[(&str, &str)]| pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect::<Vec<_>>();
        assert!(given_root(&[]).unwrap().is_none());
        assert!(given_root(&env(&[(ROOT_ID, "AKIA1")])).is_err());
        assert!(given_root(&env(&[(ROOT_ID, "AKIA1"), (ROOT_SECRET, "0123456789abcdef")])).unwrap().is_some());
        let short = given_root(&env(&[(ROOT_ID, "AKIA1"), (ROOT_SECRET, "tiny")])).unwrap_err();
        assert!(!short.contains("tiny"));
    }

    #[test]
    fn a_taken_port_is_told_of_with_what_to_do() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap();
        let error = TcpListener::bind(address).unwrap_err();
        assert!(cannot_listen(address, &error).contains("--listen"));
    }
}
