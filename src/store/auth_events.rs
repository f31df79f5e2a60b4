//! The table of auth events. One record has a user's events of thirty days, because each key costs memory and events
//! are many. Newer months sort first.

use super::{Key, Read, Record, StoreError, Tx, expiry, tags};
use crate::clock::Timestamp;
use crate::model::{AuthEvent, AuthEvents};
use crate::shapes::idp::{EventResponseType as Response, EventType as Kind};
use std::time::Duration;

impl Record for AuthEvents {
    const TABLE: &'static str = "auth_events";
}

/// The period of one record.
const MONTH: Duration = Duration::from_secs(30 * 86_400);
/// How long events are kept.
pub const RETENTION: Duration = Duration::from_secs(2 * 365 * 86_400);
/// Most months within [`RETENTION`], counting months that have only begun.
const MAX_MONTHS: usize = 26;
/// Most events per record that required a proof. When there are more, the oldest are removed, and steps of unfinished
/// sign-ins first.
pub const MAX_PROVEN: usize = 150;
/// Most events per record that anyone can cause. When there are more, the oldest are removed, failed ones first.
pub const MAX_UNPROVEN: usize = 50;

/// Whose events these are.
#[derive(Debug, Clone, Copy)]
pub struct EventOwner<'a> {
    pub pool_id: &'a str,
    /// The user's sub, or a bucket for events of unknown usernames.
    pub sub: &'a str,
}

fn user(owner: EventOwner<'_>) -> Key {
    Key::new(tags::AUTH_EVENT).part(owner.pool_id).part(owner.sub)
}

fn month(at: Timestamp) -> i64 {
    at.millis().div_euclid(i64::try_from(MONTH.as_millis()).unwrap_or(i64::MAX))
}

fn key(owner: EventOwner<'_>, at: Timestamp) -> Key {
    user(owner).number(-month(at))
}

/// When the record of the month of `at` expires: when its newest event has been kept for `kept`.
fn end(at: Timestamp, kept: Duration) -> Timestamp {
    let length = i64::try_from(MONTH.as_millis()).unwrap_or(i64::MAX);
    Timestamp((month(at) + 1).saturating_mul(length)).plus(kept)
}

/// Whether anyone could have caused the event: failures, and requests for codes.
fn is_unproven(event: &AuthEvent) -> bool {
    let asked = event.response == Response::InProgress && event.kind != Kind::SignIn;
    event.response == Response::Fail || event.kind == Kind::ResendCode || asked
}

pub async fn add(tx: &Tx, owner: EventOwner<'_>, event: &AuthEvent) -> Result<(), StoreError> {
    add_with_retention(tx, owner, event, RETENTION).await
}

/// Adds an event of an unknown username. Nobody reads these, so they are kept for their month only.
pub async fn add_for_unknown_user(tx: &Tx, owner: EventOwner<'_>, event: &AuthEvent) -> Result<(), StoreError> {
    add_with_retention(tx, owner, event, Duration::ZERO).await
}

async fn add_with_retention(
    tx: &Tx,
    owner: EventOwner<'_>,
    event: &AuthEvent,
    kept: Duration,
) -> Result<(), StoreError> {
    let key = key(owner, event.at);
    let mut record: AuthEvents = tx.get_live(&key, event.at).await?.unwrap_or_default();
    make_room(&mut record.events, is_unproven(event));
    record.events.push(event.clone());
    tx.put_until(key, &record, end(event.at, kept))
}

/// Makes room for one more event. Events that anyone can cause have a limit of their own, so that guessing passwords
/// can neither push out what the user did, nor make the records of users grow larger than those of unknown usernames.
fn make_room(events: &mut Vec<AuthEvent>, unproven: bool) {
    let (most, first) = if unproven { (MAX_UNPROVEN, Response::Fail) } else { (MAX_PROVEN, Response::InProgress) };
    let share = || events.iter().enumerate().filter(|(_, event)| is_unproven(event) == unproven);
    if share().count() < most {
        return;
    }
    let goes = share().find(|(_, event)| event.response == first).or_else(|| share().next()).map(|(i, _)| i);
    if let Some(goes) = goes {
        events.remove(goes);
    }
}

