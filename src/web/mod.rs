//! Owns what browsers and OAuth clients send and are sent, without an HTTP framework: parameters, cookies, responses,
//! templates.
//! Hands off nothing. Must not know endpoints, pages or rules.

mod cookie;
mod parameters;
mod response;
mod templates;

pub use cookie::{SameSite, SetCookie};
pub use parameters::Parameters;
pub use response::Response;
pub use templates::{Asset, TemplateError, Templates};

/// What a request asks to be done; `HEAD` counts as `Get`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Other,
}

/// A request to an endpoint or page of a pool. Its size was bounded where it was read.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: Method,
    /// The path below the pool's base, with its leading slash: `/oauth2/token`.
    pub path: String,
    /// The query as it was sent, without the question mark.
    pub raw_query: String,
    /// The query's parameters.
    pub query: Parameters,
    /// The parameters of a form body (`application/x-www-form-urlencoded`); empty for any other body.
    pub form: Parameters,
    /// The body of a `POST` that is no form, e.g. JSON.
    pub body: Vec<u8>,
    /// Header values by lower-case name, in their order.
    pub headers: Vec<(String, String)>,
    /// Where the pool's pages are, without closing slash: scheme, host, port and, for a pool that is named by the path,
    /// its id. The host was found to be the pool's own, or is that of `server.public_url`.
    pub base_url: String,
    /// Whether the client's connection is TLS.
    pub secure: bool,
}

impl Request {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(other, _)| other == name).map(|(_, value)| value.as_str())
    }

    /// The value of a cookie (RFC 6265); of several with the name, the first, which is the most particular one.
    pub fn cookie(&self, name: &str) -> Option<&str> {
        let headers = self.headers.iter().filter(|(header, _)| header == "cookie");
        headers.flat_map(|(_, value)| value.split(';')).find_map(|pair| {
            let (other, value) = pair.split_once('=')?;
            (other.trim() == name).then(|| value.trim())
        })
    }

    /// A parameter of the form or, where it has none of the name, of the query.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.form.get(name).or_else(|| self.query.get(name))
    }

    /// Where cookies of this pool belong: the path of [`Request::base_url`], with a closing slash.
    pub fn cookie_path(&self) -> String {
        let after_scheme = self.base_url.split_once("://").map_or(self.base_url.as_str(), |(_, rest)| rest);
        let path = after_scheme.split_once('/').map_or("", |(_, path)| path);
        if path.is_empty() { "/".to_owned() } else { format!("/{path}/") }
    }

    /// Whether the browser says that another site's page sent the request. Programs that are no browsers say nothing.
    pub fn is_cross_origin(&self) -> bool {
        let origin = self.base_url.split_once("://").map_or("", |(scheme, rest)| {
            let host = rest.split('/').next().unwrap_or_default();
            self.base_url.get(..scheme.len() + 3 + host.len()).unwrap_or_default()
        });
        let foreign = |sent: &str| !sent.eq_ignore_ascii_case(origin);
        // Privacy settings turn an origin into "null" for requests within a site too; the fetch metadata decide then.
        let fetched = self.header("sec-fetch-site").is_some_and(|site| site == "cross-site" || site == "same-site");
        match self.header("origin") {
            Some("null") | None => fetched,
            Some(sent) => foreign(sent),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub fn request(base_url: &str, headers: &[(&str, &str)]) -> Request {
        Request {
            method: Method::Get,
            path: "/login".into(),
            raw_query: String::new(),
            query: Parameters::default(),
            form: Parameters::default(),
            body: Vec::new(),
            headers: headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
            base_url: base_url.into(),
            secure: false,
        }
    }

    #[test]
    fn cookies_are_found_by_their_whole_name() {
        let request = request("http://a.test", &[("cookie", "ab=1; b=2;c = 3"), ("cookie", "d=4=5")]);
        assert_eq!(request.cookie("b"), Some("2"));
        assert_eq!(request.cookie("c"), Some("3"));
        assert_eq!(request.cookie("d"), Some("4=5"));
        assert_eq!(request.cookie("a"), None);
    }

    #[test]
    fn cookies_belong_to_the_pool() {
        assert_eq!(request("http://a.test:9229", &[]).cookie_path(), "/");
        assert_eq!(request("http://a.test/eu-west-1_abc", &[]).cookie_path(), "/eu-west-1_abc/");
    }

    #[test]
    fn other_sites_are_told_by_origin_or_fetch_metadata() {
        let foreign = |headers: &[(&str, &str)]| request("https://a.test:8443/pool", headers).is_cross_origin();
        assert!(!foreign(&[]));
        assert!(!foreign(&[("origin", "https://a.test:8443")]));
        assert!(!foreign(&[("origin", "null"), ("sec-fetch-site", "same-origin")]));
        for origin in ["https://a.test", "http://a.test:8443", "https://evil.test:8443", "https://a.test:8443.evil"] {
            assert!(foreign(&[("origin", origin)]), "{origin}");
        }
        assert!(foreign(&[("sec-fetch-site", "cross-site")]));
        assert!(foreign(&[("origin", "null"), ("sec-fetch-site", "same-site")]));
    }
}
