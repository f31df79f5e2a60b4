//! Tracked sessions: the sign-ins of a user that are alive, their limit, and the end of one of them.
//!
//! A token session lives with the refresh tokens of its sign-in. It ends with them (by time, RevokeToken, sign-out,
//! deletion). It can end earlier, when the user or an administrator revokes it or when a newer one needs its place;
//! then its `origin_jti` is revoked and all its tokens are dead.

use super::refresh_token::RefreshToken;
use super::{SignIn, logout_notices};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::domain::access_token::VerifiedAccessToken;
use crate::domain::pools;
use crate::fault::Fault;
use crate::model::{Client, Pool, SessionKind, User, UserAgent, UserSession};
use crate::store::sessions::{self, SLOTS, SessionSlot};
use crate::store::{Read, Tx, tokens, users};
use std::cmp::Reverse;
use std::time::Duration;

/// A use is recorded only if the last recorded one is this old, so that most renewals wait for no write.
const TOUCH_AFTER: Duration = Duration::from_secs(60);
/// Tries to place a session while concurrent sign-ins of the user take the free slots.
const MAX_TRIES: u32 = 32;
/// Longest lifetime of an access token: how long one made just before the refresh token ended can outlive it.
const MAX_ACCESS_VALIDITY: Duration = Duration::from_secs(86_400);

/// Whose sessions: they are kept by pool and `sub`.
#[derive(Clone, Copy)]
pub(super) struct Owner<'a> {
    pub pool_id: &'a str,
    pub sub: &'a str,
}

impl<'a> Owner<'a> {
    fn of(pool: &'a Pool, user: &'a User) -> Self {
        Self { pool_id: &pool.id, sub: &user.sub }
    }
}

/// The session that a sign-in begins, where the pool tracks sessions; not written yet.
pub(super) fn new(cx: &Context, pool: &Pool, client: &Client, sign_in: &SignIn) -> Result<Option<UserSession>, Fault> {
    if pool.max_sessions().is_none() {
        return Ok(None);
    }
    let kind = SessionKind::Token;
    Ok(Some(UserSession {
        id: new_id(kind)?,
        kind,
        client_id: client.id.clone(),
        origin: Some(sign_in.origin.clone()),
        parent: sign_in.sso_session.clone(),
        created: sign_in.at,
        active: cx.now,
        address: cx.source_ip.to_string(),
        agent: UserAgent::parse(cx.user_agent.as_deref()).describe(),
        until: sign_in.at.plus(client.refresh_validity()),
    }))
}

/// Writes the session of a sign-in. If the user has as many as the pool allows already, the least recently used ends.
pub(super) async fn begin(cx: &Context, pool: &Pool, user: &User, session: &UserSession) -> Result<(), Fault> {
    for _ in 0..MAX_TRIES {
        if place(cx, pool, user, session).await? {
            return Ok(());
        }
    }
    Err(Fault::too_many_requests())
}

/// Writes a new session, and ends those that must make room for it. Answers `false` and writes nothing if a concurrent
/// sign-in took the slot.
async fn place(cx: &Context, pool: &Pool, user: &User, session: &UserSession) -> Result<bool, Fault> {
    let Some(max) = pool.max_sessions() else { return Ok(true) };
    let kind = session.kind;
    cx.services
        .store
        .transact(async |tx| {
            let user = users::by_username(tx, pool, &user.username)
                .await?
                .filter(|u| u.sub == user.sub)
                .ok_or_else(Fault::user_not_found)?;
            let owner = Owner::of(pool, &user);
            let mut alive = Vec::new();
            for found in sessions::of_user(tx, owner.pool_id, owner.sub, cx.now).await? {
                // Read again, so that the commit fails if another sign-in changes what this one counts.
                let now = sessions::at(tx, owner.pool_id, owner.sub, found.slot, cx.now).await?;
                alive.extend(
                    now.filter(|session| is_alive(session, &user)).map(|session| SessionSlot { session, ..found }),
                );
            }
            alive.sort_by_key(|placed| (placed.session.active, placed.session.created));
            let surplus = (alive.iter().filter(|placed| placed.session.kind == kind).count() + 1).saturating_sub(max);
            let old: Vec<&SessionSlot> =
                alive.iter().filter(|placed| placed.session.kind == kind).take(surplus).collect();
            let is_free = |slot: &u16| {
                alive.iter().all(|placed| placed.slot != *slot) || old.iter().any(|placed| placed.slot == *slot)
            };
            let slot = (0..SLOTS).find(is_free).ok_or_else(Fault::too_many_requests)?;
            // A slot that was filled since the scan holds a session that was not counted, and must not be overwritten.
            let late = sessions::at(tx, owner.pool_id, owner.sub, slot, cx.now).await?;
            if late
                .is_some_and(|late| is_alive(&late, &user) && alive.iter().all(|placed| placed.session.id != late.id))
            {
                return Ok(false);
            }
            for placed in old {
                logout_notices::enter(cx, tx, owner, (&placed.session, &alive)).await?;
                remove(tx, owner, placed)?;
            }
            sessions::put(tx, owner.pool_id, owner.sub, &SessionSlot { slot, session: session.clone() })?;
            Ok(true)
        })
        .await
}

