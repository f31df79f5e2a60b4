//! Owns the composition: builds everything from the settings, starts it and stops it in order.
//! Hands off all work. Must not know operations or wire formats.

mod seal;
mod start_error;
mod sweep;
mod testing;
#[cfg(test)]
mod tests;

pub use start_error::{RunError, StartError};
pub use testing::TestApp;

use crate::certificates::Certificates;
use crate::clock::Clock;
use crate::config::Config;
use crate::config::limits::LimitsConfig;
use crate::context::{Context, Services};
use crate::delivery::{Delivery, Destination, Logs};
use crate::domain::access::{self, GivenRoot, RootKey};
use crate::domain::imports;
use crate::domain::pools::{custom_domains, provisioned_limits};
use crate::domain::tokens::logout_notices;
use crate::fault::Fault;
use crate::federation::{MetadataFetcher, Oidc};
use crate::hosted;
use crate::http::{self, Listeners};
use crate::keys::{AccessKeyCache, Keys, master};
use crate::language::Catalogue;
use crate::risk::{BreachedPasswords, Risk};
use crate::store::access_keys::MAX_KEYS;
use crate::store::{SledEngine, Store, meta};
use crate::triggers::plugins::{PluginEnvironment, Plugins};
use crate::triggers::{FunctionHost, Functions, RemoteFunctions, Triggers};
use crate::web::Templates;
use std::future::Future;
use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::sync::Arc;
use tokio::sync::Notify;

/// The server, built and not yet listening.
pub struct App {
    /// What it is made of.
    pub services: Arc<Services>,
    /// The state of the root key, to be shown to the operator.
    pub root: RootKey,
}

/// What the caller of [`App::build`] chooses beside the settings.
pub struct AppOptions {
    pub clock: Clock,
    /// The root key that the operator chose.
    pub root: Option<GivenRoot>,
    /// Where messages go outside development mode, which always keeps them.
    pub destination: Destination,
    /// Receives all events in place of the pools' functions; for tests.
    pub function_host: Option<Arc<dyn FunctionHost>>,
}

impl Default for AppOptions {
    fn default() -> Self {
        Self { clock: Clock::System, root: None, destination: Destination::Servers, function_host: None }
    }
}

impl App {
    /// Builds the server from settings that were validated and settled ([`Config::settle`]). Makes the data directory,
    /// the store, the master key and the root key if they are not there.
    pub async fn build(config: Config, options: AppOptions) -> Result<Self, StartError> {
        let dir = config.server.data_dir.clone();
        make_private(&dir)?;
        let engine = SledEngine::open(&dir, &config.store)?;
        let store = Store::open(Arc::new(engine)).await?;
        let keys = open_keys(&config, &store).await?;
        let clock = Arc::new(options.clock);
        let now = clock.now();
        let destination = if config.server.dev { Destination::Inbox } else { options.destination };
        let seal = Arc::new(seal::OutboxSeal(keys.sealer.clone()));
        let delivery = Delivery::new(&config.delivery, store.clone(), seal, clock.clone(), destination)
            .map_err(StartError::Delivery)?;
        let logs = Logs::new(&config.logs, &config.server.data_dir, store.clone()).map_err(StartError::Delivery)?;
        delivery.report_to(logs.clone());
        let remote = RemoteFunctions::new(&config.triggers, clock.clone()).map_err(StartError::Delivery)?;
        let env = PluginEnvironment {
            config: config.plugins.clone(),
            dir: dir.join("plugins"),
            store: store.clone(),
            seal: Arc::new(seal::PluginSeal(keys.sealer.clone())),
            clock: clock.clone(),
        };
        let plugins = Plugins::open(env).await?;
        let limits = LimitsConfig { categories: config.category_rates(), ..config.limits.clone() };
        let breached_passwords = config.protection.breached_passwords.as_deref().map(BreachedPasswords::open);
        let breached_passwords = breached_passwords.transpose()?.map(Arc::new);
        let triggers = Triggers::new(Functions::new(plugins, remote, clock.clone()));
        let triggers = match options.function_host {
            Some(host) => triggers.with_host(host),
            None => triggers,
        };
        let templates = Templates::new(hosted::BUILT_IN, config.pages.templates.as_deref())?;
        let catalogue = Arc::new(Catalogue::new(config.pages.templates.as_deref())?);
        let certificates = Certificates::new(&config, &clock, &keys.sealer).map_err(StartError::Certificates)?;
        let fetcher = MetadataFetcher::new(&config.federation).map_err(StartError::Federation)?;
        let services = Services {
            oidc: Oidc::new(fetcher.clone(), config.federation.social_servers.clone()),
            fetcher,
            templates,
            catalogue,
            certificates: Arc::new(certificates),
            logs,
            delivery,
            triggers,
            logout_notices: tokio::sync::Notify::new(),
            risk: Risk { breached_passwords, ..Risk::new(&limits).map_err(Fault::from)? },
            access_keys: AccessKeyCache::new(MAX_KEYS),
            imports_due: Notify::new(),
            started: now,
            config,
            clock,
            store,
            keys,
        };
        provisioned_limits::load(&services).await?;
        let root = access::ensure_root(&services, now, options.root.as_ref()).await?;
        Ok(Self { services: Arc::new(services), root })
    }

