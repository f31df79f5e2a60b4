//! Certificates from an authority that checks names by itself (ACME, RFC 8555). Each name goes its own way: found in
//! the cache, or seen to lead here and then ordered; renewed when a third of its life is left.

mod cache;
mod challenges;
mod order;
mod proof;

use super::files::from_pem;
use crate::clock::{Clock, Timestamp};
use crate::config::Config;
use crate::config::acme::AcmeConfig;
use crate::keys::local_authority;
use crate::keys::seal::Sealer;
use crate::outgoing;
use cache::{AcmeCache, Directory, Entry};
use challenges::Challenges;
use proof::Proof;
use rustls::ClientConfig;
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use std::collections::{HashMap, HashSet};
use std::io::Error;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore};

/// The directory in the data directory.
const DIR: &str = "acme";
/// Names that are worked on at once.
const CONCURRENT: usize = 8;
/// How long one order may take.
const ORDER_LIMIT: Duration = Duration::from_secs(300);
/// The longest time between two looks at what is due, for clocks that are set.
const LONGEST_SLEEP: Duration = Duration::from_secs(3600);
/// Seconds until the next call to a name, by the number of calls that failed. They cost nobody anything.
const CHECK_PAUSES: [u64; 6] = [10, 30, 60, 300, 900, 3600];
/// Seconds until the next order. Authorities allow few (Let's Encrypt: five that fail for a name in an hour).
const ORDER_PAUSES: [u64; 5] = [300, 1800, 7200, 21_600, 43_200];

/// The state of all names.
#[derive(Debug)]
pub(super) struct Acme {
    config: AcmeConfig,
    clock: Arc<Clock>,
    provider: Arc<CryptoProvider>,
    /// How the authority is called.
    client: Arc<ClientConfig>,
    cache: Arc<dyn AcmeCache>,
    proof: Proof,
    challenges: Challenges,
    names: Mutex<HashMap<String, State>>,
    /// Held while the account's key is made.
    account: tokio::sync::Mutex<()>,
    turns: Semaphore,
    /// Told when a name's turn ended.
    pub ended: Notify,
}

/// A name.
#[derive(Debug, Default)]
struct State {
    pair: Option<Arc<CertifiedKey>>,
    /// When something is to be done for it.
    next: Timestamp,
    /// Its turn is running.
    busy: bool,
    /// What failed last, and how often in a row.
    failed: Option<Stage>,
    failures: usize,
}

/// The parts of a turn that fail for reasons of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Check,
    Order,
}

impl Stage {
    /// How long to wait after so many failures before this one.
    fn pause(self, failures: usize) -> Duration {
        let pauses: &[u64] = match self {
            Self::Check => &CHECK_PAUSES,
            Self::Order => &ORDER_PAUSES,
        };
        Duration::from_secs(pauses.get(failures).or(pauses.last()).copied().unwrap_or_default())
    }
}

/// Why a name's turn ended without a certificate.
struct Failed {
    why: String,
    stage: Stage,
}

