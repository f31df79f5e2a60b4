//! Which certificate and version of TLS a name gets, and where plain HTTP leads.

use openssl::ssl::{SslConnector, SslMethod, SslVerifyMode, SslVersion};
use poolhouse::app::TestApp;
use poolhouse::certificates::authority_file;
use poolhouse::clock::Clock;
use poolhouse::config::Config;
use poolhouse::config::certificates::CertificateConfig;
use poolhouse::domain::pools::domains::{self, DomainSettings};
use poolhouse::http;
use poolhouse::shapes::idp::{CreateUserPoolRequest, CustomDomainConfigType, SecurityPolicyType};
use reqwest::{Certificate, Client, StatusCode, redirect, tls};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, SupportedProtocolVersion, version};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::sync::Arc;

/// A running server, as a test sees it.
pub struct Running {
    pub app: TestApp,
    /// In the order of the settings, that of `server.redirect_http` last.
    pub addresses: Vec<SocketAddr>,
}

/// Runs `guest` against a server of its own on free ports, then stops the server and sees it end.
pub async fn with_server(change: impl Fn(&mut Config), guest: impl AsyncFnOnce(&Running)) {
    let mut config = Config::default();
    config.server.listen = any();
    change(&mut config);
    let listeners = http::bind(&config.server).unwrap();
    let addresses = listeners.addresses();
    let app = TestApp::with(Clock::System, |config| {
        change(config);
        config.server.listen = addresses[0];
        config.server.workers = 1;
    })
    .await
    .unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let server = http::serve(app.services.clone(), listeners, move |address| ready.send(address).unwrap(), async {
        let _ = stopped.await;
    });
    let running = Running { addresses, app };
    let guest = async {
        is_ready.await.unwrap();
        guest(&running).await;
        stop.send(()).unwrap();
    };
    let (served, ()) = futures::future::join(server, guest).await;
    served.unwrap();
}

fn any() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// What a handshake ended in.
#[derive(Debug)]
struct Handshake {
    version: Option<ProtocolVersion>,
    alpn: Option<Vec<u8>>,
    certificate: Vec<u8>,
    /// Whether a request on the connection had an answer.
    answered: bool,
}

/// A TLS client of its own, which trusts `authority` alone.
struct TlsClient {
    authority: Vec<u8>,
    versions: Vec<&'static SupportedProtocolVersion>,
    alpn: Vec<Vec<u8>>,
}

impl TlsClient {
    fn trusting(authority: &[u8]) -> Self {
        Self { authority: authority.to_vec(), versions: vec![&version::TLS12, &version::TLS13], alpn: Vec::new() }
    }

    /// Connects under a name; `Err` if the handshake fails, on whichever side.
    async fn connect(&self, address: SocketAddr, name: &str) -> Result<Handshake, String> {
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(&self.authority).unwrap()).unwrap();
        let mut config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::aws_lc_rs::default_provider()))
            .with_protocol_versions(&self.versions)
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols.clone_from(&self.alpn);
        let name = ServerName::try_from(name.to_owned()).unwrap();
        tokio::task::spawn_blocking(move || {
            let mut session = ClientConnection::new(Arc::new(config), name).unwrap();
            let mut socket = TcpStream::connect(address).unwrap();
            while session.is_handshaking() {
                session.complete_io(&mut socket).map_err(|error| error.to_string())?;
            }
            let request = "GET /healthz HTTP/1.1\r\nHost: id.example.com\r\nConnection: close\r\n\r\n";
            let mut answer = Vec::new();
            let mut stream = rustls::Stream::new(&mut session, &mut socket);
            // A server that ends the connection may do so while it is written to.
            let _ = stream.write_all(request.as_bytes()).and_then(|()| stream.read_to_end(&mut answer));
            Ok(Handshake {
                answered: answer.starts_with(b"HTTP/1.1 200 "),
                version: session.protocol_version(),
                alpn: session.alpn_protocol().map(<[u8]>::to_vec),
                certificate: session.peer_certificates().unwrap()[0].to_vec(),
            })
        })
        .await
        .unwrap()
    }
}

/// A handshake of OpenSSL in TLS 1.2.
async fn openssl_handshake(address: SocketAddr, name: &str) -> Result<(), String> {
    let mut builder = SslConnector::builder(SslMethod::tls_client()).unwrap();
    builder.set_max_proto_version(Some(SslVersion::TLS1_2)).unwrap();
    builder.set_verify(SslVerifyMode::NONE);
    let (connector, name) = (builder.build(), name.to_owned());
    tokio::task::spawn_blocking(move || {
        let socket = TcpStream::connect(address).unwrap();
        connector.connect(&name, socket).map(drop).map_err(|error| error.to_string())
    })
    .await
    .unwrap()
}