    /// Serves on `listeners` until `stop` completes: then finishes the requests that run, stops the workers, and makes
    /// everything durable. `ready` is called once requests are answered. Runs inside a tokio `LocalSet`.
    pub async fn run(
        self,
        listeners: Listeners,
        ready: impl FnOnce(SocketAddr),
        stop: impl Future<Output = ()>,
    ) -> Result<(), RunError> {
        let services = &self.services;
        services.logs.start()?;
        services.delivery.start()?;
        let background = [
            tokio::task::spawn_local(sweep::run(services.clone())),
            tokio::task::spawn_local(logout_notices::run(services.clone())),
            tokio::task::spawn_local(custom_domains::watch(services.clone())),
            tokio::task::spawn_local(imports::work(services.clone())),
            tokio::task::spawn_local(services.certificates.clone().run()),
        ];
        let served = http::serve(services.clone(), listeners, ready, stop).await;
        for task in background {
            task.abort();
        }
        services.delivery.stop().await;
        services.logs.stop().await;
        // Acknowledged changes are durable already. This is for the rest, such as counters.
        services.store.flush().await?;
        Ok(served?)
    }

    /// A context outside any call: for work in the background, and for tests.
    pub fn context(&self) -> Result<Context, Fault> {
        Context::in_background(self.services.clone())
    }
}

/// Makes the data directory, readable by its owner alone. An existing one keeps the mode that the operator chose.
fn make_private(dir: &Path) -> Result<(), StartError> {
    let unusable = |source| StartError::DataDir { dir: dir.to_path_buf(), source };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(unusable)?;
    // Checked here for a clear message; the engine's own would not say what to do.
    let probe = dir.join(".writable");
    std::fs::write(&probe, b"").and_then(|()| std::fs::remove_file(&probe)).map_err(unusable)
}

/// Opens the keys and makes sure that they are the ones the store was made with.
async fn open_keys(config: &Config, store: &Store) -> Result<Keys, StartError> {
    let dir = &config.server.data_dir;
    let kept = meta::master_key(store).await?;
    // Making a new master key beside an old store would hide that the right one is missing.
    let given = std::env::var_os(master::ENV).is_some() || config.keys.master_key_file.is_some();
    if kept.is_some() && !given && !dir.join(master::FILE).exists() {
        return Err(StartError::NoMasterKey { dir: dir.clone() });
    }
    let keys = Keys::open(dir, &config.keys)?;
    match kept {
        Some(kept) => keys.verify_fingerprint(&kept)?,
        None => {
            store
                .transact(async |tx| {
                    meta::put_master_key(tx, &keys.fingerprint());
                    Ok(())
                })
                .await?;
        }
    }
    Ok(keys)
}
