//! Keeps the server's TLS informed of the custom domains of all pools: which names there are, and with which TLS floor.

use crate::certificates::{Certificates, TlsFloor};
use crate::context::Services;
use crate::fault::Fault;
use crate::model::Domain;
use crate::shapes::idp::SecurityPolicyType;
use crate::store::domains as store;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// How often the list is read again: what other servers on the same store changed shows by then.
const INTERVAL: Duration = Duration::from_secs(60);
/// Domains per read.
const PAGE: usize = 500;

/// Reads the list now and every minute, for as long as it is polled.
pub async fn watch(services: Arc<Services>) {
    loop {
        if let Err(error) = load(&services).await {
            tracing::error!(%error, "the custom domains of pools could not be read; the next try is in a minute");
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

/// Reads the list of all custom domains.
pub async fn load(services: &Services) -> Result<(), Fault> {
    loop {
        let changes = services.certificates.changes();
        let mut floors = HashMap::new();
        let mut after: Option<String> = None;
        loop {
            let (domains, more) = store::list(&services.store, after.as_deref(), PAGE).await?;
            after = domains.last().map(|domain| domain.name.clone());
            floors.extend(domains.iter().filter_map(|domain| Some((domain.name.clone(), floor(domain)?))));
            if !more || after.is_none() {
                break;
            }
        }
        if services.certificates.replace_custom(floors, changes) {
            return Ok(());
        }
    }
}

/// Tells of a domain that was made or changed.
pub(super) fn put(certificates: &Certificates, domain: &Domain) {
    if let Some(floor) = floor(domain) {
        certificates.add_custom(&domain.name, floor);
    }
}

/// The TLS floor of a custom domain; `None` for a prefix. Cognito's `TLS_V1` allows versions that are known to be
/// broken: it means the lowest that the server speaks, 1.2.
fn floor(domain: &Domain) -> Option<TlsFloor> {
    let policy = domain.custom.as_ref()?.security_policy;
    Some(match policy {
        Some(SecurityPolicyType::TlsV1_3_2025) => TlsFloor::Tls13,
        _ => TlsFloor::Tls12,
    })
}
