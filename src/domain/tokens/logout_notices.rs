//! OpenID Connect Back-Channel Logout 1.0: clients hear that a browser's SSO session has ended, whatever ended it.
//!
//! The notices are written with the end of the session, and sent from the store: a client that is down hears of it
//! later, and a restart loses none. They need a pool that tracks sessions, since those say which clients a session led
//! to.

use super::sessions::Owner;
use super::{issuer_at, keys_at};
use crate::clock::Timestamp;
use crate::context::{Context, Services};
use crate::domain::pools;
use crate::fault::Fault;
use crate::keys::{cpu, jwt};
use crate::model::{Pool, SessionKind, UserSession};
use crate::store::logout_notices::{self as store, LogoutNotice};
use crate::store::sessions::{self, SessionSlot};
use crate::store::{Tx, pools as pool_records, users};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

/// The event of a logout token (section 2.4).
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// `typ` of a logout token.
const TYPE: &str = "logout+jwt";
/// How long a logout token is good; each try has a new one.
const TOKEN_VALIDITY: Duration = Duration::from_secs(120);
/// For how long a client is told that does not answer.
const GIVE_UP: Duration = Duration::from_secs(2 * 3600);
/// How long nobody else sends a notice that somebody is sending.
const LEASE: Duration = Duration::from_secs(60);
/// The waits before the second try and before the last ones.
const FIRST_WAIT: Duration = Duration::from_secs(5);
const LONGEST_WAIT: Duration = Duration::from_secs(600);
/// Notices that are sent at once.
const BATCH: usize = 16;
/// How often the store is looked at where nothing says that there is something new.
const LOOK: Duration = Duration::from_secs(30);

/// Writes the notices of an SSO session that ends in this transaction: one for each client that got tokens through it
/// and wants to hear. `all` are the sessions of the user.
pub(super) async fn enter(
    cx: &Context,
    tx: &Tx,
    owner: Owner<'_>,
    (ended, all): (&UserSession, &[SessionSlot]),
) -> Result<(), Fault> {
    if ended.kind != SessionKind::Sso {
        return Ok(());
    }
    let through = all.iter().filter(|placed| placed.session.parent.as_deref() == Some(ended.id.as_str()));
    let clients: BTreeSet<&str> = through.map(|placed| placed.session.client_id.as_str()).collect();
    for client_id in clients {
        let client = pool_records::client(tx, client_id).await?;
        if client.is_none_or(|client| client.oauth.backchannel_logout_uri.is_none()) {
            continue;
        }
        let notice = LogoutNotice {
            id: crate::rng::uuid()?,
            pool_id: owner.pool_id.to_owned(),
            client_id: client_id.to_owned(),
            sub: owner.sub.to_owned(),
            sid: ended.id.clone(),
            tries: 0,
            due: cx.now,
            until: cx.now.plus(GIVE_UP),
        };
        store::put(tx, &notice)?;
        cx.services.logout_notices.notify_one();
    }
    Ok(())
}

/// Ends all sign-ins of a user, and tells the clients of their SSO sessions.
pub async fn sign_out(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    crate::domain::users::admin::sign_out(cx, pool, name).await?;
    tell_all(cx, pool, name).await
}

/// Shuts a user out, or lets them in again.
pub async fn enable(cx: &Context, pool: &Pool, name: &str, enabled: bool) -> Result<(), Fault> {
    crate::domain::users::admin::enable(cx, pool, name, enabled).await?;
    if enabled { Ok(()) } else { tell_all(cx, pool, name).await }
}

/// Ends the SSO sessions of a user who has been signed out, with their notices.
async fn tell_all(cx: &Context, pool: &Pool, name: &str) -> Result<(), Fault> {
    if pool.max_sessions().is_none() {
        return Ok(());
    }
    cx.services
        .store
        .transact(async |tx| {
            let Some(user) = users::by_username(tx, pool, name).await? else { return Ok(()) };
            let all = sessions::of_user(tx, &pool.id, &user.sub, cx.now).await?;
            let owner = Owner { pool_id: &pool.id, sub: &user.sub };
            for placed in all.iter().filter(|placed| placed.session.kind == SessionKind::Sso) {
                let now = sessions::at(tx, &pool.id, &user.sub, placed.slot, cx.now).await?;
                if now.is_some_and(|now| now.id == placed.session.id) {
                    enter(cx, tx, owner, (&placed.session, &all)).await?;
                    sessions::delete(tx, &pool.id, &user.sub, placed.slot);
                }
            }
            Ok(())
        })
        .await
}

