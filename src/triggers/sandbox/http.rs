//! Outgoing HTTP of guests (wasi:http): to the places that the manifest lists, bounded in size, without redirects, and
//! to private addresses only where the manifest says so. What a name resolves to is checked when the connection is
//! made.

use super::limits::Watch;
use crate::outgoing::{self, NOT_PUBLIC, PublicOnly};
use bytes::Bytes;
use http::uri::Scheme;
use http_body_util::{BodyExt as _, Full};
use reqwest::{Client, Url};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// Most bytes of the bodies of all requests of a call, and of their answers.
const MOST_SENT: usize = 1024 * 1024;
const MOST_READ: usize = 4 * 1024 * 1024;
/// Most bytes of headers.
pub(super) const MOST_HEADERS: usize = 32 * 1024;
/// Most bytes of a body that wait to be sent.
const WAITING: usize = 16 * 1024;
/// Most requests of one call.
const MOST_REQUESTS: u32 = 32;
/// How long a connection may take to be made.
const CONNECT: Duration = Duration::from_secs(5);

type Sent = Result<(http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>), Error>;

/// A place that a guest may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Place {
    scheme: String,
    host: String,
    port: u16,
    /// Whether its name may lead to a private address.
    private: bool,
}

impl Place {
    /// From `scheme://host[:port]`. An address or `localhost` says by itself that it is meant.
    pub fn parse(text: &str, private: bool) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("{text:?} is no place that can be called: {why}; write https://host or https://host:port")
        };
        let url = Url::parse(text).map_err(|e| wrong(&e.to_string()))?;
        if !matches!(url.scheme(), "https" | "http") {
            return Err(wrong("its scheme is neither https nor http"));
        }
        if !matches!(url.path(), "" | "/")
            || url.query().is_some()
            || url.fragment().is_some()
            || !url.username().is_empty()
        {
            return Err(wrong("it has more than scheme, host and port"));
        }
        let (Some(host), Some(port)) = (url.host_str(), url.port_or_known_default()) else {
            return Err(wrong("it has no host"));
        };
        let literal = host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok() || host == "localhost";
        Ok(Self { scheme: url.scheme().to_owned(), host: host.to_owned(), port, private: private || literal })
    }

    fn is(&self, url: &Url) -> bool {
        self.scheme == url.scheme()
            && Some(self.host.as_str()) == url.host_str()
            && Some(self.port) == url.port_or_known_default()
    }
}

/// The clients of all guests, made by the first call: they read the system's certificates.
#[derive(Clone, Default)]
pub(super) struct Clients {
    public: Arc<OnceLock<Client>>,
    private: Arc<OnceLock<Client>>,
}

impl Clients {
    fn get(&self, private: bool) -> Result<&Client, Error> {
        let slot = if private { &self.private } else { &self.public };
        if let Some(client) = slot.get() {
            return Ok(client);
        }
        let builder = outgoing::client().redirect(reqwest::redirect::Policy::none()).connect_timeout(CONNECT);
        let builder = if private { builder } else { builder.dns_resolver(Arc::new(PublicOnly)) };
        let client = builder.build().map_err(|e| Error::InternalError(Some(outgoing::cause(&e))))?;
        Ok(slot.get_or_init(|| client))
    }
}

/// The outgoing requests of one call.
pub(super) struct Calls {
    pub clients: Clients,
    pub places: Arc<[Place]>,
    /// The call is a trial, which reaches nobody.
    pub trial: bool,
    pub watch: Arc<Watch>,
    pub made: u32,
    pub moved: Arc<Moved>,
}

/// How many bytes a call has sent and read.
#[derive(Default)]
pub(super) struct Moved {
    sent: AtomicUsize,
    read: AtomicUsize,
}

impl Calls {
    /// Whether the request may be sent, and whether to a private address.
    fn check(&mut self, url: &Url) -> Result<bool, String> {
        self.made += 1;
        let at = format!(
            "{}://{}:{}",
            url.scheme(),
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        if self.made > MOST_REQUESTS {
            return Err(format!("a call to {at}: one call makes at most {MOST_REQUESTS} requests"));
        }
        let Some(place) = self.places.iter().find(|place| place.is(url)) else {
            return Err(format!("a call to {at}: add it to http in the manifest to allow it"));
        };
        Ok(place.private)
    }
}

impl WasiHttpHooks for Calls {
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        WAITING
    }

    fn is_supported_scheme(&mut self, scheme: &Scheme) -> bool {
        *scheme == Scheme::HTTPS || *scheme == Scheme::HTTP
    }

    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        _: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Sent> + Send> {
        let Ok(url) = Url::parse(&request.uri().to_string()) else {
            return Box::new(refuse(request, Error::HttpRequestUriInvalid));
        };
        if self.trial {
            return Box::new(refuse(request, Error::DestinationUnavailable));
        }
        match self.check(&url) {
            Ok(private) => {
                Box::new(send(self.clients.clone(), private, url, request, (self.watch.clone(), self.moved.clone())))
            }
            Err(why) => {
                self.watch.deny(why);
                Box::new(refuse(request, Error::HttpRequestDenied))
            }
        }
    }
}

