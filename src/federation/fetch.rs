//! Fetches documents from addresses that administrators and clients name: HTTPS only, limited in time and size, and
//! only from public addresses unless the operator allows private ones. Addresses are checked when the connection is
//! made, so a name cannot change to a private address after a check.

use crate::config::federation::FederationConfig;
use crate::outgoing::{self, PublicOnly, is_public};
use futures::future::{BoxFuture, FutureExt as _, WeakShared};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderValue};
use reqwest::redirect::Policy;
use reqwest::{Certificate, Client, Response, StatusCode, Url};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// Most redirects that are followed.
const MAX_HOPS: usize = 3;
/// Most documents of strangers that are fetched at once.
pub const MAX_RUNNING: usize = 64;

/// Why nothing was fetched; the messages are for administrators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FetchError {
    /// The address is not allowed.
    #[error("{0}")]
    Refused(String),
    /// The server did not answer as expected.
    #[error("{0}")]
    Failed(String),
    /// The server did not answer in time.
    #[error("it took too long")]
    TimedOut,
}

/// A fetch that several callers may wait for.
type Running = BoxFuture<'static, Result<Arc<[u8]>, FetchError>>;

/// Cheap to clone.
#[derive(Clone)]
pub struct MetadataFetcher {
    /// Follows redirects to addresses that are allowed. Both are created for the first fetch, because they read the
    /// system's certificates.
    following: Arc<OnceLock<Client>>,
    /// Follows none.
    pub(super) direct: Arc<OnceLock<Client>>,
    /// Fetches of [`MetadataFetcher::fetch_json`] by URL, as long as somebody waits for them.
    running: Arc<Mutex<HashMap<String, WeakShared<Running>>>>,
    authorities: Vec<Certificate>,
    config: FederationConfig,
}

impl MetadataFetcher {
    pub fn new(config: &FederationConfig) -> Result<Self, String> {
        Ok(Self {
            following: Arc::default(),
            direct: Arc::default(),
            running: Arc::default(),
            authorities: outgoing::authorities("federation", config.ca_file.as_deref())?,
            config: config.clone(),
        })
    }

    fn following(&self) -> Result<&Client, FetchError> {
        let allow_private = self.config.allow_private;
        self.client(&self.following, move || {
            Policy::custom(move |attempt| {
                if attempt.previous().len() > MAX_HOPS {
                    return attempt.error("it redirects too often");
                }
                match check(attempt.url(), allow_private) {
                    Ok(()) => attempt.follow(),
                    Err(why) => attempt.error(why),
                }
            })
        })
    }

