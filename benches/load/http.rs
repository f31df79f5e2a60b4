//! A small keep-alive client, so that the load itself costs little.

use poolhouse::clock::Clock;
use poolhouse::secret::Secret;
use poolhouse::wire::{Headers, Request, sigv4};
use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

/// A connection to the server.
pub struct Connection(BufReader<TcpStream>);

impl Connection {
    /// Connects.
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Self(BufReader::new(stream))
    }
}

pub use crate::server::server_process::ROOT_KEY as KEY;

/// One call of a user pool operation, signed.
pub fn call(connection: &mut Connection, operation: &str, body: &Value) -> Value {
    let mut headers = Headers::default();
    for (name, value) in [("host", "localhost"), ("content-type", "application/x-amz-json-1.1")] {
        headers.push(name, value);
    }
    headers.push("x-amz-target", format!("AWSCognitoIdentityProviderService.{operation}"));
    let body = body.to_string().into_bytes();
    let mut request = Request { method: "POST".into(), path: "/".into(), headers, body, ..Default::default() };
    let signer = sigv4::Signer {
        key: KEY.0.into(),
        secret: Secret::new(KEY.1),
        token: None,
        region: "us-east-1".into(),
        service: "cognito-idp".into(),
    };
    sigv4::sign(&mut request, &signer, Clock::System.now());
    let lines: String = request
        .headers
        .names()
        .map(|name| format!("{name}: {}\r\n", request.headers.get(name).expect("its value")))
        .collect();
    let mut request_bytes =
        format!("POST / HTTP/1.1\r\ncontent-length: {}\r\n{lines}\r\n", request.body.len()).into_bytes();
    request_bytes.extend_from_slice(&request.body);
    connection.0.get_mut().write_all(&request_bytes).expect("the server reads");
    let mut length = 0;
    loop {
        let mut line = String::new();
        assert!(connection.0.read_line(&mut line).expect("the server answers") > 0, "the server closed the connection");
        if line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().expect("a length");
        }
    }
    let mut bytes = vec![0; length];
    connection.0.read_exact(&mut bytes).expect("the whole answer");
    serde_json::from_slice(&bytes).unwrap_or(Value::Null)
}