/// Takes what the guest sends before it is told no: one whose stream breaks while it writes (StarlingMonkey's, say)
/// breaks with it.
async fn refuse(request: http::Request<WasiBody>, error: Error) -> Sent {
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    Err(error)
}

async fn send(
    clients: Clients,
    private: bool,
    url: Url,
    request: http::Request<WasiBody>,
    (watch, moved): (Arc<Watch>, Arc<Moved>),
) -> Sent {
    let (head, mut body) = request.into_parts();
    let mut sent = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if moved.sent.fetch_add(data.len(), Relaxed) + data.len() > MOST_SENT {
            return Err(Error::HttpRequestBodySize(Some(MOST_SENT as u64)));
        }
        sent.extend_from_slice(&data);
    }
    let mut headers = head.headers;
    // The client's own matters.
    headers.remove(http::header::HOST);
    headers.remove(http::header::CONTENT_LENGTH);
    let at = url.host_str().unwrap_or_default().to_owned();
    let told = |error: reqwest::Error| {
        let cause = outgoing::cause(&error);
        if cause == NOT_PUBLIC {
            watch.deny(format!(
                "a call to {at}: {NOT_PUBLIC}; list it in http_private of the manifest if that is meant"
            ));
            return Error::DestinationIpProhibited;
        }
        match error {
            error if error.is_timeout() => Error::ConnectionTimeout,
            error if error.is_connect() => Error::ConnectionRefused,
            _ => Error::HttpProtocolError,
        }
    };
    let request = clients.get(private)?.request(head.method, url).headers(headers).body(sent);
    let mut response = request.send().await.map_err(told)?;
    let mut whole = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Error::HttpResponseIncomplete)? {
        if moved.read.fetch_add(chunk.len(), Relaxed) + chunk.len() > MOST_READ {
            return Err(Error::HttpResponseBodySize(Some(MOST_READ as u64)));
        }
        whole.extend_from_slice(&chunk);
    }
    let body = Full::new(Bytes::from(whole)).map_err(|never| match never {}).boxed_unsync();
    let mut answer = http::Response::new(body);
    *answer.status_mut() = response.status();
    *answer.headers_mut() = std::mem::take(response.headers_mut());
    Ok((answer, Box::new(std::future::ready(Ok(())))))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn calls(places: &[Place]) -> Calls {
        Calls {
            clients: Clients::default(),
            places: places.into(),
            trial: false,
            watch: Arc::default(),
            made: 0,
            moved: Arc::default(),
        }
    }

    #[test]
    fn only_what_is_listed_is_called() {
        let places = [
            Place::parse("https://api.example.com", false).unwrap(),
            Place::parse("http://127.0.0.1:8080/", false).unwrap(),
        ];
        let mut calls = calls(&places);
        let mut check = |url: &str| calls.check(&Url::parse(url).unwrap()).ok();
        assert_eq!(check("https://api.example.com/x?y"), Some(false));
        assert_eq!(check("https://API.example.com:443/"), Some(false));
        assert_eq!(check("http://127.0.0.1:8080/z"), Some(true), "an address says what is meant");
        for bad in [
            "http://api.example.com/",
            "https://api.example.com:8443/",
            "https://api.example.com.evil.example/",
            "http://127.0.0.1/",
        ] {
            assert_eq!(check(bad), None, "{bad}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_denied_when_the_connection_is_made() {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let url = Url::parse(&format!("http://localhost:{}/", listener.local_addr().unwrap().port())).unwrap();
        let request =
            || http::Request::new(http_body_util::Empty::new().map_err(|never| match never {}).boxed_unsync());
        let watch = Arc::<Watch>::default();
        let sent = send(Clients::default(), false, url, request(), (watch.clone(), Arc::default())).await;
        assert!(matches!(sent, Err(Error::DestinationIpProhibited)));
        let denied = watch.denied.lock().unwrap().clone().unwrap();
        assert!(denied.contains("http_private"), "{denied}");
    }

    #[test]
    fn a_call_makes_only_so_many_requests() {
        let mut calls = calls(&[Place::parse("https://a.example", false).unwrap()]);
        let url = Url::parse("https://a.example/").unwrap();
        let made = (0..100).take_while(|_| calls.check(&url).is_ok()).count();
        assert_eq!(made, MOST_REQUESTS as usize);
    }

    #[test]
    fn places_are_hosts_alone() {
        for bad in [
            "api.example.com",
            "ftp://a.example",
            "https://a.example/path",
            "https://u@a.example",
            "https://a.example?q",
            "https://",
        ] {
            assert!(Place::parse(bad, false).is_err(), "{bad}");
        }
    }
}