/// A certificate for names in files, and its authority.
fn files(dir: &Path, stem: &str, names: &[&str]) -> (CertificateConfig, Vec<u8>) {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let made = poolhouse::keys::local_authority::issue(&names, Clock::System.now()).unwrap();
    let (tls_cert, tls_key) = (dir.join(format!("{stem}.pem")), dir.join(format!("{stem}-key.pem")));
    std::fs::write(&tls_cert, &made.certificate).unwrap();
    std::fs::write(&tls_key, &made.key).unwrap();
    (CertificateConfig { names, tls_cert, tls_key }, made.authority)
}

/// A pool with a custom domain.
async fn custom_domain(running: &Running, name: &str, policy: Option<SecurityPolicyType>) -> String {
    let cx = running.app.context().unwrap();
    let input = CreateUserPoolRequest { pool_name: "test".into(), ..Default::default() };
    let pool = poolhouse::ops::idp::create_user_pool(&cx, input).await.unwrap().user_pool.unwrap().id.unwrap();
    let custom = Some(CustomDomainConfigType { security_policy: policy, ..Default::default() });
    domains::create(&cx, &pool, name, &DomainSettings { custom, ..DomainSettings::default() }).await.unwrap();
    pool
}

#[tokio::test]
async fn development_mode_serves_every_name_under_localhost() {
    with_server(
        |config| (config.server.dev, config.server.tls) = (true, true),
        async |running| {
            let address = running.addresses[0];
            assert_eq!(running.app.services.config.server.public_url, format!("https://{address}"));
            let authority = std::fs::read(authority_file(running.app.data_dir())).unwrap();
            let client = TlsClient::trusting(&authority);
            for name in ["localhost", "127.0.0.1", "::1", "shop.auth.localhost", "other-shop.auth.localhost"] {
                client.connect(address, name).await.unwrap_or_else(|error| panic!("{name}: {error}"));
            }
            let client = Client::builder()
                .no_proxy()
                .tls_certs_only([Certificate::from_pem(&authority).unwrap()])
                .resolve("shop.auth.localhost", address)
                .build()
                .unwrap();
            let answer = client.get(format!("https://shop.auth.localhost:{}/readyz", address.port())).send().await;
            let answer = answer.unwrap();
            assert_eq!(answer.status(), StatusCode::OK);
            assert!(answer.headers().get("strict-transport-security").is_none());
        },
    )
    .await;
}

#[tokio::test]
async fn names_have_certificates_of_their_own_and_changed_files_are_read_again() {
    let dir = tempfile::tempdir().unwrap();
    let (listed, listed_authority) = files(dir.path(), "listed", &["login.example.com", "*.auth.example.com"]);
    let (general, general_authority) = files(dir.path(), "general", &["id.example.com"]);
    with_server(
        |config| {
            config.server.certificates = vec![listed.clone()];
            config.server.tls_cert.clone_from(&general.tls_cert);
            config.server.tls_key.clone_from(&general.tls_key);
        },
        async |running| {
            let address = running.addresses[0];
            let mut client = TlsClient::trusting(&listed_authority);
            client.alpn = vec![b"http/1.1".to_vec()];
            let by_name = client.connect(address, "login.example.com").await.unwrap();
            let starred = client.connect(address, "shop.auth.example.com").await;
            // The certificate has the star as a name too, so the client takes it.
            assert_eq!(starred.unwrap().alpn.as_deref(), Some(b"http/1.1".as_slice()));
            assert!(client.connect(address, "id.example.com").await.is_err(), "another authority's");
            let general = TlsClient::trusting(&general_authority);
            let other = general.connect(address, "id.example.com").await.unwrap();
            assert_ne!(other.certificate, by_name.certificate);
            assert!(by_name.answered && other.answered);
        },
    )
    .await;
}

