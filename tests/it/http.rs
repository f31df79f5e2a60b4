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
async fn with_server(change: impl Fn(&mut Config), guest: impl AsyncFnOnce(SocketAddr)) {
    let mut config = Config::default();
    config.server.listen = SocketAddr::from(([127, 0, 0, 1], 0));
    change(&mut config);
    let listeners = http::bind(&config.server).unwrap();
    let address = listeners.main_address().unwrap();
    let app = TestApp::with(Clock::System, |config| {
        config.server.listen = address;
        config.server.workers = 1;
        change(config);
    })
    .await
    .unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let (ready, is_ready) = tokio::sync::oneshot::channel();
    let server = http::serve(app.services.clone(), listeners, move |address| ready.send(address).unwrap(), async {
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

/// The head of a signed-looking request whose body is announced and not sent whole.
async fn unfinished(address: SocketAddr, operation: &str, sent: usize) -> tokio::net::TcpStream {
    let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nX-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n\
         Authorization: AWS4-HMAC-SHA256 x\r\nContent-Length: 900000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    // The server may refuse it before all of it is sent.
    let _ = stream.write_all(&vec![b' '; sent]).await;
    stream
}

/// The status line of an answer, or nothing where the connection ends without one.
async fn status_line(stream: &mut tokio::net::TcpStream) -> String {
    let mut answer = [0; 64];
    let read = tokio::time::timeout(std::time::Duration::from_secs(10), stream.read(&mut answer)).await.unwrap();
    let text = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned();
    text.lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn bodies_have_the_size_that_their_operation_needs() {
    with_server(
        |_| {},
        async |address| {
            let post = async |operation: &str, signature: Option<&str>, size: usize| {
                let request = client()
                    .post(format!("http://{address}/"))
                    .header("X-Amz-Target", format!("AWSCognitoIdentityProviderService.{operation}"));
                let request = signature.into_iter().fold(request, |request, it| request.header("Authorization", it));
                request.body(vec![b' '; size]).send().await.unwrap().status()
            };
            let signature = Some("AWS4-HMAC-SHA256 x");
            assert_eq!(post("SignUp", None, 256 * 1024).await, StatusCode::BAD_REQUEST);
            assert_eq!(post("SignUp", None, 256 * 1024 + 1).await, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(post("AdminCreateUser", None, 300_000).await, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(post("AdminCreateUser", signature, 300_000).await, StatusCode::BAD_REQUEST);
            assert_eq!(post("AdminCreateUser", signature, 1_100_000).await, StatusCode::PAYLOAD_TOO_LARGE);
            assert_eq!(post("UpdateManagedLoginBranding", signature, 3_000_000).await, StatusCode::BAD_REQUEST);
            let form = client().post(format!("http://{address}/")).body(vec![b'&'; 100_000]).send().await.unwrap();
            assert_eq!(form.status(), StatusCode::PAYLOAD_TOO_LARGE);
            // Only a form is read as one.
            let form = "Action=GetCallerIdentity&Version=2011-06-15";
            let post =
                |kind: &str| client().post(format!("http://{address}/")).header("Content-Type", kind).body(form).send();
            assert_eq!(post("text/plain").await.unwrap().status(), StatusCode::BAD_REQUEST);
            let kind = "application/x-www-form-urlencoded; charset=utf-8";
            assert_eq!(post(kind).await.unwrap().status(), StatusCode::FORBIDDEN);
        },
    )
    .await;
}

#[tokio::test]
async fn bodies_under_way_are_bounded_together_and_by_address() {
    for (exempt, sent) in [(true, 700_000), (false, 200_000)] {
        let change = |config: &mut Config| {
            config.server.max_bodies_mb = 1;
            if !exempt {
                config.limits.address.exempt.clear();
            }
        };
        with_server(change, async |address| {
            let first = unfinished(address, "AdminCreateUser", sent).await;
            // The server has to have read the first one; a second round trip says that it had the time.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let mut second = unfinished(address, "AdminCreateUser", sent).await;
            assert_eq!(status_line(&mut second).await, "HTTP/1.1 503 Service Unavailable", "exempt: {exempt}");
            drop(first);
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let body = vec![b' '; 200_000];
            let request = client().post(format!("http://{address}/"));
            let request = request.header("X-Amz-Target", "AWSCognitoIdentityProviderService.SignUp").body(body);
            assert_eq!(request.send().await.unwrap().status(), StatusCode::BAD_REQUEST, "what was taken came back");
        })
        .await;
    }
}

#[tokio::test]
async fn an_address_has_its_part_of_the_connections() {
    let change = |config: &mut Config| {
        config.limits.address.exempt.clear();
        config.server.max_connections_per_address = 3;
    };
    with_server(change, async |address| {
        let mut held = Vec::new();
        for _ in 0..3 {
            held.push(tokio::net::TcpStream::connect(address).await.unwrap());
        }
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let mut one_more = tokio::net::TcpStream::connect(address).await.unwrap();
        let _ = one_more.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await;
        assert_eq!(status_line(&mut one_more).await, "", "the fourth is closed");
        held.clear();
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        assert_eq!(client().get(format!("http://{address}/healthz")).send().await.unwrap().status(), StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn connections_end_with_their_answer_when_few_are_left() {
    with_server(
        |config| config.server.max_connections = 16,
        async |address| {
            let ask = async || {
                let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
                stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await.unwrap();
                let mut answer = Vec::new();
                while !answer.ends_with(b"ok\n") {
                    assert_ne!(stream.read_buf(&mut answer).await.unwrap(), 0);
                }
                (stream, String::from_utf8(answer).unwrap().to_ascii_lowercase().contains("connection: close"))
            };
            let mut open = Vec::new();
            for _ in 0..12 {
                let (stream, closes) = ask().await;
                assert!(!closes, "{} connections are open", open.len());
                open.push(stream);
            }
            // These two say nothing, and are counted all the same.
            for _ in 0..2 {
                open.push(tokio::net::TcpStream::connect(address).await.unwrap());
            }
            for _ in 0..3 {
                let (mut stream, closes) = ask().await;
                assert!(closes);
                assert_eq!(stream.read(&mut [0]).await.unwrap(), 0, "and it is closed");
            }
            drop(open);
        },
    )
    .await;
}

#[tokio::test]
async fn head_is_answered_wherever_get_is() {
    with_server(
        |_| {},
        async |address| {
            for path in ["/", "/healthz", "/readyz", "/confirmUser", "/us-east-1_x/.well-known/jwks.json", "/nowhere"] {
                let url = format!("http://{address}{path}");
                let (get, head) = (client().get(&url).send().await.unwrap(), client().head(&url).send().await.unwrap());
                assert_eq!(head.status(), get.status(), "{path}");
                assert_eq!(head.headers().get("content-type"), get.headers().get("content-type"), "{path}");
                assert!(head.bytes().await.unwrap().is_empty(), "{path}");
            }
        },
    )
    .await;
}

#[tokio::test]
async fn several_listeners_each_plain_or_with_tls() {
    let dir = tempfile::tempdir().unwrap();
    let (cert, key) = certificate();
    let (tls_cert, tls_key) = (dir.path().join("cert.pem"), dir.path().join("key.pem"));
    std::fs::write(&tls_cert, &cert).unwrap();
    std::fs::write(&tls_key, &key).unwrap();
    let any = SocketAddr::from(([127, 0, 0, 1], 0));
    let further = poolhouse::config::server::ListenerConfig { listen: any, tls_cert, tls_key, tls: false };
    let config = ServerConfig { listen: any, listeners: vec![further], ..ServerConfig::default() };
    let listeners = http::bind(&config).unwrap();
    let [plain, tls] = listeners.addresses()[..] else { panic!("two listeners") };
    let app = TestApp::with(Clock::System, |config| config.server.workers = 1).await.unwrap();
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let server = http::serve(app.services.clone(), listeners, |_| {}, async {
        let _ = stopped.await;
    });
    let guest = async {
        let trusting = Client::builder()
            .no_proxy()
            .tls_certs_only([reqwest::Certificate::from_pem(&cert).unwrap()])
            .build()
            .unwrap();
        let answer = trusting.get(format!("https://{tls}/readyz")).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        assert_eq!(client().get(format!("http://{plain}/readyz")).send().await.unwrap().status(), StatusCode::OK);
        stop.send(()).unwrap();
    };
    futures::future::join(server, guest).await.0.unwrap();
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
