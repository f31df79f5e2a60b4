//! How a pool and its clients keep sessions. A client's setting sleeps while the pool's tracking is off.

use super::{clients, lifecycle};
use crate::context::Context;
use crate::fault::Fault;
use crate::model::SessionTracking;

/// Minutes that an SSO session serves a client that says nothing of it.
pub const SSO_MINUTES: i32 = 60;

/// Replaces a pool's setting. A lower limit ends no session by itself: the next sign-in does.
pub async fn set(cx: &Context, pool_id: &str, tracking: SessionTracking) -> Result<(), Fault> {
    lifecycle::change(cx, pool_id, async |pool| {
        pool.sessions = Some(tracking);
        Ok(())
    })
    .await
}

/// Replaces a client's setting, 0 to 129,600 minutes; fails while the pool tracks no sessions.
pub async fn set_client(cx: &Context, pool_id: &str, client_id: &str, minutes: i32) -> Result<(), Fault> {
    clients::change(cx, pool_id, client_id, async |pool, client| {
        if pool.max_sessions().is_none() {
            return Err(Fault::invalid("User session tracking is not enabled for the user pool."));
        }
        client.sso_minutes = Some(minutes);
        Ok(())
    })
    .await
    .map(|_| ())
}
