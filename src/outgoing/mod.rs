//! Owns what all calls to other servers have in common: which addresses are public, and a client that leaks nothing to
//! proxies. Hands off the calls. Must not know who is called, or why.

mod address;

pub use address::is_public;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::net::{SocketAddr, ToSocketAddrs as _};

/// The beginning of a client. A proxy would resolve names by itself, and see what this server must not.
pub fn client() -> reqwest::ClientBuilder {
    reqwest::Client::builder().no_proxy().user_agent("poolhouse")
}

/// The innermost cause of an error: the outer ones only say that a call failed.
pub fn cause(error: &dyn std::error::Error) -> String {
    let mut innermost = error;
    while let Some(inner) = innermost.source() {
        innermost = inner;
    }
    innermost.to_string()
}

/// What the errors of [`PublicOnly`] say.
pub const NOT_PUBLIC: &str = "its name leads to no public address";

/// Resolves names to public addresses alone. It is asked when a connection is made, so that a name cannot change sides
/// in between.
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
