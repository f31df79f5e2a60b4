//! A web server with TLS on loopback that serves the metadata documents of clients, well and badly.

use openssl::pkey::PKey;
use openssl::ssl::{SslAcceptor, SslMethod};
use openssl::x509::X509;
use poolhouse::clock::Clock;
use poolhouse::keys::local_authority;
use std::collections::HashMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};

#[derive(Default)]
struct State {
    /// What paths answer: a whole response.
    replies: HashMap<String, Vec<u8>>,
    /// Requests so far, by path.
    asked: Vec<String>,
    /// Whether answers wait.
    held: bool,
}

pub struct DocumentServer {
    pub port: u16,
    state: Arc<(Mutex<State>, Condvar)>,
    dir: tempfile::TempDir,
}

impl DocumentServer {
    pub fn start() -> Self {
        let made = local_authority::issue(&["localhost".to_owned()], Clock::System.now()).unwrap();
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("ca.pem"), &made.authority).unwrap();
        let mut acceptor = SslAcceptor::mozilla_intermediate_v5(SslMethod::tls_server()).unwrap();
        acceptor.set_private_key(&PKey::private_key_from_pem(&made.key).unwrap()).unwrap();
        acceptor.set_certificate(&X509::from_pem(&made.certificate).unwrap()).unwrap();
        let acceptor = acceptor.build();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let state: Arc<(Mutex<State>, Condvar)> = Arc::default();
        let shared = state.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let (acceptor, state) = (acceptor.clone(), shared.clone());
                std::thread::spawn(move || {
                    // A client that does not like the certificate, or goes away, ends only its own connection.
                    if let Ok(stream) = acceptor.accept(stream.unwrap()) {
                        answer(stream, &state);
                    }
                });
            }
        });
        Self { port, state, dir }
    }

    /// The authority to trust (`federation.ca_file`).
    pub fn ca_file(&self) -> PathBuf {
        self.dir.path().join("ca.pem")
    }

    pub fn url(&self, path: &str) -> String {
        format!("https://localhost:{}{path}", self.port)
    }

    /// Answers a path with 200 and this JSON.
    pub fn serve(&self, path: &str, body: &serde_json::Value) -> String {
        self.serve_as(path, "200 OK\r\nContent-Type: application/json", body.to_string().as_bytes())
    }

    /// Answers a path with this status line (without the version), these headers and this body.
    pub fn serve_as(&self, path: &str, head: &str, body: &[u8]) -> String {
        let head = format!("HTTP/1.1 {head}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
        self.serve_bytes(path, [head.as_bytes(), body].concat())
    }

    /// Answers a path with these bytes. They may lack their end: the connection then stays open.
    pub fn serve_bytes(&self, path: &str, bytes: Vec<u8>) -> String {
        self.state.0.lock().unwrap().replies.insert(path.to_owned(), bytes);
        self.url(path)
    }

    /// How often a path was asked for.
    pub fn asked(&self, path: &str) -> usize {
        self.state.0.lock().unwrap().asked.iter().filter(|asked| *asked == path).count()
    }

    /// How many requests came in all.
    pub fn requests(&self) -> usize {
        self.state.0.lock().unwrap().asked.len()
    }

    /// Lets answers wait until [`DocumentServer::release`].
    pub fn hold(&self) {
        self.state.0.lock().unwrap().held = true;
    }

    pub fn release(&self) {
        self.state.0.lock().unwrap().held = false;
        self.state.1.notify_all();
    }
}

fn answer(mut stream: impl Read + Write, (state, changed): &(Mutex<State>, Condvar)) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(count) if count > 0 => request.extend_from_slice(&buffer[..count]),
            _ => return,
        }
    }
    let path = String::from_utf8_lossy(&request).split(' ').nth(1).unwrap_or_default().to_owned();
    let reply = {
        let mut state = state.lock().unwrap();
        state.asked.push(path.clone());
        let state = changed.wait_while(state, |state| state.held).unwrap();
        state.replies.get(&path).cloned()
    };
    let reply = reply.unwrap_or_else(|| b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec());
    let _ = stream.write_all(&reply);
    // Until the other side has enough.
    while matches!(stream.read(&mut buffer), Ok(count) if count > 0) {}
}
