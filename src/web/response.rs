//! Responses.

use super::SetCookie;
use serde_json::Value;

/// A response of an endpoint or page.
#[derive(Debug, Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// What the log line says went wrong: an OAuth error code, or the name of a fault. Never what a user typed.
    pub fault: Option<String>,
}

impl Response {
    pub fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Vec::new(), fault: None }
    }

    /// A redirect that a browser follows with GET.
    pub fn redirect(location: impl Into<String>) -> Self {
        Self::new(302).with("Location", location).with("Cache-Control", "no-store")
    }

    /// A JSON document that must not be kept.
    pub fn json(status: u16, document: &Value) -> Self {
        let mut response = Self::new(status)
            .with("Content-Type", "application/json;charset=UTF-8")
            .with("Cache-Control", "no-store")
            .with("Pragma", "no-cache");
        response.body = document.to_string().into_bytes();
        response
    }

    /// A page.
    pub fn html(status: u16, html: String) -> Self {
        let mut response = Self::new(status).with("Content-Type", "text/html; charset=utf-8");
        response.body = html.into_bytes();
        response
    }

    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    #[must_use]
    pub fn with_cookie(self, cookie: &SetCookie) -> Self {
        let header = cookie.header();
        self.with("Set-Cookie", header)
    }

    #[must_use]
    pub fn failing(mut self, fault: impl Into<String>) -> Self {
        self.fault = Some(fault.into());
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}
