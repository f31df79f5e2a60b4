//! The certificate of development mode: an authority in the data directory that vouches for this machine's own names
//! only, and certificates under it, made for each name when it is first asked for.

use super::files::from_pem;
use super::private_file;
use crate::clock::{Clock, Timestamp};
use crate::config::server::ServerConfig;
use crate::fault::Fault;
use crate::keys::local_authority::Authority;
use rustls::crypto::CryptoProvider;
use rustls::sign::CertifiedKey;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// The directory in the data directory.
const DIR: &str = "dev-tls";
/// Validity of a certificate in days.
const DAYS: i64 = 90;
/// A certificate is made anew when less than this is left of it; the authority, when less than a certificate's life is.
const RENEW_BEFORE: Duration = Duration::from_secs(30 * 86_400);
/// Most names with a certificate of their own at once.
const MAX_NAMES: usize = 256;
/// The base of prefix domains in development mode; browsers lead names under `localhost` to this machine.
const BASE: &str = ".auth.localhost";

/// Issues certificates for this machine's names.
pub(super) struct Development {
    authority: Authority,
    clock: Arc<Clock>,
    provider: Arc<CryptoProvider>,
    /// For all names without one of their own.
    names: Vec<String>,
    /// By name; the empty name has the certificate for `names`.
    made: Mutex<HashMap<String, Made>>,
}

struct Made {
    pair: Arc<CertifiedKey>,
    renew: Timestamp,
}

impl std::fmt::Debug for Development {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Development")
    }
}

/// Where the authority's certificate is, for programs that are to trust it.
pub fn authority_file(data_dir: &Path) -> PathBuf {
    data_dir.join(DIR).join("ca.pem")
}

impl Development {
    /// Takes the authority in the data directory, or makes one if there is none or it is near its end.
    pub fn open(config: &ServerConfig, clock: Arc<Clock>, provider: Arc<CryptoProvider>) -> std::io::Result<Self> {
        let certificate = authority_file(&config.data_dir);
        let dir = config.data_dir.join(DIR);
        let key = dir.join("ca-key.pem");
        private_file::make_dir(&dir)?;
        let kept = match (private_file::read(&certificate)?, private_file::read(&key)?) {
            (Some(certificate), Some(key)) => usable(&certificate, &key, clock.now()),
            _ => None,
        };
        let authority = match kept {
            Some(authority) => authority,
            None => {
                let made = make(clock.now()).map_err(std::io::Error::other)?;
                let pem = made.to_pem().map_err(std::io::Error::other)?;
                // The key first: a certificate that programs trust never stays without it.
                private_file::write(&key, &pem.key)?;
                private_file::write(&certificate, &pem.certificate)?;
                made
            }
        };
        let mut names: Vec<String> = ["localhost", "127.0.0.1", "::1"].map(str::to_owned).into();
        let listen = config.listen.ip().to_string();
        if !names.contains(&listen) {
            names.push(listen);
        }
        Ok(Self { authority, clock, provider, names, made: Mutex::default() })
    }

    /// The certificate for a name in lower case; without a name, or for one that is not this machine's, the one for
    /// `localhost` and loopback addresses.
    pub fn certificate(&self, name: Option<&str>) -> Option<Arc<CertifiedKey>> {
        let own = name.filter(|name| name.strip_suffix(BASE).is_some_and(|prefix| !prefix.is_empty()));
        let now = self.clock.now();
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let key = own.unwrap_or_default();
        if let Some(found) = made.get(key).filter(|found| now < found.renew) {
            return Some(Arc::clone(&found.pair));
        }
        if made.len() >= MAX_NAMES {
            made.clear();
        }
        match self.issue(own, now) {
            Ok(fresh) => {
                let pair = Arc::clone(&fresh.pair);
                made.insert(key.to_owned(), fresh);
                Some(pair)
            }
            Err(error) => {
                tracing::error!(%error, name, "no development certificate could be made");
                None
            }
        }
    }

    fn issue(&self, own: Option<&str>, now: Timestamp) -> std::io::Result<Made> {
        let names = own.map_or_else(|| self.names.clone(), |name| vec![name.to_owned()]);
        let issued = self.authority.issue(&names, now, DAYS).map_err(std::io::Error::other)?;
        let life = Duration::from_secs(u64::try_from(DAYS * 86_400).unwrap_or_default());
        let pair = from_pem(&issued.certificate, &issued.key, &self.provider)?;
        Ok(Made { pair, renew: now.plus(life).minus(RENEW_BEFORE) })
    }
}

fn make(now: Timestamp) -> Result<Authority, Fault> {
    // Each data directory has its own: the number tells them apart in a browser's list.
    let [a, b, c]: [u8; 3] = crate::rng::bytes()?;
    Authority::for_loopback(&format!("Poolhouse development {a:02x}{b:02x}{c:02x}"), now)
}

/// The kept authority, if it can be used and outlives a certificate made now.
fn usable(certificate: &[u8], key: &[u8], now: Timestamp) -> Option<Authority> {
    let authority = Authority::from_pem(certificate, key)
        .inspect_err(|error| tracing::warn!(%error, "the development authority cannot be read; a new one is made"))
        .ok()?;
    let life = Duration::from_secs(u64::try_from(DAYS * 86_400).unwrap_or_default());
    authority.expires().ok().filter(|expires| *expires > now.plus(life)).map(|_| authority)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use std::os::unix::fs::PermissionsExt as _;

    fn open(dir: &Path, clock: &Arc<Clock>) -> Development {
        let config = ServerConfig { data_dir: dir.to_owned(), ..ServerConfig::default() };
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        Development::open(&config, Arc::clone(clock), provider).unwrap()
    }

    #[test]
    fn the_authority_stays_and_certificates_are_renewed() {
        let dir = tempfile::tempdir().unwrap();
        let clock = Arc::new(Clock::fake(Timestamp::from_secs(1_767_225_600)));
        let first = open(dir.path(), &clock);
        let file = authority_file(dir.path());
        let kept = std::fs::read(&file).unwrap();
        for name in ["ca.pem", "ca-key.pem"] {
            let mode = std::fs::metadata(file.with_file_name(name)).unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600, "{name}");
        }
        let pair = first.certificate(Some("shop.auth.localhost")).unwrap();
        assert!(Arc::ptr_eq(&pair, &first.certificate(Some("shop.auth.localhost")).unwrap()), "it is kept");
        clock.advance(Duration::from_secs(61 * 86_400));
        assert!(!Arc::ptr_eq(&pair, &first.certificate(Some("shop.auth.localhost")).unwrap()), "it is renewed");
        open(dir.path(), &clock);
        assert_eq!(std::fs::read(&file).unwrap(), kept, "the authority is the same after a restart");
        clock.advance(Duration::from_secs(3600 * 86_400));
        open(dir.path(), &clock);
        assert_ne!(std::fs::read(&file).unwrap(), kept, "an authority near its end is replaced");
    }

    #[test]
    fn names_that_strangers_ask_for_take_bounded_memory() {
        let dir = tempfile::tempdir().unwrap();
        let development = open(dir.path(), &Arc::new(Clock::System));
        for n in 0..MAX_NAMES + 10 {
            development.certificate(Some(&format!("n{n}.auth.localhost"))).unwrap();
        }
        assert!(development.made.lock().unwrap().len() <= MAX_NAMES);
        let general = development.certificate(None).unwrap();
        assert!(Arc::ptr_eq(&general, &development.certificate(Some("example.com")).unwrap()));
    }
}
