//! The server over real sockets: routes, limits, headers, TLS, stopping.

use poolhouse::app::TestApp;
use poolhouse::clock::Clock;
use poolhouse::config::Config;
use poolhouse::config::server::ServerConfig;
use poolhouse::http;
use poolhouse::secret::Secret;
use reqwest::{Client, Method, StatusCode};
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Runs `guest` against a server of its own on a free port, then stops the server and sees it end.
async fn with_server(change: impl FnOnce(&mut Config), guest: impl AsyncFnOnce(SocketAddr)) {
    let any = ServerConfig { listen: SocketAddr::from(([127, 0, 0, 1], 0)), ..ServerConfig::default() };
    let listener = http::bind(&any).unwrap();
    let address = listener.local_addr().unwrap();
    let app = TestApp::with(Clock::System, |config| {
        config.server.listen = address;
        config.server.workers = 1;
        change(config);
    })
    .await
    .unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let server = http::serve(app.services.clone(), listener, move |address| ready.send(address).unwrap(), async {
        let _ = stopped.await;
    });
    let guest = async {
        assert_eq!(is_ready.await.unwrap(), address);
        guest(address).await;
        stop.send(()).unwrap();
    };
    let (served, ()) = futures::future::join(server, guest).await;
    served.unwrap();
}

fn client() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