/// Begins the SSO session of a browser, where the pool tracks sessions; answers its id.
pub async fn begin_sso(
    cx: &Context,
    pool: &Pool,
    client: &Client,
    user: &User,
    until: Timestamp,
) -> Result<Option<String>, Fault> {
    if pool.max_sessions().is_none() {
        return Ok(None);
    }
    let session = UserSession {
        id: new_id(SessionKind::Sso)?,
        kind: SessionKind::Sso,
        client_id: client.id.clone(),
        origin: None,
        parent: None,
        created: cx.now,
        active: cx.now,
        address: cx.source_ip.to_string(),
        agent: UserAgent::parse(cx.user_agent.as_deref()).describe(),
        until,
    };
    begin(cx, pool, user, &session).await?;
    Ok(Some(session.id))
}

/// Whether a session of the user is alive.
pub async fn is_there(cx: &Context, pool: &Pool, user: &User, id: &str) -> Result<bool, Fault> {
    let found = find(&cx.services.store, Owner::of(pool, user), id, cx.now).await?;
    Ok(found.is_some_and(|placed| is_alive(&placed.session, user)))
}

/// Ends the SSO session of a browser that signs out. The token sessions that came through it go on, as at Cognito.
pub async fn end_sso(cx: &Context, pool: &Pool, sub: &str, id: &str) -> Result<(), Fault> {
    let owner = Owner { pool_id: &pool.id, sub };
    cx.services.store.transact(async |tx| end(cx, tx, owner, id, false).await.map(drop)).await
}

fn new_id(kind: SessionKind) -> Result<String, Fault> {
    Ok(format!("{}{}", kind.prefix(), crate::rng::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 25)?))
}

/// Whether the user has not been signed out since the session began.
fn is_alive(session: &UserSession, user: &User) -> bool {
    user.signed_out.is_none_or(|at| session.created >= at)
}

/// Records that a session was used by a renewal. The write is not synced: a power cut loses a minute at most.
pub(super) async fn touch(cx: &Context, pool: &Pool, state: &RefreshToken) -> Result<(), Fault> {
    let (Some(id), Some(_)) = (&state.sign_in.session, pool.max_sessions()) else { return Ok(()) };
    let store = &cx.services.store;
    let owner = Owner { pool_id: &pool.id, sub: &state.sub };
    let Some(found) = find(store, owner, id, cx.now).await? else { return Ok(()) };
    let address = cx.source_ip.to_string();
    if cx.now.since(found.session.active) < TOUCH_AFTER && found.session.address == address {
        return Ok(());
    }
    let agent = UserAgent::parse(cx.user_agent.as_deref()).describe();
    store
        .transact(async |tx| {
            let now =
                sessions::at(tx, &pool.id, &state.sub, found.slot, cx.now).await?.filter(|session| session.id == *id);
            if let Some(session) = now {
                let session = UserSession { active: cx.now, address: address.clone(), agent: agent.clone(), ..session };
                sessions::put(tx, &pool.id, &state.sub, &SessionSlot { slot: found.slot, session })?;
                tx.skip_sync();
            }
            Ok(())
        })
        .await
}

async fn find(read: &impl Read, owner: Owner<'_>, id: &str, now: Timestamp) -> Result<Option<SessionSlot>, Fault> {
    Ok(sessions::of_user(read, owner.pool_id, owner.sub, now).await?.into_iter().find(|placed| placed.session.id == id))
}