/// Sends notices for as long as it is polled.
pub async fn run(services: Arc<Services>) {
    loop {
        match send_due(&services, services.clock.now()).await {
            Ok(BATCH) => continue,
            Ok(_) => {}
            Err(error) => tracing::error!(%error, "logout tokens could not be sent; the next try is in half a minute"),
        }
        let wait = match store::front(&services.store, 1).await {
            Ok(next) => next.first().map_or(LOOK, |next| next.due.since(services.clock.now()).min(LOOK)),
            Err(_) => LOOK,
        };
        tokio::select! {
            () = services.logout_notices.notified() => {}
            () = tokio::time::sleep(wait.max(Duration::from_millis(50))) => {}
        }
    }
}

/// Sends the notices that are due, some at a time; answers how many there were.
pub async fn send_due(services: &Services, now: Timestamp) -> Result<usize, Fault> {
    let mut due = store::front(&services.store, BATCH).await?;
    due.retain(|notice| notice.due <= now);
    let sent = due.iter().map(async |notice| -> Result<(), Fault> {
        let Some(taken) = take(services, notice, now).await? else { return Ok(()) };
        let outcome = send(services, &taken, now).await?;
        settle(services, &taken, outcome, now).await
    });
    for outcome in futures::future::join_all(sent).await {
        outcome?;
    }
    Ok(due.len())
}

/// Takes a notice, so that no other process sends it for a while; `None` if one did already.
async fn take(services: &Services, notice: &LogoutNotice, now: Timestamp) -> Result<Option<LogoutNotice>, Fault> {
    let taken = LogoutNotice { due: now.plus(LEASE), tries: notice.tries + 1, ..notice.clone() };
    services
        .store
        .transact(async |tx| {
            if !store::is_there(tx, notice).await? {
                return Ok(None);
            }
            store::delete(tx, notice);
            store::put(tx, &taken)?;
            Ok(Some(taken.clone()))
        })
        .await
}

/// What became of a try.
enum Outcome {
    /// Told, or nobody wants to hear any more.
    Done,
    /// The client is there and will not have it.
    Refused(String),
    /// Another time, perhaps.
    Failed(String),
}

async fn send(services: &Services, notice: &LogoutNotice, now: Timestamp) -> Result<Outcome, Fault> {
    let client = pool_records::client(&services.store, &notice.client_id).await?;
    let Some(uri) = client.and_then(|client| client.oauth.backchannel_logout_uri.clone()) else {
        return Ok(Outcome::Done);
    };
    match pools::pool(&services.store, &notice.pool_id).await {
        Err(fault) if fault.is_modelled() => return Ok(Outcome::Done),
        found => found?,
    };
    let keys = keys_at(services, &notice.pool_id, now).await?;
    let claims = json!({
        "iss": issuer_at(services, &notice.pool_id),
        "aud": notice.client_id,
        "sub": notice.sub,
        "sid": notice.sid,
        "iat": now.secs(),
        "exp": now.plus(TOKEN_VALIDITY).secs(),
        "jti": notice.id,
        "events": { EVENT: {} },
    });
    let token = cpu::run(move || jwt::sign_as(&keys.id, TYPE, &claims)).await??;
    // Nothing in a compact JWS needs to be encoded in a form.
    Ok(match services.fetcher.post_form(&uri, format!("logout_token={token}")).await {
        Ok(200..=299) => Outcome::Done,
        Ok(status @ (408 | 429 | 500..)) => Outcome::Failed(format!("it answered {status}")),
        Ok(status) => Outcome::Refused(format!("it answered {status}")),
        Err(error) => Outcome::Failed(error.to_string()),
    })
}

/// Forgets a notice that is done with, or puts it back for later.
async fn settle(services: &Services, notice: &LogoutNotice, outcome: Outcome, now: Timestamp) -> Result<(), Fault> {
    let doublings = notice.tries.saturating_sub(1).min(10);
    let due = now.plus((FIRST_WAIT * (1 << doublings)).min(LONGEST_WAIT));
    let (client, tries) = (&notice.client_id, notice.tries);
    let again = match outcome {
        Outcome::Done => false,
        Outcome::Refused(why) => {
            tracing::warn!(client, why, "a client refused a logout token, so it is not sent again");
            false
        }
        Outcome::Failed(why) if due < notice.until => {
            tracing::info!(client, tries, why, "a logout token could not be sent; it is tried again");
            true
        }
        Outcome::Failed(why) => {
            tracing::warn!(client, tries, why, "a logout token could not be sent, and is given up");
            false
        }
    };
    services
        .store
        .transact(async |tx| {
            store::delete(tx, notice);
            if again {
                store::put(tx, &LogoutNotice { due, ..notice.clone() })?;
            }
            Ok(())
        })
        .await
}
