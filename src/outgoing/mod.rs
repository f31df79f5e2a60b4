//! Owns what all outgoing HTTP calls have in common: public addresses, and a client without proxies. Hands off the
//! calls. Must not know who is called, or why.

mod address;

pub use address::is_public;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{SocketAddr, ToSocketAddrs as _};

/// A client builder that ignores proxy settings: a proxy would resolve names itself, and see the contents of plain
/// HTTP.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().user_agent("poolhouse")
}

/// The innermost cause of an error. The outer ones only say that a call failed.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// The error message of [`PublicOnly`].
pub const NOT_PUBLIC: &str = "its name leads to no public address";

/// A resolver that only returns public addresses. It runs when a connection is made, so a name cannot change to a
/// private address after a check.
pub struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let host = name.as_str().to_owned();
            let found = tokio::task::spawn_blocking(move || {
                (host.as_str(), 0).to_socket_addrs().map(Iterator::collect::<Vec<_>>)
            })
            .await??;
            let allowed: Vec<SocketAddr> = found.into_iter().filter(|address| is_public(address.ip())).collect();
            if allowed.is_empty() {
                return Err(NOT_PUBLIC.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[tokio::test]
    async fn a_name_that_leads_inside_is_not_called() {
        let resolved = PublicOnly.resolve("localhost".parse().unwrap()).await;
        assert_eq!(resolved.err().unwrap().to_string(), NOT_PUBLIC);
    }
}