/// Changes an event; `None` if there is none with this id.
pub async fn change(
    tx: &Tx,
    owner: EventOwner<'_>,
    id: &str,
    at: Timestamp,
    work: impl Fn(&mut AuthEvent),
) -> Result<Option<AuthEvent>, StoreError> {
    let key = key(owner, at);
    let Some(mut record) = tx.get_live::<AuthEvents>(&key, at).await? else { return Ok(None) };
    let Some(event) = record.events.iter_mut().find(|event| event.id == id) else { return Ok(None) };
    work(event);
    let changed = event.clone();
    tx.put_until(key, &record, end(at, RETENTION))?;
    Ok(Some(changed))
}

/// A user's events, newest first, starting after the id `after`. One event more than `limit` is returned if there are
/// more.
pub async fn list(
    read: &impl Read,
    owner: EventOwner<'_>,
    now: Timestamp,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<AuthEvent>, StoreError> {
    // Months newer than that of `after` are skipped.
    let start = after.and_then(crate::rng::moment_of).map(|at| user(owner).number(-month(at) - 1).into_bytes());
    let page = read.scan(&user(owner), start.as_deref(), MAX_MONTHS).await?;
    let mut found = Vec::new();
    for (_, stored) in &page.entries {
        let mut record: AuthEvents = expiry::live(stored, now)?.unwrap_or_default();
        // Concurrent calls may have been written in another order than that of their ids.
        record.events.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        let kept = record.events.into_iter().rev().filter(|event| now < event.at.plus(RETENTION));
        found.extend(kept.filter(|event| after.is_none_or(|after| event.id.as_str() < after)));
        if found.len() > limit {
            found.truncate(limit + 1);
            break;
        }
    }
    Ok(found)
}

/// Removes all events of a user in the background.
pub fn purge(tx: &Tx, pool: &str, sub: &str) {
    super::sweep::purge(tx, &user(EventOwner { pool_id: pool, sub }));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(n: i64, kind: Kind, response: Response) -> AuthEvent {
        AuthEvent {
            id: n.to_string(),
            kind,
            at: Timestamp(n),
            response,
            risk: Default::default(),
            challenges: Vec::new(),
            context: Default::default(),
            client: None,
            request: String::new(),
            feedback: None,
        }
    }

    #[test]
    fn what_anyone_can_cause_pushes_out_nothing_that_the_user_did() {
        let mut events = Vec::new();
        let mut add = |kind, response| {
            let event = event(events.len() as i64, kind, response);
            make_room(&mut events, is_unproven(&event));
            events.push(event);
        };
        add(Kind::SignIn, Response::Pass);
        add(Kind::PasswordChange, Response::Pass);
        for _ in 0..MAX_UNPROVEN {
            add(Kind::SignIn, Response::Fail);
        }
        for _ in 0..10 {
            add(Kind::ForgotPassword, Response::InProgress);
            add(Kind::ResendCode, Response::Pass);
            add(Kind::SignIn, Response::Fail);
        }
        for _ in 0..MAX_PROVEN {
            add(Kind::SignIn, Response::InProgress);
        }
        let count =
            |kind, response| events.iter().filter(|event| (event.kind, event.response) == (kind, response)).count();
        assert_eq!(count(Kind::SignIn, Response::Pass) + count(Kind::PasswordChange, Response::Pass), 2);
        assert_eq!(
            (count(Kind::ForgotPassword, Response::InProgress), count(Kind::ResendCode, Response::Pass)),
            (10, 10),
            "failures go first"
        );
        assert_eq!(count(Kind::SignIn, Response::Fail), MAX_UNPROVEN - 20);
        assert_eq!(events.len(), MAX_PROVEN + MAX_UNPROVEN);
    }
}
