//! Where a pool's own pages and endpoints are: from a request's host and path to the pool, and back.
//!
//! | address | pool |
//! |---|---|
//! | `https://auth.example.com/...` | the one with that custom domain |
//! | `https://<prefix>.<identity.domain_base>/...` | the one with that prefix domain |
//! | `http://<prefix>.auth.localhost:<port>/...`, in development mode | the same; browsers lead such names here |
//! | `<server.public_url>/<poolId>/...` | that one, with or without a domain |

use super::domains::target;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::Pool;
use crate::store::domains as store;
use std::sync::Arc;

/// The base of prefix domains in development mode.
const DEVELOPMENT_BASE: &str = "auth.localhost";
/// The longest host name (RFC 1035).
const MAX_HOST: usize = 253;
/// The longest pool id.
const MAX_POOL_ID: usize = 55;

/// A request's address, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PoolAddress {
    /// Of a pool that a domain names, or of one that the path names and that may not exist.
    pub pool_id: String,
    /// The path below the pool's base, with its leading slash.
    pub path: String,
    /// Whether the host named the pool, and not the path.
    pub by_host: bool,
}

/// The pool that `host` (a `Host` header) or else the first segment of `path` names; `None` if neither does.
pub async fn resolve(cx: &Context, host: &str, path: &str) -> Result<Option<PoolAddress>, Fault> {
    if let Some(pool_id) = pool_of_host(cx, host).await? {
        return Ok(Some(PoolAddress { pool_id, path: path.to_owned(), by_host: true }));
    }
    let (first, rest) = path.trim_start_matches('/').split_once('/').unwrap_or((path.trim_start_matches('/'), ""));
    let is_id = first.len() <= MAX_POOL_ID && first.contains('_') && !first.starts_with('_');
    Ok(is_id.then(|| PoolAddress { pool_id: first.to_owned(), path: format!("/{rest}"), by_host: false }))
}

/// The pool of an address; `None` if there is none (the path may name anything).
pub async fn pool(cx: &Context, address: &PoolAddress) -> Result<Option<Arc<Pool>>, Fault> {
    Ok(crate::store::pools::pool(&cx.services.store, &address.pool_id).await?)
}

/// The URL under which the pool's pages and endpoints are, without closing slash.
pub fn base_url(cx: &Context, pool: &Pool) -> String {
    let public_url = cx.services.config.server.public_url.trim_end_matches('/');
    match domain_host(cx, pool) {
        Some(host) => on_host(public_url, &host),
        None => format!("{public_url}/{}", pool.id),
    }
}

/// The name in a `Host` header: in lower case, without port and closing dot. Empty for what cannot be one.
pub fn name_of(host: &str) -> String {
    let host = host.rsplit_once(':').filter(|(_, port)| is_port(port)).map_or(host, |(host, _)| host);
    let host = host.trim_end_matches('.');
    if host.len() > MAX_HOST { String::new() } else { host.to_ascii_lowercase() }
}

/// Whether a name ([`name_of`]) has the form of a pool's: a custom domain, or one label under `identity.domain_base`.
pub fn is_pool_name(cx: &Context, name: &str) -> bool {
    let base = cx.services.config.identity.domain_base.as_str();
    let prefix = Some(base).filter(|base| !base.is_empty()).and_then(|base| name.strip_suffix(base)?.strip_suffix('.'));
    prefix.is_some_and(|prefix| !prefix.contains('.')) || cx.services.certificates.custom_floor(name).is_some()
}

/// Whether a name ([`name_of`]) is the host of `server.public_url` or the domain of a pool.
pub async fn is_servers_name(cx: &Context, name: &str) -> Result<bool, Fault> {
    let own = cx.services.config.server.public_host();
    Ok(own.is_some_and(|own| own == name) || pool_of_host(cx, name).await?.is_some())
}

/// The URL of a name with the scheme and port of `server.public_url`, without closing slash.
pub fn url_on(cx: &Context, name: &str) -> String {
    on_host(&cx.services.config.server.public_url, name)
}

/// The host to which a pool's passkeys belong: of its domain, or this server's where prefix domains have none.
/// `None` for a pool without a domain.
pub fn relying_party_host(cx: &Context, pool: &Pool) -> Option<String> {
    domain_host(cx, pool).or_else(|| pool.domain.as_ref().and_then(|_| target(cx)))
}

/// The host of the pool's custom domain, or else of its prefix domain.
fn domain_host(cx: &Context, pool: &Pool) -> Option<String> {
    let config = &cx.services.config;
    let base = match config.identity.domain_base.as_str() {
        "" if config.server.dev => DEVELOPMENT_BASE,
        base => base,
    };
    let prefixed = pool.domain.as_ref().filter(|_| !base.is_empty()).map(|prefix| format!("{prefix}.{base}"));
    pool.custom_domain.clone().or(prefixed)
}

/// Whether the pages of a pool are managed login (version 2): what the domain says that a request came to, or else the
/// pool's first domain.
pub async fn has_managed_login(cx: &Context, pool: &Pool, host: &str) -> Result<bool, Fault> {
    let domains = super::domains::of_pool(&cx.services.store, pool).await?;
    let host = name_of(host);
    let named = domains.iter().find(|domain| domain.name == host || host.starts_with(&format!("{}.", domain.name)));
    Ok(named.or(domains.first()).is_some_and(|domain| domain.managed_login_version == 2))
}

