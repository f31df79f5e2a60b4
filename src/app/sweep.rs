//! The sweeper: removes expired records and those of deleted pools from the store, a batch at a time, and replaces
//! published secrets whose time has come.

use crate::context::Services;
use crate::domain::pools::{provisioned_limits, published_secrets};
use crate::fault::Fault;
use crate::store::sweep;
use std::sync::Arc;
use std::time::Duration;

const INTERVAL: Duration = Duration::from_secs(60);
/// Entries per commit. Other work runs between two commits.
const BATCH: usize = 200;

/// Sweeps every minute, for as long as it is polled.
pub(super) async fn run(services: Arc<Services>) {
    loop {
        tokio::time::sleep(INTERVAL).await;
        if let Err(error) = published_secrets::rotate_due(&services, services.clock.now()).await {
            tracing::error!(%error, "published client secrets could not be replaced; the next try is in a minute");
        }
        if let Err(error) = provisioned_limits::load(&services).await {
            tracing::error!(%error, "provisioned limits could not be read; the next try is in a minute");
        }
        if let Err(error) = sweep(&services).await {
            tracing::error!(%error, "expired records could not be removed; the next try is in a minute");
        }
    }
}

async fn sweep(services: &Services) -> Result<(), Fault> {
    while services.store.sweep(services.clock.now(), BATCH).await? >= BATCH {
        tokio::task::yield_now().await;
    }
    while sweep::purge_some(&services.store, BATCH).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}
