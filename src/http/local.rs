//! Whether a request was meant for this machine. A page of some web site can have its own name point at 127.0.0.1 (DNS rebinding) and
//! then speak to loopback servers as its own origin; the `Host` header gives it away.

use actix_web::HttpRequest;
use actix_web::http::header::HOST;
use std::net::{IpAddr, SocketAddr};

/// Whether the request names a loopback address or `localhost` as its host.
pub(super) fn is_local(request: &HttpRequest) -> bool {
    request.headers().get(HOST).and_then(|host| host.to_str().ok()).is_some_and(is_local_host)
}

fn is_local_host(host: &str) -> bool {
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
        for host in
            ["", "evil.example", "localhost.evil.example:80", "evil.example:9229", "127.0.0.1.nip.io", "192.0.2.1:80", "localhost:x"]
        {
            assert!(!is_local_host(host), "{host}");
        }
    }
}
