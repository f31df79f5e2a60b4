//! Fetches documents from addresses that administrators entered: HTTPS only, limited in time and size, and only from
//! public addresses unless the operator allows private ones. Addresses are checked when the connection is made, so a
//! name cannot change to a private address after a check.

use crate::config::federation::FederationConfig;
use crate::outgoing::{self, PublicOnly, is_public};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use std::net::IpAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

/// Most redirects that are followed.
const MAX_HOPS: usize = 3;

/// Why nothing was fetched; the messages are for administrators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not allowed.
    #[error("{0}")]
    Refused(String),
    /// The server did not answer as expected.
    #[error("{0}")]
    Failed(String),
}

/// Cheap to clone.
#[derive(Clone)]
pub struct MetadataFetcher {
    /// Created for the first fetch, because it reads the system's certificates.
    client: Arc<OnceLock<Client>>,
    config: FederationConfig,
}

impl MetadataFetcher {
    pub fn new(config: &FederationConfig) -> Self {
        Self { client: Arc::default(), config: config.clone() }
    }

    fn client(&self) -> Result<&Client, FetchError> {
        if let Some(client) = self.client.get() {
            return Ok(client);
        }
        let client = self.build().map_err(failed)?;
        Ok(self.client.get_or_init(|| client))
    }

    fn build(&self) -> Result<Client, reqwest::Error> {
        let allow_private = self.config.allow_private;
        let policy = Policy::custom(move |attempt| {
            if attempt.previous().len() > MAX_HOPS {
                return attempt.error("it redirects too often");
            }
            match check(attempt.url(), allow_private) {
                Ok(()) => attempt.follow(),
                Err(why) => attempt.error(why),
            }
        });
        let builder =
            if allow_private { outgoing::client() } else { outgoing::client().dns_resolver(Arc::new(PublicOnly)) };
        builder
            .redirect(policy)
            .timeout(Duration::from_secs(self.config.timeout_seconds))
            .pool_max_idle_per_host(0)
            .build()
    }

    /// Checks whether an address is allowed: `https://`, no user information, no private host.
    pub fn check_url(&self, url: &str) -> Result<(), FetchError> {
        self.parse(url).map(drop)
    }

    /// Fetches the body of a URL, at most `most` bytes.
    pub async fn fetch(&self, url: &str, most: usize) -> Result<Vec<u8>, FetchError> {
        let url = self.parse(url)?;
        let mut response = self.client()?.get(url).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(FetchError::Failed(format!("it answered {}", response.status().as_u16())));
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(failed)? {
            if body.len() + chunk.len() > most {
                return Err(FetchError::Failed(format!("its answer is larger than {most} bytes")));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    fn parse(&self, url: &str) -> Result<Url, FetchError> {
        let parsed = Url::parse(url).map_err(|_| FetchError::Refused("it is not an absolute URL".into()))?;
        check(&parsed, self.config.allow_private).map_err(|why| FetchError::Refused(why.into()))?;
        Ok(parsed)
    }
}

fn check(url: &Url, allow_private: bool) -> Result<(), &'static str> {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let literal: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
    let local = host == "localhost" || literal.is_some_and(|ip| ip.is_loopback());
    match url.scheme() {
        "https" => {}
        "http" if local && allow_private => {}
        _ => return Err("it must be an https:// URL"),
    }
    if host.is_empty() || !url.username().is_empty() || url.password().is_some() {
        return Err("it must name a host and contain no credentials");
    }
    if !allow_private && (local || literal.is_some_and(|ip| !is_public(ip))) {
        return Err("it is at a private address, which the settings do not allow (federation.allow_private)");
    }
    Ok(())
}

fn failed(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::Failed("it took too long".into());
    }
    let cause = outgoing::cause(&error);
    let advice = if cause == outgoing::NOT_PUBLIC { " (federation.allow_private)" } else { "" };
    FetchError::Failed(format!("{cause}{advice}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetcher(allow_private: bool) -> MetadataFetcher {
        MetadataFetcher::new(&FederationConfig { allow_private, ..FederationConfig::default() })
    }

    #[test]
    fn only_encrypted_public_addresses_are_called() {
        let strict = fetcher(false);
        assert_eq!(strict.check_url("https://idp.example.com/metadata?x=1"), Ok(()));
        for bad in [
            "http://idp.example.com/",
            "ftp://idp.example.com/",
            "https://127.0.0.1/",
            "https://localhost/",
            "https://[::1]/",
            "idp.example.com",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data",
            "https://user:secret@idp.example.com/",
            "https://0x7f000001/",
            "https://2130706433/",
            "https://localhost./",
            "file:///etc/passwd",
        ] {
            assert!(matches!(strict.check_url(bad), Err(FetchError::Refused(_))), "{bad}");
        }
        let open = fetcher(true);
        assert_eq!(open.check_url("http://127.0.0.1:8080/metadata"), Ok(()));
        assert_eq!(open.check_url("https://10.0.0.1/"), Ok(()));
        assert!(open.check_url("http://10.0.0.1/").is_err(), "unencrypted only on this machine");
    }
}
