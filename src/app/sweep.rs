//! The broom: takes what has expired out of the store, a little at a time.

use crate::context::Services;
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
        loop {
            match services.store.sweep(services.clock.now(), AT_ONCE).await {
                Ok(swept) if swept >= AT_ONCE => tokio::task::yield_now().await,
                Ok(_) => break,
                Err(error) => {
                    tracing::error!(%error, "expired entries could not be taken out of the store; the next try is in a minute");
                    break;
                }
            }
        }
    }
}
