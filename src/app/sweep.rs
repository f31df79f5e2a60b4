//! The broom: takes what has expired or was deleted out of the store, a little at a time.

use crate::context::Services;
use crate::fault::Fault;
use crate::store::pools;
use std::sync::Arc;
use std::time::Duration;

/// How often the store is looked through.
const EVERY: Duration = Duration::from_secs(60);
/// How many entries one commit takes out; between two of them others have their turn.
const AT_ONCE: usize = 200;

/// Sweeps every minute, for as long as it is polled.
pub(super) async fn run(services: Arc<Services>) {
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = sweep(&services).await {
            tracing::error!(%error, "what has ended could not be taken out of the store; the next try is in a minute");
        }
    }
}

/// Takes out all that has expired, and all that belonged to deleted pools.
async fn sweep(services: &Services) -> Result<(), Fault> {
    while services.store.sweep(services.clock.now(), AT_ONCE).await? >= AT_ONCE {
        tokio::task::yield_now().await;
    }
    while pools::purge_some(&services.store, AT_ONCE).await? > 0 {
        tokio::task::yield_now().await;
    }
    Ok(())
}