    pub(super) fn client<'a>(
        &self,
        slot: &'a OnceLock<Client>,
        redirects: impl FnOnce() -> Policy,
    ) -> Result<&'a Client, FetchError> {
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let builder = match self.config.allow_private {
            true => outgoing::client(),
            false => outgoing::client().dns_resolver(Arc::new(PublicOnly::default())),
        };
        let client = builder
            .tls_certs_merge(self.authorities.iter().cloned())
            .redirect(redirects())
            .timeout(Duration::from_secs(self.config.timeout_seconds))
            .pool_max_idle_per_host(0)
            .build()
            .map_err(failed)?;
        Ok(slot.get_or_init(|| client))
    }

    /// Checks whether an address is allowed: `https://`, no user information, no private host.
    pub fn check_url(&self, url: &str) -> Result<(), FetchError> {
        self.parse(url).map(drop)
    }

    /// [`MetadataFetcher::check_url`], and that its port is the usual one unless private addresses are allowed.
    pub fn check_usual_port(&self, url: &str) -> Result<(), FetchError> {
        let parsed = self.parse(url)?;
        match parsed.port() {
            Some(_) if !self.config.allow_private => Err(FetchError::Refused("its port must be 443".into())),
            _ => Ok(()),
        }
    }

    /// Fetches the body of a URL, at most `most` bytes.
    pub async fn fetch(&self, url: &str, most: usize) -> Result<Vec<u8>, FetchError> {
        let url = self.parse(url)?;
        let response = self.following()?.get(url).send().await.map_err(failed)?;
        if !response.status().is_success() {
            return Err(answered(&response));
        }
        body(response, most).await
    }

    /// Fetches a JSON document that strangers name: no redirect is followed, nothing but status 200 and JSON's content
    /// type is taken. Callers that ask for one URL at the same time share one fetch and its outcome, and at most
    /// [`MAX_RUNNING`] run at once.
    pub async fn fetch_json(&self, url: &str, most: usize) -> Result<Arc<[u8]>, FetchError> {
        let parsed = self.parse(url)?;
        let fetch = {
            let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
            running.retain(|_, fetch| fetch.upgrade().is_some());
            match running.get(url).and_then(WeakShared::upgrade) {
                Some(fetch) => fetch,
                None if running.len() >= MAX_RUNNING => {
                    return Err(FetchError::Failed("too many documents are being fetched; try again later".into()));
                }
                None => {
                    let fetcher = self.clone();
                    let fetch = async move { fetcher.fetch_json_alone(parsed, most).await }.boxed().shared();
                    running.extend(fetch.downgrade().map(|weak| (url.to_owned(), weak)));
                    fetch
                }
            }
        };
        fetch.await
    }

    /// Posts a form and answers the status. No redirect is followed, and the body of the answer is not read.
    pub async fn post_form(&self, url: &str, form: String) -> Result<u16, FetchError> {
        let url = self.parse(url)?;
        let client = self.client(&self.direct, Policy::none)?;
        let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
        let response = client.post(url).header(CONTENT_TYPE, kind).body(form).send().await.map_err(failed)?;
        Ok(response.status().as_u16())
    }

    async fn fetch_json_alone(&self, url: Url, most: usize) -> Result<Arc<[u8]>, FetchError> {
        let client = self.client(&self.direct, Policy::none)?;
        let response = client.get(url).header(ACCEPT, "application/json").send().await.map_err(failed)?;
        if response.status() != StatusCode::OK {
            return Err(answered(&response));
        }
        if !response.headers().get(CONTENT_TYPE).is_some_and(is_json) {
            return Err(FetchError::Failed("its content type is not application/json".into()));
        }
        Ok(body(response, most).await?.into())
    }

    pub(super) fn parse(&self, url: &str) -> Result<Url, FetchError> {
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

fn answered(response: &Response) -> FetchError {
    FetchError::Failed(format!("it answered {}", response.status().as_u16()))
}

pub(super) async fn body(mut response: Response, most: usize) -> Result<Vec<u8>, FetchError> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failed)? {
        if body.len() + chunk.len() > most {
            return Err(FetchError::Failed(format!("its answer is larger than {most} bytes")));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// `application/json`, or a type that is written in JSON (`application/*+json`, RFC 6839).
fn is_json(value: &HeaderValue) -> bool {
    let Ok(text) = value.to_str() else { return false };
    let kind = text.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    kind == "application/json" || (kind.starts_with("application/") && kind.ends_with("+json"))
}

fn failed(error: reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::TimedOut;
    }
    let cause = outgoing::cause(&error);
    let advice = if cause == outgoing::NOT_PUBLIC { " (federation.allow_private)" } else { "" };
    FetchError::Failed(format!("{cause}{advice}"))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn fetcher(allow_private: bool) -> MetadataFetcher {
        MetadataFetcher::new(&FederationConfig { allow_private, ..FederationConfig::default() }).unwrap()
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

    #[test]
    fn json_is_known_by_its_content_type() {
        for good in ["application/json", "Application/JSON; charset=utf-8", "application/oauth-client+json"] {
            assert!(is_json(&HeaderValue::from_static(good)), "{good}");
        }
        for bad in ["text/html", "text/json", "application/javascript", "", "application/json-patch"] {
            assert!(!is_json(&HeaderValue::from_static(bad)), "{bad}");
        }
    }
}