#[tokio::test]
async fn a_security_policy_refuses_lower_versions_of_tls_for_its_domain_alone() {
    let dir = tempfile::tempdir().unwrap();
    let (pair, authority) = files(dir.path(), "all", &["strict.example.com", "lax.example.com"]);
    with_server(
        |config| {
            config.server.tls_cert.clone_from(&pair.tls_cert);
            config.server.tls_key.clone_from(&pair.tls_key);
        },
        async |running| {
            let address = running.addresses[0];
            custom_domain(running, "strict.example.com", Some(SecurityPolicyType::TlsV1_3_2025)).await;
            custom_domain(running, "lax.example.com", Some(SecurityPolicyType::TlsV1)).await;
            let mut client = TlsClient::trusting(&authority);
            for name in ["strict.example.com", "lax.example.com"] {
                let made = client.connect(address, name).await.unwrap();
                assert_eq!(made.version, Some(ProtocolVersion::TLSv1_3), "{name}");
            }
            client.versions = vec![&version::TLS12];
            // This client offers the cipher suites of 1.3 all the same, so it is refused after the handshake,
            assert!(!client.connect(address, "strict.example.com").await.is_ok_and(|made| made.answered));
            // and others in it.
            assert!(openssl_handshake(address, "strict.example.com").await.is_err());
            assert!(openssl_handshake(address, "lax.example.com").await.is_ok());
            let lower = client.connect(address, "lax.example.com").await.unwrap();
            assert_eq!(lower.version, Some(ProtocolVersion::TLSv1_2));
            assert!(lower.answered);

            // A connection for one name does not reach pages of the other.
            let old = Client::builder()
                .no_proxy()
                .tls_certs_only([Certificate::from_pem(&authority).unwrap()])
                .tls_version_max(tls::Version::TLS_1_2)
                .resolve("lax.example.com", address)
                .build()
                .unwrap();
            let url = format!("https://lax.example.com:{}/readyz", address.port());
            let own = old.get(&url).send().await.unwrap();
            assert_eq!(own.status(), StatusCode::OK);
            assert_eq!(own.headers()["strict-transport-security"], "max-age=31536000");
            let crossed = old.get(&url).header("Host", "strict.example.com").send().await.unwrap();
            assert_eq!(crossed.status(), StatusCode::MISDIRECTED_REQUEST);
            let other = old.get(&url).header("Host", "id.example.com").send().await.unwrap();
            assert!(other.headers().get("strict-transport-security").is_none(), "not of a pool");

            // A deleted domain has no floor.
            let cx = running.app.context().unwrap();
            let pool =
                domains::by_name(&cx.services.store, "strict.example.com").await.unwrap().unwrap().pool_id.clone();
            domains::delete(&cx, &pool, "strict.example.com").await.unwrap();
            assert!(client.connect(address, "strict.example.com").await.unwrap().answered);
        },
    )
    .await;
}

#[tokio::test]
async fn domains_of_an_earlier_run_or_another_server_are_learned() {
    with_server(
        |_| {},
        async |running| {
            custom_domain(running, "strict.example.com", Some(SecurityPolicyType::TlsV1_3_2025)).await;
            let services = &running.app.services;
            let floor = || services.certificates.custom_floor("strict.example.com");
            let known = floor();
            services.certificates.remove_custom("strict.example.com");
            assert!(floor().is_none());
            poolhouse::domain::pools::custom_domains::load(services).await.unwrap();
            assert!(known.is_some() && floor() == known);
        },
    )
    .await;
}

#[tokio::test]
async fn plain_http_leads_to_https_under_known_names_only() {
    with_server(
        |config| {
            config.server.public_url = "https://id.example.com:8443".into();
            config.server.redirect_http = Some(any());
            config.identity.domain_base = "auth.example.com".into();
        },
        async |running| {
            let [main, plain] = running.addresses[..] else { panic!("two addresses") };
            custom_domain(running, "login.example.net", None).await;
            let client = Client::builder().no_proxy().redirect(redirect::Policy::none()).build().unwrap();
            let to = |host: &str| client.get(format!("http://{plain}/login?a=b%20c")).header("Host", host);
            for host in ["id.example.com", "LOGIN.example.net.", "login.example.net:80"] {
                let answer = to(host).send().await.unwrap();
                assert_eq!(answer.status(), StatusCode::MOVED_PERMANENTLY, "{host}");
                let name = host.to_ascii_lowercase();
                let name = name.trim_end_matches(":80").trim_end_matches('.');
                assert_eq!(answer.headers()["location"], format!("https://{name}:8443/login?a=b%20c"));
            }
            let posted = client.post(format!("http://{plain}/oauth2/token")).header("Host", "id.example.com");
            assert_eq!(posted.send().await.unwrap().status(), StatusCode::PERMANENT_REDIRECT);
            for host in
                ["evil.example", "nobody.auth.example.com", "login.example.net.evil.example", "a@id.example.com"]
            {
                let answer = to(host).send().await.unwrap();
                assert!(answer.headers().get("location").is_none(), "{host}");
                assert_eq!(answer.status(), StatusCode::NOT_FOUND, "{host}");
            }
            let direct = client.get(format!("http://{main}/readyz")).send().await.unwrap();
            assert_eq!(direct.status(), StatusCode::OK, "only the one listener leads on");
        },
    )
    .await;
}
