//! The table of auth events. A user's events of thirty days are one record: keys cost memory for as long as they exist, and events are many.
//! Later months sort first.

use super::{Key, Read, Record, StoreError, Tx, expiry, tags};
use crate::clock::Timestamp;
use crate::model::{AuthEvent, AuthEvents};
use crate::shapes::idp::EventResponseType;
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
/// The most events of one record; beyond it the oldest go, failed ones first.
pub const MOST: usize = 200;

fn user(pool: &str, sub: &str) -> Key {
    Key::new(tags::AUTH_EVENT).part(pool).part(sub)
}

fn month(at: Timestamp) -> i64 {
    at.millis().div_euclid(i64::try_from(MONTH.as_millis()).unwrap_or(i64::MAX))
}

fn key(pool: &str, sub: &str, at: Timestamp) -> Key {
    user(pool, sub).number(-month(at))
}

/// When the record of the month of `at` ends: all of its events are old enough then.
fn end(at: Timestamp) -> Timestamp {
    let length = i64::try_from(MONTH.as_millis()).unwrap_or(i64::MAX);
    Timestamp((month(at) + 1).saturating_mul(length)).plus(KEPT)
}

/// Adds an event to a user's.
pub async fn add(tx: &Tx, (pool, sub): (&str, &str), event: &AuthEvent) -> Result<(), StoreError> {
    let key = key(pool, sub, event.at);
    let mut record: AuthEvents = tx.get_live(&key, event.at).await?.unwrap_or_default();
    if record.events.len() >= MOST {
        // Who guesses at a password must not be able to push what the user did out of sight.
        let goes = record.events.iter().position(|event| event.response == EventResponseType::Fail).unwrap_or(0);
        record.events.remove(goes);
    }
    record.events.push(event.clone());
    tx.put_until(key, &record, end(event.at))
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
    tx.put_until(key, &record, end(at))?;
    Ok(Some(changed))
}

/// A user's events that are kept at `now`, newest first, from the one after the id `after`; one more than `limit` tells that there are more.
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
