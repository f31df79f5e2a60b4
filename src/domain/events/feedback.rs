//! What users and administrators say of an event: that it was the user, or someone else.

use super::require_on;
use crate::context::Context;
use crate::domain::users::lookup;
use crate::fault::Fault;
use crate::keys::seal::{Purpose, bound};
use crate::model::{AuthEvent, Pool};
use crate::shapes::idp::{EventFeedbackType, FeedbackValueType};
use crate::store::auth_events;
use crate::store::auth_events::EventOwner;

/// The token by which whoever holds it may judge this one event.
pub(super) fn token(cx: &Context, pool: &Pool, sub: &str, event: &AuthEvent) -> Result<String, Fault> {
    cx.services.keys.sealer.seal_text(Purpose::Feedback, &bound(&[&pool.id, &event.id]), &sub)
}

/// An administrator judges an event (Cognito: AdminUpdateAuthEventFeedback).
pub async fn by_admin(
    cx: &Context,
    pool: &Pool,
    name: &str,
    (event, value): (&str, FeedbackValueType),
) -> Result<(), Fault> {
    require_on(pool)?;
    let user = lookup::known(&cx.services.store, pool, name).await?;
    give(cx, pool, &user.sub, event, (value, "Admin")).await
}

/// A user judges an event by the token sent with it (Cognito: UpdateAuthEventFeedback). The name must mean the event's
/// user, and without a good token nothing is told of it.
pub async fn by_user(
    cx: &Context,
    pool: &Pool,
    name: &str,
    (event, value): (&str, FeedbackValueType),
    token: &str,
) -> Result<(), Fault> {
    require_on(pool)?;
    cx.check_address()?;
    let opened = cx.services.keys.sealer.open_text::<String>(Purpose::Feedback, &bound(&[&pool.id, event]), token);
    let user = lookup::find(&cx.services.store, pool, name).await?;
    let sub = opened.ok().filter(|sub| user.is_some_and(|user| user.sub == *sub)).ok_or_else(|| {
        cx.count_failure();
        Fault::not_authorized("Invalid feedback token.")
    })?;
    give(cx, pool, &sub, event, (value, "User")).await
}

async fn give(
    cx: &Context,
    pool: &Pool,
    sub: &str,
    event: &str,
    (value, provider): (FeedbackValueType, &str),
) -> Result<(), Fault> {
    let unknown = || Fault::not_found("Auth event does not exist.");
    let at = crate::rng::moment_of(event).ok_or_else(unknown)?;
    let feedback =
        EventFeedbackType { feedback_value: value, provider: provider.to_owned(), feedback_date: Some(cx.now) };
    cx.services
        .store
        .transact(async |tx| {
            let changed = auth_events::change(tx, EventOwner { pool_id: &pool.id, sub }, event, at, |event| {
                event.feedback = Some(feedback.clone());
            })
            .await?;
            changed.map(|_| ()).ok_or_else(unknown)
        })
        .await
}
