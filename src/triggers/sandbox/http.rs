//! Outgoing HTTP of guests (wasi:http). Only origins in the manifest can be called, sizes are bounded, redirects are
//! not followed, and private addresses need a grant in the manifest. The resolved address is checked when the
//! connection is made.

use super::limits::CallMonitor;
use crate::outgoing::{self, NOT_PUBLIC, PublicOnly};
use bytes::Bytes;
use http::uri::Scheme;
use http_body_util::{BodyExt as _, Full};
use reqwest::{Client, Url};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Arc, OnceLock};
use std::time::Duration;
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// Most bytes of all request bodies of one call, and of all response bodies.
const MAX_SENT: usize = 1024 * 1024;
const MAX_READ: usize = 4 * 1024 * 1024;
pub(super) const MAX_HEADERS: usize = 32 * 1024;
/// How many bytes of a request body are buffered.
const BODY_BUFFER: usize = 16 * 1024;
/// Most requests of one call.
const MAX_REQUESTS: u32 = 32;
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

type Sent = Result<(http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>), Error>;

/// An origin that a guest may call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AllowedOrigin {
    scheme: String,
    host: String,
    port: u16,
    /// Whether the host name may resolve to a private address.
    private: bool,
}

impl AllowedOrigin {
    /// Parses `scheme://host[:port]`. Someone who writes an IP address or `localhost` intends it, so these may be
    /// private.
    pub fn parse(text: &str, private: bool) -> Result<Self, String> {
        let wrong = |why: &str| {
            format!("{text:?} is no origin that can be called: {why}; write https://host or https://host:port")
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

/// HTTP clients of all guests. They are created for the first request, because they read the system's certificates.
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
        let builder = outgoing::client().redirect(reqwest::redirect::Policy::none()).connect_timeout(CONNECT_TIMEOUT);
        let builder = if private { builder } else { builder.dns_resolver(Arc::new(PublicOnly::default())) };
        let client = builder.build().map_err(|e| Error::InternalError(Some(outgoing::cause(&e))))?;
        Ok(slot.get_or_init(|| client))
    }
}

/// The outgoing requests of one call.
pub(super) struct OutgoingRequests {
    pub clients: Clients,
    pub origins: Arc<[AllowedOrigin]>,
    /// In a trial, no request leaves the server.
    pub trial: bool,
    pub monitor: Arc<CallMonitor>,
    pub made: u32,
    pub body_bytes: Arc<BodyBytes>,
}

/// What sending one request needs; it outlives the borrow of [`OutgoingRequests`].
struct Sender {
    clients: Clients,
    private: bool,
    monitor: Arc<CallMonitor>,
    body_bytes: Arc<BodyBytes>,
}

/// How many bytes of request and response bodies a call has used.
#[derive(Default)]
pub(super) struct BodyBytes {
    sent: AtomicUsize,
    read: AtomicUsize,
}

impl OutgoingRequests {
    /// Whether the request is allowed; the value says whether private addresses are allowed.
    fn check(&mut self, url: &Url) -> Result<bool, String> {
        self.made += 1;
        let at = format!(
            "{}://{}:{}",
            url.scheme(),
            url.host_str().unwrap_or_default(),
            url.port_or_known_default().unwrap_or_default()
        );
        if self.made > MAX_REQUESTS {
            return Err(format!("a call to {at}: one call makes at most {MAX_REQUESTS} requests"));
        }
        let Some(origin) = self.origins.iter().find(|origin| origin.is(url)) else {
            return Err(format!("a call to {at}: add it to http in the manifest to allow it"));
        };
        Ok(origin.private)
    }
}

impl WasiHttpHooks for OutgoingRequests {
    fn p2_outgoing_body_chunk_size(&mut self) -> usize {
        BODY_BUFFER
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
                let (clients, monitor) = (self.clients.clone(), self.monitor.clone());
                let sender = Sender { clients, private, monitor, body_bytes: self.body_bytes.clone() };
                Box::new(send(sender, url, request))
            }
            Err(why) => {
                self.monitor.deny(why);
                Box::new(refuse(request, Error::HttpRequestDenied))
            }
        }
    }
}

/// Reads the request body before the refusal: some guests (StarlingMonkey) crash if the stream breaks while they write.
async fn refuse(request: http::Request<WasiBody>, error: Error) -> Sent {
    let mut body = request.into_body();
    while let Some(Ok(_)) = body.frame().await {}
    Err(error)
}

async fn send(sender: Sender, url: Url, request: http::Request<WasiBody>) -> Sent {
    let Sender { clients, private, monitor, body_bytes } = sender;
    let (head, mut body) = request.into_parts();
    let mut sent = Vec::new();
    while let Some(frame) = body.frame().await {
        let Ok(data) = frame?.into_data() else { continue };
        if body_bytes.sent.fetch_add(data.len(), Relaxed) + data.len() > MAX_SENT {
            return Err(Error::HttpRequestBodySize(Some(MAX_SENT as u64)));
        }
        sent.extend_from_slice(&data);
    }
    let mut headers = head.headers;
    // The HTTP client sets these itself.
    headers.remove(http::header::HOST);
    headers.remove(http::header::CONTENT_LENGTH);
    let at = url.host_str().unwrap_or_default().to_owned();
    let error_code = |error: reqwest::Error| {
        let cause = outgoing::cause(&error);
        if cause == NOT_PUBLIC {
            monitor.deny(format!(
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
    let mut response = request.send().await.map_err(error_code)?;
    let mut whole = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|_| Error::HttpResponseIncomplete)? {
        if body_bytes.read.fetch_add(chunk.len(), Relaxed) + chunk.len() > MAX_READ {
            return Err(Error::HttpResponseBodySize(Some(MAX_READ as u64)));
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

    fn outgoing(origins: &[AllowedOrigin]) -> OutgoingRequests {
        OutgoingRequests {
            clients: Clients::default(),
            origins: origins.into(),
            trial: false,
            monitor: Arc::default(),
            made: 0,
            body_bytes: Arc::default(),
        }
    }

    #[test]
    fn only_what_is_listed_is_called() {
        let origins = [
            AllowedOrigin::parse("https://api.example.com", false).unwrap(),
            AllowedOrigin::parse("http://127.0.0.1:8080/", false).unwrap(),
        ];
        let mut requests = outgoing(&origins);
        let mut check = |url: &str| requests.check(&Url::parse(url).unwrap()).ok();
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
        let monitor = Arc::<CallMonitor>::default();
        let (clients, body_bytes) = (Clients::default(), Arc::default());
        let sender = Sender { clients, private: false, monitor: monitor.clone(), body_bytes };
        let sent = send(sender, url, request()).await;
        assert!(matches!(sent, Err(Error::DestinationIpProhibited)));
        let denied = monitor.denied.lock().unwrap().clone().unwrap();
        assert!(denied.contains("http_private"), "{denied}");
    }

    #[test]
    fn a_call_makes_only_so_many_requests() {
        let mut requests = outgoing(&[AllowedOrigin::parse("https://a.example", false).unwrap()]);
        let url = Url::parse("https://a.example/").unwrap();
        let made = (0..100).take_while(|_| requests.check(&url).is_ok()).count();
        assert_eq!(made, MAX_REQUESTS as usize);
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
            assert!(AllowedOrigin::parse(bad, false).is_err(), "{bad}");
        }
    }
}
