//! A small keep-alive client, so that the load itself costs little.

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

/// One call of a user pool operation. Development mode takes any signature.
pub fn call(connection: &mut Connection, operation: &str, body: &Value) -> Value {
    let body = body.to_string();
    let request = format!(
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.1\r\nContent-Length: {}\r\n\
         X-Amz-Target: AWSCognitoIdentityProviderService.{operation}\r\n\
         Authorization: AWS4-HMAC-SHA256 Credential=BENCH/20260101/us-east-1/cognito-idp/aws4_request, SignedHeaders=host;x-amz-date, Signature={}\r\nX-Amz-Date: 20260101T000000Z\r\n\r\n{body}",
        body.len(),
        "0".repeat(64)
    );
    connection.0.get_mut().write_all(request.as_bytes()).expect("the server reads");
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
