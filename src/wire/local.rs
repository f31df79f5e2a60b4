//! Whether a request comes from a program or page of this machine. A page of any web site can call a server on
//! loopback, also under a name of its own that resolves to 127.0.0.1 (DNS rebinding): `Origin` and `Host` show it.

use super::message::Request;
use std::net::{IpAddr, SocketAddr};

/// Whether host and, if a page calls, its origin are this machine's.
pub(super) fn is_own(request: &Request) -> bool {
    let host = request.headers.get("host").is_some_and(is_local_host);
    let origin = request
        .headers
        .get("origin")
        .is_none_or(|origin| origin.split_once("://").is_some_and(|(_, host)| is_local_host(host)));
    host && origin
}

/// Whether a `Host` is a loopback address or `localhost`, with or without a port.
pub fn is_local_host(host: &str) -> bool {
    if let Ok(address) = host.parse::<SocketAddr>() {
        return address.ip().is_loopback();
    }
    if let Ok(address) = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>() {
        return address.is_loopback();
    }
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    name.eq_ignore_ascii_case("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

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
