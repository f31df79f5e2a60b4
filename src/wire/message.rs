//! A request and a response as the protocols see them, free of any HTTP framework.

use crate::context::Context;
use crate::fault::Fault;

/// Header names and values as received, in order; names in lower case.
#[derive(Debug, Clone, Default)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    pub fn push(&mut self, name: impl AsRef<str>, value: impl Into<String>) {
        self.0.push((name.as_ref().to_ascii_lowercase(), value.into()));
    }

    /// The first value of a header; `name` in lower case.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// All of them, in the order in which they came.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// All values of a header; `name` in lower case.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method in upper case.
    pub method: String,
    /// The path as received, still encoded.
    pub path: String,
    /// The query as received, without `?`; empty for none.
    pub query: String,
    /// The headers; `host` is always among them, as received.
    pub headers: Headers,
    pub body: Vec<u8>,
    /// Whether it came over TLS.
    pub secure: bool,
}

#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    /// Headers; no `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// For the log: the API operation, `service:Name`.
    pub operation: Option<String>,
    /// For the log: the error's name.
    pub fault: Option<String>,
}

impl Response {
    /// A response of an API, with the headers that all of them carry.
    pub fn api(cx: &Context, status: u16, content_type: &str, body: Vec<u8>) -> Self {
        let mut headers = vec![
            ("x-amzn-RequestId", cx.request_id.clone()),
            ("Date", super::date::http(cx.now)),
            ("Access-Control-Allow-Origin", "*".to_owned()),
            ("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date".to_owned()),
        ];
        if !body.is_empty() {
            headers.push(("Content-Type", content_type.to_owned()));
        }
        Self { status, headers, body, operation: None, fault: None }
    }

    /// Adds the headers by which SDKs recognise an error.
    pub(super) fn with_error(mut self, code: &str, fault: &Fault) -> Self {
        self.headers.push(("x-amzn-ErrorType", format!("{code}:")));
        let message = header_text(fault.message());
        if !message.is_empty() {
            self.headers.push(("x-amzn-ErrorMessage", message));
        }
        self.fault = Some(code.to_owned());
        self
    }
}

/// Text as a header can carry it: printable ASCII, at most 1,024 characters.
pub(super) fn header_text(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').take(1024).collect()
}
