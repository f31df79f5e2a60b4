//! Requests of browsers and OAuth clients over one kept connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

pub struct Web {
    stream: BufReader<TcpStream>,
    host: String,
}

/// What came back.
pub struct Answer {
    pub status: u16,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Web {
    pub fn open(address: SocketAddr) -> Self {
        let stream = TcpStream::connect(address).expect("the server listens");
        stream.set_nodelay(true).expect("a socket option");
        Self { stream: BufReader::new(stream), host: format!("localhost:{}", address.port()) }
    }

    pub fn get(&mut self, target: &str, headers: &[(&str, &str)]) -> Answer {
        self.send("GET", target, headers, None)
    }

    pub fn post(&mut self, target: &str, headers: &[(&str, &str)], form: &[(&str, &str)]) -> Answer {
        let body = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect::<Vec<_>>().join("&");
        self.send("POST", target, headers, Some(body))
    }

    fn send(&mut self, method: &str, target: &str, headers: &[(&str, &str)], form: Option<String>) -> Answer {
        let mut text = format!("{method} {target} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in headers {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        if let Some(form) = &form {
            text.push_str(&format!(
                "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
                form.len()
            ));
        }
        text.push_str("\r\n");
        text.push_str(form.as_deref().unwrap_or_default());
        self.stream.get_mut().write_all(text.as_bytes()).expect("the server reads");
        self.read()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.stream.read_line(&mut line).expect("the server answers") > 0, "the server closed the connection");
        line.trim_end().to_owned()
    }

    fn read(&mut self) -> Answer {
        let status = self.line().split(' ').nth(1).expect("a status").parse().expect("a status");
        let mut headers: Vec<(String, String)> = Vec::new();
        loop {
            let line = self.line();
            let Some((name, value)) = line.split_once(':') else { break };
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        let found = |name: &str| headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str());
        let body = match (found("content-length"), found("transfer-encoding")) {
            (Some(length), _) => self.exactly(length.parse().expect("a length")),
            (None, Some(_)) => self.chunks(),
            (None, None) => String::new(),
        };
        Answer { status, headers, body }
    }

    fn exactly(&mut self, length: usize) -> String {
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).expect("the whole answer");
        String::from_utf8(bytes).expect("text")
    }

    fn chunks(&mut self) -> String {
        let mut body = String::new();
        loop {
            let length = usize::from_str_radix(&self.line(), 16).expect("a length");
            body.push_str(&self.exactly(length));
            self.line();
            if length == 0 {
                return body;
            }
        }
    }
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map_or_else(|| panic!("no {name}: {} {}", self.status, self.body), |(_, value)| value)
    }

    /// Cookies that were set, as a browser sends them back.
    pub fn cookies(&self) -> String {
        let set = self.headers.iter().filter(|(name, _)| name == "set-cookie");
        let pairs = set.map(|(_, value)| value.split(';').next().unwrap_or_default());
        pairs.filter(|pair| !pair.ends_with('=')).collect::<Vec<_>>().join("; ")
    }

    /// The path and query of `Location`.
    pub fn location(&self) -> &str {
        let location = self.header("location");
        let after = location.find("://").map_or(0, |at| at + 3);
        location[after..].find('/').map_or(location, |at| &location[after + at..])
    }

    /// What stands between two marks of the body.
    pub fn between(&self, before: &str, after: &str) -> &str {
        let rest = self.body.split_once(before).unwrap_or_else(|| panic!("no {before} in {}", self.body)).1;
        rest.split(after).next().unwrap_or_default()
    }

    pub fn member(&self, name: &str) -> String {
        let parsed: serde_json::Value = serde_json::from_str(&self.body).expect("JSON");
        parsed[name].as_str().unwrap_or_else(|| panic!("no {name}: {}", self.body)).to_owned()
    }

    pub fn code(&self) -> &str {
        let location = self.header("location");
        let rest = location.split_once("code=").unwrap_or_else(|| panic!("no code: {location}")).1;
        rest.split('&').next().unwrap_or_default()
    }
}

fn encoded(text: &str) -> String {
    poolhouse::model::percent::encode(text.as_bytes(), None)
}
