//! The table of auth events. A user's events of thirty days are one record: keys cost memory for as long as they exist,
//! and events are many. Later months sort first.

use super::{Key, Read, Record, StoreError, Tx, expiry, tags};
use crate::clock::Timestamp;
use crate::model::{AuthEvent, AuthEvents};
use crate::shapes::idp::{EventResponseType as Response, EventType as Kind};
use std::time::Duration;

impl Record for AuthEvents {
    const TABLE: &'static str = "auth_events";
}

/// The days of one record.
const MONTH: Duration = Duration::from_secs(30 * 86_400);
/// How long events are kept.
pub const KEPT: Duration = Duration::from_secs(2 * 365 * 86_400);
/// The most months that lie within [`KEPT`], begun ones included.
const MONTHS: usize = 26;
/// The most events of one record that only the user can cause; beyond it the oldest go, steps before sign-ins that
/// ended.
pub const MOST: usize = 150;
/// The most events of one record that anyone can cause; beyond it the oldest go, failed ones first.
pub const MAX_OF_ANYONE: usize = 50;

fn user(pool: &str, sub: &str) -> Key {
    Key::new(tags::AUTH_EVENT).part(pool).part(sub)
}

fn month(at: Timestamp) -> i64 {
    at.millis().div_euclid(i64::try_from(MONTH.as_millis()).unwrap_or(i64::MAX))
}

fn key(pool: &str, sub: &str, at: Timestamp) -> Key {
    user(pool, sub).number(-month(at))
}

/// When the record of the month of `at` ends, with events that are kept for so long: all of its events are old enough
/// then.
fn end(at: Timestamp, kept: Duration) -> Timestamp {
    let length = i64::try_from(MONTH.as_millis()).unwrap_or(i64::MAX);
    Timestamp((month(at) + 1).saturating_mul(length)).plus(kept)
}

/// Whether an event needs no proof of who caused it: wrong answers, and codes that are asked for.
fn is_of_anyone(event: &AuthEvent) -> bool {
    let asked = event.response == Response::InProgress && event.kind != Kind::SignIn;
    event.response == Response::Fail || event.kind == Kind::ResendCode || asked
}

/// Adds an event to a user's.
pub async fn add(tx: &Tx, owner: (&str, &str), event: &AuthEvent) -> Result<(), StoreError> {
    add_kept(tx, owner, event, KEPT).await
}

/// Adds an event to those of nobody, which nobody reads: they are kept for their month alone.
pub async fn add_of_nobody(tx: &Tx, owner: (&str, &str), event: &AuthEvent) -> Result<(), StoreError> {
    add_kept(tx, owner, event, Duration::ZERO).await
}

async fn add_kept(tx: &Tx, (pool, sub): (&str, &str), event: &AuthEvent, kept: Duration) -> Result<(), StoreError> {
    let key = key(pool, sub, event.at);
    let mut record: AuthEvents = tx.get_live(&key, event.at).await?.unwrap_or_default();
    make_room(&mut record.events, is_of_anyone(event));
    record.events.push(event.clone());
    tx.put_until(key, &record, end(event.at, kept))
}

/// Makes room for one more event. What anyone can cause has a share of its own: who guesses at a password must not be
/// able to push what the user did out of sight, nor to make the records of users grow past those of names that mean
/// nobody.
fn make_room(events: &mut Vec<AuthEvent>, of_anyone: bool) {
    let (most, first) = if of_anyone { (MAX_OF_ANYONE, Response::Fail) } else { (MOST, Response::InProgress) };
    let share = || events.iter().enumerate().filter(|(_, event)| is_of_anyone(event) == of_anyone);
    if share().count() < most {
        return;
    }
    let goes = share().find(|(_, event)| event.response == first).or_else(|| share().next()).map(|(i, _)| i);
    if let Some(goes) = goes {
        events.remove(goes);
    }
}

/// Changes the event with this id and moment; `None` if there is none.
pub async fn change(
    tx: &Tx,
    (pool, sub): (&str, &str),
    (id, at): (&str, Timestamp),
    work: impl Fn(&mut AuthEvent),
) -> Result<Option<AuthEvent>, StoreError> {
    let key = key(pool, sub, at);
    let Some(mut record) = tx.get_live::<AuthEvents>(&key, at).await? else { return Ok(None) };
    let Some(event) = record.events.iter_mut().find(|event| event.id == id) else { return Ok(None) };
    work(event);
    let changed = event.clone();
    tx.put_until(key, &record, end(at, KEPT))?;
    Ok(Some(changed))
}

/// A user's events that are kept at `now`, newest first, from the one after the id `after`; one more than `limit` tells
/// that there are more.
pub async fn list(
    read: &impl Read,
    (pool, sub): (&str, &str),
    now: Timestamp,
    (after, limit): (Option<&str>, usize),
) -> Result<Vec<AuthEvent>, StoreError> {
    // Whole months before that of `after` are not read.
    let start = after.and_then(crate::rng::moment_of).map(|at| user(pool, sub).number(-month(at) - 1).into_bytes());
    let page = read.scan(&user(pool, sub), start.as_deref(), MONTHS).await?;
    let mut found = Vec::new();
    for (_, stored) in &page.entries {
        let mut record: AuthEvents = expiry::live(stored, now)?.unwrap_or_default();
        // Calls that run at the same time may be written in another order than their ids have.
        record.events.sort_unstable_by(|a, b| a.id.cmp(&b.id));
        let kept = record.events.into_iter().rev().filter(|event| now < event.at.plus(KEPT));
        found.extend(kept.filter(|event| after.is_none_or(|after| event.id.as_str() < after)));
        if found.len() > limit {
            found.truncate(limit + 1);
            break;
        }
    }
    Ok(found)
}

/// Removes all events of a user, in the background.
pub fn purge(tx: &Tx, pool: &str, sub: &str) {
    super::pools::purge(tx, &user(pool, sub));
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
            make_room(&mut events, is_of_anyone(&event));
            events.push(event);
        };
        add(Kind::SignIn, Response::Pass);
        add(Kind::PasswordChange, Response::Pass);
        for _ in 0..MAX_OF_ANYONE {
            add(Kind::SignIn, Response::Fail);
        }
        for _ in 0..10 {
            add(Kind::ForgotPassword, Response::InProgress);
            add(Kind::ResendCode, Response::Pass);
            add(Kind::SignIn, Response::Fail);
        }
        for _ in 0..MOST {
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
        assert_eq!(count(Kind::SignIn, Response::Fail), MAX_OF_ANYONE - 20);
        assert_eq!(events.len(), MOST + MAX_OF_ANYONE);
    }
}
