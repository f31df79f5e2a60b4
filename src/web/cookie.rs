//! `Set-Cookie` (RFC 6265bis).

use std::time::Duration;

/// Whether a cookie goes along with requests that other sites begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SameSite {
    /// With navigations.
    Lax,
    /// Never.
    Strict,
    /// Always; needs TLS.
    None,
}

/// A cookie to set. All are `HttpOnly` and of this host alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetCookie {
    pub name: String,
    /// Of the characters that cookies allow.
    pub value: String,
    pub path: String,
    /// `None` until the browser ends; zero deletes the cookie.
    pub max_age: Option<Duration>,
    pub secure: bool,
    pub same_site: SameSite,
}

impl SetCookie {
    /// The header's value.
    pub fn header(&self) -> String {
        let mut text = format!("{}={}; Path={}; HttpOnly", self.name, self.value, self.path);
        if let Some(age) = self.max_age {
            text.push_str(&format!("; Max-Age={}", age.as_secs()));
        }
        if self.secure {
            text.push_str("; Secure");
        }
        text.push_str(match self.same_site {
            SameSite::Lax => "; SameSite=Lax",
            SameSite::Strict => "; SameSite=Strict",
            SameSite::None => "; SameSite=None",
        });
        text
    }
}
