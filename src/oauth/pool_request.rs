//! A request to an endpoint or page of a pool, with the pool and the look of its pages.

use crate::context::Context;
use crate::model::Pool;
use crate::web::{Request, Response, SameSite, SetCookie};
use std::time::Duration;

/// The cookie of a browser's session.
const SESSION: &str = "cognito";

/// A request, where it came in.
#[derive(Clone, Copy)]
pub struct PoolRequest<'a> {
    pub cx: &'a Context,
    pub pool: &'a Pool,
    pub request: &'a Request,
    /// Whether the domain has managed login (version 2) and not the classic pages (version 1).
    pub managed: bool,
}

impl PoolRequest<'_> {
    /// The URL of one of the pool's pages; `path` begins with a slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}{path}", self.request.base_url)
    }

    /// The URL of a page with the query that this request came with.
    pub fn url_with_query(&self, path: &str) -> String {
        match self.request.raw_query.as_str() {
            "" => self.url(path),
            query => format!("{}?{query}", self.url(path)),
        }
    }

    /// The name of a cookie: with TLS and a host of the pool's own it says that no other host has set it (RFC 6265bis
    /// section 4.1.3).
    pub fn cookie_name(&self, name: &str) -> String {
        let whole_host = self.request.secure && self.request.cookie_path() == "/";
        if whole_host { format!("__Host-{name}") } else { name.to_owned() }
    }

    /// A cookie of the pool's pages.
    pub fn cookie(&self, name: String, value: String, max_age: Option<Duration>) -> SetCookie {
        SetCookie {
            name,
            value,
            path: self.request.cookie_path(),
            max_age,
            secure: self.request.secure,
            same_site: SameSite::Lax,
        }
    }

    /// The browser's session cookie, if it sent one.
    pub fn session_cookie(&self) -> Option<&str> {
        self.request.cookie(&self.cookie_name(SESSION))
    }

    /// The response with the browser's session.
    pub fn with_session(&self, response: Response, sealed: String, max_age: Duration) -> Response {
        response.with_cookie(&self.cookie(self.cookie_name(SESSION), sealed, Some(max_age)))
    }

    /// The response without the browser's session.
    pub fn without_session(&self, response: Response) -> Response {
        response.with_cookie(&self.cookie(self.cookie_name(SESSION), String::new(), Some(Duration::ZERO)))
    }
}
