//! Where a request comes from: the peer, or what a trusted proxy says of it.

use crate::config::{Cidr, Config};
use actix_web::http::header::HeaderMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Where a request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Peer {
    /// The client's address.
    pub address: IpAddr,
    /// Whether the client's connection is TLS.
    pub secure: bool,
}

/// The client behind `peer`. Forwarded headers count only from trusted proxies; of `X-Forwarded-For` the right-most
/// address that is not itself a trusted proxy, since everything left of it is the client's own word.
pub(super) fn peer(peer: Option<IpAddr>, tls: bool, headers: &HeaderMap, trusted: &[Cidr]) -> Peer {
    let mut address = peer.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED)).to_canonical();
    let is_trusted = |address: IpAddr| trusted.iter().any(|range| range.contains(address));
    if !is_trusted(address) {
        return Peer { address, secure: tls };
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    for entry in forwarded.into_iter().rev() {
        let Some(entry) = parse(entry.trim()) else { break };
        address = entry;
        if !is_trusted(entry) {
            break;
        }
    }
    let proto = headers.get_all("x-forwarded-proto").next_back().and_then(|value| value.to_str().ok());
    let proto = proto.and_then(|value| value.rsplit(',').next()).map(str::trim);
    Peer { address, secure: proto.map_or(tls, |proto| proto.eq_ignore_ascii_case("https")) }
}

/// Whether the request comes through a proxy that the settings do not name, from an address that is not limited: then
/// no client is.
pub(super) fn is_unnamed_proxy(peer: Option<IpAddr>, headers: &HeaderMap, config: &Config) -> bool {
    let within = |ranges: &[Cidr]| peer.is_some_and(|peer| ranges.iter().any(|range| range.contains(peer)));
    headers.contains_key("x-forwarded-for")
        && within(&config.limits.address.exempt)
        && !within(&config.server.trusted_proxies)
}

/// An address, with or without a port.
fn parse(text: &str) -> Option<IpAddr> {
    let bare = text.trim_start_matches('[').trim_end_matches(']');
    bare.parse()
        .ok()
        .or_else(|| text.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use actix_web::http::header::{HeaderName, HeaderValue};

    fn found(from: &str, headers: &[(&'static str, &'static str)]) -> (String, bool) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        let trusted: Vec<Cidr> = ["10.0.0.0/8", "::1"].iter().map(|range| range.parse().unwrap()).collect();
        let peer = peer(from.parse().ok(), false, &map, &trusted);
        (peer.address.to_string(), peer.secure)
    }

    #[test]
    fn a_proxy_on_this_machine_that_no_setting_names_is_seen() {
        let mut headers = HeaderMap::new();
        let mut config = Config::default();
        let loopback = "127.0.0.1".parse().ok();
        assert!(!is_unnamed_proxy(loopback, &headers, &config));
        headers.append(HeaderName::from_static("x-forwarded-for"), HeaderValue::from_static("192.0.2.1"));
        assert!(is_unnamed_proxy(loopback, &headers, &config));
        assert!(!is_unnamed_proxy("198.51.100.7".parse().ok(), &headers, &config), "a client's own header");
        config.server.trusted_proxies = vec!["127.0.0.1".parse().unwrap()];
        assert!(!is_unnamed_proxy(loopback, &headers, &config));
    }

    #[test]
    fn forwarded_headers_count_only_from_trusted_proxies() {
        let forged = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-proto", "https")];
        assert_eq!(found("198.51.100.7", &forged), ("198.51.100.7".into(), false));
        assert_eq!(found("10.1.2.3", &forged), ("192.0.2.1".into(), true));
        assert_eq!(
            found("10.1.2.3", &[("x-forwarded-for", "6.6.6.6, 192.0.2.1, 10.9.9.9")]),
            ("192.0.2.1".into(), false)
        );
        assert_eq!(
            found("10.1.2.3", &[("x-forwarded-for", "6.6.6.6"), ("x-forwarded-for", "192.0.2.1:443")]),
            ("192.0.2.1".into(), false)
        );
        assert_eq!(found("::1", &[("x-forwarded-for", "[2001:db8::1]:1234")]), ("2001:db8::1".into(), false));
        assert_eq!(found("10.1.2.3", &[("x-forwarded-for", "nonsense")]), ("10.1.2.3".into(), false));
        assert_eq!(found("::ffff:10.1.2.3", &[]), ("10.1.2.3".into(), false));
    }
}
