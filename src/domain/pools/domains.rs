//! Domains of pools: at most one prefix (a single label) and one custom domain (a whole host name) each. The pool's
//! record names them, so that nothing about the pair can change unseen.

use super::custom_domains;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Domain, Pool};
use crate::shapes::idp as api;
use crate::store::{Read, domains as store, pools};
use std::sync::Arc;

/// Words that no prefix may have.
const RESERVED: [&str; 3] = ["aws", "amazon", "cognito"];
/// What Cognito says of prefixes with other characters.
const FORM: &str = "The domain name contains an invalid character. Domain names can only contain lower-case letters, numbers, and hyphens. \
    Please enter a different name that follows this format: ^[a-z0-9](?:[a-z0-9\\-]{0,61}[a-z0-9])?$";

/// What Create and UpdateUserPoolDomain say about a domain.
#[derive(Debug, Clone, Default)]
pub struct DomainSettings {
    /// Certificate and TLS floor: the domain is a whole host name.
    pub custom: Option<api::CustomDomainConfigType>,
    /// 1 or 2.
    pub managed_login_version: Option<i32>,
    /// Failover to another region.
    pub routing: Option<api::RoutingType>,
}

/// The domain `name` (a prefix or a host name), of whatever pool.
pub async fn by_name(read: &impl Read, name: &str) -> Result<Option<Arc<Domain>>, Fault> {
    Ok(store::get(read, name).await?)
}

/// The domains of a pool, the custom one first.
pub async fn of_pool(read: &impl Read, pool: &Pool) -> Result<Vec<Arc<Domain>>, Fault> {
    let mut found = Vec::new();
    for name in pool.custom_domain.iter().chain(&pool.domain) {
        found.extend(store::get(read, name).await?);
    }
    Ok(found)
}

/// Gives a pool a domain.
pub async fn create(cx: &Context, pool_id: &str, name: &str, wanted: &DomainSettings) -> Result<Domain, Fault> {
    check_name(name, wanted.custom.is_some())?;
    check(wanted)?;
    let domain = cx
        .services
        .store
        .transact(async |tx| {
            let mut pool = Pool::clone(&*super::pool(tx, pool_id).await?);
            match store::get(tx, name).await? {
                Some(other) if other.pool_id == pool.id => return Err(Fault::invalid("Domain already exists.")),
                Some(_) => return Err(Fault::invalid("Domain already associated with another user pool.")),
                None => {}
            }
            let place = if wanted.custom.is_some() { &mut pool.custom_domain } else { &mut pool.domain };
            if place.is_some() {
                return Err(Fault::invalid("User pool already has a domain configured."));
            }
            *place = Some(name.to_owned());
            let domain = Domain {
                name: name.to_owned(),
                pool_id: pool.id.clone(),
                custom: wanted.custom.clone(),
                managed_login_version: wanted.managed_login_version.unwrap_or(1),
                created: cx.now,
                modified: cx.now,
            };
            pools::put_pool(tx, &pool)?;
            store::put(tx, &domain)?;
            Ok(domain)
        })
        .await?;
    custom_domains::put(&cx.services.certificates, &domain);
    Ok(domain)
}

/// Changes a domain; what is left out stays.
pub async fn update(cx: &Context, pool_id: &str, name: &str, wanted: &DomainSettings) -> Result<Domain, Fault> {
    check(wanted)?;
    let domain = cx
        .services
        .store
        .transact(async |tx| {
            let mut domain = Domain::clone(&*owned(tx, pool_id, name).await?);
            if wanted.custom.is_some() && domain.custom.is_none() {
                return Err(Fault::invalid("CustomDomainConfig is for custom domains; this domain is a prefix."));
            }
            domain.custom = wanted.custom.clone().or(domain.custom);
            domain.managed_login_version = wanted.managed_login_version.unwrap_or(domain.managed_login_version);
            domain.modified = cx.now;
            store::put(tx, &domain)?;
            Ok(domain)
        })
        .await?;
    custom_domains::put(&cx.services.certificates, &domain);
    Ok(domain)
}

/// Takes a domain from its pool.
pub async fn delete(cx: &Context, pool_id: &str, name: &str) -> Result<(), Fault> {
    cx.services
        .store
        .transact(async |tx| {
            let mut pool = Pool::clone(&*super::pool(tx, pool_id).await?);
            let domain = owned(tx, pool_id, name).await?;
            let place = if domain.custom.is_some() { &mut pool.custom_domain } else { &mut pool.domain };
            *place = None;
            pools::put_pool(tx, &pool)?;
            store::delete(tx, name);
            Ok(())
        })
        .await?;
    cx.services.certificates.remove_custom(name);
    Ok(())
}

/// The host that a custom domain's DNS entry points to: this server.
pub fn target(cx: &Context) -> Option<String> {
    // The API's member for it has at most 63 characters.
    cx.services.config.server.public_host().filter(|host| host.len() <= 63)
}

async fn owned(read: &impl Read, pool_id: &str, name: &str) -> Result<Arc<Domain>, Fault> {
    let found = store::get(read, name).await?.filter(|domain| domain.pool_id == pool_id);
    found.ok_or_else(|| Fault::invalid("No such domain or user pool exists."))
}

fn check(wanted: &DomainSettings) -> Result<(), Fault> {
    if wanted.managed_login_version.is_some_and(|version| !matches!(version, 1 | 2)) {
        return Err(Fault::invalid("ManagedLoginVersion must be 1 or 2."));
    }
    if let Some(failover) = wanted.routing.as_ref().and_then(|routing| routing.failover.as_ref()) {
        // Truthful: there is no second site to fail over to.
        return Err(Fault::invalid(format!(
            "The user pool has no replica in {} to fail over to.",
            failover.secondary_region
        )));
    }
    Ok(())
}

fn check_name(name: &str, custom: bool) -> Result<(), Fault> {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    if custom {
        // Browsers read names that end in a number as addresses (10.0.0.1, 0x7f.1).
        let last = name.rsplit('.').next().unwrap_or_default();
        let number = last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit());
        let host = name.contains('.') && name.split('.').all(label) && !number;
        return if host {
            Ok(())
        } else {
            Err(Fault::invalid("A custom domain must be a host name such as auth.example.com."))
        };
    }
    if !label(name) {
        return Err(Fault::invalid(FORM));
    }
    match RESERVED.iter().find(|word| name.contains(**word)) {
        Some(word) => Err(Fault::invalid(format!("Domain cannot contain reserved word: {word}"))),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_are_labels_and_custom_domains_are_hosts() {
        assert!(check_name("login-1", false).is_ok() && check_name("auth.example.com", true).is_ok());
        for bad in ["auth.example.com", "-a", "a-", "A", "", "my-aws-pool", "xcognitox"] {
            assert!(check_name(bad, false).is_err(), "{bad}");
        }
        for bad in ["login", "10.0.0.1", "0x7f.1", "a.0x7f", "a..b", ".a", "a.", "a_b.c"] {
            assert!(check_name(bad, true).is_err(), "{bad}");
        }
    }
}