#[tokio::test]
async fn routes_and_headers() {
    with_server(
        |_| {},
        async |address| {
            let url = |path: &str| format!("http://{address}{path}");
            let client = client();
            for path in ["/healthz", "/readyz"] {
                assert_eq!(client.get(url(path)).send().await.unwrap().status(), StatusCode::OK, "{path}");
            }
            let front = client.get(url("/")).send().await.unwrap().text().await.unwrap();
            assert!(front.contains("Poolhouse") && front.contains(&url("")), "{front}");
            assert_eq!(client.get(url("/nowhere")).send().await.unwrap().status(), StatusCode::NOT_FOUND);
            let lost = client.post(url("/nowhere")).body("{}").send().await.unwrap();
            assert_eq!(lost.status(), StatusCode::BAD_REQUEST);
            assert!(
                lost.text().await.unwrap().contains("The server did not understand the operation that was requested.")
            );
            for path in
                ["/us-east-1_nothing/.well-known/jwks.json", "/us-east-1_nothing/.well-known/openid-configuration"]
            {
                let unknown = client.get(url(path)).header("Origin", "https://app.example").send().await.unwrap();
                assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
                assert_eq!(unknown.headers()["access-control-allow-origin"], "*");
            }
            let answer = client
                .post(url("/"))
                .header("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
                .header("Authorization", "AWS4-HMAC-SHA256 whatever: unsigned operations do not look")
                .body(r#"{"ClientId": "c"}"#)
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
            let headers = answer.headers().clone();
            assert_eq!(headers["x-amzn-errortype"], "InvalidParameterException:");
            assert_eq!(headers["content-type"], "application/x-amz-json-1.1");
            assert_eq!(headers["access-control-allow-origin"], "*");
            assert_eq!(headers["x-amzn-requestid"].len(), 36);
            assert_eq!(headers.get_all("date").iter().count(), 1);
            assert!(
                answer
                    .text()
                    .await
                    .unwrap()
                    .contains("at 'username' failed to satisfy constraint: Member must not be null")
            );
        },
    )
    .await;
}

#[tokio::test]
async fn metrics_are_for_who_has_the_token() {
    const TOKEN: &str = "a-token-for-metrics";
    let status = async |address: SocketAddr, token: Option<&str>| {
        let request = client().get(format!("http://{address}/metrics"));
        let request = match token {
            Some(token) => request.bearer_auth(token),
            None => request,
        };
        let answer = request.send().await.unwrap();
        (answer.status(), answer.text().await.unwrap())
    };
    with_server(
        |_| {},
        async |address| assert_eq!(status(address, Some("")).await.0, StatusCode::NOT_FOUND, "nobody has one"),
    )
    .await;
    with_server(
        |config| config.server.metrics_token = Some(Secret::new(TOKEN)),
        async |address| {
            for wrong in [None, Some(""), Some("a-token-for-metric"), Some("a-token-for-metricz")] {
                assert_eq!(status(address, wrong).await.0, StatusCode::UNAUTHORIZED, "{wrong:?}");
            }
            let (good, text) = status(address, Some(TOKEN)).await;
            assert_eq!(good, StatusCode::OK);
            assert!(text.contains("# TYPE poolhouse_function_calls_total counter"), "{text}");
        },
    )
    .await;
}

#[tokio::test]
async fn preflights_and_sts_by_get() {
    with_server(
        |_| {},
        async |address| {
            let url = |path: &str| format!("http://{address}{path}");
            let preflight = client()
                .request(Method::OPTIONS, url("/"))
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "x-amz-target,content-type")
                .send()
                .await
                .unwrap();
            assert_eq!(preflight.status(), StatusCode::OK);
            assert_eq!(preflight.headers()["access-control-allow-origin"], "*");
            assert_eq!(preflight.headers()["access-control-allow-methods"], "POST");
            assert_eq!(preflight.headers()["access-control-allow-headers"], "x-amz-target,content-type");
            let sts = client().get(url("/?Action=GetCallerIdentity&Version=2011-06-15")).send().await.unwrap();
            assert_eq!(sts.status(), StatusCode::FORBIDDEN);
            assert_eq!(sts.headers()["content-type"], "text/xml");
            let sync = client().get(url("/identitypools/us-east-1%3Aa")).send().await.unwrap();
            assert_eq!(sync.status(), StatusCode::FORBIDDEN);
            assert_eq!(sync.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException:");
        },
    )
    .await;
}

#[tokio::test]
async fn bodies_are_bounded() {
    with_server(
        |config| config.server.max_body_bytes = 65_536,
        async |address| {
            let post = |size: usize| {
                client()
                    .post(format!("http://{address}/"))
                    .header("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp")
                    .body(vec![b' '; size])
                    .send()
            };
            assert_eq!(post(65_536).await.unwrap().status(), StatusCode::BAD_REQUEST, "an empty object lacks members");
            assert_eq!(post(65_537).await.unwrap().status(), StatusCode::PAYLOAD_TOO_LARGE);
        },
    )
    .await;
}

#[tokio::test]
async fn expectations_are_honoured() {
    with_server(|_| {}, async |address| {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.SignUp\r\nContent-Length: 2\r\n\
                    Expect: 100-continue\r\nConnection: close\r\n\r\n";
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 64];
        let read = stream.read(&mut answer).await.unwrap();
        assert!(answer[..read].starts_with(b"HTTP/1.1 100"), "{}", String::from_utf8_lossy(&answer[..read]));
        stream.write_all(b"{}").await.unwrap();
        let mut rest = String::new();
        stream.read_to_string(&mut rest).await.unwrap();
        assert!(rest.contains("400 Bad Request"), "{rest}");
    })
    .await;
}

/// A certificate for 127.0.0.1 that signs itself, and its key, PEM.
fn certificate() -> (Vec<u8>, Vec<u8>) {
    use openssl::asn1::Asn1Time;
    use openssl::x509::extension::SubjectAlternativeName;
    use openssl::x509::{X509, X509NameBuilder};
    use openssl::{ec, hash::MessageDigest, nid::Nid, pkey::PKey};
    let group = ec::EcGroup::from_curve_name(Nid::X9_62_PRIME256V1).unwrap();
    let key = PKey::from_ec_key(ec::EcKey::generate(&group).unwrap()).unwrap();
    let mut name = X509NameBuilder::new().unwrap();
    name.append_entry_by_text("CN", "poolhouse test").unwrap();
    let name = name.build();
    let mut builder = X509::builder().unwrap();
    builder.set_version(2).unwrap();
    builder.set_subject_name(&name).unwrap();
    builder.set_issuer_name(&name).unwrap();
    builder.set_pubkey(&key).unwrap();
    builder.set_not_before(&Asn1Time::days_from_now(0).unwrap()).unwrap();
    builder.set_not_after(&Asn1Time::days_from_now(1).unwrap()).unwrap();
    let alternative = SubjectAlternativeName::new().ip("127.0.0.1").build(&builder.x509v3_context(None, None)).unwrap();
    builder.append_extension(alternative).unwrap();
    builder.sign(&key, MessageDigest::sha256()).unwrap();
    (builder.build().to_pem().unwrap(), key.private_key_to_pem_pkcs8().unwrap())
}

#[tokio::test]
async fn tls() {
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = certificate();
    let (cert_path, key_path) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&cert_path, &cert).unwrap();
    std::fs::write(&key_path, &key).unwrap();
    let change = |config: &mut Config| {
        config.server.tls_cert = cert_path.clone();
        config.server.tls_key = key_path.clone();
    };
    with_server(change, async |address| {
        let trusting = Client::builder()
            .no_proxy()
            .tls_certs_only([reqwest::Certificate::from_pem(&cert).unwrap()])
            .build()
            .unwrap();
        let answer = trusting.get(format!("https://{address}/readyz")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert!(client().get(format!("http://{address}/readyz")).send().await.is_err());
    })
    .await;
}