impl Acme {
    pub fn new(
        config: &Config,
        clock: &Arc<Clock>,
        provider: &Arc<CryptoProvider>,
        sealer: Sealer,
    ) -> std::io::Result<Self> {
        let roots = outgoing::root_certificates("acme", &config.acme.ca_file)?;
        let client = ClientConfig::builder_with_provider(Arc::clone(provider))
            .with_safe_default_protocol_versions()
            .map_err(Error::other)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Self {
            clock: Arc::clone(clock),
            provider: Arc::clone(provider),
            client: Arc::new(client),
            cache: Arc::new(Directory(config.server.data_dir.join(DIR))),
            proof: Proof::new(&config.acme, sealer).map_err(Error::other)?,
            challenges: Challenges::default(),
            names: Mutex::default(),
            account: tokio::sync::Mutex::default(),
            turns: Semaphore::new(CONCURRENT),
            ended: Notify::new(),
            config: config.acme.clone(),
        })
    }

    /// The certificate of a name in lower case, if it has one.
    pub fn certificate(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.names(|names| names.get(name).and_then(|state| state.pair.clone()))
    }

    /// The answer to an authority that asks over plain HTTP.
    pub fn http_challenge(&self, token: &str) -> Option<String> {
        self.challenges.http(token)
    }

    /// The certificate for an authority that asks by a handshake.
    pub fn tls_challenge(&self, name: &str) -> Option<Arc<CertifiedKey>> {
        self.challenges.tls(name)
    }

    /// The answer to a call of [`Proof::check`].
    pub fn proof(&self, token: &str) -> Option<String> {
        self.proof.answer(token)
    }

    /// Begins what is due for these names, and forgets all others. Answers how long nothing more is due. Runs inside a
    /// tokio `LocalSet`.
    pub fn tend(self: &Arc<Self>, wanted: HashSet<String>) -> Duration {
        let now = self.clock.now();
        let (due, next) = self.names(|names| {
            names.retain(|name, _| wanted.contains(name));
            for name in wanted {
                names.entry(name).or_default();
            }
            let mut due = Vec::new();
            for (name, state) in names.iter_mut().filter(|(_, state)| !state.busy && state.next <= now) {
                state.busy = true;
                due.push(name.clone());
            }
            (due, names.values().filter(|state| !state.busy).map(|state| state.next.since(now)).min())
        });
        for name in due {
            tokio::task::spawn_local(Arc::clone(self).turn(name));
        }
        next.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP)
    }

    async fn turn(self: Arc<Self>, name: String) {
        let _turn = self.turns.acquire().await;
        let ended = self.obtain(&name).await;
        let now = self.clock.now();
        let told = self.names(|names| {
            let state = names.get_mut(&name)?;
            state.busy = false;
            let failed = ended.err()?;
            if state.failed != Some(failed.stage) {
                (state.failed, state.failures) = (Some(failed.stage), 0);
            }
            let pause = failed.stage.pause(state.failures);
            state.failures += 1;
            state.next = now.plus(pause);
            Some((failed.why, state.pair.is_some(), pause))
        });
        if let Some((why, served, pause)) = told {
            let what = if served { "the certificate could not be renewed" } else { "there is no certificate yet" };
            tracing::warn!("{name}: {what}: {why}. The next try is in {}", in_words(pause.as_secs()));
        }
        self.ended.notify_one();
    }

    /// Takes a name's certificate from the cache while it is fresh, else from the authority.
    async fn obtain(&self, name: &str) -> Result<(), Failed> {
        let entry = Entry::Certificate { directory: &self.config.directory_url, name };
        // Another server on the same cache may have renewed it.
        match self.cache.load(entry).await {
            Ok(Some(pem)) => match self.deploy(name, &pem) {
                Ok(renew) if renew > self.clock.now() => return Ok(()),
                Ok(_) => {}
                Err(error) => tracing::warn!(%error, "{name}: the kept certificate cannot be read"),
            },
            Ok(None) => {}
            Err(error) => return Err(Failed { why: error.to_string(), stage: Stage::Check }),
        }
        if self.config.check_names {
            let checked = self.proof.check(name).await;
            checked.map_err(|error| Failed {
                why: format!("{error}; its DNS entry must lead to this server"),
                stage: Stage::Check,
            })?;
        }
        tracing::info!("{name}: a certificate is ordered from {}", self.config.directory_url);
        let failed = |why: String| Failed { why, stage: Stage::Order };
        let obtained = tokio::time::timeout(ORDER_LIMIT, order::obtain(self, name)).await;
        let pem = obtained
            .map_err(|_| failed(order::OrderError::TooSlow.to_string()))?
            .map_err(|error| failed(error.to_string()))?;
        self.deploy(name, &pem).map_err(|error| failed(format!("the certificate cannot be used: {error}")))?;
        tracing::info!("{name}: the certificate was issued");
        if let Err(error) = self.cache.store(entry, &pem).await {
            tracing::error!(%error, "{name}: the certificate serves but could not be kept for the next start");
        }
        Ok(())
    }

    /// Serves a key and chain from now on. Answers when it is to be renewed.
    fn deploy(&self, name: &str, pem: &[u8]) -> std::io::Result<Timestamp> {
        let pair = from_pem(pem, pem, &self.provider)?;
        let (from, until) = local_authority::validity(pem).map_err(Error::other)?;
        let renew = until.minus(until.since(from) / 3);
        self.names(|names| {
            if let Some(state) = names.get_mut(name) {
                *state = State { pair: Some(pair), next: renew, busy: state.busy, ..State::default() };
            }
        });
        Ok(renew)
    }

    fn names<T>(&self, act: impl FnOnce(&mut HashMap<String, State>) -> T) -> T {
        act(&mut self.names.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn in_words(seconds: u64) -> String {
    match seconds {
        0..120 => format!("{seconds} seconds"),
        120..7200 => format!("{} minutes", seconds / 60),
        _ => format!("{} hours", seconds / 3600),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failed_orders_stay_below_what_authorities_allow() {
        let in_an_hour = (0..).scan(0, |at, n| {
            *at += Stage::Order.pause(n).as_secs();
            Some(*at)
        });
        assert!(in_an_hour.take_while(|at| *at < 3600).count() < 5);
        assert_eq!(Stage::Check.pause(100), Duration::from_secs(3600));
    }
}