/// A user's live sessions, most recently used first.
pub async fn list(cx: &Context, pool: &Pool, user: &User) -> Result<Vec<UserSession>, Fault> {
    require_tracking(pool)?;
    let store = &cx.services.store;
    let mut found = Vec::new();
    for placed in sessions::of_user(store, &pool.id, &user.sub, cx.now).await? {
        // No token of a deleted client works.
        if is_alive(&placed.session, user) && is_client(store, pool, &placed.session.client_id).await? {
            found.push(placed.session);
        }
    }
    found.sort_by(|a, b| (Reverse(a.active), &a.id).cmp(&(Reverse(b.active), &b.id)));
    Ok(found)
}

/// Whether a client of this id is there.
async fn is_client(read: &impl Read, pool: &Pool, id: &str) -> Result<bool, Fault> {
    match pools::client_of(read, pool, id).await {
        Ok(_) => Ok(true),
        Err(fault) if fault.is_modelled() => Ok(false),
        Err(fault) => Err(fault),
    }
}

/// Ends a session of a user and all its tokens; with `linked`, also the SSO session that it came from, or the token
/// sessions that came from it.
pub async fn revoke(cx: &Context, pool: &Pool, user: &User, id: &str, linked: bool) -> Result<(), Fault> {
    require_tracking(pool)?;
    let ended = cx.services.store.transact(async |tx| end(cx, tx, Owner::of(pool, user), id, linked).await).await?;
    if ended { Ok(()) } else { Err(Fault::not_found(format!("Session {id} does not exist."))) }
}

/// [`revoke`] for the user. The session of the access token itself ends by sign-out instead.
pub async fn revoke_other(cx: &Context, current: &VerifiedAccessToken, id: &str, linked: bool) -> Result<(), Fault> {
    let (pool, user) = (&current.pool, &current.user);
    require_tracking(pool)?;
    let found = find(&cx.services.store, Owner::of(pool, user), id, cx.now).await?;
    if found.is_some_and(|placed| is_current(&placed.session, current.origin.as_deref())) {
        return Err(Fault::invalid("The current session cannot be revoked."));
    }
    revoke(cx, pool, user, id, linked).await
}

/// Whether a session is that of a sign-in.
pub fn is_current(session: &UserSession, origin: Option<&str>) -> bool {
    origin.is_some() && session.origin.as_deref() == origin
}

/// Ends a session within a transaction; `false` if there is none with this id.
pub(super) async fn end(cx: &Context, tx: &Tx, owner: Owner<'_>, id: &str, linked: bool) -> Result<bool, Fault> {
    let all = sessions::of_user(tx, owner.pool_id, owner.sub, cx.now).await?;
    let Some(named) = all.iter().find(|placed| placed.session.id == id) else { return Ok(false) };
    let is_linked = |other: &UserSession| {
        let parent = named.session.parent.as_deref();
        linked && (parent == Some(other.id.as_str()) || other.parent.as_deref() == Some(id))
    };
    let mut ended = false;
    for placed in &all {
        if placed.session.id != id && !is_linked(&placed.session) {
            continue;
        }
        // Read again, so that the commit fails if the slot holds another session by now.
        if sessions::at(tx, owner.pool_id, owner.sub, placed.slot, cx.now)
            .await?
            .is_some_and(|now| now.id == placed.session.id)
        {
            logout_notices::enter(cx, tx, owner, (&placed.session, &all)).await?;
            remove(tx, owner, placed)?;
            ended |= placed.session.id == id;
        }
    }
    Ok(ended)
}

/// Empties a slot and revokes the tokens of its session.
fn remove(tx: &Tx, owner: Owner<'_>, placed: &SessionSlot) -> Result<(), Fault> {
    if let Some(origin) = &placed.session.origin {
        tokens::revoke(tx, owner.pool_id, origin, placed.session.until.plus(MAX_ACCESS_VALIDITY))?;
    }
    sessions::delete(tx, owner.pool_id, owner.sub, placed.slot);
    Ok(())
}

fn require_tracking(pool: &Pool) -> Result<(), Fault> {
    match pool.max_sessions() {
        Some(_) => Ok(()),
        None => Err(Fault::invalid("User session tracking is not enabled for the user pool.")),
    }
}
