//! Tracked sessions: which sign-ins of a user live, how many there may be, and how one of them is ended.
//!
//! A token session lives with the refresh tokens of its sign-in. It ends with them (by time, RevokeToken, sign-out,
//! deletion) or before them, by the user's or an administrator's word or for a newer one; then its `origin_jti` is
//! revoked and every token of it is dead.

use super::{RefreshState, SignIn};
use crate::clock::Timestamp;
use crate::context::Context;
use crate::fault::Fault;
use crate::model::{Client, Pool, SessionKind, User, UserAgent, UserSession};
use crate::store::sessions::{self, SLOTS, SessionSlot};
use crate::store::{Read, Tx, pools, tokens, users};
use std::cmp::Reverse;
use std::time::Duration;

/// A use is written down when the last one that was is this old, so that renewals in a row wait for no write.
const TOUCH_AFTER: Duration = Duration::from_secs(60);
/// How often room is looked for while others take it.
const MAX_TRIES: u32 = 32;
/// The longest that an access token can live: what is left of a session after its refresh tokens.
const LAST_TOKEN: Duration = Duration::from_secs(86_400);

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
        parent: None,
        created: sign_in.at,
        active: cx.now,
        address: cx.source_ip.to_string(),
        agent: UserAgent::parse(cx.user_agent.as_deref()).describe(),
        until: sign_in.at.plus(client.refresh_validity()),
    }))
}

/// Writes the session of a sign-in. Where the user has as many as the pool allows, the least recently used ones end for
/// it.
pub(super) async fn begin(cx: &Context, pool: &Pool, user: &User, session: &UserSession) -> Result<(), Fault> {
    for _ in 0..MAX_TRIES {
        if place(cx, pool, user, session).await? {
            return Ok(());
        }
    }
    Err(Fault::too_many_requests())
}

/// Writes a new session, and ends those that must make room for it. `false`, with nothing written, where others came in
/// between.
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
            let owner = (pool.id.as_str(), user.sub.as_str());
            let mut alive = Vec::new();
            for found in sessions::of_user(tx, owner.0, owner.1, cx.now).await? {
                // Read again, so that the commit fails if another sign-in changes what this one counts.
                let now = sessions::at(tx, owner.0, owner.1, found.slot, cx.now).await?;
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
            // One that filled up since the scan holds a sign-in that was not counted: its tokens must not be forgotten.
            let late = sessions::at(tx, owner.0, owner.1, slot, cx.now).await?;
            if late
                .is_some_and(|late| is_alive(&late, &user) && alive.iter().all(|placed| placed.session.id != late.id))
            {
                return Ok(false);
            }
            for placed in old {
                remove(tx, owner, placed)?;
            }
            sessions::put(tx, owner.0, owner.1, &SessionSlot { slot, session: session.clone() })?;
            Ok(true)
        })
        .await
}

fn new_id(kind: SessionKind) -> Result<String, Fault> {
    Ok(format!("{}{}", kind.prefix(), crate::rng::text(b"abcdefghijklmnopqrstuvwxyz0123456789", 25)?))
}

/// Whether the user has not been signed out since the session began.
fn is_alive(session: &UserSession, user: &User) -> bool {
    user.signed_out.is_none_or(|at| session.created >= at)
}

/// Notes that a session was used by a renewal. What a power cut takes is a minute of it.
pub(super) async fn touch(cx: &Context, pool: &Pool, state: &RefreshState) -> Result<(), Fault> {
    let (Some(id), Some(_)) = (&state.sign_in.session, pool.max_sessions()) else { return Ok(()) };
    let store = &cx.services.store;
    let Some(found) = find(store, (&pool.id, &state.sub), id, cx.now).await? else { return Ok(()) };
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

async fn find(
    read: &impl Read,
    (pool, sub): (&str, &str),
    id: &str,
    now: Timestamp,
) -> Result<Option<SessionSlot>, Fault> {
    Ok(sessions::of_user(read, pool, sub, now).await?.into_iter().find(|placed| placed.session.id == id))
}

/// A user's live sessions, last used first.
pub async fn list(cx: &Context, pool: &Pool, user: &User) -> Result<Vec<UserSession>, Fault> {
    require_tracking(pool)?;
    let store = &cx.services.store;
    let mut found = Vec::new();
    for placed in sessions::of_user(store, &pool.id, &user.sub, cx.now).await? {
        // With its client gone, nothing of a session works.
        if is_alive(&placed.session, user) && pools::client(store, &placed.session.client_id).await?.is_some() {
            found.push(placed.session);
        }
    }
    found.sort_by(|a, b| (Reverse(a.active), &a.id).cmp(&(Reverse(b.active), &b.id)));
    Ok(found)
}

/// Ends a session of a user and every token of it; with `linked`, also the SSO session it came through, or the token
/// sessions that came through it.
pub async fn revoke(cx: &Context, pool: &Pool, user: &User, id: &str, linked: bool) -> Result<(), Fault> {
    require_tracking(pool)?;
    let ended = cx.services.store.transact(async |tx| end(cx, tx, (&pool.id, &user.sub), id, linked).await).await?;
    if ended { Ok(()) } else { Err(Fault::not_found(format!("Session {id} does not exist."))) }
}

/// [`revoke`] for the user themselves, who signs out of the session of the token at hand in other ways.
pub async fn revoke_other(cx: &Context, current: &super::Session, id: &str, linked: bool) -> Result<(), Fault> {
    let (pool, user) = (&current.pool, &current.user);
    require_tracking(pool)?;
    let found = find(&cx.services.store, (&pool.id, &user.sub), id, cx.now).await?;
    if found.is_some_and(|placed| is_current(&placed.session, current.origin.as_deref())) {
        return Err(Fault::invalid("The current session cannot be revoked."));
    }
    revoke(cx, pool, user, id, linked).await
}

/// Whether a session is that of a sign-in.
pub fn is_current(session: &UserSession, origin: Option<&str>) -> bool {
    origin.is_some() && session.origin.as_deref() == origin
}

/// Ends a session in a transaction; `false` if there is none of this id.
pub(super) async fn end(cx: &Context, tx: &Tx, owner: (&str, &str), id: &str, linked: bool) -> Result<bool, Fault> {
    let all = sessions::of_user(tx, owner.0, owner.1, cx.now).await?;
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
        // Read again, so that the commit fails if the slot has changed hands.
        if sessions::at(tx, owner.0, owner.1, placed.slot, cx.now).await?.is_some_and(|now| now.id == placed.session.id)
        {
            remove(tx, owner, placed)?;
            ended |= placed.session.id == id;
        }
    }
    Ok(ended)
}

/// Empties a slot and kills the tokens of its session.
fn remove(tx: &Tx, (pool, sub): (&str, &str), placed: &SessionSlot) -> Result<(), Fault> {
    if let Some(origin) = &placed.session.origin {
        tokens::revoke(tx, pool, origin, placed.session.until.plus(LAST_TOKEN))?;
    }
    sessions::delete(tx, pool, sub, placed.slot);
    Ok(())
}

fn require_tracking(pool: &Pool) -> Result<(), Fault> {
    match pool.max_sessions() {
        Some(_) => Ok(()),
        None => Err(Fault::invalid("User session tracking is not enabled for the user pool.")),
    }
}