async fn pool_of_host(cx: &Context, host: &str) -> Result<Option<String>, Fault> {
    let host = name_of(host);
    if host.is_empty() {
        return Ok(None);
    }
    let config = &cx.services.config;
    let bases = [
        Some(config.identity.domain_base.as_str()).filter(|base| !base.is_empty()),
        Some(DEVELOPMENT_BASE).filter(|_| config.server.dev),
    ];
    let prefix = bases.into_iter().flatten().find_map(|base| host.strip_suffix(base)?.strip_suffix('.'));
    // A prefix is one label and a custom domain has several, so neither can be taken for the other.
    let name = prefix.unwrap_or(&host);
    let domain = store::get(&cx.services.store, name).await?;
    let fits = |domain: &crate::model::Domain| domain.custom.is_none() == prefix.is_some();
    Ok(domain.filter(|domain| fits(domain)).map(|domain| domain.pool_id.clone()))
}

/// `host` with the scheme and port of the server's own URL.
fn on_host(public_url: &str, host: &str) -> String {
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("https", public_url));
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once(':').filter(|(_, port)| is_port(port)) {
        Some((_, port)) => format!("{scheme}://{host}:{port}"),
        None => format!("{scheme}://{host}"),
    }
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::app::TestApp;
    use crate::clock::{Clock, Timestamp};
    use crate::domain::pools::domains;
    use crate::shapes::idp::{CreateUserPoolRequest, CustomDomainConfigType};

    async fn pool(cx: &Context, prefix: Option<&str>, custom: Option<&str>) -> Pool {
        let input = CreateUserPoolRequest { pool_name: "test".into(), ..Default::default() };
        let id = crate::ops::idp::create_user_pool(cx, input).await.unwrap().user_pool.unwrap().id.unwrap();
        if let Some(prefix) = prefix {
            domains::create(cx, &id, prefix, &domains::DomainSettings::default()).await.unwrap();
        }
        if let Some(custom) = custom {
            let custom_config = Some(CustomDomainConfigType::default());
            let wanted = domains::DomainSettings { custom: custom_config, ..Default::default() };
            domains::create(cx, &id, custom, &wanted).await.unwrap();
        }
        Pool::clone(&*crate::domain::pools::pool(&cx.services.store, &id).await.unwrap())
    }

    async fn server(base: &str, dev: bool) -> TestApp {
        TestApp::with(Clock::fake(Timestamp::from_secs(1_767_225_600)), |config| {
            config.server.public_url = "https://id.example.org:8443".into();
            config.server.dev = dev;
            config.identity.domain_base = base.into();
        })
        .await
        .unwrap()
    }

    #[tokio::test]
    async fn hosts_and_paths_lead_to_pools_and_back() {
        let app = server("auth.example.org", false).await;
        let cx = app.context().unwrap();
        let (both, prefixed, none) = (
            pool(&cx, Some("one"), Some("login.example.net")).await,
            pool(&cx, Some("two"), None).await,
            pool(&cx, None, None).await,
        );
        let found = async |host: &str, path: &str| {
            resolve(&cx, host, path).await.unwrap().map(|found| (found.pool_id, found.path))
        };
        for host in ["login.example.net", "LOGIN.example.net.:8443", "one.auth.example.org:8443"] {
            assert_eq!(found(host, "/login").await, Some((both.id.clone(), "/login".into())), "{host}");
        }
        assert_eq!(found("two.auth.example.org", "/").await, Some((prefixed.id.clone(), "/".into())));
        let by_path = format!("/{}/oauth2/token", none.id);
        assert_eq!(found("id.example.org", &by_path).await, Some((none.id.clone(), "/oauth2/token".into())));
        for host in ["one", "login.example.net.auth.example.org", "one.auth.localhost", "xauth.example.org", "", ":"] {
            assert_eq!(found(host, "/login").await, None, "{host}");
        }
        assert_eq!(base_url(&cx, &both), "https://login.example.net:8443");
        assert_eq!(base_url(&cx, &prefixed), "https://two.auth.example.org:8443");
        assert_eq!(base_url(&cx, &none), format!("https://id.example.org:8443/{}", none.id));
        assert_eq!(relying_party_host(&cx, &prefixed).as_deref(), Some("two.auth.example.org"));
        assert_eq!(relying_party_host(&cx, &none), None);
    }

    #[tokio::test]
    async fn development_mode_has_hosts_for_prefixes() {
        let app = server("", true).await;
        let cx = app.context().unwrap();
        let pool = pool(&cx, Some("one"), None).await;
        let found = resolve(&cx, "one.auth.localhost:9229", "/login").await.unwrap().unwrap();
        assert_eq!(found.pool_id, pool.id);
        assert_eq!(relying_party_host(&cx, &pool).as_deref(), Some("one.auth.localhost"));
        assert_eq!(base_url(&cx, &pool), "https://one.auth.localhost:8443");
    }
}
