//! Authorization requests that clients pushed beforehand (RFC 9126).

use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Client, Pool};
use crate::store::pushed_requests::{self as store, PushedRequest};
use std::time::Duration;

/// How long a pushed request can be used: long enough for its user to sign in.
pub const VALIDITY: Duration = Duration::from_secs(600);
/// What the URI of a request begins with (RFC 9126 section 2.2).
const PREFIX: &str = "urn:ietf:params:oauth:request_uri:";
/// The longest URI that is looked for.
const MAX_URI: usize = 128;

/// Keeps a request that was checked; answers its URI.
pub async fn push(cx: &Context, pool: &Pool, client: &Client, query: String) -> Result<String, Fault> {
    let id = crate::rng::text(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", 43)?;
    let request = PushedRequest { client_id: client.id.clone(), query };
    let work = async |tx: &crate::store::Tx| {
        store::put(tx, &pool.id, &id, &request, cx.now.plus(VALIDITY))?;
        tx.skip_sync();
        Ok(())
    };
    cx.services.store.transact(work).await?;
    Ok(format!("{PREFIX}{id}"))
}

/// The query of a pushed request of a client; `None` if there is none, or it is too old.
pub async fn find(cx: &Context, pool: &Pool, client_id: &str, uri: &str) -> Result<Option<String>, Fault> {
    let Some(id) = uri.strip_prefix(PREFIX).filter(|_| uri.len() <= MAX_URI) else { return Ok(None) };
    let found = store::get(&cx.services.store, &pool.id, id, cx.now).await?;
    Ok(found.filter(|request| request.client_id == client_id).map(|request| request.query))
}
