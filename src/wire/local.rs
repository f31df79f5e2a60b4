//! Whether a request comes from a program or page of this machine. A page of any web site can call a server on
//! loopback, also under a name of its own that resolves to 127.0.0.1 (DNS rebinding): `Origin` and `Host` show it.

use super::message::Request;
use crate::config::Config;
use std::net::{IpAddr, SocketAddr};

/// Whether host and, if a page calls, its origin are this machine's: loopback, or a name that the settings give the
/// server (`server.public_url`, `identity.issuer_base`).
pub(super) fn is_own(request: &Request, config: &Config) -> bool {
    let is_own = |host: &str| is_local_host(host) || is_named(host, config);
    let host = request.headers.get("host").is_some_and(is_own);
    let origin = request.headers.get("origin");
    host && origin.is_none_or(|origin| origin.split_once("://").is_some_and(|(_, host)| is_own(host)))
}

fn is_named(host: &str, config: &Config) -> bool {
    let name = name_of(host).to_ascii_lowercase();
    // The issuer may name the pool's region, so each label of the host is tried as one.
    let issuers = name.split('.').map(|label| config.identity.issuer_base_in(label));
    let mut urls = std::iter::once(config.server.public_url.clone()).chain(issuers);
    !name.is_empty() && urls.any(|url| host_of_url(&url).is_some_and(|host| host == name))
}

/// The host of `http(s)://host[:port][/path]`, in lower case.
fn host_of_url(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    Some(name_of(rest.split('/').next()?).to_ascii_lowercase())
}

/// A host without its port.
fn name_of(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Whether a `Host` is a loopback address or `localhost`, with or without a port.
pub fn is_local_host(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return address.is_loopback();
    }
    name_of(host).eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_servers_own_names_count_and_origins_are_checked() {
        let mut config = Config::default();
        config.server.public_url = "https://id.example.org:8443/path".into();
        config.identity.issuer_base = "https://cognito-idp.{region}.amazonaws.com".into();
        let own = |host: &str, origin: Option<&str>| {
            let mut request = Request::default();
            request.headers.push("host", host);
            if let Some(origin) = origin {
                request.headers.push("origin", origin);
            }
            is_own(&request, &config)
        };
        for host in ["localhost:9229", "id.example.org", "ID.example.org:8443", "cognito-idp.eu-west-1.amazonaws.com"] {
            assert!(own(host, None) && own(host, Some("http://localhost:5173")), "{host}");
            assert!(!own(host, Some("https://evil.example")) && !own(host, Some("null")), "{host}");
        }
        for host in ["evil.example", "cognito-idp.eu-west-1.amazonaws.com.evil.example", "amazonaws.com", ""] {
            assert!(!own(host, None), "{host}");
        }
    }

    #[test]
    fn only_this_machine_is_local() {
        for host in ["localhost", "LOCALHOST:9229", "127.0.0.1", "127.0.0.1:9229", "[::1]", "[::1]:9229"] {
            assert!(is_local_host(host), "{host}");
        }
        for host in [
            "",
            "evil.example",
            "localhost.evil.example:80",
            "evil.example:9229",
            "127.0.0.1.nip.io",
            "192.0.2.1:80",
            "localhost:x",
        ] {
            assert!(!is_local_host(host), "{host}");
        }
    }
}
